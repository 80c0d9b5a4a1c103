import type * as z from 'zod';
import { isRecord } from '../shared/is-record';
import { defaultsKeys, type JobDefaults, type JobFile, type JobSpec, jobSchema, workKeys } from '../shared/job-file';
import type { Path } from './source';

export type WorkKind = (typeof workKeys)[number];

/** A job with the file's defaults filled in, and where each of its fields stands. */
export interface FullJob {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly id: string;
  /** Its fields as far as they are valid by themselves. */
  readonly spec: JobSpec;
  /** Which of `target`, `map` and `run` are written in it. */
  readonly work: readonly WorkKind[];
  /** Whether a field is written in it, be it valid or not. */
  readonly has: (key: keyof JobSpec) => boolean;
  /** Where a field stands: in the job, or in the defaults. */
  readonly pathOf: (key: keyof JobSpec) => Path;
}

type Issue = z.core.$ZodIssue;

/**
 * The jobs of a file as far as they can be checked further although others, or fields of them, are wrong: a person
 * wants all errors at once.
 *
 * @param data the file, without what begins with `x-`
 * @param checked the whole file, if it is valid
 */
export function fullJobs(data: unknown, checked: JobFile | undefined, issues: readonly Issue[]): FullJob[] {
  const entries = jobsOf(data);
  const defaults = checked ? checked.defaults : soundDefaults(data, issues);
  const env = checked ? checked.env : undefined;
  const wrong = wrongKeys(issues);
  return entries.flatMap((entry, index): FullJob[] => {
    if (!isRecord(entry)) return [];
    const own = checked?.jobs[index] ?? soundPart(entry, wrong.get(index));
    const has = (key: string): boolean => Object.hasOwn(entry, key);
    const merged = { ...env, ...defaults?.env, ...own.env };
    return [
      {
        index,
        id: idOf(entry, index),
        spec: { ...defaults, ...own, ...(Object.keys(merged).length > 0 && { env: merged }) },
        work: workKeys.filter(has),
        has,
        pathOf: (key) =>
          !has(key) && defaults && Object.hasOwn(defaults, key) ? ['defaults', key] : ['jobs', index, key],
      },
    ];
  });
}

/** Ids of all jobs of a file, one for each entry. */
export function idsOf(data: unknown): string[] {
  return jobsOf(data).map((entry, index) => idOf(isRecord(entry) ? entry : {}, index));
}

function idOf(entry: Readonly<Record<string, unknown>>, index: number): string {
  return typeof entry.id === 'string' ? entry.id : `job-${index + 1}`;
}

function jobsOf(data: unknown): readonly unknown[] {
  return isRecord(data) && Array.isArray(data.jobs) ? data.jobs : [];
}

/** For each job the keys whose values are not valid, or that are unknown. */
function wrongKeys(issues: readonly Issue[]): Map<number, Set<string>> {
  const wrong = new Map<number, Set<string>>();
  for (const issue of issues) {
    const [top, index, key] = issue.path;
    if (top !== 'jobs' || typeof index !== 'number') continue;
    const keys = wrong.get(index) ?? new Set();
    wrong.set(index, keys);
    if (key !== undefined) keys.add(String(key));
    else if (issue.code === 'unrecognized_keys') for (const unknown of issue.keys) keys.add(unknown);
  }
  return wrong;
}

function soundPart(entry: Readonly<Record<string, unknown>>, wrong: ReadonlySet<string> | undefined): JobSpec {
  const left = Object.fromEntries(Object.entries(entry).filter(([key]) => !wrong?.has(key)));
  const checked = jobSchema.safeParse(left);
  return checked.success ? checked.data : {};
}

/** Of a file that is not valid, the defaults when they are. */
function soundDefaults(data: unknown, issues: readonly Issue[]): JobDefaults | undefined {
  if (!isRecord(data) || !isRecord(data.defaults) || issues.some(({ path }) => path[0] === 'defaults'))
    return undefined;
  const checked = jobSchema.safeParse(data.defaults);
  if (!checked.success) return undefined;
  return Object.fromEntries(Object.entries(checked.data).filter(([key]) => defaultsKeys.includes(key)));
}
