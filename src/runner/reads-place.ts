import { readFile } from 'node:fs/promises';
import type { PlannedJob } from '../shared/plan';
import { moduleFilesOf } from './module-hash';

/** `context.index`, `context['index']`, or `index` taken out of an object: in its parameters, as a rule. */
const reading = /\.\s*index\b|\[\s*["'`]index["'`]\s*\]|[{,]\s*index\s*[,:}=]/;

/**
 * Whether a function that is called once per item may look at the place of its item (`context.index`): then an item
 * that has another place now may come to something else. It is seen by the text of its module and of what that imports
 * by relative paths, so it may be a false alarm, which costs time; what a package does with the context is not seen.
 */
export async function readsPlace(job: PlannedJob): Promise<boolean> {
  if (job.kind !== 'map' || job.target.startsWith('builtin:')) return false;
  for (const path of await moduleFilesOf(job.target.slice(0, job.target.lastIndexOf('#'))))
    if (reading.test(await readFile(path, 'utf8').catch(() => ''))) return true;
  return false;
}
