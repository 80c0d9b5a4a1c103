import type { JobOptions } from '../core/jobs/job-options';
import type { PlannedJob } from '../shared/plan';

/** What the engine is told about any kind of job. */
export function engineOptions(
  job: PlannedJob,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Omit<JobOptions, 'retries' | 'isolation' | 'timeoutMs'> {
  const { kind, chunk } = job.schedule;
  return {
    label: job.label,
    priority: job.priority,
    schedule: chunk === null ? kind : { kind, chunk },
    signal,
    env,
    ...(job.memoryMiB !== null && { memoryMiB: job.memoryMiB }),
    ...(job.recycleAfter !== null && { recycleAfter: job.recycleAfter }),
  };
}
