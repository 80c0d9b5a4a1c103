import { decodeValue } from '../../core/data/serialize';
import type { SettledItem } from '../../core/items/item-result';
import type { SettledRange } from '../../history';
import { ItemList } from '../../jobs/plan-items';
import type { ErrorInfo } from '../../shared/engine-info';
import type { PlannedCommandJob, PlannedMapJob } from '../../shared/plan';
import { commandLine, isCommandResult } from '../results/command-views';
import { rootNode } from '../results/value-tree';
import { ErrorGroups } from './error-groups';

/** Values that are kept of a run, in bytes and in number, and errors. */
const mostValueBytes = 128 * 1024 * 1024;
const mostValues = 1_000_000;
const mostErrors = 20_000;
const mostFirstErrors = 1000;
/** A value larger than so many bytes is not looked into for one line. */
const largeValue = 262_144;
/** Longest name and longest line of an item. */
const longestName = 300;
const longestLine = 300;

/** How an item has ended. */
export type ItemEnd = 'done' | 'failed' | 'skipped';

const ends: readonly (ItemEnd | undefined)[] = [undefined, 'done', 'failed', 'skipped'];

/** What has come of each item of a `map` or `run` job: how it ended, how often it was tried, how long it took, and its value. */
export class ItemBook {
  readonly length: number;
  readonly kind: 'map' | 'run';
  readonly errors = new ErrorGroups();
  /** Counts up with every change. */
  version = 0;
  readonly #items: ItemList;
  readonly #hasNames: boolean;
  readonly #ends: Uint8Array;
  readonly #attempts: Uint8Array;
  readonly #ms: Float32Array;
  readonly #values = new Map<number, Uint8Array | undefined>();
  readonly #failures = new Map<number, ErrorInfo>();
  #valueBytes = 0;

  constructor(job: PlannedMapJob | PlannedCommandJob) {
    this.kind = job.kind;
    this.length = job.range;
    this.#items = new ItemList(job);
    this.#hasNames = job.items.kind !== 'count';
    this.#ends = new Uint8Array(job.range);
    this.#attempts = new Uint8Array(job.range);
    this.#ms = new Float32Array(job.range).fill(Number.NaN);
  }

  /** About how many bytes it takes up. */
  get weight(): number {
    return this.length * 6 + this.#valueBytes + this.#values.size * 100 + this.#failures.size * 1000;
  }

  add(items: readonly SettledItem[]): void {
    if (items.length === 0) return;
    this.version += 1;
    for (const item of items) {
      const { index, state, attempts, durationMs } = item;
      this.#ends[index] = ends.indexOf(state);
      this.#attempts[index] = Math.min(255, attempts);
      this.#ms[index] = durationMs ?? Number.NaN;
      if (item.state === 'done') this.#keepValue(index, item.payload);
      else if (item.state === 'failed') this.#keepError(index, item.error);
    }
  }

  /** Takes over how items had ended, as the history has it. */
  restore({ start, end, state, attempts, error, durationsMs }: SettledRange): void {
    this.version += 1;
    this.#ends.fill(ends.indexOf(state === 'cancelled' ? 'skipped' : state), start, end);
    this.#attempts.fill(Math.min(255, attempts), start, end);
    if (durationsMs !== undefined) this.#ms.set(durationsMs, start);
    if (state === 'failed' && error !== null)
      for (let index = start; index < end; index += 1) this.#keepError(index, error);
  }

  /** Takes over the values of done items that follow each other. */
  restoreValues(start: number, values: readonly (Uint8Array | undefined)[]): void {
    this.version += 1;
    for (const [offset, value] of values.entries()) this.#keepValue(start + offset, value);
  }

  /** No further value is kept. */
  get isFull(): boolean {
    return this.#values.size >= mostValues || this.#valueBytes >= mostValueBytes;
  }

  /** The items that failed first, with their errors: at most a thousand. */
  get firstErrors(): readonly (readonly [index: number, error: ErrorInfo])[] {
    const first: [number, ErrorInfo][] = [];
    for (const entry of this.#failures) if (first.push(entry) === mostFirstErrors) break;
    return first;
  }

  /** How an item has ended; undefined while it has not. */
  end(index: number): ItemEnd | undefined {
    return ends[this.#ends[index] ?? 0];
  }

  attempts(index: number): number {
    return this.#attempts[index] ?? 0;
  }

  /** How long its last attempt took, in milliseconds; NaN when that is not known. */
  ms(index: number): number {
    return this.#ms[index] ?? Number.NaN;
  }

  /** The item as a person knows it; its number when it is nothing else. */
  name(index: number): string {
    if (!this.#hasNames) return String(index);
    const { item, row } = this.#items.placeholders(index);
    const name = row === undefined ? String(item) : Object.values(row).join(', ');
    return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
  }

  error(index: number): ErrorInfo | undefined {
    return this.#failures.get(index);
  }

  hasValue(index: number): boolean {
    return this.#values.has(index) || this.error(index)?.command !== undefined;
  }

  /** Its value, or how its command ended; undefined when there is none, or not any more. */
  value(index: number): unknown {
    const payload = this.#values.get(index);
    return payload === undefined ? this.error(index)?.command : decodeValue(payload);
  }

  /** The values of all items in their order, null where there is none; undefined when not one is there. */
  values(): unknown[] | undefined {
    if (this.#values.size + this.#failures.size === 0) return undefined;
    return Array.from({ length: this.length }, (_, index) => (this.hasValue(index) ? this.value(index) : null));
  }

  /** What came of an item in one line. */
  line(index: number): string {
    const error = this.error(index);
    if (error !== undefined)
      return cut(error.command === undefined ? `${error.name}: ${error.message}` : commandLine(error.command));
    if (!this.#values.has(index)) return this.end(index) === 'done' ? 'Not kept: there were too many values' : '';
    const bytes = this.#values.get(index)?.byteLength ?? 0;
    if (bytes > largeValue) return `${Math.round(bytes / 1024).toLocaleString('en-US')} KiB`;
    const value = this.value(index);
    return cut(isCommandResult(value) ? commandLine(value) : rootNode(value).text);
  }

  #keepValue(index: number, payload: Uint8Array | undefined): void {
    if (this.isFull) return;
    this.#values.set(index, payload);
    this.#valueBytes += payload?.byteLength ?? 0;
  }

  #keepError(index: number, error: ErrorInfo): void {
    this.errors.add(error, { rank: null, item: index, itemName: this.#hasNames ? this.name(index) : '' });
    if (this.#failures.size < mostErrors) this.#failures.set(index, error);
  }
}

const cut = (text: string): string => {
  const [line = ''] = text.split('\n', 1);
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
};
