import { dirname, resolve } from 'node:path';
import { isRecord } from '../shared/is-record';
import { type JobFile, jobFileSchema, jobSchema } from '../shared/job-file';
import { checkJobs, idOf, type NumberedJob } from './check';
import type { BuiltinTargets } from './check-builtin';
import { inOrder, type Problem } from './problem';
import { describeIssues } from './sentences';
import { readSource, type Source } from './source';

export { formatProblems, JobFileError, type Problem, problemCodes } from './problem';

/** A job file that is valid by itself. Nothing has been looked up yet: no glob expanded, no module touched. */
export interface ParsedJobFile {
  /** As the person named it; problems say this. */
  readonly file: string;
  /** Absolute path of the folder that paths in the file are relative to. */
  readonly folder: string;
  readonly text: string;
  readonly jobFile: JobFile;
  /** Finds the place of a value, for problems that come up later. */
  readonly source: Source;
}

export type ParseResult =
  | { readonly ok: true; readonly jobFile: ParsedJobFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParseOptions {
  /** The built-in targets by name, so that a wrong name or argument is told at its place. Unchecked when left out. */
  readonly builtins?: BuiltinTargets;
}

/**
 * Reads and checks a job file. Never executes anything, and refuses hostile files quickly.
 *
 * @param text the whole file
 * @param file its path, absolute or relative to the working directory
 * @returns the file, or all its problems in the order of their places
 */
export function parseJobFile(text: string, file: string, options: ParseOptions = {}): ParseResult {
  const clean = text.startsWith('\ufeff') ? text.slice(1) : text;
  const { source, problems } = readSource(clean, file);
  if (!source) return { ok: false, problems: inOrder(problems) };
  const data = withoutExtensions(source.value);
  const checked = jobFileSchema.safeParse(data);
  const issues = checked.success ? [] : checked.error.issues;
  const found = [
    ...problems,
    ...describeIssues(issues, source),
    ...checkJobs(soundJobs(data), idsOf(data), { file, source, builtins: options.builtins }),
  ];
  if (found.length > 0 || !checked.success) return { ok: false, problems: inOrder(found) };
  return { ok: true, jobFile: { file, folder: dirname(resolve(file)), text: clean, jobFile: checked.data, source } };
}

/** The jobs that can be checked further although others in the file are wrong: a person wants all errors at once. */
function soundJobs(file: unknown): NumberedJob[] {
  return jobsOf(file).flatMap((entry, index) => {
    const checked = jobSchema.safeParse(entry);
    return checked.success ? [{ index, job: checked.data }] : [];
  });
}

function idsOf(file: unknown): string[] {
  return jobsOf(file).map((entry, index) =>
    idOf(isRecord(entry) && typeof entry.id === 'string' ? { id: entry.id } : {}, index),
  );
}

function jobsOf(file: unknown): readonly unknown[] {
  return isRecord(file) && Array.isArray(file.jobs) ? file.jobs : [];
}

/** Takes out the keys that begin with `x-`, where the format has keys of its own; never inside `args`. */
function withoutExtensions(file: unknown): unknown {
  const top = withoutX(file);
  if (!isRecord(top) || !Array.isArray(top.jobs)) return top;
  const jobs = jobsOf(top).map((entry) => {
    const job = withoutX(entry);
    if (!isRecord(job)) return job;
    return {
      ...job,
      ...(isRecord(job.range) && { range: withoutX(job.range) }),
      ...(isRecord(job.output) && { output: withoutX(job.output) }),
    };
  });
  return { ...top, jobs };
}

function withoutX(value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-'))) : value;
}
