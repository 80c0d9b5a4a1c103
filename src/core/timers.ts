/** Longest time that a timer can be set to, in milliseconds: about 24.8 days. A longer one would fire at once. */
export const longestTimerMs = 0x7fffffff;

/** Calls `then` after `ms` milliseconds; never, when that is longer than a timer can wait. */
export function startTimer(ms: number, then: () => void): NodeJS.Timeout | undefined {
  return ms > longestTimerMs ? undefined : setTimeout(then, ms);
}
