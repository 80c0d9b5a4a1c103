import { toErrorInfo } from '../core/error-info';
import { JobCancelledError, SiblingError } from '../core/errors';
import type { JobOptions } from '../core/jobs/job-options';
import { listResults } from '../core/results';
import { ItemList } from '../jobs/plan-items';
import type { PlannedTargetJob } from '../shared/plan';
import { combineValues } from './combine';
import { engineOptions } from './engine-options';
import { JobClock } from './job-clock';
import { fileOutput } from './job-output';
import type { JobError, JobOutcome } from './outcome';
import type { JobStart, RunningJob } from './running-job';

/** Starts a job whose target is called once per process. */
export function startTargetJob(start: JobStart & { readonly job: PlannedTargetJob }): RunningJob {
  const cancelled = new AbortController();
  let jobId: number | undefined;
  let isHeld = false;
  const { server } = start;
  return {
    outcome: runTarget(
      {
        ...start,
        onQueued: (id, part) => {
          if (part === 'work') jobId = id;
          if (part === 'work' && isHeld) server.jobQueue.hold(id);
          start.onQueued(id, part);
        },
      },
      cancelled.signal,
    ),
    // Items of other jobs open nothing here, and there is nothing smaller than the whole that could be left out.
    release: () => undefined,
    skip: () => undefined,
    finish: () => undefined,
    pause: () => {
      isHeld = true;
      if (jobId !== undefined) server.jobQueue.hold(jobId);
    },
    resume: () => {
      isHeld = false;
      if (jobId !== undefined) server.jobQueue.release(jobId);
    },
    cancel: (reason) => cancelled.abort(reason),
  };
}

async function runTarget(
  start: JobStart & { readonly job: PlannedTargetJob },
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { server, job } = start;
  const clock = new JobClock(server, job.jobTimeoutMs, signal);
  const end = (rest: Omit<JobOutcome, 'startedAt' | 'endedAt'>): JobOutcome => ({ ...rest, ...clock.stop() });
  try {
    const { hasCombine } = await server.prepareTarget(job.target, { signal: clock.signal });
    const parts = await callTarget(start, clock);
    const failures = failuresOf(parts);
    if (failures.length > 0) return end({ state: signal.aborted ? 'cancelled' : 'failed', errors: failures });
    const values = listResults(parts);
    const result = hasCombine
      ? await combineValues(start, job.target, values, clock)
      : values.length === 1
        ? values[0]
        : values;
    const output = await fileOutput(start, result, clock.signal);
    return end({ state: 'done', result, errors: [], ...(output !== undefined && { output }) });
  } catch (error) {
    const reason: unknown = clock.hasTimedOut ? clock.timeoutError : error;
    const isCancelled = !clock.hasTimedOut && (reason instanceof JobCancelledError || signal.aborted);
    return end({
      state: isCancelled ? 'cancelled' : 'failed',
      errors: [{ rank: null, error: toErrorInfo(reason) }],
      ...(isCancelled && typeof signal.reason === 'string' && { reason: signal.reason }),
    });
  }
}

async function callTarget(
  { server, job, ranks, env, onQueued }: JobStart & { readonly job: PlannedTargetJob },
  clock: JobClock,
): Promise<Map<number, unknown>> {
  const items = new ItemList(job);
  const hasItems = job.items.kind !== 'count';
  const cut = [...(hasItems ? ['items'] : []), ...job.partitionArgs];
  const args = hasItems ? { ...job.args, items: items.slice(0, items.length) } : job.args;
  const options: JobOptions = {
    ...engineOptions(job, env, clock.signal),
    isolation: 'process',
    retries: job.retries,
    ...(job.timeoutMs !== null && { timeoutMs: job.timeoutMs }),
  };
  const future = server.callProcessFunc(
    job.range,
    ranks,
    null,
    job.target,
    cut.length > 0 ? [] : [args],
    cut.length > 0 ? { ...args, partitionArgs: cut } : {},
    options,
  );
  clock.follow(future.jobId);
  onQueued(future.jobId, 'work');
  return future;
}

/** The ranks' errors: first those that failed by themselves, then those that were only released because of them. */
function failuresOf(parts: ReadonlyMap<number, unknown>): JobError[] {
  const failures = [...parts]
    .filter((entry): entry is [number, Error] => entry[1] instanceof Error)
    .sort(([a], [b]) => a - b);
  const echoes = failures.filter(([, error]) => error instanceof SiblingError);
  const roots = failures.filter(([, error]) => !(error instanceof SiblingError));
  return [...roots, ...echoes].map(([rank, error]) => ({ rank, error: toErrorInfo(error) }));
}
