import type { SettledItem } from '../items/item-result';
import type { ItemRange } from '../items/map-items';
import type { Task } from '../tasks/task';
import type { RankFailurePolicy } from './job-machine';
import { requirePriority } from './job-queue';
import type { RetryOptions } from './retry';
import type { ScheduleSpec } from './schedule';

/** How a job may be run; see `ProcessServer.callProcessFunc`. */
export interface JobOptions {
  /** What people see; by default the target. */
  readonly label?: string;
  /** Higher goes first; 0 by default. */
  readonly priority?: number;
  /** Cancels the job when aborted. */
  readonly signal?: AbortSignal;
  /** Longest time from start to end, in milliseconds. */
  readonly timeoutMs?: number;
  /**
   * What becomes of the other ranks when one has failed: `wait` (default) lets them run to their end, so that each has
   * its value or its own error; `cancel` ends them, and those that had no value yet have a SiblingError.
   */
  readonly onRankFailure?: RankFailurePolicy;
  /** How often a job that failed is run again, all of it; never by default. */
  readonly retries?: number | RetryOptions;
  /**
   * How the range is shared out among the ranks; `static` by default. With another one a target must loop over
   * `pRange()` or `nRange()`, which go on from chunk to chunk: `startVal` and `endVal` are those of one chunk.
   */
  readonly schedule?: ScheduleSpec;
  /** How much memory each rank may need, in MiB; in the server's own process only its heap is limited. */
  readonly memoryMiB?: number;
  /** Variables that are added to the target's `process.env`; what it starts itself gets them too. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Most that a rank may return, or emit at a time, in MiB; 64 by default. Typed arrays of more than 256 KiB do not
   * count: they do not travel in messages, and cost the server no time.
   */
  readonly maxResultMiB?: number;
  /**
   * A worker process is replaced by a fresh one when a rank of the job ends on it and it has run so many ranks, of any
   * jobs; of a map job, when it has worked on so many of its items. By default never.
   */
  readonly recycleAfter?: number;
  /** `process`: always on a worker process. `auto` (default): a job of one rank runs in the server's own process. */
  readonly isolation?: 'auto' | 'process';
  /** File that a relative target and packages are resolved from: `__filename` or `import.meta.url`. */
  readonly from?: string;
}

/** How code is run; see `ProcessServer.concurrentExec`. */
export interface ExecOptions extends JobOptions {
  /** Variables that the code finds, by name; copied like arguments. */
  readonly locals?: Readonly<Record<string, unknown>>;
  /** Variable whose value at the end of the code is the rank's result; `result` by default. */
  readonly returnName?: string;
}

/** How a map job may be run. */
export interface MapOptions extends Omit<JobOptions, 'isolation' | 'onRankFailure' | 'retries'> {
  /** Number of ranks; 0 (default) means all processes. */
  readonly numProcs?: number;
  /** Shown the progress of the job; cancelling it cancels the job. */
  readonly task?: Task | null;
  /** What each call finds in `context.args`. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** How often and when an item that failed is tried again; never by default. One that waits for that holds no worker. */
  readonly retries?: number | RetryOptions;
  /** Longest time of one attempt at an item, from when it begins, in milliseconds. */
  readonly itemTimeoutMs?: number;
  /** Items that were done in an earlier run, as `[start, end)`: they are not called, and count as progress. */
  readonly done?: readonly ItemRange[];
  /** Items that wait until `MapFuture.release` opens them: `'all'`, or ranges `[start, end)`. */
  readonly blocked?: 'all' | readonly ItemRange[];
  /**
   * Called in this process with items as they are settled, some at a time: each item exactly once, before the Future
   * is set. Items of {@link done} are not told, and of a job whose Future fails only those that were settled before.
   * What it throws is shown as a warning and has no other effect. A payload shares its memory with others: copy it to
   * keep it for long.
   */
  readonly onItems?: (items: readonly SettledItem[]) => unknown;
  /**
   * `false`: the values are not kept, for jobs of very many items that are taken by {@link onItems}. The Future then
   * gives only the items that failed.
   */
  readonly keepResults?: boolean;
}

/** With more items than this the results as objects would not fit into the memory of this process. */
const mostResults = 10_000_000;
/** States of more items than this would not fit into one array. */
const mostItems = 2 ** 30;

/**
 * Checks the options of a map job that are about its items.
 *
 * @throws RangeError, TypeError when one makes no sense
 */
export function checkItemOptions(length: number, { done, blocked, keepResults }: MapOptions): void {
  if (length > mostItems) {
    throw new RangeError(
      `A map job can have at most ${mostItems} items, not ${length}. Cut it into several jobs, or let callProcessFunc call a target once per process, which costs nothing per index.`,
    );
  }
  if (length > mostResults && keepResults !== false) {
    throw new RangeError(
      `The results of ${length} items cannot be kept: at most ${mostResults} can. Take them with onItems, and set keepResults: false.`,
    );
  }
  for (const [name, ranges] of [
    ['done', done],
    ['blocked', blocked === 'all' ? [] : blocked],
  ] as const) {
    for (const [start, end] of ranges ?? []) checkRange(name, start, end, length);
  }
}

/** @throws RangeError when `[start, end)` is no part of the items */
export function checkRange(name: string, start: number, end: number, length: number): void {
  if (Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= length) return;
  throw new RangeError(
    `${name} takes ranges [start, end) of whole numbers within the ${length} items, not [${start}, ${end}].`,
  );
}

/** How commands may be run. Their memory is not limited. */
export type RunOptions = Omit<MapOptions, 'args' | 'from' | 'memoryMiB'>;

/** @throws RangeError, TypeError for a number that is none, a limit that nothing could keep, an environment that cannot be */
export function checkLimits(options: Omit<JobOptions, 'retries'> & { readonly itemTimeoutMs?: number }): void {
  const policy: string | undefined = options.onRankFailure;
  if (policy !== undefined && policy !== 'wait' && policy !== 'cancel')
    throw new RangeError(`onRankFailure must be one of wait, cancel, not ${policy}.`);
  if (options.priority !== undefined) requirePriority(options.priority);
  const { recycleAfter } = options;
  if (recycleAfter !== undefined && !(Number.isInteger(recycleAfter) && recycleAfter > 0))
    throw new RangeError(`recycleAfter must be an integer of at least 1, not ${recycleAfter}.`);
  checkEnv(options.env ?? {});
  for (const [name, unit] of [
    ['timeoutMs', 'milliseconds'],
    ['itemTimeoutMs', 'milliseconds'],
    ['memoryMiB', 'MiB'],
    ['maxResultMiB', 'MiB'],
  ] as const) {
    const value = options[name];
    if (value !== undefined && !(value > 0))
      throw new RangeError(`${name} must be a positive number of ${unit}, not ${value}.`);
  }
}

function checkEnv(env: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || /[=\0]/.test(name))
      throw new TypeError(`env has a variable called ${JSON.stringify(name)}; a name is not empty and has no "=".`);
    if (typeof value !== 'string' || value.includes('\0'))
      throw new TypeError(`env.${name} must be a text without NUL characters.`);
  }
}
