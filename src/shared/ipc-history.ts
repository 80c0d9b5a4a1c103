import type { RunAnswer } from './ipc';
import type { ErrorGroup } from './items';
import type { ResultRef } from './result';
import type { RunFacets, RunKeys, RunLine, RunOutline, RunState } from './stored-run';

/*
 * What the window and the main process say to each other about the history: part of the contract in ipc.ts. The list
 * travels as the numbers of all runs that fit; lines come for those in sight.
 */

export const historySorts = ['created', 'duration', 'failed', 'name'] as const;
export type HistorySort = (typeof historySorts)[number];

/** Which runs, and in which order. Times are milliseconds since the epoch. */
export interface HistoryQuery {
  /** Words that must all appear in name, file, labels or targets. */
  readonly text: string;
  /** None stands for all. */
  readonly states: readonly RunState[];
  readonly since: number | null;
  readonly until: number | null;
  readonly target: string | null;
  readonly file: string | null;
  /** Only those that ended before. */
  readonly endedBefore: number | null;
  readonly sort: HistorySort;
  readonly descending: boolean;
}

/** A run with everything that is told of it at once. */
export interface HistoryRun extends RunOutline {
  /** The job file's text as it was. */
  readonly source: string;
  /** What was to be done, as JSON; null when it cannot be read any more, or is too long to be shown. */
  readonly plan: string | null;
  readonly isDefinitionLost: boolean;
  /** What was asked for beyond the file, as JSON; empty when nothing was. */
  readonly args: string;
  readonly versions: readonly (readonly [name: string, version: string])[];
}

/** A line of what a job has printed. */
export interface HistoryLogLine {
  readonly at: number;
  readonly rank: number;
  readonly isError: boolean;
  readonly text: string;
}

/** What is kept of one job, in bounded parts. */
export interface HistoryJob {
  readonly errors: readonly ErrorGroup[];
  /** How many items have failed that are not among these errors. */
  readonly moreErrors: number;
  /** Its last lines. */
  readonly log: readonly HistoryLogLine[];
  /** How many it has printed before them. */
  readonly earlierLines: number;
  /** The beginning of its result as text; null when none is kept. */
  readonly result: string | null;
  /** What is not shown of it, and why; null when there is nothing to say. */
  readonly resultNote: string | null;
}

export const exportKinds = ['runs-csv', 'jobs-csv', 'items-csv', 'json', 'trace'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** What has become of an export; null when the person chose no file. */
export type ExportAnswer =
  | { readonly ok: true; readonly path: string; readonly count: number }
  | { readonly ok: false; readonly problem: string }
  | null;

/** Runs that have changed or are gone. `all`: too many to say which. */
export interface HistoryNews {
  readonly runs: readonly number[];
  readonly removed: readonly number[];
  readonly all: boolean;
}

/** Calls from the window to main about the history. Runs are named by their numbers. */
export interface HistoryRequests {
  /** Whether news of the history is wanted from now on. */
  watchHistory: (isWatched: boolean) => void;
  searchHistory: (query: HistoryQuery) => RunKeys;
  getHistoryLines: (runs: readonly number[]) => readonly RunLine[];
  getHistoryFacets: () => RunFacets;
  /** Null when it is not there any more. */
  getHistoryRun: (run: number) => HistoryRun | null;
  getHistoryJob: (run: number, job: string) => HistoryJob | null;
  /** Queues what runs did once more. */
  rerunHistory: (runs: readonly number[]) => RunAnswer;
  /** Has runs go on that were cut off, and works again on what failed of those that are over. */
  resumeHistory: (runs: readonly number[]) => RunAnswer;
  /** Puts a run on the list of the queue; resolves to the keys of its jobs there. */
  listHistoryRun: (run: number) => readonly number[];
  /** Removes runs with all that is kept of them; resolves to how many could be: what is worked on stays. */
  deleteHistory: (runs: readonly number[]) => number;
  /** Asks for a file and writes runs into it. */
  exportHistory: (kind: ExportKind, runs: readonly number[]) => ExportAnswer;
  /** The same with the trace of a job of the list, also while it runs. */
  exportTrace: (ref: ResultRef) => ExportAnswer;
}

export const historyRequestNames = [
  'watchHistory',
  'searchHistory',
  'getHistoryLines',
  'getHistoryFacets',
  'getHistoryRun',
  'getHistoryJob',
  'rerunHistory',
  'resumeHistory',
  'listHistoryRun',
  'deleteHistory',
  'exportHistory',
  'exportTrace',
] as const satisfies readonly (keyof HistoryRequests)[];
