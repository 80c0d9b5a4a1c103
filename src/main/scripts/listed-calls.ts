import type { PlannedJob } from '../../shared/plan';
import type { JobIndex } from '../job-index';
import type { ListedJob } from '../listed-job';
import { outlineParts } from '../outline-parts';

/** Jobs that a script has asked its server for: they belong to the run of their script. */
export function callsOf(index: JobIndex, { role, entry }: ListedJob): readonly ListedJob[] {
  if (role !== 'script' || entry === null) return [];
  return index.ofRun(entry.run).filter((job) => job.role === 'call');
}

/** The script that has asked for a job; undefined for a job of another kind. */
export function scriptOf(index: JobIndex, { role, entry }: ListedJob): ListedJob | undefined {
  if (role !== 'call' || entry === null) return undefined;
  return index.ofRun(entry.run).find((job) => job.role === 'script');
}

/** What stands for the plan of a job that only its script knows. */
export const callPlan = (file: string, id: string, label: string, range: number): PlannedJob => ({
  ...outlineParts,
  kind: 'target',
  key: id,
  id,
  label,
  file,
  range,
  target: label,
  partitionArgs: [],
  hash: '',
});
