import { toErrorInfo } from '../core/error-info';
import { JobCancelledError, JobTimeoutError, SiblingError } from '../core/errors';
import { checkResultMap, listResults } from '../core/results';
import type { ErrorInfo, JobInfo, ServerEvent } from '../shared/engine-info';
import { cannotRunYet, canRun } from './not-yet';
import { writeOutput } from './output';

import type { PlannedJob, PlannedTargetJob } from './plan';
import { ItemList } from './plan-items';
import { outputFileOf } from './plan-outputs';

/** What a job's run needs of a `ProcessServer`. */
export interface JobServer {
  readonly jobs: readonly JobInfo[];
  onEvent(listener: (event: ServerEvent) => void): () => void;
  prepareTarget(target: string, options: { signal?: AbortSignal }): Promise<{ readonly hasCombine: boolean }>;
  callProcessFunc(
    valRange: number,
    numProcs: number,
    task: null,
    target: string,
    args: readonly unknown[],
    kwargs: Record<string, unknown>,
    options: { label: string; priority: number; isolation: 'process'; signal?: AbortSignal; timeoutMs?: number },
  ): PromiseLike<Map<number, unknown>> & { readonly jobId: number };
}

/** An error of one rank; `rank` is null when it is the job's own: its target, its combining, its output. */
export interface JobError {
  readonly rank: number | null;
  readonly error: ErrorInfo;
}

/** How a job ended. Times are milliseconds since the epoch; `startedAt` is when its first rank could begin. */
export interface JobOutcome {
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly result?: unknown;
  /** The root failure first. */
  readonly errors: readonly JobError[];
  /** Path of the file that has been written. */
  readonly output?: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface RunJobOptions {
  /** Cancels the job, also while its output is being written. */
  readonly signal?: AbortSignal;
  /** Called once with the server's number of the job, as soon as it is queued. */
  readonly onStart?: (jobId: number) => void;
  /** Called with the server's number of the small job that combines the ranks' values, for its log. */
  readonly onCombine?: (jobId: number) => void;
}

/**
 * Runs one job: its ranks, then its target's `combine` when it has one, then writes its output.
 *
 * @returns how it ended; never rejects for a failure of the job itself
 */
export async function runJob(server: JobServer, job: PlannedJob, options: RunJobOptions = {}): Promise<JobOutcome> {
  const clock = { startedAt: Date.now() };
  const end = (rest: Omit<JobOutcome, 'startedAt' | 'endedAt'>): JobOutcome => ({
    ...rest,
    startedAt: clock.startedAt,
    endedAt: Date.now(),
  });
  try {
    if (!canRun(job)) throw cannotRunYet(job);
    const { hasCombine } = await server.prepareTarget(job.target, options.signal ? { signal: options.signal } : {});
    const parts = await runRanks(server, job, options, clock);
    const failures = failuresOf(parts);
    if (failures.length > 0) return end({ state: options.signal?.aborted ? 'cancelled' : 'failed', errors: failures });
    const values = listResults(parts);
    const result = hasCombine
      ? await combine(server, job, values, options, clock.startedAt)
      : values.length === 1
        ? values[0]
        : values;
    const path = outputFileOf(job);
    if (path === undefined || !job.output?.format) return end({ state: 'done', result, errors: [] });
    await writeOutput({ path, format: job.output.format }, result, options.signal);
    return end({ state: 'done', result, errors: [], output: path });
  } catch (error) {
    const cancelled = error instanceof JobCancelledError || options.signal?.aborted === true;
    return end({ state: cancelled ? 'cancelled' : 'failed', errors: [{ rank: null, error: toErrorInfo(error) }] });
  }
}

/** The job's ranks. `clock` gets the time at which they were started, which may be long after they were queued. */
async function runRanks(
  server: JobServer,
  job: PlannedTargetJob,
  options: RunJobOptions,
  clock: { startedAt: number },
): Promise<Map<number, unknown>> {
  const isList = job.items.kind !== 'count';
  const cut = [...(isList ? ['items'] : []), ...job.partitionArgs];
  const args = isList ? { ...job.args, items: new ItemList(job).slice(0, job.range) } : job.args;
  const future = server.callProcessFunc(
    job.range,
    job.numProcs,
    null,
    job.target,
    cut.length > 0 ? [] : [args],
    cut.length > 0 ? { ...args, partitionArgs: cut } : {},
    {
      ...optionsOf(job, options.signal),
      ...(job.timeoutMs !== null && { timeoutMs: job.timeoutMs }),
    },
  );
  const note = (info: JobInfo | undefined): void => {
    if (info?.startedAt !== undefined) clock.startedAt = info.startedAt;
  };
  const unsubscribe = server.onEvent((event) => {
    if (event.type === 'job' && event.job.id === future.jobId) note(event.job);
  });
  try {
    note(server.jobs.find((info) => info.id === future.jobId));
    options.onStart?.(future.jobId);
    return await future;
  } finally {
    unsubscribe();
  }
}

/** The target's `combine`, as a small job of its own on one worker: it is the target's code, so it never runs here. */
async function combine(
  server: JobServer,
  job: PlannedTargetJob,
  parts: readonly unknown[],
  options: RunJobOptions,
  startedAt: number,
): Promise<unknown> {
  const left = job.timeoutMs === null ? undefined : job.timeoutMs - (Date.now() - startedAt);
  if (left !== undefined && left <= 0) throw new JobTimeoutError(`The job took longer than ${job.timeoutMs} ms.`);
  const future = server.callProcessFunc(
    1,
    1,
    null,
    `${job.target}.combine`,
    [parts, job.args],
    {},
    {
      ...optionsOf(job, options.signal),
      label: `${job.label}: combine`,
      // The work is done: its result must not wait behind jobs that have not begun.
      priority: Number.MAX_SAFE_INTEGER,
      ...(left !== undefined && { timeoutMs: left }),
    },
  );
  options.onCombine?.(future.jobId);
  const combined = await future;
  checkResultMap(combined);
  return combined.get(0);
}

function optionsOf(
  job: PlannedJob,
  signal: AbortSignal | undefined,
): { label: string; priority: number; isolation: 'process'; signal?: AbortSignal } {
  return { label: job.label, priority: job.priority, isolation: 'process', ...(signal && { signal }) };
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
