import { readFile, stat } from 'node:fs/promises';
import { formatProblems, JobFileError, type Problem, parseJobFile } from '../jobs/parse';
import { type PlannedJob, planJobs } from '../jobs/plan';
import { maxBytes } from '../jobs/source';
import { builtinTargets } from '../workers/targets';

/** Job files that are all valid, or what is wrong with them. */
export type Loaded =
  | { readonly ok: true; readonly files: readonly LoadedFile[] }
  | {
      readonly ok: false /** For the person. */;
      readonly text: string /** Whether nothing but target modules is missing. */;
      readonly onlyTargets: boolean;
    };

export interface LoadedFile {
  readonly file: string;
  readonly jobs: readonly PlannedJob[];
}

/** Reads, checks and looks up job files. Executes nothing. Tells the problems of all files, not only of the first. */
export async function loadJobFiles(files: readonly string[]): Promise<Loaded> {
  const loaded = await Promise.all(files.map(loadJobFile));
  const failed = loaded.filter((file) => !file.ok);
  if (failed.length > 0) {
    return {
      ok: false,
      text: failed.map((file) => file.text).join('\n\n'),
      onlyTargets: failed.every((file) => file.problems.every(({ code }) => code === 'E208')),
    };
  }
  return { ok: true, files: loaded.filter((file) => file.ok) };
}

type LoadedOne =
  | ({ readonly ok: true } & LoadedFile)
  | { readonly ok: false; readonly text: string; readonly problems: readonly Problem[] };

async function loadJobFile(file: string): Promise<LoadedOne> {
  const text = await readText(file);
  if (typeof text !== 'string') return refused([text], '');
  const parsed = parseJobFile(text, file, { builtins: builtinTargets });
  if (!parsed.ok) return refused(parsed.problems, text);
  try {
    return { ok: true, file, jobs: await planJobs(parsed.jobFile) };
  } catch (error) {
    if (error instanceof JobFileError) return refused(error.problems, error.text);
    throw error;
  }
}

function refused(problems: readonly Problem[], text: string): LoadedOne {
  return { ok: false, problems, text: formatProblems(problems, text) };
}

async function readText(file: string): Promise<string | Problem> {
  const unreadable = (message: string): Problem => ({ file, line: 1, column: 1, length: 1, code: 'E001', message });
  try {
    const { size } = await stat(file);
    if (size > maxBytes)
      return {
        ...unreadable('The file is larger than 1 MiB. Keep data in files of their own and name them in "range".'),
        code: 'E002',
      };
    return await readFile(file, 'utf8');
  } catch (error) {
    return unreadable(sentenceOf(error instanceof Error && 'code' in error ? error.code : undefined));
  }
}

function sentenceOf(code: unknown): string {
  switch (code) {
    case 'ENOENT':
      return 'There is no such file.';
    case 'EISDIR':
      return 'This is a folder, not a job file.';
    case 'EACCES':
    case 'EPERM':
      return 'The file may not be read by you.';
    default:
      return `The file cannot be read${typeof code === 'string' ? ` (${code})` : ''}.`;
  }
}
