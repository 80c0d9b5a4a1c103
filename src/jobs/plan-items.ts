import { createHash } from 'node:crypto';
import { dirname, relative, resolve, sep } from 'node:path';
import type { PlaceholderValues } from '../shared/placeholders';
import type { NumberSpan, PlannedItems, PlannedJob } from '../shared/plan';

/** Longest item that stands for itself in a key; of a longer one there is a hash. */
const longestKey = 200;

/**
 * The items of a planned job, one by one. Nothing is read from disk, and nothing is unfolded before it is asked for.
 */
export class ItemList {
  readonly length: number;
  readonly isFiles: boolean;
  readonly #job: PlannedJob;
  readonly #folder: string;
  readonly #items: PlannedItems;
  /** Index of the first item of each span of numbers. */
  readonly #starts: readonly number[];
  #repeated: ReadonlyMap<number, string> | undefined;

  constructor(job: PlannedJob) {
    this.#job = job;
    this.#folder = dirname(job.file);
    this.#items = job.items;
    this.length = job.range;
    this.isFiles = job.items.kind === 'files';
    this.#starts = job.items.kind === 'numbers' ? startsOf(job.items.spans) : [];
  }

  /**
   * The item as a target or the function of map gets it: a number, a text, the absolute path of a file, or a row as an
   * object of texts.
   *
   * @throws RangeError for an index outside of the range
   */
  at(index: number): string | number | Readonly<Record<string, string>> {
    const items = this.#items;
    switch (items.kind) {
      case 'count':
        this.#check(index);
        return index;
      case 'numbers':
        return this.#number(items.spans, index);
      case 'values':
        return this.#element(items.values, index);
      case 'files':
        return resolve(this.#folder, this.#element(items.paths, index));
      case 'rows':
        return this.#row(items, index);
    }
  }

  /** The items `[start, end)`, as {@link at} gives them. */
  slice(start: number, end: number): unknown[] {
    return Array.from({ length: Math.max(0, Math.min(end, this.length) - start) }, (_, offset) =>
      this.at(start + offset),
    );
  }

  /**
   * A name of the item that is unique in its job and does not depend on its place: by it an earlier run's result is
   * found again. Of equal items the second one has `#2` after it, and so on.
   */
  keyAt(index: number): string {
    this.#repeated ??= this.#findRepeated();
    return this.#repeated.get(index) ?? this.#plainKey(index);
  }

  /**
   * What the placeholders of an item stand for.
   *
   * @param folder what paths are relative to: the job file's folder for an output, the working folder for a command;
   *   by default the former
   */
  placeholders(index: number, folder = this.#folder): PlaceholderValues {
    return { ...jobPlaceholders(this.#job), index, ...this.#valuesOf(index, folder) };
  }

  #valuesOf(index: number, folder: string): Pick<PlaceholderValues, 'item' | 'row'> {
    const items = this.#items;
    switch (items.kind) {
      case 'count':
        return { item: index };
      case 'numbers':
        return { item: this.#number(items.spans, index) };
      case 'values':
        return { item: this.#element(items.values, index) };
      case 'files':
        return { item: this.#path(this.#element(items.paths, index), folder) };
      case 'rows':
        return { row: this.#row(items, index) };
    }
  }

  #path(path: string, folder: string): string {
    const way = relative(folder, resolve(this.#folder, path));
    return sep === '/' ? way : way.replaceAll(sep, '/');
  }

  #row({ columns, rows }: Extract<PlannedItems, { kind: 'rows' }>, index: number): Record<string, string> {
    const row = this.#element(rows, index);
    return Object.fromEntries(columns.map((column, place) => [column, row[place] ?? '']));
  }

  #number(spans: readonly NumberSpan[], index: number): number {
    this.#check(index);
    return numberAt(spans, index, this.#starts);
  }

  #element<T>(list: readonly T[], index: number): T {
    this.#check(index);
    return list[index] as T;
  }

  #check(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.length)
      throw new RangeError(`Job "${this.#job.key}" has ${this.length} items; there is no item ${index}.`);
  }

  #plainKey(index: number): string {
    const items = this.#items;
    const text =
      items.kind === 'rows'
        ? JSON.stringify(this.#element(items.rows, index))
        : items.kind === 'files'
          ? this.#element(items.paths, index)
          : String(this.#valuesOf(index, this.#folder).item);
    return text.length <= longestKey ? text : `${text.slice(0, 40)}…${hashOf(text)}`;
  }

  /** Keys of the items that are not the first of their kind. */
  #findRepeated(): ReadonlyMap<number, string> {
    const repeated = new Map<number, string>();
    const { kind } = this.#items;
    // Numbers ascend and files are found once: only these can be equal.
    if (kind !== 'values' && kind !== 'rows') return repeated;
    const taken = new Set<string>();
    const times = new Map<string, number>();
    for (let index = 0; index < this.length; index += 1) {
      const plain = this.#plainKey(index);
      let key = plain;
      for (let count = times.get(plain) ?? 2; taken.has(key); count += 1) {
        key = `${plain}#${count}`;
        times.set(plain, count + 1);
      }
      taken.add(key);
      if (key !== plain) repeated.set(index, key);
    }
    return repeated;
  }
}

/** What the placeholders that do not depend on an item stand for. */
export function jobPlaceholders({ id, args, matrix }: PlannedJob): PlaceholderValues {
  return { jobId: id, args, matrix };
}

/**
 * The number at a place of a range.
 *
 * @param starts index of the first number of each span
 */
export function numberAt(
  spans: readonly NumberSpan[],
  index: number,
  starts: readonly number[] = startsOf(spans),
): number {
  let low = 0;
  for (let high = starts.length - 1; low < high; ) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const [first, step] = spans[low] ?? [0, 1, 0];
  return first + step * (index - (starts[low] ?? 0));
}

/** The values of a range's spans, all at once. */
export function countOf(spans: readonly NumberSpan[]): number {
  return spans.reduce((sum, [, , count]) => sum + count, 0);
}

function startsOf(spans: readonly NumberSpan[]): number[] {
  let next = 0;
  return spans.map(([, , count]) => {
    const start = next;
    next += count;
    return start;
  });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
