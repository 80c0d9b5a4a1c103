/**
 * What the engine says about itself: plain data that the window, the command line and scripts show.
 * Every value here survives structured clone and JSON.
 */

/** Where a job stands. `cancelling` lasts until its last rank has really stopped. */
export type JobState = 'queued' | 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';

/** Where one rank of a job stands. `lost` means that its process died under it. */
export type RankState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'lost';

/** An error as plain data: what a person needs to see, and what `reviveError` needs to rebuild it. */
export interface ErrorInfo {
  /** Class name, for example `TypeError`. */
  readonly name: string;
  readonly message: string;
  /** `code` of the error when it has one, for example `ERR_WORKER_DIED`. */
  readonly code?: string;
  /** Stack of the place where it was thrown, in the worker when it came from there. */
  readonly stack?: string;
  readonly cause?: ErrorInfo;
  /** What the program ended with, when the error is about one that has ended. */
  readonly exitCode?: number;
}

/**
 * One rank of a job. With a static schedule `[start, end)` is its part of the range; else the chunk that it was given
 * last, the `chunks`-th. `assigned` counts the items that it was given so far, `count` those that it has finished.
 */
export interface RankInfo {
  readonly index: number;
  /** Process id while and after it runs; null before. */
  readonly pid: number | null;
  readonly start: number;
  readonly end: number;
  readonly chunks: number;
  readonly assigned: number;
  readonly count: number;
  readonly state: RankState;
  readonly error?: ErrorInfo;
}

/** One job of the server. Times are milliseconds since the epoch. */
export interface JobInfo {
  readonly id: number;
  readonly label: string;
  readonly state: JobState;
  /** Number of indices: the range is `[0, valRange)`. */
  readonly valRange: number;
  /** Number of ranks. */
  readonly total: number;
  /** Items finished over all ranks; never decreases, never exceeds `valRange`. */
  readonly progress: number;
  readonly priority: number;
  readonly ranks: readonly RankInfo[];
  readonly queuedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Which attempt it is, when there was one before. */
  readonly attempt?: number;
  /** It waits and does not start until it is released. */
  readonly isHeld?: boolean;
  /** The root failure of a failed job. */
  readonly error?: ErrorInfo;
}

/** State of a worker slot. */
export type WorkerState = 'starting' | 'idle' | 'busy' | 'dead' | 'stopped';

/** One worker slot of the server. A slot keeps its number when its process is replaced. */
export interface ProcInfo {
  readonly slot: number;
  readonly pid: number | null;
  readonly state: WorkerState;
  /** Job that it works on, or null. */
  readonly jobId: number | null;
  /** How many times the slot's process has been replaced. */
  readonly restarts: number;
}

/** One line of output of a rank. */
export interface LogLine {
  readonly rank: number;
  readonly stream: 'log' | 'stdout' | 'stderr';
  readonly text: string;
}

/** What the server reports to listeners, in order. */
export type ServerEvent =
  | { readonly type: 'job'; readonly job: JobInfo }
  | { readonly type: 'progress'; readonly jobId: number; readonly progress: number; readonly counts: readonly number[] }
  /** Something that a rank has given out before its end, by `emit`. */
  | { readonly type: 'partial'; readonly jobId: number; readonly rank: number; readonly value: unknown }
  | { readonly type: 'log'; readonly jobId: number; readonly lines: readonly LogLine[] }
  /** The queue has changed: whether it is paused, and which jobs wait, in order; `held` are those that do not start. */
  | {
      readonly type: 'queue';
      readonly paused: boolean;
      readonly waiting: readonly number[];
      readonly held: readonly number[];
    }
  | { readonly type: 'worker'; readonly proc: ProcInfo };
