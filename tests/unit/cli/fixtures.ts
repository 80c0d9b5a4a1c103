import type { PlannedTargetJob } from '../../../src/jobs/plan';
import type { JobInfo, RankInfo, ServerEvent } from '../../../src/shared/engine-info';
import { plannedJob } from '../planned-job';

/** A job of 50 items, changed as a test needs it. */
export function plan(changes: Partial<PlannedTargetJob> = {}): PlannedTargetJob {
  return plannedJob({ label: 'Count', target: 'builtin:x', range: 50, numProcs: 4, ...changes });
}

const bounds: readonly (readonly [number, number])[] = [
  [0, 12],
  [12, 25],
  [25, 37],
  [37, 50],
];

/** The server's event that job 7 runs on four ranks, with these counts. */
export function running(
  counts: readonly number[] = [0, 0, 0, 0],
  changes: Partial<JobInfo> = {},
): Extract<ServerEvent, { type: 'job' }> {
  const ranks = bounds.map(
    ([start, end], index): RankInfo => ({
      index,
      pid: 100 + index,
      start,
      end,
      chunks: 1,
      assigned: end - start,
      count: counts[index] ?? 0,
      state: 'running',
    }),
  );
  const progress = counts.reduce((sum, count) => sum + count, 0);
  return {
    type: 'job',
    job: {
      id: 7,
      label: 'Count',
      state: 'running',
      valRange: 50,
      total: 4,
      progress,
      priority: 0,
      ranks,
      queuedAt: 0,
      startedAt: 1000,
      ...changes,
    },
  };
}

/** The server's event of progress of job 7. */
export function progress(counts: readonly number[]): ServerEvent {
  return { type: 'progress', jobId: 7, progress: counts.reduce((sum, count) => sum + count, 0), counts };
}
