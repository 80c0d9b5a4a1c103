import type { OutputFormat } from './job-file';

/**
 * What a job file comes to once everything in it has been looked up: files found, tables read, matrices multiplied
 * out, defaults filled in. Plain JSON, so that it can be stored with a run and run again from there; nothing in it is
 * read from disk a second time.
 *
 * `src/jobs/plan-items.ts` gives the items one by one, `src/jobs/plan-json.ts` writes and reads a whole plan.
 */

/** Version of the form; a stored plan of another one cannot be read. */
export const planVersion = 1;

export interface PlannedRun {
  readonly version: typeof planVersion;
  /** Absolute path of the job file. */
  readonly file: string;
  /** Its `name`, and what it says it is for. */
  readonly name: string | null;
  readonly description: string | null;
  /** Most processes that all jobs together may use at a time; null: as many as there are. */
  readonly maxProcs: number | null;
  /** In the order of the file; a matrix's combinations follow each other. */
  readonly jobs: readonly PlannedJob[];
  /** Ids of the jobs that are switched off by `enabled: false`. They are not looked up and not in `jobs`. */
  readonly disabled: readonly string[];
}

/** `target`: called once per process. `map`: called once per item. `run`: a command per item. */
export type PlannedJob = PlannedTargetJob | PlannedMapJob | PlannedCommandJob;

export interface PlannedTargetJob extends PlannedCommon {
  readonly kind: 'target';
  /** `<absolute path>#<export>` or `builtin:<name>`. */
  readonly target: string;
  /** Names of args of which each rank gets its own part. */
  readonly partitionArgs: readonly string[];
}

export interface PlannedMapJob extends PlannedCommon {
  readonly kind: 'map';
  /** `<absolute path>#<export>` or `builtin:<name>`. */
  readonly target: string;
}

export interface PlannedCommandJob extends PlannedCommon {
  readonly kind: 'run';
  /** The program and its arguments, each with placeholders; never a shell line. */
  readonly argv: readonly string[];
}

interface PlannedCommon {
  /** Unique in its run and the same in the next one: the id, with a matrix `thumbs[size=100,mode=a]`. */
  readonly key: string;
  /** As written, or `job-1`, `job-2`, …; all combinations of a matrix have the same one. */
  readonly id: string;
  /** What people see. */
  readonly label: string;
  /** Absolute path of the job file; paths of `output` and `cwd` are relative to its folder. */
  readonly file: string;
  /** Number of indices, which is the number of items; at least 1. */
  readonly range: number;
  readonly items: PlannedItems;
  /** The arguments; for `target` and `map` with this combination's values of the matrix among them. */
  readonly args: Readonly<Record<string, unknown>>;
  /** This combination's values; empty without a matrix. */
  readonly matrix: Readonly<Record<string, MatrixValue>>;
  /** 0 means all processes. */
  readonly numProcs: number;
  readonly schedule: PlannedSchedule;
  /** Higher goes first. */
  readonly priority: number;
  /** What is added to the environment. Secrets are taken from Procession's own environment when the job runs. */
  readonly env: Readonly<Record<string, PlannedEnvValue>>;
  /** Working folder, relative to the job file's folder, with placeholders; `.` is that folder. */
  readonly cwd: string;
  /** Most memory that one process may take up, in MiB; null: no limit of its own. */
  readonly memoryMiB: number | null;
  /** A worker process is replaced after so many ranks or items; null: never because of this job. */
  readonly recycleAfter: number | null;
  /** Longest time of one attempt in milliseconds: of the job for `target`, of an item else; null: none. */
  readonly timeoutMs: number | null;
  /** Longest time from the job's start to its end, all attempts and pauses included, in milliseconds; null: none. */
  readonly jobTimeoutMs: number | null;
  /** Of the job for `target`, of each item else. */
  readonly retries: PlannedRetries;
  /** When the job is given up because items of it failed for good. `target` has no items that fail, so it goes on. */
  readonly onFailure: PlannedOnFailure;
  readonly needs: readonly PlannedNeed[];
  readonly output: PlannedOutput | null;
  /**
   * Hash over what the results depend on: what runs, with which arguments, environment and folder, and where the
   * output goes; for `target` also over the items, for `map` and `run` not, since each item has a result of its own.
   * The contents of modules, programs and input files are not in it.
   */
  readonly hash: string;
}

/**
 * What the indices stand for.
 *
 * `count`: item i is i. `numbers`: spans of `[first, step, count]`, one after the other. `values`: a list, or the lines
 * of a file. `files`: paths relative to the job file's folder, `/` between the parts. `rows`: those of a CSV file, a
 * text for each column.
 */
export type PlannedItems =
  | { readonly kind: 'count' }
  | { readonly kind: 'numbers'; readonly spans: readonly NumberSpan[] }
  | { readonly kind: 'values'; readonly values: readonly (string | number)[] }
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

export type NumberSpan = readonly [first: number, step: number, count: number];

export type MatrixValue = string | number | boolean;

export type PlannedEnvValue = string | { readonly secret: string };

export interface PlannedSchedule {
  readonly kind: 'static' | 'dynamic' | 'guided';
  /** Items in a chunk, for `guided` at least; null: chosen by the engine. */
  readonly chunk: number | null;
}

export interface PlannedRetries {
  /** How many more attempts there may be after the first. */
  readonly max: number;
  readonly backoff: 'none' | 'linear' | 'exponential';
  /** Pause before the second attempt, and the longest one, in milliseconds. */
  readonly delayMs: number;
  readonly maxDelayMs: number;
  /** Which part of each pause is left to chance, from 0 to 1. */
  readonly jitter: number;
  /** After what there is another attempt. */
  readonly on: readonly ('crash' | 'timeout' | 'error' | `exit:${number}`)[];
}

/**
 * `continue`: all items are worked on. `stop`: those that run are finished, no others begin. `abort`: those that run
 * are cancelled too. It happens once so many items have failed for good: `after` a number, or a percentage of all.
 */
export type PlannedOnFailure =
  | { readonly then: 'continue' }
  | { readonly then: 'stop' | 'abort'; readonly after: { readonly items: number } | { readonly percent: number } };

/**
 * When the job may begin: once the jobs `keys` have ended well (`success`), have ended with a failure (`failure`), or
 * have ended at all (`always`). `items`: its item i once item i of each of them is done.
 */
export interface PlannedNeed {
  readonly id: string;
  /** The needed job's, or those of all combinations of its matrix. */
  readonly keys: readonly string[];
  readonly when: 'success' | 'failure' | 'always' | 'items';
}

export interface PlannedOutput {
  /** Relative to the job file's folder, with placeholders. */
  readonly path: string;
  /** Null for a file that a command fills: by itself at `{out}`, or with what it writes to standard output. */
  readonly format: OutputFormat | null;
  /** Whether each item has a file of its own. */
  readonly perItem: boolean;
}
