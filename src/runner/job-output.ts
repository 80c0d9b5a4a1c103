import { writeOutput } from '../jobs/output';
import { outputFileOf } from '../jobs/plan-outputs';
import type { OutputFormat } from '../shared/job-fields';
import type { JobStart } from './running-job';
import type { SecretMask } from './secrets';

/**
 * What is written of a result. Texts have secrets hidden, as in the history: else a run that was resumed, which takes
 * its earlier values from there, would write another file than one that was not. Arrays and pictures hold no texts.
 */
export function writtenResult(result: unknown, format: OutputFormat, mask: SecretMask): unknown {
  return format === 'npy' || format === 'png' ? result : mask.data(result);
}

/**
 * Writes the job's result to its file, if it has one that Procession writes.
 *
 * @returns the file's path
 * @throws OutputError, JobCancelledError
 */
export async function fileOutput(
  { job, mask }: Pick<JobStart, 'job' | 'mask'>,
  result: unknown,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!job.output || job.output.perItem) return undefined;
  const path = outputFileOf(job);
  const { format } = job.output;
  if (path === undefined) return undefined;
  if (format !== null) await writeOutput({ path, format }, writtenResult(result, format, mask), signal);
  return path;
}
