import type { ErrorInfo } from '../shared/engine-info';

/*
 * What the history keeps and gives back: plain data that survives structured clone. Times are milliseconds since the
 * epoch; item numbers are places in the job's range, from 0.
 */

/** Where a run stands. `interrupted`: whoever ran it is gone, and it can be resumed. */
export type RunState = 'queued' | 'running' | 'interrupted' | 'paused' | 'done' | 'failed' | 'cancelled';

/** Where a job of a run stands. `skipped`: what it needs did not come about. */
export type StoredJobState = 'queued' | 'running' | 'interrupted' | 'done' | 'failed' | 'cancelled' | 'skipped';

/** How an item ended. */
export type ItemState = 'done' | 'failed' | 'skipped' | 'cancelled';

/** What another process asks of the one that owns a run. */
export type RunRequest = 'pause' | 'cancel';

/** A run to be queued. */
export interface NewRun {
  readonly name: string;
  /** Absolute path of the job file; null when there is none. */
  readonly file: string | null;
  /** The job file's text. */
  readonly source: string;
  /** What is to be done with everything looked up, as JSON. The history only keeps it. */
  readonly plan: string;
  /** Tells definitions apart: two runs with the same hash do the same. */
  readonly hash: string;
  /** What was asked for beyond the file (`--arg`, `--procs`). Never put secrets here. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Versions of Procession, Node, the platform, whatever helps to understand the run later. */
  readonly versions: Readonly<Record<string, string>>;
  /** Higher goes first; 0 when left out. */
  readonly priority?: number;
  /** `paused`: it waits until somebody lets it go. */
  readonly state?: 'queued' | 'paused';
  readonly jobs: readonly NewJob[];
}

export interface NewJob {
  /** Unique in the run. */
  readonly key: string;
  /** `target`, `map` or `run`; the history only keeps it. */
  readonly kind: string;
  readonly label: string;
  /** What runs, as people know it: `builtin:mandelbrot`, `count.mjs#count`, `convert`. */
  readonly target: string;
  /** Number of its items. */
  readonly total: number;
}

/** How many items have ended in which way. */
export type ItemCounts = Readonly<Record<ItemState, number>>;

/** A line of the list of runs. */
export interface RunRow {
  readonly id: number;
  readonly state: RunState;
  readonly name: string;
  readonly file: string | null;
  readonly hash: string;
  readonly priority: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** How often it was started or resumed. */
  readonly starts: number;
  readonly jobs: { readonly total: number; readonly done: number; readonly failed: number };
  readonly items: ItemCounts & { readonly total: number };
  readonly exitReason: string | null;
  readonly exitCode: number | null;
  readonly request: RunRequest | null;
  /** Who runs it now. */
  readonly owner: RunOwner | null;
}

export interface RunOwner {
  readonly pid: number;
  /** `window`, `cli`, whatever it said when it opened the history. */
  readonly kind: string;
  readonly isSelf: boolean;
}

/** A job as it is kept. */
export interface StoredJob {
  readonly key: string;
  readonly kind: string;
  readonly label: string;
  readonly target: string;
  readonly total: number;
  readonly state: StoredJobState;
  /** Items worked on, as last reported. */
  readonly progress: number;
  readonly items: ItemCounts;
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly error: ErrorInfo | null;
  /** Size of its result in bytes, null when there is none. `result()` gives the result itself. */
  readonly resultBytes: number | null;
  /** Whether the result was too large to be kept. */
  readonly isResultRefused: boolean;
  /** Path of the file that it wrote. */
  readonly output: string | null;
  /** Number of lines that it has logged, kept or not. */
  readonly logLines: number;
}

/** A run with everything but values and logs. */
export interface StoredRun extends RunRow {
  readonly source: string;
  readonly plan: string;
  /** Source and plan were damaged on the disk: they are empty here, and the run cannot be worked on. */
  readonly isDefinitionLost: boolean;
  readonly args: unknown;
  readonly versions: unknown;
  readonly jobList: readonly StoredJob[];
}

/** Items `[start, end)`. */
export type ItemRange = readonly [start: number, end: number];

/** What is left to do of a job. */
export interface JobRemainder {
  readonly key: string;
  readonly state: StoredJobState;
  readonly total: number;
  /** Items that have not ended, in order. */
  readonly missing: readonly ItemRange[];
  readonly counts: ItemCounts;
}

/** Items that ended in the same way. */
export interface SettledRange {
  readonly start: number;
  readonly end: number;
  readonly state: ItemState;
  readonly attempts: number;
  readonly error: ErrorInfo | null;
  readonly at: number;
}

/** Values of done items that follow each other, as `encodeValue` wrote them; undefined stands for itself. */
export interface SettledValues {
  readonly start: number;
  readonly values: readonly (Uint8Array | undefined)[];
}

/** A line of output. `rank` is the process's place in the job. */
export interface StoredLogLine {
  readonly at: number;
  readonly rank: number;
  readonly stream: 'log' | 'stdout' | 'stderr';
  readonly text: string;
}

/** What is kept of a job's output: its first and its last lines. */
export interface StoredLog {
  readonly head: readonly StoredLogLine[];
  /** Lines between head and tail that were not kept. */
  readonly dropped: number;
  readonly tail: readonly StoredLogLine[];
}

export type RunSort = 'order' | 'created' | 'started' | 'ended' | 'name' | 'state';

/** Which runs to list. Everything that is given must fit. */
export interface RunQuery {
  /** Words that must all appear in its name, file, labels or targets. */
  readonly text?: string;
  readonly states?: readonly RunState[];
  /** Created at or after. */
  readonly since?: number;
  /** Created before. */
  readonly until?: number;
  /** Part of the name of a target. */
  readonly target?: string;
  readonly file?: string;
  readonly ids?: readonly number[];
  /** `order`: as the queue works them off. The default is `created`, newest first. */
  readonly sort?: RunSort;
  readonly descending?: boolean;
  readonly offset?: number;
  /** At most so many; 100 when left out. */
  readonly limit?: number;
}

export interface RunPage {
  readonly rows: readonly RunRow[];
  /** How many there are on all pages. */
  readonly total: number;
}

/** Which ended runs to remove; a run goes when any of the limits says so. */
export interface PruneOptions {
  /** Those that ended before. */
  readonly endedBefore?: number;
  /** All but so many of the newest. */
  readonly keep?: number;
  /** The oldest, until the files take up at most so much. */
  readonly maxBytes?: number;
}

/** What somebody has to be told about the history itself. */
export type Notice =
  /** The file could not be used; it was kept under `movedTo`, and what could be read was taken over. */
  | {
      readonly type: 'set-aside';
      readonly reason: string;
      readonly movedTo: string;
      readonly salvagedRuns: number;
      readonly isComplete: boolean;
    }
  /** Whoever ran these is gone. */
  | { readonly type: 'interrupted'; readonly runs: readonly number[] };

/** What happens to the history while it is open. */
export type HistoryEvent =
  /** Runs that changed or went, by this process or another. `all`: too many to say which, so read the list again. */
  | {
      readonly type: 'changed';
      readonly runs: readonly number[];
      readonly removed: readonly number[];
      readonly all: boolean;
    }
  /** Nothing can be written (a full disk, as a rule). Stop handing out work: what is recorded waits in memory. */
  | { readonly type: 'stalled'; readonly reason: string }
  /** It can be written again, and what waited is kept. */
  | { readonly type: 'resumed' }
  /** Another process owns the run now: what this one still reports about it is refused. */
  | { readonly type: 'lost'; readonly run: number }
  /** The owner of a run is asked for something. */
  | { readonly type: 'request'; readonly run: number; readonly request: RunRequest }
  /** The database was damaged while it was open. Nothing more is written; the next start keeps it aside. */
  | { readonly type: 'damaged'; readonly reason: string }
  | Notice;
