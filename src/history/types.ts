import type { ErrorInfo } from '../shared/engine-info';
import type { ItemCounts, ItemState, RunOutline, RunRequest, StoredJobState } from '../shared/stored-run';

export type {
  ItemCounts,
  ItemState,
  RunFacets,
  RunKeys,
  RunLine,
  RunOutline,
  RunOutlinePage,
  RunOwner,
  RunPage,
  RunQuery,
  RunRequest,
  RunRow,
  RunSort,
  RunState,
  StoredJob,
  StoredJobState,
} from '../shared/stored-run';

/*
 * What the history keeps and gives back: plain data that survives structured clone. Times are milliseconds since the
 * epoch; item numbers are places in the job's range, from 0.
 */

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
  /** `target`, `map`, `run` or `script`; the history only keeps it. A `call`, asked for by a script, counts as no job of the run. */
  readonly kind: string;
  readonly label: string;
  /** What runs, as people know it: `builtin:mandelbrot`, `count.mjs#count`, `convert`. */
  readonly target: string;
  /** Number of its items. */
  readonly total: number;
}

/** A run with everything but values and logs. */
export interface StoredRun extends RunOutline {
  readonly source: string;
  readonly plan: string;
  /** Source and plan were damaged on the disk: they are empty here, and the run cannot be worked on. */
  readonly isDefinitionLost: boolean;
  readonly args: unknown;
  readonly versions: unknown;
}

/** Some jobs of a run that has not begun, to become a run of their own. */
export interface RunSplit {
  readonly run: number;
  /** Keys of those that leave. */
  readonly keys: readonly string[];
  /** What is then to be done by the new run, and what is left to the old one: as in {@link NewRun}. */
  readonly moved: Pick<NewRun, 'plan' | 'hash'>;
  readonly rest: Pick<NewRun, 'plan' | 'hash'>;
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
  /** How long the last try of each took, in milliseconds, NaN where that is not known; left out when it is of none. */
  readonly durationsMs?: Float32Array;
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
