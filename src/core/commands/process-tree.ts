import { execFileSync } from 'node:child_process';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { hasProcessTable, hasVariable, type ProcessEntry, readProcess, readProcesses } from './process-table';

/**
 * Environment variable that every command is given. Whatever it starts inherits it, so the whole tree is found by it,
 * also what made a session of its own or whose parent has ended.
 */
export const commandVariable = 'PROCESSION_COMMAND';

/** How long a process may take to end when it is asked to, in milliseconds. */
export const commandGraceMs = 1000;
/** How long ended processes may take to be gone, in milliseconds. */
const killLimitMs = 2000;
/** Longest pause between two looks, in milliseconds. */
const longestPauseMs = 50;
/** How often processes are looked for when nothing can wait, at the end of the program. */
const roundsAtExit = 20;

/** First process of a command. `startedAt` is as in {@link ProcessEntry}, 0 where there is no such thing. */
export interface CommandLeader {
  readonly pid: number;
  readonly startedAt: number;
}

/** What tells the processes of one or more commands from all others. */
export interface CommandTrace {
  /** Beginning of the value of {@link commandVariable}. */
  readonly mark: string;
  /** First processes that are known, which are found also when they have thrown their environment away. */
  readonly leaders: readonly CommandLeader[];
  /** No process that was started earlier is one of them. */
  readonly since?: number;
}

/**
 * The processes of a command: those that carry its mark, those that are its known leaders, and their children, groups
 * and sessions. A command leads a session of its own, so nobody else is in these.
 *
 * @param isMarked asked only about processes that may be of the command
 * @param self the process that asks: neither it nor its group and session are ever found
 */
export function findTree(
  entries: readonly ProcessEntry[],
  isMarked: (pid: number) => boolean,
  { leaders, since = 0 }: Omit<CommandTrace, 'mark'>,
  self: ProcessEntry,
): number[] {
  const candidates = entries.filter(
    (entry) => entry.pid > 1 && entry.pid !== self.pid && entry.startedAt >= since && entry.session !== self.session,
  );
  const isLeader = ({ pid, startedAt }: ProcessEntry): boolean =>
    leaders.some((leader) => leader.pid === pid && leader.startedAt === startedAt);
  const found = new Set(candidates.filter((entry) => isLeader(entry) || isMarked(entry.pid)));
  let size = 0;
  while (found.size > size) {
    size = found.size;
    const pids = new Set([...found].map((entry) => entry.pid));
    const groups = new Set([...found].map((entry) => entry.group));
    const sessions = new Set([...found].map((entry) => entry.session));
    for (const entry of candidates)
      if (pids.has(entry.parent) || groups.has(entry.group) || sessions.has(entry.session)) found.add(entry);
  }
  return [...found].map((entry) => entry.pid);
}

/**
 * Ends the processes of commands: asks them first (SIGTERM), and ends those at once that are still there after
 * `graceMs` milliseconds, and whatever they start meanwhile.
 *
 * @returns pids of those that could not be ended, because they belong to somebody else or are stuck in the system
 */
export async function endProcesses(trace: CommandTrace, graceMs = commandGraceMs): Promise<number[]> {
  const beganAt = performance.now();
  const asked = new Set<number>();
  for (let pauseMs = 5; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const found = await inTurns(lookFor(trace));
    if (found.length === 0) return found;
    const tookMs = performance.now() - beganAt;
    if (tookMs >= graceMs + killLimitMs) return found;
    for (const pid of found) {
      if (tookMs >= graceMs) signal(pid, 'SIGKILL');
      else if (!asked.has(pid)) signal(pid, 'SIGTERM');
      asked.add(pid);
    }
    await delay(Math.max(1, Math.min(pauseMs, tookMs < graceMs ? graceMs - tookMs : pauseMs)));
  }
}

/** Ends the processes of commands at once, without letting anything else happen: for the very end of a program. */
export function endProcessesNow(trace: CommandTrace): void {
  const sleep = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < roundsAtExit; round += 1) {
    const found = atOnce(lookFor(trace));
    if (found.length === 0) return;
    for (const pid of found) signal(pid, 'SIGKILL');
    Atomics.wait(sleep, 0, 0, 5);
  }
}

/** A known process, as a {@link CommandLeader}. Where the system lists none, only its pid is known. */
export function leaderOf(pid: number): CommandLeader {
  return { pid, startedAt: readProcess(pid)?.startedAt ?? 0 };
}

/** When this process was started, as in {@link ProcessEntry}. */
export function ownStart(): number {
  return readProcess(process.pid)?.startedAt ?? 0;
}

/** Pids; where processes cannot be listed, numbers of groups as negative ones. */
function* lookFor(trace: CommandTrace): Generator<undefined, number[]> {
  if (!hasProcessTable())
    return trace.leaders.map(({ pid }) => (process.platform === 'win32' ? pid : -pid)).filter(isThere);
  const entries = yield* readProcesses();
  const self = readProcess(process.pid);
  if (!self) return [];
  return findTree(entries, (pid) => hasVariable(pid, commandVariable, trace.mark), trace, self);
}

async function inTurns<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

function atOnce<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    // Windows has no signals and no groups; its own tool ends a process with those that it has started.
    if (process.platform === 'win32') execFileSync('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore' });
    else process.kill(pid, name);
  } catch {
    // It has just ended, or belongs to somebody else.
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
