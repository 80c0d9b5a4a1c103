import { dirname } from 'node:path';
import { decodeValue } from '../core/data/serialize';
import { toErrorInfo } from '../core/error-info';
import type { SettledItem } from '../core/items/item-result';
import { writeOutput } from '../jobs/output';
import type { ItemList } from '../jobs/plan-items';
import { outputFileOf } from '../jobs/plan-outputs';
import { writtenResult } from './job-output';
import type { ItemTotals, JobError } from './outcome';
import type { JobStart } from './running-job';

/** Errors of so many items are part of the outcome; all are in the history. */
const mostErrors = 1000;

/**
 * What has come of a job's items: values as they were serialised, errors, and the files of those that have one each.
 * An item whose file could not be written has failed; nobody hears of an item before its file is in place.
 */
export class ItemResults {
  readonly #start: JobStart;
  readonly #items: ItemList;
  readonly #payloads: Map<number, Uint8Array | undefined>;
  readonly #errors: JobError[] = [];
  #failed = 0;
  #skipped = 0;
  #written: Promise<void> = Promise.resolve();
  #outputFolder: string | undefined;

  constructor(start: JobStart, items: ItemList) {
    this.#start = start;
    this.#items = items;
    this.#payloads = new Map(start.earlier.values);
    for (const [item, error] of start.earlier.errors) this.#fail(item, error);
  }

  /** Items have been settled by the engine. */
  add(items: readonly SettledItem[]): void {
    const { output } = this.#start.job;
    if (output?.perItem !== true || output.format === null) {
      this.#take(items);
      return;
    }
    this.#written = this.#written.then(async () =>
      this.#take(await Promise.all(items.map((item) => this.#write(item)))),
    );
  }

  whenWritten(): Promise<void> {
    return this.#written;
  }

  get totals(): ItemTotals {
    return { done: this.#payloads.size, failed: this.#failed, skipped: this.#skipped };
  }

  get errors(): readonly JobError[] {
    return this.#errors;
  }

  /** Folder of the first item's file. */
  get outputFolder(): string | undefined {
    return this.#outputFolder;
  }

  /** The values in the order of the items, null where there is none. */
  values(): unknown[] {
    return Array.from({ length: this.#items.length }, (_, index) => {
      const payload = this.#payloads.get(index);
      return payload === undefined ? (this.#payloads.has(index) ? undefined : null) : decodeValue(payload);
    });
  }

  #take(items: readonly SettledItem[]): void {
    for (const item of items) {
      if (item.state === 'done') this.#payloads.set(item.index, item.payload);
      else if (item.state === 'failed') this.#fail(item.index, item.error);
      else this.#skipped += 1;
    }
    this.#start.onItems(items);
  }

  #fail(item: number, error: JobError['error']): void {
    this.#failed += 1;
    if (this.#errors.length < mostErrors) this.#errors.push({ rank: null, item, error });
  }

  async #write(item: SettledItem): Promise<SettledItem> {
    if (item.state !== 'done') return item;
    const { job, mask } = this.#start;
    const { index, attempts, durationMs } = item;
    try {
      const path = outputFileOf(job, index);
      const format = job.output?.format;
      if (path === undefined || !format) return item;
      const value = item.payload === undefined ? undefined : decodeValue(item.payload);
      await writeOutput({ path, format }, writtenResult(value, format, mask));
      this.#outputFolder ??= dirname(path);
      return item;
    } catch (error) {
      return { index, state: 'failed', error: toErrorInfo(error), attempts, durationMs };
    }
  }
}
