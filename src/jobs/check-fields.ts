import { maxCombinations } from '../shared/job-file';
import { checkBuiltin } from './check-builtin';
import type { Checker } from './checker';
import type { FullJob } from './full-job';
import { isInside } from './inside-folder';
import { maxMapItems, maxPlannedJobs } from './limits';
import { combinationCount, valueKey } from './matrix';
import { placeOf } from './sentences';
import { showValue } from './show-value';
import { didYouMean } from './suggest';

/** Checks the fields of one job against each other: what the schema cannot say. */
export function checkFields(full: FullJob, checker: Checker): void {
  checkWork(full, checker);
  checkTarget(full, checker);
  checkUse(full, checker);
  checkRange(full, checker);
  checkArgs(full, checker);
  checkMatrix(full, checker);
}

/** Exactly one thing to run, and something to run it on. */
function checkWork({ index, work, has }: FullJob, { report, source }: Checker): void {
  const at = ['jobs', index];
  const place = placeOf(at, source);
  const [first, second] = work;
  if (first === undefined)
    report([...at, 'target'], 'E102', `Missing key "target" (or "map", or "run") ${place}: what it runs.`);
  else if (second !== undefined)
    report([...at, second], 'E212', `"${first}" and "${second}" exclude each other; a job runs one thing.`, 'key');
  if (!has('range') && first !== 'run') report([...at, 'range'], 'E102', `Missing key "range" ${place}.`);
}

function checkTarget(full: FullJob, { folder, report, builtins }: Checker): void {
  const { spec, pathOf } = full;
  for (const key of ['target', 'map'] as const) {
    const target = spec[key];
    if (target === undefined) continue;
    const at = pathOf(key);
    const [module = ''] = target.split('#');
    if (target.startsWith('builtin:')) {
      if (builtins) checkBuiltin(full, key, target, builtins, report);
    } else if (!isInside(folder, module))
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
  }
}

/** A field that would do nothing is refused; among the defaults it may be for other jobs. */
function checkUse({ spec, work, has, pathOf }: FullJob, { report }: Checker): void {
  const [kind] = work;
  if (kind === undefined || work.length > 1) return;
  const refuse = (key: 'partitionArgs' | 'onFailure' | 'recycleAfter' | 'cwd' | 'memory', why: string): void => {
    if (has(key)) report(pathOf(key), 'E212', `"${key}" ${why}`, 'key');
  };
  if (kind !== 'target') refuse('partitionArgs', `is for target; for ${kind} the range is what is shared out.`);
  if (kind === 'target') refuse('onFailure', 'is for map and run; a target has no items that fail one by one.');
  if (kind !== 'run')
    refuse('cwd', 'is for run; a function works where Procession was started: give it the folder in "args".');
  if (kind === 'run')
    refuse('memory', 'is for target and map; a command is limited by a program that does it, such as prlimit.');
  if (kind === 'run') refuse('recycleAfter', 'is for target and map; each command of run is a process of its own.');
  const { schedule } = spec;
  if (typeof schedule === 'object' && schedule.kind === 'static' && schedule.chunk !== undefined)
    report(
      [...pathOf('schedule'), 'chunk'],
      'E212',
      'A static schedule has one part for each process and no chunks; use dynamic or guided.',
      'key',
    );
}

function checkRange({ spec, work, pathOf }: FullJob, { report }: Checker): void {
  const { range } = spec;
  const at = pathOf('range');
  if (typeof range === 'number') {
    if (!work.includes('target') && range > maxMapItems)
      report(at, 'E114', `map and run work on at most ${maxMapItems} items, not ${range}; use target for more.`);
  } else if (typeof range === 'object' && 'from' in range) {
    const { from, to, step = 1 } = range;
    if (step === 0) report([...at, 'step'], 'E114', '"range.step" must not be 0.');
    else if ((to - from) * step < 0)
      report(at, 'E114', `No number lies between ${from} and ${to} with a step of ${step}.`);
  }
}

function checkArgs({ spec, has, work, pathOf }: FullJob, { report }: Checker): void {
  const args = spec.args ?? {};
  const at = pathOf('args');
  if (Object.hasOwn(args, 'partitionArgs'))
    report([...at, 'partitionArgs'], 'E204', '"partitionArgs" belongs to the job, not into its "args".', 'key');
  if (work.includes('target') && has('range') && typeof spec.range === 'object')
    for (const group of ['args', 'matrix'] as const)
      if (Object.hasOwn(spec[group] ?? {}, 'items'))
        report(
          [...pathOf(group), 'items'],
          'E204',
          'The target gets the items of "range" as "items"; give this argument another name.',
          'key',
        );
  if (!work.includes('target') || (has('args') && spec.args === undefined)) return;
  for (const [index, name] of (spec.partitionArgs ?? []).entries()) {
    const place = [...pathOf('partitionArgs'), index];
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined)
      report(
        place,
        'E204',
        `"partitionArgs" names "${name}", which is not one of the job's "args".${didYouMean(name, Object.keys(args))}`,
      );
    else if (!Array.isArray(value) && typeof value !== 'string')
      report(place, 'E204', `"partitionArgs" names "${name}", which is neither a list nor a text and cannot be cut.`);
  }
}

function checkMatrix({ spec, work, pathOf }: FullJob, { report }: Checker): void {
  const { matrix } = spec;
  if (matrix === undefined) return;
  const at = pathOf('matrix');
  if (Object.keys(matrix).length === 0)
    report(at, 'E122', '"matrix" is empty; take it out, or give it a name and values.', 'key');
  const count = combinationCount(matrix);
  if (count > maxCombinations)
    report(at, 'E122', `"matrix" has ${count} combinations; at most ${maxCombinations} are allowed.`, 'key');
  for (const [name, values] of Object.entries(matrix)) {
    const first = values.findIndex(
      (value, index) => values.findIndex((other) => valueKey(other) === valueKey(value)) < index,
    );
    if (first >= 0) report([...at, name, first], 'E122', `"matrix.${name}" has ${showValue(values[first])} twice.`);
    // For run nothing is called with args: there both may have the name, each with its own placeholder.
    if (!work.includes('run') && Object.hasOwn(spec.args ?? {}, name))
      report(
        [...at, name],
        'E122',
        `"${name}" is in "args" already, to which the values of "matrix" are added.`,
        'key',
      );
  }
}

/** Bounds what all matrices of a file come to. */
export function checkTotal({ jobs, report }: Checker): void {
  const total = jobs.reduce((sum, { spec }) => sum + Math.min(combinationCount(spec.matrix ?? {}), maxCombinations), 0);
  const last = jobs.filter(({ spec }) => spec.matrix !== undefined).at(-1);
  if (total > maxPlannedJobs && last)
    report(
      last.pathOf('matrix'),
      'E122',
      `The matrices of the file make ${total} jobs of it; at most ${maxPlannedJobs} are allowed.`,
      'key',
    );
}
