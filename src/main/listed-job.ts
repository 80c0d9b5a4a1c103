import { basename, extname } from 'node:path';
import type { PlannedJob } from '../jobs/plan';
import { outputFileOf } from '../jobs/plan-outputs';
import { workText } from '../jobs/work-text';
import type { RankInfo } from '../shared/engine-info';
import type { JobDetail, JobRow, RankError, RowState } from '../shared/ipc';
import type { RateMeter } from './rate';

/** What one run of a job has come to so far. */
export interface JobRun {
  /** Number of the run; 0 before the first. */
  run: number;
  /** The engine's number for it, once submitted. */
  engineId: number | null;
  progress: number;
  ranks: readonly RankInfo[];
  meter: RateMeter | null;
  startedAt: number | null;
  endedAt: number | null;
  errors: readonly RankError[];
  result: unknown;
  output: string | null;
}

/** A job of the list: its plan, and its latest run. */
export interface ListedJob extends JobRun {
  readonly key: number;
  readonly fileKey: number;
  plan: PlannedJob;
  state: RowState;
}

/** A run that has not begun. */
export const newRun = (run: number): JobRun => ({
  run,
  engineId: null,
  progress: 0,
  ranks: [],
  meter: null,
  startedAt: null,
  endedAt: null,
  errors: [],
  result: undefined,
  output: null,
});

/** How the queue shows a job. */
export function toRow(job: ListedJob): JobRow {
  const { key, fileKey, plan, state, progress, startedAt, endedAt } = job;
  const first = errorsOf(job)[0];
  return {
    key,
    fileKey,
    id: plan.key,
    label: plan.label,
    target: plan.kind === 'run' ? workText(plan) : shortTarget(plan.target),
    state,
    range: plan.range,
    progress,
    ranks: job.ranks.length,
    rate: endedAt === null ? (job.meter?.rate ?? null) : averageRate(progress, startedAt, endedAt),
    startedAt,
    endedAt,
    failure:
      state !== 'cancelled' && first !== undefined ? firstLine(`${first.error.name}: ${first.error.message}`) : null,
  };
}

/** How the job view shows it. */
export function toDetail(job: ListedJob): JobDetail {
  const { key, plan, ranks, run } = job;
  return {
    key,
    args: JSON.stringify(plan.args, null, 2),
    numProcs: plan.numProcs,
    files: plan.items.kind === 'count' ? null : plan.range,
    output: job.output ?? (plan.output?.perItem ? plan.output.path : outputFileOf(plan)) ?? null,
    ranks,
    errors: errorsOf(job),
    hasResult: job.state === 'done' && job.result !== undefined,
    run,
  };
}

/** What is known of failures: a rank's own as soon as it has failed, while the others still work. */
function errorsOf(job: ListedJob): readonly RankError[] {
  if (job.endedAt !== null) return job.errors;
  return job.ranks.flatMap(({ index, error }) => (error === undefined ? [] : [{ rank: index, error }]));
}

/** A target without the folders before its module: `builtin:name`, `count.ts#count`. */
function shortTarget(target: string): string {
  const hash = target.lastIndexOf('#');
  if (hash < 0) return target;
  const module = target.slice(0, hash);
  return extname(module) === '' ? target : `${basename(module)}${target.slice(hash)}`;
}

function averageRate(count: number, startedAt: number | null, endedAt: number): number | null {
  return startedAt === null || endedAt <= startedAt || count === 0 ? null : (count / (endedAt - startedAt)) * 1000;
}

const firstLine = (text: string): string => text.split('\n', 1)[0]?.slice(0, 300) ?? '';
