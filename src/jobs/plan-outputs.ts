import { dirname, resolve } from 'node:path';
import { expandPlaceholders, placeholdersOf } from '../shared/placeholders';
import type { PlannedItems, PlannedJob } from '../shared/plan';
import { outputPathOf, outputPlaceOf } from './check-output';
import type { Report } from './checker';
import type { FullJob } from './full-job';
import { isInside, resolveIn } from './inside-folder';
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
 * @param items the job's items, for whoever asks for many of them
 */
export function outputFileOf(job: PlannedJob, index?: number, items?: ItemList): string | undefined {
  if (job.output === null) return undefined;
  const values = index === undefined ? jobPlaceholders(job) : (items ?? new ItemList(job)).placeholders(index);
  return resolve(dirname(job.file), expandPlaceholders(job.output.path, values));
}

/** A job of the plan and the number of its first output among those of all jobs. */
interface Writer {
  readonly job: PlannedJob;
  readonly first: number;
}

/** Checks where the outputs of all jobs of a file go, now that everything is known: inside, and each once. */
export class OutputPaths {
  readonly #lookups: Lookups;
  readonly #file: string;
  readonly #report: Report;
  readonly #writers: Writer[] = [];
  /** Which output a path is; outputs are counted over all jobs, so that a million paths cost no more than they must. */
  readonly #numbers = new Map<string, number>();
  #next = 0;

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

  #problemOf(job: PlannedJob): OutputProblem | undefined {
    const { output, items } = job;
    if (output === null) return undefined;
    if (output.perItem && job.range > maxItems)
      return ['E114', `At most ${maxItems} items can have a file each; this range has ${job.range}.`];
    const inputs = new Set(
      items.kind === 'files' ? items.paths.map((path) => resolveIn(this.#lookups.folder, path)) : [],
    );
    const list = new ItemList(job);
    this.#writers.push({ job, first: this.#next });
    for (let index = 0; index < (output.perItem ? job.range : 1); index += 1) {
      const written = expandPlaceholders(output.path, output.perItem ? list.placeholders(index) : jobPlaceholders(job));
      const path = resolveIn(this.#lookups.folder, written);
      const problem = this.#problemWith(path, written, inputs);
      if (problem) return problem;
      this.#numbers.set(path, this.#next);
      this.#next += 1;
    }
    return undefined;
  }

  #problemWith(path: string, written: string, inputs: ReadonlySet<string>): OutputProblem | undefined {
    const shown = (): string => showValue(written);
    if (!isInside(this.#lookups.folder, written) || written.includes('\0'))
      return [
        'E203',
        `The output of ${this.#nameOf(this.#next)} would lie outside of the job file's folder, at ${shown()}.`,
      ];
    if (!this.#lookups.isReallyInside(path))
      return ['E203', `The output ${shown()} would be written through a link that leads out of the job file's folder.`];
    if (path === this.#file) return ['E207', 'The output would overwrite the job file itself.'];
    if (inputs.has(path)) return ['E207', `The output would overwrite one of the files of "range", ${shown()}.`];
    const other = this.#numbers.get(path);
    if (other === undefined) return undefined;
    return [
      'E207',
      `${capital(this.#nameOf(other))} and ${this.#nameOf(this.#next)} would both write ${shown()}${this.#advice(other)}.`,
    ];
  }

  /** Whose output a number is: `job "a"`, `item "x.png" of job "a"`, `row 3 of job "a"`. */
  #nameOf(number: number): string {
    const { job, first } = this.#writerOf(number);
    const index = number - first;
    const name = `job "${job.key}"`;
    if (job.output?.perItem !== true) return name;
    return job.items.kind === 'rows'
      ? `row ${index + 1} of ${name}`
      : `item ${showValue(new ItemList(job).keyAt(index))} of ${name}`;
  }

  #advice(other: number): string {
    const before = this.#writerOf(other).job;
    const { job } = this.#writerOf(this.#next);
    if (before === job) return '; put {index} into the path';
    const [name] = Object.keys(job.matrix).filter((key) => job.matrix[key] !== before.matrix[key]);
    return before.id === job.id && name !== undefined ? `; put {matrix.${name}} into the path` : '';
  }

  #writerOf(number: number): Writer {
    const writer = [...this.#writers].reverse().find(({ first }) => first <= number);
    if (!writer) throw new RangeError(`There is no output ${number}.`);
    return writer;
  }
}

type OutputProblem = readonly ['E203' | 'E207' | 'E114', string];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Checks that each column that is asked for is in the table, now that it has been read. Returns whether they are. */
export function checkColumns({ spec, pathOf }: FullJob, items: PlannedItems, report: Report): boolean {
  if (items.kind !== 'rows') return true;
  let sound = true;
  const check = (template: string, at: Path): void => {
    for (const { name } of placeholdersOf(template)) {
      if (!name.startsWith('row.') || items.columns.includes(name.slice('row.'.length))) continue;
      const hint = didYouMean(
        `{${name}}`,
        items.columns.map((column) => `{row.${column}}`),
      );
      sound = false;
      report(at, 'E121', `The table has no column "${name.slice('row.'.length)}".${hint}`, { text: `{${name}}` });
    }
  };
  for (const [index, argument] of (spec.run ?? []).entries()) check(argument, [...pathOf('run'), index]);
  const output = outputPathOf(spec);
  if (output !== undefined)
    check(output, [...(typeof spec.output === 'object' ? [...pathOf('output'), 'path'] : pathOf('output'))]);
  if (spec.run && spec.cwd !== undefined) check(spec.cwd, pathOf('cwd'));
  return sound;
}
