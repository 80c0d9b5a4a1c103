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
  const { kind, args, matrix, env, cwd } = job;
  // The keys are in order here, so that writing this down needs no sorting.
  const output = job.output && { format: job.output.format, path: job.output.path, perItem: job.output.perItem };
  if (job.kind === 'run') return { args, argv: job.argv, cwd, env, kind, matrix, output };
  // A folder that has moved with everything in it is no other definition.
  const target = job.target.startsWith('builtin:')
    ? job.target
    : relative(dirname(job.file), job.target).replaceAll('\\', '/');
  if (job.kind === 'map') return { args, cwd, env, kind, matrix, output, target };
  const { items, numProcs, partitionArgs, range } = job;
  const schedule = { chunk: job.schedule.chunk, kind: job.schedule.kind };
  return { args, cwd, env, items, kind, matrix, numProcs, output, partitionArgs, range, schedule, target };
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
  return JSON.stringify(inOrder(value));
}

/** The same value with all keys in order; itself where they are already, as they mostly are. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const element: unknown = value[index];
      if (typeof element !== 'object') continue;
      const sorted = inOrder(element);
      if (sorted === element) continue;
      copy ??= [...(value as readonly unknown[])];
      copy[index] = sorted;
    }
    return copy ?? value;
  }
  const record = value as Readonly<Record<string, unknown>>;
  let copy: Record<string, unknown> | undefined;
  let last = '';
  for (const key in record) {
    if (key < last) return sortedCopy(record);
    last = key;
    const inner = record[key];
    const sorted = typeof inner === 'object' ? inOrder(inner) : inner;
    if (sorted === inner) continue;
    copy ??= { ...record };
    copy[key] = sorted;
  }
  return copy ?? value;
}

function sortedCopy(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}
