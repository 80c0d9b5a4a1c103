import { dirname, resolve } from 'node:path';
import { expandPlaceholders, placeholdersOf } from '../shared/placeholders';
import type { PlannedItems, PlannedJob } from '../shared/plan';
import { outputPathOf, outputPlaceOf } from './check-output';
import type { Report } from './checker';
import type { FullJob } from './full-job';
import { isInside } from './inside-folder';
import { maxItems } from './limits';
import type { Lookups } from './lookups';
import { ItemList, jobPlaceholders } from './plan-items';
import { showValue } from './show-value';
import type { Path } from './source';
import { didYouMean } from './suggest';

/**
 * Absolute path of a job's output, or of that of one of its items; undefined when it has none.
 *
 * @param index of the item, for an output that each item has for itself
 */
export function outputFileOf(job: PlannedJob, index?: number): string | undefined {
  if (job.output === null) return undefined;
  const values = index === undefined ? jobPlaceholders(job) : new ItemList(job).placeholders(index);
  return resolve(dirname(job.file), expandPlaceholders(job.output.path, values));
}

/** Checks where the outputs of all jobs of a file go, now that everything is known: inside, and each once. */
export class OutputPaths {
  readonly #lookups: Lookups;
  readonly #file: string;
  readonly #report: Report;
  /** Who writes a file, in words. */
  readonly #writers = new Map<string, string>();

  constructor(lookups: Lookups, file: string, report: Report) {
    this.#lookups = lookups;
    this.#file = file;
    this.#report = report;
  }

  /** @param jobs the combinations of one job of the file; of several problems with it the first is told */
  check(full: FullJob, jobs: readonly PlannedJob[]): void {
    for (const job of jobs) {
      const problem = this.#problemOf(job);
      if (!problem) continue;
      this.#report(outputPlaceOf(full), ...problem);
      return;
    }
  }

  #problemOf(job: PlannedJob): readonly ['E203' | 'E207' | 'E114', string] | undefined {
    const { output, items } = job;
    if (output === null) return undefined;
    if (output.perItem && job.range > maxItems)
      return ['E114', `At most ${maxItems} items can have a file each; this range has ${job.range}.`];
    const inputs = new Set(
      items.kind === 'files' ? items.paths.map((path) => resolve(this.#lookups.folder, path)) : [],
    );
    const list = new ItemList(job);
    for (let index = 0; index < (output.perItem ? job.range : 1); index += 1) {
      const values = output.perItem ? list.placeholders(index) : jobPlaceholders(job);
      const written = expandPlaceholders(output.path, values);
      const path = resolve(this.#lookups.folder, written);
      const who = output.perItem ? `item ${index} of job "${job.key}"` : `job "${job.key}"`;
      if (!isInside(this.#lookups.folder, path) || written.includes('\0'))
        return ['E203', `The output of ${who} would lie outside of the job file's folder, at ${showValue(written)}.`];
      if (!this.#lookups.isReallyInside(path))
        return [
          'E203',
          `The output ${showValue(written)} would be written through a link that leads out of the job file's folder.`,
        ];
      if (path === this.#file) return ['E207', 'The output would overwrite the job file itself.'];
      if (inputs.has(path))
        return ['E207', `The output would overwrite one of the files of "range", ${showValue(written)}.`];
      const other = this.#writers.get(path);
      if (other !== undefined)
        return [
          'E207',
          `${other} and ${who} would both write ${showValue(written)}; put what differs into the path, such as {index} or {matrix.name}.`,
        ];
      this.#writers.set(path, who);
    }
    return undefined;
  }
}

/** Checks that each column that is asked for is in the table, now that the table has been read. */
export function checkColumns({ spec, pathOf }: FullJob, items: PlannedItems, report: Report): void {
  if (items.kind !== 'rows') return;
  const check = (template: string, at: Path): void => {
    for (const { name } of placeholdersOf(template)) {
      if (!name.startsWith('row.') || items.columns.includes(name.slice('row.'.length))) continue;
      const hint = didYouMean(
        `{${name}}`,
        items.columns.map((column) => `{row.${column}}`),
      );
      report(at, 'E121', `The table has no column "${name.slice('row.'.length)}".${hint}`, { text: `{${name}}` });
    }
  };
  for (const [index, argument] of (spec.run ?? []).entries()) check(argument, [...pathOf('run'), index]);
  const output = outputPathOf(spec);
  if (output !== undefined)
    check(output, [...(typeof spec.output === 'object' ? [...pathOf('output'), 'path'] : pathOf('output'))]);
  if (spec.cwd !== undefined) check(spec.cwd, pathOf('cwd'));
}
