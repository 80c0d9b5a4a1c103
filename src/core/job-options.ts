import type { RankFailurePolicy } from './job-machine';
import type { RetryOptions } from './retry';
import type { ScheduleSpec } from './schedule';
import type { Task } from './task';

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
  /**
   * Most that a rank may return, or emit at a time, in MiB; 64 by default. Typed arrays of more than 256 KiB do not
   * count: they do not travel in messages, and cost the server no time.
   */
  readonly maxResultMiB?: number;
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
export interface MapOptions extends Omit<JobOptions, 'isolation' | 'onRankFailure'> {
  /** Number of ranks; 0 (default) means all processes. */
  readonly numProcs?: number;
  /** Shown the progress of the job; cancelling it cancels the job. */
  readonly task?: Task | null;
  /** What each call finds in `context.args`. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** How often an item that failed is tried again; 0 by default. */
  readonly retries?: number;
  /** Longest time of one item, from when it begins, in milliseconds. */
  readonly itemTimeoutMs?: number;
}

/** @throws RangeError for a number that is none, or a limit that nothing could keep */
export function checkLimits(options: JobOptions & { readonly itemTimeoutMs?: number }): void {
  const policy: string | undefined = options.onRankFailure;
  if (policy !== undefined && policy !== 'wait' && policy !== 'cancel')
    throw new RangeError(`onRankFailure must be one of wait, cancel, not ${policy}.`);
  if (Number.isNaN(options.priority)) throw new RangeError('priority must be a number, not NaN.');
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
