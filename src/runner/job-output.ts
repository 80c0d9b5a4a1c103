import { writeOutput } from '../jobs/output';
import { outputFileOf } from '../jobs/plan-outputs';
import type { PlannedJob } from '../shared/plan';

/**
 * Writes the job's result to its file, if it has one that Procession writes.
 *
 * @returns the file's path
 * @throws OutputError, JobCancelledError
 */
export async function fileOutput(job: PlannedJob, result: unknown, signal: AbortSignal): Promise<string | undefined> {
  if (!job.output || job.output.perItem) return undefined;
  const path = outputFileOf(job);
  const { format } = job.output;
  if (path === undefined) return undefined;
  if (format !== null) await writeOutput({ path, format }, result, signal);
  return path;
}
