import { dirname, resolve } from 'node:path';
import { formatOfPath, type JobSpec, outputFormats } from '../shared/job-file';
import { type BuiltinTargets, checkBuiltin } from './check-builtin';
import { isInside } from './inside-folder';
import type { Problem, ProblemCode } from './problem';
import { showValue } from './show-value';
import type { Path, Source } from './source';
import { didYouMean } from './suggest';

type Report = (path: Path, code: ProblemCode, message: string, part?: 'key' | 'value') => void;

/** A job and its place in the file. */
export interface NumberedJob {
  readonly index: number;
  readonly job: JobSpec;
}

/** Id of a job: its own, or its place in the file. */
export function idOf(job: Pick<JobSpec, 'id'>, index: number): string {
  return job.id ?? `job-${index + 1}`;
}

/** Path of a job's output as written. */
export function outputPathOf(job: JobSpec): string | undefined {
  return typeof job.output === 'object' ? job.output.path : job.output;
}

/**
 * What the schema cannot say, because it is about several values together.
 *
 * @param jobs those that the schema accepts
 * @param ids of all jobs of the file
 */
export function checkJobs(
  jobs: readonly NumberedJob[],
  ids: readonly string[],
  context: { file: string; source: Source; builtins: BuiltinTargets | undefined },
): Problem[] {
  const { source } = context;
  const problems: Problem[] = [];
  const report: Report = (path, code, message, part) => problems.push(source.problemAt(path, code, message, part));
  const file = resolve(context.file);
  const folder = dirname(file);
  repetitions(ids.map((id, index) => [index, id])).forEach(([index, first, id]) => {
    report(
      ['jobs', index, 'id'],
      'E201',
      `Job id "${id}" is used twice; the first is on line ${source.lineOf(['jobs', first, 'id'])}.`,
    );
  });
  repetitions(jobs.map(({ index, job }) => [index, outputOf(job, folder)])).forEach(([index, first]) => {
    report(
      ['jobs', index, 'output'],
      'E207',
      `Another job writes the same file; see line ${source.lineOf(['jobs', first, 'output'])}.`,
    );
  });
  for (const { index, job } of jobs) {
    const path = ['jobs', index];
    checkTarget(job, path, folder, report, context.builtins);
    checkArgs(job, path, report);
    checkOutput(job, path, file, report);
  }
  return problems;
}

/** Those that come a second time, each with the index of the first and what they share. */
function repetitions(
  entries: readonly (readonly [index: number, key: string | undefined])[],
): [index: number, first: number, key: string][] {
  const seen = new Map<string, number>();
  return entries.flatMap(([index, key]): [number, number, string][] => {
    if (key === undefined) return [];
    const first = seen.get(key);
    if (first !== undefined) return [[index, first, key]];
    seen.set(key, index);
    return [];
  });
}

function checkTarget(
  job: JobSpec,
  path: Path,
  folder: string,
  report: Report,
  builtins: BuiltinTargets | undefined,
): void {
  const at = [...path, 'target'];
  if (!job.target.startsWith('builtin:')) {
    const [module = ''] = job.target.split('#');
    if (!isInside(folder, module))
      report(
        at,
        'E202',
        `The target's module must lie in the folder of the job file or below, not at ${showValue(module)}.`,
      );
    else if (!/\.[mc]?[jt]s$/.test(module))
      report(
        at,
        'E116',
        `The target's module must be a JavaScript or TypeScript file (.mjs, .js, .cjs, .ts), not ${showValue(module)}.`,
      );
    return;
  }
  if (builtins) checkBuiltin(job, path, builtins, report);
}

function checkArgs(job: JobSpec, path: Path, report: Report): void {
  const args = job.args ?? {};
  if (Object.hasOwn(args, 'partitionArgs'))
    report(
      [...path, 'args', 'partitionArgs'],
      'E204',
      '"partitionArgs" belongs to the job, not into its "args".',
      'key',
    );
  if (typeof job.range === 'object' && Object.hasOwn(args, 'items')) {
    report(
      [...path, 'args', 'items'],
      'E204',
      'The target gets the items of "range" as "items"; give this argument another name.',
      'key',
    );
  }
  for (const [index, name] of (job.partitionArgs ?? []).entries()) {
    const at = [...path, 'partitionArgs', index];
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined)
      report(
        at,
        'E204',
        `"partitionArgs" names "${name}", which is not one of the job's "args".${didYouMean(name, Object.keys(args))}`,
      );
    else if (!Array.isArray(value) && typeof value !== 'string')
      report(at, 'E204', `"partitionArgs" names "${name}", which is neither a list nor a text and cannot be cut.`);
  }
}

function checkOutput(job: JobSpec, path: Path, file: string, report: Report): void {
  const written = outputPathOf(job);
  if (written === undefined) return;
  const at = typeof job.output === 'object' ? [...path, 'output', 'path'] : [...path, 'output'];
  const named = typeof job.output === 'object' ? job.output.format : undefined;
  const folder = dirname(file);
  if (!isInside(folder, written))
    report(at, 'E203', `The output must lie in the folder of the job file or below, not at ${showValue(written)}.`);
  else if (resolve(folder, written) === file) report(at, 'E207', 'The output would overwrite the job file itself.');
  else if (resolve(folder, written) === resolve(folder, job.target.split('#')[0] ?? ''))
    report(at, 'E207', "The output would overwrite the target's module.");
  else if (named === undefined && formatOfPath(written) === undefined) {
    const endings = outputFormats.map((format) => `.${format}`);
    const ending = /\.\w+$/.exec(written)?.[0] ?? '';
    report(
      at,
      'E115',
      `"output" must end in ${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}, or be { path, format }, not ${showValue(written)}.${didYouMean(ending, endings)}`,
    );
  }
}

function outputOf(job: JobSpec, folder: string): string | undefined {
  const written = outputPathOf(job);
  return written === undefined ? undefined : resolve(folder, written);
}
