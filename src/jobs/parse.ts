import { dirname, resolve } from 'node:path';
import { type JobFile, jobFileSchema } from '../shared/job-file';
import { checkJobs } from './check';
import type { BuiltinTargets } from './check-builtin';
import { newChecker } from './checker';
import { withoutExtensions } from './extensions';
import { type FullJob, fullJobs, idsOf } from './full-job';
import { type FileArgs, withArgs } from './job-args';
import { inOrder, type Problem } from './problem';
import { describeIssues } from './sentences';
import { readQuickly, readSource, type Source } from './source';

export { formatProblems, JobFileError, type Problem, problemCodes } from './problem';

/** A job file that is valid by itself. Nothing has been looked up yet: no glob expanded, no module touched. */
export interface ParsedJobFile {
  /** As the person named it; problems say this. */
  readonly file: string;
  /** Absolute path of the folder that paths in the file are relative to. */
  readonly folder: string;
  readonly text: string;
  readonly jobFile: JobFile;
  /** Its jobs with the defaults filled in. */
  readonly jobs: readonly FullJob[];
  /** Finds the place of a value, for problems that come up later. */
  readonly source: Source;
}

export type ParseResult =
  | { readonly ok: true; readonly jobFile: ParsedJobFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParseOptions {
  /** The built-in targets by name, so that a wrong name or argument is told at its place. Unchecked when left out. */
  readonly builtins?: BuiltinTargets;
  /** Arguments that jobs get as if they stood in the file. */
  readonly args?: FileArgs;
}

/**
 * Reads and checks a job file. Never executes anything, and refuses hostile files quickly.
 *
 * A file without mistakes is mostly read without positions, which take most of the time; the first mistake makes it be
 * read again with them.
 *
 * @param text the whole file
 * @param file its path, absolute or relative to the working directory
 * @returns the file, or all its problems in the order of their places
 */
export function parseJobFile(text: string, file: string, options: ParseOptions = {}): ParseResult {
  const clean = text.startsWith('\ufeff') ? text.slice(1) : text;
  return (
    parseQuickly(clean, file, options) ?? parseWith(readSource(clean, file), clean, file, options, (source) => source)
  );
}

/**
 * The same for data that has been gathered in another way than from a text, such as a form.
 *
 * @param source the data; problems are made by it
 * @param file path of the job file that the data would be; paths in it are relative to its folder
 */
export function parseJobData(source: Source, file: string, options: ParseOptions = {}): ParseResult {
  return parseWith({ source, problems: [] }, '', file, options, () => source);
}

/** Undefined when the file has a mistake, or is written in a way that only the full reader reads. */
function parseQuickly(text: string, file: string, options: ParseOptions): ParseResult | undefined {
  const quick = readQuickly(text, file);
  if (!quick) return undefined;
  const stop = new Error('There is a problem, and its place is not known.');
  const give = (): never => {
    throw stop;
  };
  const source: Source = { value: quick.value, problemAt: give, lineOf: give };
  try {
    // Problems that come up later, with what the file names, still find their places.
    return parseWith({ source, problems: [] }, text, file, options, () => quick);
  } catch (error) {
    if (error === stop) return undefined;
    throw error;
  }
}

function parseWith(
  { source, problems }: ReturnType<typeof readSource>,
  text: string,
  file: string,
  { builtins, args = {} }: ParseOptions,
  keep: (source: Source) => Source,
): ParseResult {
  if (!source) return { ok: false, problems: inOrder(problems) };
  // A file without the letters has no such key, unless they are written as escapes.
  const written = /x-|\\/.test(text) ? withoutExtensions(source.value) : source.value;
  const ids = idsOf(written);
  const data = withArgs(written, args, ids);
  const checked = jobFileSchema.safeParse(data);
  const issues = checked.success ? [] : checked.error.issues;
  const found = [...problems, ...describeIssues(issues, source)];
  const jobs = fullJobs(data, checked.data, issues);
  checkJobs(newChecker(file, source, builtins, jobs, ids, found));
  if (found.length > 0 || !checked.success) return { ok: false, problems: inOrder(found) };
  return {
    ok: true,
    jobFile: { file, folder: dirname(resolve(file)), text, jobFile: checked.data, jobs, source: keep(source) },
  };
}
