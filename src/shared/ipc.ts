import type { ActionId } from './actions';
import type { JobState, ProcInfo, RankInfo } from './engine-info';
import { type DesktopRequests, desktopRequestNames } from './ipc-desktop';
import { type FormRequests, formRequestNames } from './ipc-form';
import { type HistoryNews, type HistoryRequests, historyRequestNames } from './ipc-history';
import {
  type OpeningRequests,
  openingRequestNames,
  type PreloadRequests,
  preloadRequestNames,
  type RecentFile,
  type Told,
} from './ipc-opening';
import { type Notice, type QueueEntry, type QueueRequests, type QueueStatus, queueRequestNames } from './ipc-queue';
import { type ScriptRequests, scriptRequestNames } from './ipc-script';
import type { ItemDetail, ItemPage, ItemQuery, ItemTally, RunErrors } from './items';
import type { LiveUpdate } from './live';
import type { PlannedJob } from './plan';
import type { RangePiece, RangeSelection, RangeUpdate, RangeView, Timeline } from './range';
import type { ResultRef, ResultView, TablePage, TreeHits, TreePage, TreePath } from './result';

import type { LogPage, ThroughputData } from './run';
import { type SettingsRequests, settingsRequestNames } from './settings';

/**
 * Everything that the window and the main process say to each other.
 *
 * Main owns the state. The window asks for one `Snapshot`, then applies `Delta`s in order of `seq`: every delta says
 * what changed since the one before. Rows are small and cover the whole queue; ranks, arguments and errors come only
 * for the one job that the window watches, and results only when they are asked for, so that what travels stays small
 * whatever the queue holds.
 */

/**
 * Where a job of the queue stands. `ready`: listed and never submitted. `pausing`: what it is at is being ended.
 * `paused`: it does nothing until it is resumed. `interrupted`: whoever ran it is gone. The rest is the engine's.
 */
export type RowState = 'ready' | JobState | 'skipped' | 'pausing' | 'paused' | 'interrupted';

/** Whether a job was submitted and has not ended: it can be cancelled, and cannot be run again yet. */
export const isActive = (state: RowState): boolean =>
  state !== 'ready' && state !== 'done' && state !== 'failed' && state !== 'cancelled' && state !== 'skipped';

/** A job as the queue shows it. Times are milliseconds since the epoch. */
export interface JobRow {
  /** Number of the job in this window's list; never used twice. */
  readonly key: number;
  /** The job file that it came from, see {@link FileEntry.key}. */
  readonly fileKey: number;
  /** `id` in the job file. */
  readonly id: string;
  /** What it does: calls a function once per process, or once per item, or runs a command per item. */
  readonly kind: PlannedJob['kind'];
  /** A job of a job file, a script, or (`call`) a job that a script has asked its server for. */
  readonly role: 'job' | 'script' | 'call';
  /** Of a `call`: where its script stands; else null. */
  readonly scriptState: RowState | null;
  /** What a script says that it is at. */
  readonly step: string | null;
  readonly label: string;
  /** Target as the job file names it, or the command. */
  readonly target: string;
  readonly state: RowState;
  /** Number of indices. */
  readonly range: number;
  /** Finished indices; never decreases during a run. */
  readonly progress: number;
  /** Of jobs that work item by item: how many have failed, and more; null before a run. */
  readonly items: ItemTally | null;
  /** Number of ranks; 0 until the job has started. */
  readonly ranks: number;
  /** Items a second: smoothed while it runs, the average afterwards, null while nobody can tell. */
  readonly rate: number | null;
  readonly startedAt: number | null;
  /** When an index was finished last, or the work went on after a pause; null while nobody can tell. */
  readonly movedAt: number | null;
  readonly endedAt: number | null;
  /** The first error of its ranks in one line, also while others still work. */
  readonly failure: string | null;
  /** Where it stands in the queue; null while it has not been submitted. */
  readonly entry: QueueEntry | null;
  /** Place among the jobs of its run, or of its file. */
  readonly place: number;
}

/** What the window shows of the one job that it watches. */
export interface JobDetail {
  readonly key: number;
  readonly kind: PlannedJob['kind'];
  /** Ranks take piece after piece, instead of one part each. */
  readonly isChunked: boolean;
  /** Arguments from the job file, as JSON text. */
  readonly args: string;
  /** Number of ranks that the job file asks for; 0 is one for each worker. */
  readonly numProcs: number;
  readonly files: number | null;
  /** Where the result was or will be written. */
  readonly output: string | null;
  readonly ranks: readonly RankInfo[];
  /** Number of errors, see `getErrors`. */
  readonly errors: number;
  /** Why it did not begin, or was given up; null when there is nothing to say. */
  readonly reason: string | null;
  /** What it asks for besides its work, in words: only what is not as usual. */
  readonly settings: readonly (readonly [label: string, value: string])[];
  readonly hasResult: boolean;
  /** Why there is no result although the job is done; null when there is one, or the job returned nothing. */
  readonly resultNote: string | null;
  /** What ran it, when that was not this start of the app. */
  readonly versions: string | null;
  /** Counts up with every run of the job, so that the window knows when its copy of the result is old. */
  readonly run: number;
}

/** A mistake in a job file, with the line that it is on. Lines and columns count from 1. */
export interface FileProblem {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
  /** Text of the line, and how many characters of it the mistake covers. */
  readonly source: string;
  readonly length: number;
}

/** An opened job file; one with problems has no jobs in the queue. */
export interface FileEntry {
  readonly key: number;
  readonly path: string;
  readonly name: string;
  /** `name` in the job file, or null. */
  readonly title: string | null;
  readonly description: string | null;
  readonly problems: readonly FileProblem[];
  /** It comes from the New Job form and was never written; `path` is where it would be. */
  readonly unsaved?: true;
}

export interface AppInfo {
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
}

/** What Procession itself takes up beside the jobs, over some seconds. */
export interface EngineCost {
  /** Processor time of its main process, in percent of one core. */
  readonly cpuPercent: number;
  /** How long its main process is held up at a time, in milliseconds: the 99th percentile. */
  readonly delayMs: number;
  /** Of the time of the workers in use, the percentage that passed between parts of jobs; null when none was in use. */
  readonly betweenPercent: number | null;
}

/** All of the state; of a long list only the beginning, the rest comes with deltas. `seq` is the number of the last delta that it contains. */
export interface Snapshot {
  readonly seq: number;
  readonly files: readonly FileEntry[];
  readonly rows: readonly JobRow[];
  readonly workers: readonly ProcInfo[];
  readonly app: AppInfo;
  readonly queue: QueueStatus;
  readonly notices: readonly Notice[];
}

/** News of the watched job: all of it, or only how far its ranks are. */
export type DetailChange =
  | { readonly kind: 'full'; readonly detail: JobDetail }
  | { readonly kind: 'counts'; readonly key: number; readonly counts: readonly number[] };

/**
 * Which parts of the watched run have changed: each number grows with its part. The window fetches what it shows of
 * them, when it is ready for more.
 */
export interface RunPulse {
  readonly key: number;
  readonly run: number;
  /** The partial result, see `getLive`. */
  readonly live: number;
  /** Lines that it has printed, see `getLog`. */
  readonly log: number;
  /** What became of its indices, see `getRange`; with them its timeline and its throughput. */
  readonly range: number;
  /** Its items, see `getItems`; with them their errors and values. */
  readonly items: number;
}

/** What changed since the delta before. Rows replace rows of the same key; what else is there replaces what was. */
export interface Delta {
  readonly seq: number;
  readonly rows: readonly JobRow[];
  readonly removed: readonly number[];
  readonly files: readonly FileEntry[] | null;
  readonly workers: readonly ProcInfo[] | null;
  readonly detail: DetailChange | null;
  /** Of the watched job. */
  readonly pulse: RunPulse | null;
  readonly queue: QueueStatus | null;
  readonly notices: readonly Notice[] | null;
}

/** Code from outside the app that a person must agree to before it runs. */
export interface TrustQuestion {
  /** Stands for exactly what is shown here; what is agreed to is this, nothing else. */
  readonly ticket: string;
  readonly folder: string;
  readonly targets: readonly string[];
  /** Other code of the folder has been agreed to, or this code before it changed. */
  readonly isChanged: boolean;
}

/** Whether jobs have been submitted, or what must be answered first (then nothing was submitted). */
export type RunAnswer =
  | { readonly kind: 'submitted'; readonly keys: readonly number[] }
  | { readonly kind: 'needs-trust'; readonly questions: readonly TrustQuestion[] };

/** Calls from the window to main. The arguments of each are checked by a schema in main. */
export interface Requests
  extends FormRequests,
    HistoryRequests,
    QueueRequests,
    ScriptRequests,
    SettingsRequests,
    OpeningRequests,
    DesktopRequests,
    PreloadRequests {
  /** The state; forgets which job was watched. */
  getSnapshot: () => Snapshot;
  /** From now on deltas carry the details of this job, beginning with all of them. */
  watchJob: (key: number | null) => void;
  /** What a run came to; null when there is nothing, or not any more. */
  getResult: (ref: ResultRef) => ResultView | null;
  /** What is new of a run's partial result; with `fresh` all of it. Null when there is none. */
  getLive: (ref: ResultRef, fresh: boolean) => LiveUpdate | null;
  /** News of the range of a run; with `fresh` all of the view. Null while the run has none, or when it is not kept. */
  getRange: (ref: ResultRef, view: RangeView, fresh: boolean) => RangeUpdate | null;
  /** What is known of one index of the range. */
  getPiece: (ref: ResultRef, index: number) => RangePiece | null;
  /** How many indices of `[start, end)` are in which state. */
  getSelection: (ref: ResultRef, start: number, end: number) => RangeSelection | null;
  /** What ranks worked on between two times, in milliseconds since the epoch. */
  getTimeline: (ref: ResultRef, from: number, to: number) => Timeline | null;
  /** Lines that a run has printed, from a number on. */
  getLog: (ref: ResultRef, from: number) => LogPage | null;
  getThroughput: (ref: ResultRef) => ThroughputData | null;
  /** Items of a run that fit a query; null when there are none to be had, or when another query has come meanwhile. */
  getItems: (ref: ResultRef, query: ItemQuery) => ItemPage | null;
  getItem: (ref: ResultRef, index: number) => ItemDetail | null;
  getErrors: (ref: ResultRef) => RunErrors;
  /** Rows of a table of a result, from `offset` on; `view` is the place of the table among the views. */
  getTablePage: (ref: ResultRef, view: number, offset: number) => TablePage | null;
  /** Children of a value of a result. */
  getTreePage: (ref: ResultRef, path: TreePath, offset: number, limit: number) => TreePage | null;
  /** Looks for a text in a result; ends a search that is still under way. */
  searchResult: (ref: ResultRef, text: string) => TreeHits | null;
  /** Puts a value of a result, or the source text that gets it, on the clipboard; resolves to why not, or null. */
  copyResult: (ref: ResultRef, path: TreePath, what: 'path' | 'value') => string | null;
  runJobs: (keys: readonly number[]) => RunAnswer;
  cancelJobs: (keys: readonly number[]) => void;
  /** Answers trust questions with yes, for this session. */
  trust: (tickets: readonly string[]) => void;
  /** Shows the system's dialog; resolves to the key of the first opened file, null when none was chosen. */
  openFileDialog: () => number | null;
  openExamples: () => number | null;
  /** Reads a file of the list again; resolves to its key. */
  reloadFile: (fileKey: number) => number | null;
  /** Takes a file and its jobs off the list; jobs of it that run are left. */
  closeFile: (fileKey: number) => void;
  copyText: (text: string) => void;
  /** Asks for a place with the system's dialog and writes a text there; resolves to its path, null when none was chosen. */
  saveText: (name: string, text: string) => string | null;
}

/** Messages from main to the window. */
export interface Events {
  delta: Delta;
  /** Chosen in the menu; the window knows what is selected. */
  command: ActionId;
  /** A file was opened from outside (command line, second instance): show it. */
  reveal: number;
  /** Something that the person should know, and need not answer. */
  told: Told;
  /** The recent files have changed. */
  recent: readonly RecentFile[];
  /** What Procession itself takes up, about once in two seconds while jobs run; null when none does any more. */
  cost: EngineCost | null;
  /** The history has changed; only while it is watched. */
  history: HistoryNews;
}

export type RequestName = keyof Requests;
export type EventName = keyof Events;

/** Each request by name; main registers a handler for each, the preload a function for each. */
export const requestNames = [
  'getSnapshot',
  'watchJob',
  'getResult',
  'getLive',
  'getRange',
  'getPiece',
  'getSelection',
  'getTimeline',
  'getLog',
  'getThroughput',
  'getItems',
  'getItem',
  'getErrors',
  'getTablePage',
  'getTreePage',
  'searchResult',
  'copyResult',
  'runJobs',
  'cancelJobs',
  'trust',
  'openFileDialog',
  'openExamples',
  'reloadFile',
  'closeFile',
  'copyText',
  'saveText',
  ...formRequestNames,
  ...historyRequestNames,
  ...queueRequestNames,
  ...scriptRequestNames,
  ...settingsRequestNames,
  ...openingRequestNames,
  ...desktopRequestNames,
  ...preloadRequestNames,
] as const satisfies readonly RequestName[];

/** Name of the channel that carries a request or an event. */
export const channelOf = (name: RequestName | EventName): string => `procession:${name}`;

/** What the preload gives to the page as `window.procession`. */
export type Bridge = {
  readonly [N in Exclude<RequestName, keyof PreloadRequests>]: (
    ...args: Parameters<Requests[N]>
  ) => Promise<ReturnType<Requests[N]>>;
} & {
  /** Calls `listener` for each event; returns a function that ends it. */
  readonly onDelta: (listener: (delta: Delta) => void) => () => void;
  readonly onCommand: (listener: (command: ActionId) => void) => () => void;
  readonly onReveal: (listener: (fileKey: number) => void) => () => void;
  readonly onTold: (listener: (told: Told) => void) => () => void;
  readonly onCost: (listener: (cost: EngineCost | null) => void) => () => void;
  readonly onRecent: (listener: (files: readonly RecentFile[]) => void) => () => void;
  readonly onHistory: (listener: (news: HistoryNews) => void) => () => void;
};
