import type { ErrorInfo } from '../../shared/engine-info';
import { reviveError, toErrorInfo } from '../error-info';
import { TargetLoadError, WorkerDiedError } from '../errors';
import type { JobOutcome } from './job-life';
import { jobFailure, keepsCrashing, nextAttemptDelay } from './retry';
import { remakeJob, type ServerJob } from './server-job';

/**
 * Makes a job ready for another attempt when its retries say so. Of one that keeps crashing it notes that it is given up.
 *
 * @returns the pause before the attempt in milliseconds, undefined when there is none
 */
export function prepareAttempt(job: ServerJob, outcome: JobOutcome): number | undefined {
  const failure = jobFailure(outcome, job.machine.ranks);
  const delayMs = job.mayRetry ? nextAttemptDelay(job.retries, job.attempt, failure) : undefined;
  if (delayMs === undefined) return undefined;
  if (failure?.kind === 'crash') job.deaths.push(performance.now());
  if (keepsCrashing(job.deaths)) job.crashLoop = crashLoop(job, outcome);
  if (job.crashLoop || !remakeJob(job, job.machine.total)) return undefined;
  job.attempt += 1;
  delete job.startedAt;
  return delayMs;
}

/** What a job fails with that is not tried again, whatever its retries say. */
function crashLoop(job: ServerJob, outcome: JobOutcome): Error {
  const last = outcome.kind === 'rejected' ? outcome.error : job.machine.error && reviveError(job.machine.error);
  const message = `Job ${job.id} (${job.label}) keeps crashing: it died in ${job.deaths.length} attempts, five of them within 10 s, and is not tried again.${last ? ` The last time: ${last.message}` : ''}`;
  return new WorkerDiedError(message, { cause: last });
}

/** What a job fails with whose process died while it looked for the target. */
export function loadDeath(job: ServerJob, error: ErrorInfo): ErrorInfo {
  const message = `The target of job ${job.id} (${job.label}) ended its process while it was loading. ${error.name}: ${error.message}`;
  return { ...toErrorInfo(new TargetLoadError(message, { cause: reviveError(error) })), phase: 'loading' };
}
