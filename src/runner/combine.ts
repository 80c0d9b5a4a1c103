import { JobTimeoutError } from '../core/errors';
import { checkResultMap } from '../core/results';
import { engineOptions } from './engine-options';
import type { JobClock } from './job-clock';
import type { JobStart } from './running-job';

/**
 * The target's `combine`, as a small job of its own on one worker: it is the target's code, so it never runs here.
 *
 * @throws what it throws
 */
export async function combineValues(
  { server, job, env, onQueued }: JobStart,
  target: string,
  values: readonly unknown[],
  clock: JobClock,
): Promise<unknown> {
  if (clock.hasTimedOut) throw new JobTimeoutError('The job had no time left to combine its values.');
  const future = server.callProcessFunc(
    1,
    1,
    null,
    `${target}.combine`,
    [values, job.args],
    {},
    {
      ...engineOptions(job, env, clock.signal),
      schedule: 'static',
      label: `${job.label}: combine`,
      isolation: 'process',
      // The work is done: its result must not wait behind jobs that have not begun.
      priority: Number.MAX_SAFE_INTEGER,
      ...(job.timeoutMs !== null && job.kind === 'target' && { timeoutMs: job.timeoutMs }),
    },
  );
  onQueued(future.jobId, 'combine');
  const combined = await future;
  checkResultMap(combined);
  return combined.get(0);
}
