import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { formatOfPath, type JobSpec, type OutputFormat, parseDuration } from '../shared/job-file';
import { idOf, outputPathOf } from './check';
import { findFiles } from './find-files';
import { isReallyInside } from './inside-folder';
import type { ParsedJobFile } from './parse';
import { JobFileError, type Problem, type ProblemCode } from './problem';
import type { Path } from './source';

/** A job with everything looked up: what the engine is asked to do. Plain data. */
export interface PlannedJob {
  readonly id: string;
  readonly label: string;
  /** `<absolute path>#<export>` or `builtin:<name>`. */
  readonly target: string;
  /** Absolute path of the job file. */
  readonly file: string;
  /** Number of indices, or of items. */
  readonly range: number;
  /** What the indices stand for: absolute paths of files, or the values of a list. */
  readonly items?: readonly (string | number)[];
  /** 0 means all processes. */
  readonly numProcs: number;
  readonly args: Readonly<Record<string, unknown>>;
  /** Names of args of which each rank gets its own part. */
  readonly partitionArgs: readonly string[];
  readonly priority: number;
  readonly timeoutMs?: number;
  readonly output?: { readonly path: string; readonly format: OutputFormat };
}

/**
 * Looks up what a job file names: expands globs, resolves paths. Imports and starts nothing.
 *
 * @throws JobFileError with all problems: files that are not there, links that lead outside the folder
 */
export async function planJobs(parsed: ParsedJobFile): Promise<PlannedJob[]> {
  const problems: Problem[] = [];
  const report = (path: Path, code: ProblemCode, message: string): void => {
    problems.push(parsed.source.problemAt(path, code, message));
  };
  const planned: PlannedJob[] = [];
  for (const [index, job] of parsed.jobFile.jobs.entries()) planned.push(await planJob(job, index, parsed, report));
  if (problems.length > 0) throw new JobFileError(problems, parsed.text);
  return planned;
}

type Report = (path: Path, code: ProblemCode, message: string) => void;

async function planJob(job: JobSpec, index: number, parsed: ParsedJobFile, report: Report): Promise<PlannedJob> {
  const path = ['jobs', index];
  const id = idOf(job, index);
  const items = await planItems(job, [...path, 'range'], parsed, report);
  const output = planOutput(job, [...path, 'output'], parsed, report);
  if (output && items?.includes(output.path))
    report([...path, 'output'], 'E207', 'The output would overwrite one of the files of "range".');
  const timeoutMs = job.timeout === undefined ? undefined : parseDuration(job.timeout);
  return {
    id,
    label: job.label ?? id,
    target: planTarget(job, [...path, 'target'], parsed, report),
    file: resolve(parsed.file),
    range: items?.length ?? (typeof job.range === 'number' ? job.range : 0),
    ...(items && { items }),
    numProcs: job.numProcs === undefined || job.numProcs === 'auto' ? 0 : job.numProcs,
    args: job.args ?? {},
    partitionArgs: job.partitionArgs ?? [],
    priority: job.priority ?? 0,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(output && { output }),
  };
}

async function planItems(
  job: JobSpec,
  path: Path,
  parsed: ParsedJobFile,
  report: Report,
): Promise<readonly (string | number)[] | undefined> {
  if (typeof job.range === 'number') return undefined;
  if ('list' in job.range) return job.range.list;
  const { files, exclude } = job.range;
  const found = await findFiles([files].flat(), exclude === undefined ? [] : [exclude].flat(), parsed.folder);
  if (!found.ok) report([...path, 'files'], found.code, found.message);
  return found.ok ? found.files : [];
}

/** The engine finds out whether the module loads; that it is there, and where it leads, shows without touching it. */
function planTarget(job: JobSpec, path: Path, parsed: ParsedJobFile, report: Report): string {
  if (job.target.startsWith('builtin:')) return job.target;
  const [module = '', name = ''] = job.target.split('#');
  const resolved = resolve(parsed.folder, module);
  if (!existsSync(resolved)) report(path, 'E208', `The target's module "${module}" is not there.`);
  else if (!isReallyInside(parsed.folder, resolved))
    report(path, 'E202', `The target's module "${module}" is a link that leads out of the job file's folder.`);
  return `${resolved}#${name}`;
}

function planOutput(job: JobSpec, path: Path, parsed: ParsedJobFile, report: Report): PlannedJob['output'] {
  const written = outputPathOf(job);
  const format = (typeof job.output === 'object' ? job.output.format : undefined) ?? formatOfPath(written ?? '');
  if (written === undefined || format === undefined) return undefined;
  if (!isReallyInside(parsed.folder, written))
    report(
      path,
      'E203',
      `The output "${basename(written)}" would be written through a link that leads out of the job file's folder.`,
    );
  return { path: resolve(parsed.folder, written), format };
}
