import { isActive } from '../shared/ipc';
import type { PlannedJob } from '../shared/plan';
import type { ListedJob } from './listed-job';

/** What of the list can stand for a job that a file describes. */
export interface StandIns {
  /** The same one, which does nothing now. */
  readonly same: ListedJob | undefined;
  /** One that has been submitted and has not ended. */
  readonly active: ListedJob | undefined;
  /** One that was never submitted: the file describes another job by now. What has been submitted stays on the list. */
  readonly idle: ListedJob | undefined;
}

/** @param known jobs of the list with the same key */
export function standIns(known: readonly ListedJob[], plan: PlannedJob): StandIns {
  const idle = known.filter((job) => !isActive(job.state));
  return {
    same: idle.find((job) => isSame(job, plan)),
    active: known.find((job) => isActive(job.state)),
    idle: idle.find(({ entry }) => entry === null),
  };
}

/** Those that were never submitted, by their keys in the plan. */
export const readyJobs = (jobs: readonly ListedJob[]): ReadonlyMap<string, ListedJob> =>
  new Map(jobs.flatMap((job) => (job.state === 'ready' ? [[job.plan.key, job] as const] : [])));

/** Whether a listed job is the one that a file describes; of a stored one only its hash is known. */
const isSame = (job: ListedJob, plan: PlannedJob): boolean =>
  job.isOutline || job.role === 'script'
    ? job.plan.hash === plan.hash
    : JSON.stringify(job.plan) === JSON.stringify(plan);
