/** What the exit code of a command says. Scripts rely on the numbers. */
export const exitCodes = {
  done: 0,
  someFailed: 1,
  usage: 2,
  invalidFile: 3,
  notTrusted: 4,
  targetCannotLoad: 5,
  resumeMismatch: 6,
  history: 7,
  timeLimit: 8,
  internal: 70,
  hungUp: 129,
  interrupted: 130,
  pipeClosed: 141,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
