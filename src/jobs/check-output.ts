import { extname, resolve } from 'node:path';
import { formatOfPath, type JobSpec, type OutputFormat, outputFormats } from '../shared/job-file';
import { placeholdersOf } from '../shared/placeholders';
import { dependsOnItem } from './check-placeholders';
import type { Checker } from './checker';
import type { FullJob } from './full-job';
import { isInside, resolveIn } from './inside-folder';
import { showValue } from './show-value';
import type { Path } from './source';
import { didYouMean } from './suggest';

/** Path of a job's output as written, with its placeholders. */
export function outputPathOf(spec: JobSpec): string | undefined {
  return typeof spec.output === 'object' ? spec.output.path : spec.output;
}

/** Format of a job's output: as written, else by the ending. */
export function outputFormatOf(spec: JobSpec): OutputFormat | undefined {
  return (typeof spec.output === 'object' ? spec.output.format : undefined) ?? formatOfPath(outputPathOf(spec) ?? '');
}

/** Where the path of a job's output stands. */
export function outputPlaceOf({ spec, pathOf }: FullJob): Path {
  return typeof spec.output === 'object' ? [...pathOf('output'), 'path'] : pathOf('output');
}

/** Whether the command writes the file by itself, or fills it with what it prints. */
export function isCommandsFile({ spec, work }: FullJob): boolean {
  return (
    work.includes('run') && (dependsOnItem(outputPathOf(spec) ?? '') || spec.range === undefined || namesOut(spec))
  );
}

export function namesOut(spec: JobSpec): boolean {
  return (spec.run ?? []).some((argument) => placeholdersOf(argument).some(({ name }) => name === 'out'));
}

/** Checks where a job's output goes and in which format. */
export function checkOutput(full: FullJob, { file, folder, report }: Checker): void {
  const { spec } = full;
  const written = outputPathOf(spec);
  if (written === undefined) return;
  const at = outputPlaceOf(full);
  // Whatever the placeholders stand for is checked once it is known.
  const example = written.replace(/\{[^{}]*\}/g, 'x');
  const path = resolveIn(folder, example);
  const isFixed = placeholdersOf(written).length === 0;
  if (!isInside(folder, example))
    report(at, 'E203', `The output must lie in the folder of the job file or below, not at ${showValue(written)}.`);
  else if (isFixed && path === file) report(at, 'E207', 'The output would overwrite the job file itself.');
  else if (isFixed && moduleOf(spec) !== undefined && path === resolve(folder, moduleOf(spec) ?? ''))
    report(at, 'E207', "The output would overwrite the target's module.");
  else checkFormat(full, written, example, at, report);
}

function checkFormat(full: FullJob, written: string, example: string, at: Path, report: Checker['report']): void {
  const { spec, work } = full;
  const named = typeof spec.output === 'object' ? spec.output.format : undefined;
  if (isCommandsFile(full)) {
    if (named !== undefined)
      report(
        [...full.pathOf('output'), 'format'],
        'E115',
        'The command fills this file, so there is no format to choose; give the path alone.',
      );
    else if (namesOut(spec) && !dependsOnItem(written) && spec.range !== undefined)
      report(
        at,
        'E121',
        `Each command would write the same file; put {index} or another placeholder of the item into ${showValue(written)}.`,
      );
    return;
  }
  const format = outputFormatOf(spec);
  if (format === undefined) {
    const endings = outputFormats.map((known) => `.${known}`);
    const hint = didYouMean(extname(example), endings);
    report(
      at,
      'E115',
      `"output" must end in ${endings.slice(0, -1).join(', ')} or ${endings.at(-1) ?? ''}, or be { path, format }, not ${showValue(written)}.${hint}`,
    );
  } else if (work.includes('run') && (format === 'npy' || format === 'png'))
    report(
      named === undefined ? at : [...full.pathOf('output'), 'format'],
      'E115',
      'What commands come to is a table; write it as json, ndjson or csv, or put {index} into the path to keep what each one prints.',
    );
}

/** Tells jobs that would write the same file. With placeholders it shows only when they have been filled in. */
export function checkSameOutput({ jobs, folder, source, report }: Checker): void {
  const seen = new Map<string, FullJob>();
  for (const full of jobs) {
    const written = outputPathOf(full.spec);
    if (written === undefined || full.spec.enabled === false || placeholdersOf(written).length > 0) continue;
    const path = resolveIn(folder, written);
    const first = seen.get(path);
    if (first)
      report(
        full.pathOf('output'),
        'E207',
        `Another job writes the same file; see line ${source.lineOf(first.pathOf('output'))}.`,
      );
    else seen.set(path, full);
  }
}

function moduleOf({ target, map }: JobSpec): string | undefined {
  const module = (target ?? map ?? '').split('#')[0] ?? '';
  return module === '' || module.startsWith('builtin:') ? undefined : module;
}
