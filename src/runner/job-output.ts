import { dirname, isAbsolute, resolve } from 'node:path';
import { isInside } from '../jobs/inside-folder';
import { OutputError, writeOutput } from '../jobs/output';
import { type ItemList, jobPlaceholders } from '../jobs/plan-items';
import { expandPlaceholders } from '../shared/placeholders';
import type { PlannedJob } from '../shared/plan';

/** Where a job's output goes, unless each item has a file of its own; an absolute path. */
export function outputPath(job: PlannedJob): string | null {
  if (!job.output || job.output.perItem) return null;
  return placed(job, expandPlaceholders(job.output.path, jobPlaceholders(job)));
}

/** Where the output of one item goes. */
export function itemOutputPath(job: PlannedJob, items: ItemList, index: number): string | null {
  return job.output?.perItem === true ? placed(job, expandPlaceholders(job.output.path, items.placeholders(index))) : null;
}

/**
 * Writes the job's result to its file, if it has one that Procession writes.
 *
 * @returns the file's path
 * @throws OutputError, JobCancelledError
 */
export async function fileOutput(job: PlannedJob, result: unknown, signal: AbortSignal): Promise<string | undefined> {
  const path = outputPath(job);
  const format = job.output?.format;
  if (path === null || !format) return undefined;
  await writeOutput({ path, format }, result, signal);
  return path;
}

/** The file may have no place outside of the folder, whatever the items are called. */
function placed(job: PlannedJob, path: string): string {
  const folder = dirname(job.file);
  const whole = resolve(folder, path);
  if (isAbsolute(path) || !isInside(folder, whole))
    throw new OutputError(`The output ${JSON.stringify(path)} lies outside of the job file's folder ${folder}.`);
  return whole;
}
