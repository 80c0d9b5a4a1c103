import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { type PlannedJob, planVersion } from '../shared/plan';

/** A job that has everything but its hash. */
export type Unhashed<Job extends PlannedJob = PlannedJob> = Job extends PlannedJob ? Omit<Job, 'hash'> : never;

/**
 * What a job's results depend on, as plain data: two plans of it that are alike here give the same results as long as
 * modules, programs and input files have the same contents.
 */
export function definitionOf(job: Unhashed): Readonly<Record<string, unknown>> {
  const { kind, args, matrix, env, cwd, output } = job;
  const common = { kind, args, matrix, env, cwd, output };
  if (job.kind === 'run') return { ...common, argv: job.argv };
  // A folder that has moved with everything in it is no other definition.
  const target = job.target.startsWith('builtin:')
    ? job.target
    : relative(dirname(job.file), job.target).replaceAll('\\', '/');
  if (job.kind === 'map') return { ...common, target };
  const { partitionArgs, numProcs, schedule, range, items } = job;
  return { ...common, target, partitionArgs, numProcs, schedule, range, items };
}

/** Hash of a job's definition, as `PlannedJob.hash` describes it. */
export function hashJob(job: Unhashed): string {
  return hashText(`${planVersion} ${canonicalJson(definitionOf(job))}`);
}

/** What tells two texts apart, in 32 characters. */
export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** JSON with the keys of objects in order, so that the order in which something was written down does not count. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}
