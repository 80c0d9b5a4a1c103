import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { DraftCheck, DraftProblem, JobDraft, RangePreview } from '../../shared/job-draft';
import { jobSchema } from '../../shared/job-file';
import type { BuiltinTargets } from '../check-builtin';
import { type DataSource, dataSource } from '../data-source';
import { expandRange } from '../expand-range';
import { Lookups } from '../lookups';
import { parseJobData } from '../parse';
import { type PlannedRun, planJobs } from '../plan';
import { JobFileError, type Problem } from '../problem';
import { jobFileText } from './draft-yaml';
import { fieldOf } from './field-of';
import { type ArgSchemas, type JobEntry, jobOfDraft } from './job-of-draft';
import { previewOf } from './range-preview';

export interface DraftContext {
  readonly builtins: BuiltinTargets & ArgSchemas;
  /** Absolute path of the folder of a draft that names none; it may not be there yet. */
  readonly defaultFolder: string;
  /** Whether a job file of that path is there already, on disk or in the queue. */
  readonly isTaken: (path: string) => boolean;
}

/** A draft looked at from all sides; `run` is the plan when nothing is wrong. */
export interface CheckedDraft extends DraftCheck {
  readonly run: PlannedRun | null;
  /** Absolute. */
  readonly folder: string;
}

/**
 * Checks a draft with the parser and the planner of job files, in whose words its mistakes are told. Reads folders and
 * files of data, executes nothing and writes nothing.
 */
export async function checkDraft(draft: JobDraft, context: DraftContext): Promise<CheckedDraft> {
  const entry = jobOfDraft(draft, context.builtins);
  const folder = draft.fields.folder.trim() || context.defaultFolder;
  const path = freePath(folder, entry.id, context.isTaken);
  const problems = [...entry.problems, ...folderProblems(folder, context.defaultFolder)];
  const source = dataSource({ version: 1, jobs: [entry.job] }, path);
  const found = await planned(source, path, context.builtins);
  for (const problem of found.problems) {
    const { code, message } = problem;
    problems.push({ field: fieldOf(source.pathOf(problem), draft), code, message });
  }
  const job = found.run?.jobs[0];
  const looked = job === undefined ? await rangeAlone(entry, folder, draft) : previewOf(job.items, job.range);
  const range = looked !== null && 'count' in looked ? looked : null;
  if (looked !== null && 'message' in looked) problems.push(looked);
  return {
    problems: once(problems),
    range,
    yaml: jobFileText(
      entry.job,
      usesPaths(draft) ? `Paths are relative to this file; it belongs into ${folder}` : null,
    ),
    path,
    exports: await exportsOf(draft, folder),
    run: problems.length === 0 ? found.run : null,
    folder,
  };
}

interface Found {
  readonly run: PlannedRun | null;
  readonly problems: readonly Problem[];
}

async function planned(source: DataSource, path: string, builtins: BuiltinTargets): Promise<Found> {
  const parsed = parseJobData(source, path, { builtins });
  if (!parsed.ok) return { run: null, problems: parsed.problems };
  try {
    return { run: await planJobs(parsed.jobFile), problems: [] };
  } catch (error) {
    if (error instanceof JobFileError) return { run: null, problems: error.problems };
    throw error;
  }
}

function folderProblems(folder: string, defaultFolder: string): DraftProblem[] {
  const problem = (message: string): DraftProblem[] => [{ field: 'folder', code: 'E214', message }];
  if (!isAbsolute(folder)) return problem(`The folder must be a whole path, not ${JSON.stringify(folder)}.`);
  // The default one is made when it is needed.
  if (folder === defaultFolder || statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return [];
  return problem(`The folder ${JSON.stringify(folder)} is not there.`);
}

/** What the range comes to, or what is wrong with what it names, although other fields are wrong. */
async function rangeAlone(
  { job }: JobEntry,
  folder: string,
  draft: JobDraft,
): Promise<RangePreview | DraftProblem | null> {
  const checked = jobSchema.safeParse({ range: job.range });
  if (!checked.success || checked.data.range === undefined || !isAbsolute(folder)) return null;
  const expanded = await expandRange(checked.data.range, new Lookups(folder));
  if (!('message' in expanded)) return previewOf(expanded.items, expanded.count);
  const { code, message } = expanded;
  return { field: fieldOf(['jobs', 0, 'range', ...expanded.at], draft), code, message };
}

/** Path for a job file that is not there yet: `folder/id.yaml`, else `folder/id-2.yaml` and so on. */
function freePath(folder: string, id: string, isTaken: (path: string) => boolean): string {
  const name = id.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? `${name}.yaml` : `${name}-${number}.yaml`);
    if (!isTaken(path) && !existsSync(path)) return path;
  }
}

/** Whether where the job file lies makes a difference. */
function usesPaths({ kind, rangeKind, fields }: JobDraft): boolean {
  return kind !== 'builtin' || ['files', 'csv', 'lines'].includes(rangeKind) || fields.output.trim() !== '';
}

/** Largest module that is looked through for its exports, in characters. */
const maxModule = 500_000;

/** Names that a module's text seems to export, for suggestions; nothing of it is run. */
async function exportsOf({ kind, fields }: JobDraft, folder: string): Promise<string[]> {
  if ((kind !== 'target' && kind !== 'map') || !/\.[mc]?[jt]s$/.test(fields.module.trim())) return [];
  const text = await readFile(resolve(folder, fields.module.trim()), 'utf8').catch(() => '');
  const names = [
    ...text.slice(0, maxModule).matchAll(/^\s*export\s+(?:async\s+)?(?:function\*?|const|let)\s+([A-Za-z_$][\w$]*)/gm),
    ...text.slice(0, maxModule).matchAll(/^\s*exports\.([A-Za-z_$][\w$]*)\s*=/gm),
  ].map(([, name = '']) => name);
  return [...new Set(names)].slice(0, 100);
}

/** The first mistake of each field: what follows from it would only confuse. */
function once(problems: readonly DraftProblem[]): DraftProblem[] {
  return problems.filter(({ field }, index) => problems.findIndex((other) => other.field === field) === index);
}
