import { ProcessionError } from '../core/errors';
import type { PlannedJob, PlannedTargetJob } from './plan';

/** What the runner of this version cannot do yet, in the words of the job file. */
function missing(job: PlannedJob): string[] {
  const uses: Readonly<Record<string, boolean>> = {
    [job.kind]: job.kind !== 'target',
    needs: job.needs.length > 0,
    schedule: job.kind === 'target' && (job.schedule.kind !== 'static' || job.schedule.chunk !== null),
    env: Object.keys(job.env).length > 0,
    cwd: job.cwd !== '.',
    memory: job.memoryMiB !== null,
    recycleAfter: job.recycleAfter !== null,
    jobTimeout: job.jobTimeoutMs !== null,
    retries: job.retries.max > 0,
    onFailure: job.onFailure.then !== 'continue',
  };
  return Object.keys(uses).filter((name) => uses[name]);
}

export function canRun(job: PlannedJob): job is PlannedTargetJob {
  return job.kind === 'target' && missing(job).length === 0;
}

/** The same for scripts. */
export const scriptsCannotRunYet = 'A script cannot be run yet: this version only checks it.';

/** The one refusal of what is valid and planned, but has no runner yet. */
export function cannotRunYet(job: PlannedJob): ProcessionError {
  const names = missing(job).map((name) => `"${name}"`);
  return new ProcessionError(
    'ERR_NOT_YET',
    `A job with ${names.join(', ')} cannot be run yet: this version validates and plans it, and runs nothing of it.`,
  );
}
