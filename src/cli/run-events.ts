import type { SettledItem } from '../core/items/item-result';
import type { JobOutcome } from '../runner/outcome';
import type { LogLine } from '../shared/engine-info';
import type { PlannedJob } from '../shared/plan';

/** One rank of a running job: `[start, end)` is its part, `count` the items that it has finished. */
export interface RankView {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** Where a job of the run stands, as far as a person sees it. */
export type JobPhase = 'waiting' | 'running' | 'ended';

/** A script (`script`), or a job that a script has asked its server for (`call`). */
export type ScriptJob = Named<'script'> | Named<'call'>;

interface Named<Kind extends string> {
  readonly kind: Kind;
  /** Path of the script. */
  readonly file: string;
  /** Unique in the run. */
  readonly key: string;
}

/** One job of the run. */
export interface JobView {
  /** What it is; the same object from its beginning to its end. */
  readonly plan: PlannedJob | ScriptJob;
  /** What people see. */
  readonly label: string;
  /** Number of its items or indices, or whatever a script counts; 0 while unknown. */
  readonly range: number;
  readonly phase: JobPhase;
  /** Items finished over all ranks; of a script, how far it says it is. */
  readonly progress: number;
  readonly ranks: readonly RankView[];
  /** Items that have failed for good. */
  readonly failed: number;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  /** What was finished when, over the last seconds; oldest first. */
  readonly samples: readonly Sample[];
  readonly outcome?: JobOutcome;
}

export interface Sample {
  readonly at: number;
  readonly progress: number;
}

/** How the run as a whole ended. */
export interface RunSummary {
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly exitCode: number;
  readonly ms: number;
}

/** What happens in a run, in order; what a reporter tells. */
export type RunEvent =
  | { readonly type: 'run.start'; readonly jobs: readonly JobView[]; readonly numProcs: number }
  | { readonly type: 'job.start'; readonly job: JobView }
  | { readonly type: 'job.progress'; readonly job: JobView }
  | { readonly type: 'log'; readonly job: JobView; readonly lines: readonly LogLine[] }
  /** Items of a job that works item by item have ended, each once. */
  | { readonly type: 'items'; readonly job: JobView; readonly items: readonly SettledItem[] }
  | { readonly type: 'job.end'; readonly job: JobView; readonly outcome: JobOutcome }
  | { readonly type: 'run.end'; readonly summary: RunSummary };

/** Tells a person or a program what happens. `jobs` are all jobs of the run as they stand after the event. */
export interface Reporter {
  report(event: RunEvent, jobs: readonly JobView[]): void;
  /** Shows a line about the run itself; a reporter without this leaves it to standard error. */
  note?(line: string): void;
  /** Gives the terminal back; called exactly once, also when the run breaks off. */
  close(): void;
}
