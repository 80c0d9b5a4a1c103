import type { ServerJob } from '../jobs/server-job';
import type { SettledItem } from './item-result';

/** Tells whoever has submitted a map job of items that have been settled. What goes wrong there is not the job's business. */
export function tellItems(job: ServerJob, items: readonly SettledItem[]): void {
  const warn = (error: unknown): void => {
    if (job.hasWarned) return;
    job.hasWarned = true;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.emitWarning(`onItems of job ${job.id} (${job.label}) threw, and what it was told may be lost. ${reason}`, {
      code: 'PROCESSION_ON_ITEMS',
    });
  };
  try {
    const outcome: unknown = job.onItems?.(items);
    if (outcome instanceof Promise) outcome.catch(warn);
  } catch (error) {
    warn(error);
  }
}
