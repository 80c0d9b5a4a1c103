import type { ErrorInfo } from './engine-info';

/*
 * Runs as the history keeps them and the window shows them: plain data that survives structured clone. Times are
 * milliseconds since the epoch.
 */

/** Where a run stands. `interrupted`: whoever ran it is gone, and it can be resumed. */
export type RunState = 'queued' | 'running' | 'interrupted' | 'paused' | 'done' | 'failed' | 'cancelled';

/** Where a job of a run stands. `skipped`: what it needs did not come about. */
export type StoredJobState = 'queued' | 'running' | 'interrupted' | 'done' | 'failed' | 'cancelled' | 'skipped';

/** How an item ended. */
export type ItemState = 'done' | 'failed' | 'skipped' | 'cancelled';

/** What another process asks of the one that owns a run. */
export type RunRequest = 'pause' | 'cancel';

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
  /** Its place in the queue: among runs of the same priority the smaller goes first. Not a whole number, as a rule. */
  readonly position: number;
  /** Taken off the list of the queue; it stays in the history. */
  readonly isCleared: boolean;
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
  /** A person has paused it: it does not begin when its run goes on, until it is resumed. */
  readonly isHeld: boolean;
}

/** `failed`: by how many items and jobs have. */
export type RunSort = 'order' | 'created' | 'started' | 'ended' | 'name' | 'state' | 'duration' | 'failed';

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
  /** The whole name of one of its targets. */
  readonly targetIs?: string;
  readonly file?: string;
  readonly endedBefore?: number;
  readonly ids?: readonly number[];
  /** Whether it has been taken off the list of the queue. */
  readonly isCleared?: boolean;
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

/** A run with its jobs, without anything that is large. */
export interface RunOutline extends RunRow {
  /** In the order in which they go. */
  readonly jobList: readonly StoredJob[];
}

export interface RunOutlinePage {
  readonly rows: readonly RunOutline[];
  readonly total: number;
}

/** All runs that fit a query. */
export interface RunKeys {
  /** Their numbers, in the order that was asked for. */
  readonly ids: Float64Array;
  /** How many would fit in each state, whichever states were asked for. */
  readonly counts: Readonly<Record<RunState, number>>;
}

/** A line of the history: a run, and of its jobs what tells it from others. */
export interface RunLine extends RunRow {
  /** What its first job is called; the name is that of the file. */
  readonly label: string;
  /** What its first jobs run, each once. */
  readonly targets: readonly string[];
  /** Why the first job of it that failed did, in one line. */
  readonly failure: string | null;
}

/** Something that many runs have in common, and how many. */
export interface RunFacet {
  readonly value: string;
  readonly runs: number;
}

/** What runs can be told apart by. */
export interface RunFacets {
  /** Absolute paths of job files. */
  readonly files: readonly RunFacet[];
  readonly targets: readonly RunFacet[];
}
