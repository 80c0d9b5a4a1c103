import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblems, JobFileError, type Problem, parseJobFile } from '../../../src/jobs/parse';
import { type PlannedRun, planJobs } from '../../../src/jobs/plan';
import { plannedJob } from '../planned-job';

/**
 * The corpus of job files: each of `invalid` has beside it the text that a person reads about it, each of `valid` the
 * plan that it comes to. It drives the parser, the quick reader and the JSON Schema, so that they cannot drift apart.
 */
export type Corpus = 'invalid' | 'valid';

export interface CorpusFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** What it must come to, as a text. */
  readonly expected: string;
}

/** Built-in targets as the corpus knows them. */
export const builtins = new Map([
  [
    'mandelbrot',
    { args: { properties: { width: {}, xMin: { type: 'number' }, s: {}, text: {}, folded: {}, 'deep key': {} } } },
  ],
]);

export const folderOf = (corpus: Corpus): string => join(import.meta.dirname, corpus);

export function filesOf(corpus: Corpus): CorpusFile[] {
  const folder = folderOf(corpus);
  return readdirSync(folder)
    .filter((name) => /\.(yaml|json)$/.test(name))
    .map((name) => {
      const path = join(folder, name);
      const expected = readFileSync(path.replace(/\.\w+$/, '.txt'), 'utf8');
      return { name, path, text: readFileSync(path, 'utf8'), expected };
    });
}

/** Parses and plans a file. */
export async function check(text: string, path: string): Promise<PlannedRun | readonly Problem[]> {
  const parsed = parseJobFile(text, path, { builtins });
  if (!parsed.ok) return parsed.problems;
  try {
    return await planJobs(parsed.jobFile);
  } catch (error) {
    if (error instanceof JobFileError) return error.problems;
    throw error;
  }
}

/** What a person reads about a file, or its plan; both without the folder that it happens to lie in. */
export async function textOf(text: string, path: string): Promise<string> {
  const result = await check(text, path);
  const shown = 'version' in result ? planText(result) : formatProblems(result, text);
  return `${shown.replaceAll(`${join(path, '..')}/`, '')}\n`;
}

/** A plan with one line for each field of a job that is not as in {@link plannedJob}. */
function planText({ jobs, ...run }: PlannedRun): string {
  const usual = new Map(Object.entries(plannedJob()).map(([field, value]) => [field, JSON.stringify(value)]));
  const lines = jobs.flatMap((job) => [
    job.key,
    ...Object.entries(job)
      .map(([field, value]) => [field, JSON.stringify(value)] as const)
      .filter(([field, value]) => field !== 'key' && value !== usual.get(field))
      .map(([field, value]) => `  ${field}: ${value}`),
  ]);
  return [JSON.stringify(run), ...lines].join('\n');
}
