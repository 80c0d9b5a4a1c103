import type { History, StoredRun } from '../history';
import { ResumeError } from '../runner/stored-runs';
import type { PlannedRun } from '../shared/plan';

/**
 * The last run of a job file.
 *
 * @throws ResumeError when there is none
 */
export async function lastRun(history: History, plan: PlannedRun): Promise<StoredRun> {
  const { rows } = await history.list({ file: plan.file, limit: 1 });
  const last = rows[0];
  if (!last) throw new ResumeError(`There is no earlier run of ${plan.file}; run it without --resume.`);
  return await findRun(history, last.id);
}

/** @throws ResumeError when there is none */
export async function findRun(history: History, id: number): Promise<StoredRun> {
  const stored = await history.get(id);
  if (!stored) throw new ResumeError(`There is no run ${id}; "procession list" shows those there are.`);
  return stored;
}
