import type { ErrorInfo } from '../shared/engine-info';
import type { JobEnd } from './run-machine';

/**
 * An error of a job. `rank` or `item` say whose it is; neither does when it is the job's own: its target, its
 * combining, its output.
 */
export interface JobError {
  readonly rank: number | null;
  /** Place of the item in the range. */
  readonly item?: number;
  readonly error: ErrorInfo;
}

/** How the items of a job have ended. Those of an earlier start of the run count as well. */
export interface ItemTotals {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How a job ended. Times are milliseconds since the epoch; `startedAt` is when its first rank could begin. */
export interface JobOutcome {
  readonly state: JobEnd;
  readonly result?: unknown;
  /** The root failure first; of the items only the first thousand. */
  readonly errors: readonly JobError[];
  /** Only for jobs that work item by item. */
  readonly items?: ItemTotals;
  /** Why it did not begin, or was given up. */
  readonly reason?: string;
  /** Path of the file that has been written; with a file for each item, the folder of the first. */
  readonly output?: string;
  readonly startedAt: number;
  readonly endedAt: number;
}
