import type { JobOutcome } from '../runner/outcome';
import { RateMeter } from '../runner/tracking/rate';
import type { JobInfo } from '../shared/engine-info';
import { type ListedJob, movedState, noItems, tallyOf } from './listed-job';

/** Takes what the engine says of a job. */
export function takeJob(job: ListedJob, info: JobInfo, now: number): void {
  job.ranks = info.ranks;
  // A script says in its own words how far it is, and may begin to count something else.
  if (job.role === 'script') {
    if (info.progress !== job.progress || info.valRange !== job.extent) job.movedAt = now;
    job.extent = info.valRange;
    job.progress = info.progress;
    job.step = info.label === job.plan.label ? null : info.label;
  } else advance(job, info.progress, now);
  if (job.plan.kind !== 'target' || info.failed !== undefined) job.tally = tallyOf(info);
  if (info.startedAt !== undefined && job.startedAt === null) {
    job.startedAt = info.startedAt;
    job.meter = new RateMeter(now);
  }
  const state = movedState(job.state, info);
  if (state === 'running' && job.state !== 'running') {
    job.meter ??= new RateMeter(now);
    job.movedAt = now;
  }
  if (state === 'paused') job.meter = null;
  job.state = state;
}

/** Takes how far the engine says that a job is. */
export function takeProgress(job: ListedJob, progress: number, counts: readonly number[], now: number): void {
  advance(job, progress, now);
  job.ranks = job.ranks.map((rank, index) => ({ ...rank, count: Math.max(rank.count, counts[index] ?? 0) }));
  job.meter?.sample(job.progress, now);
}

/** Takes how a run of a job has ended. */
export function takeOutcome(job: ListedJob, outcome: JobOutcome): void {
  job.state = outcome.state;
  job.result = outcome.result;
  job.errors = outcome.state === 'cancelled' ? [] : outcome.errors;
  job.reason = outcome.reason ?? null;
  if (outcome.items !== undefined) {
    job.progress = outcome.items.done + outcome.items.failed + outcome.items.skipped;
    job.tally = { ...(job.tally ?? noItems), ...outcome.items };
  }
  job.output = outcome.output ?? null;
  job.startedAt ??= outcome.startedAt;
  job.endedAt = outcome.endedAt;
  job.meter = null;
  if (outcome.state === 'done') job.progress = job.extent ?? job.plan.range;
}

/** It never goes back. */
function advance(job: ListedJob, progress: number, now: number): void {
  if (progress <= job.progress) return;
  job.progress = progress;
  job.movedAt = now;
}
