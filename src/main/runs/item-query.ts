import { setImmediate } from 'node:timers/promises';
import type { ItemFilter, ItemPage, ItemQuery, ItemRow } from '../../shared/items';
import type { IndexState } from '../../shared/range';
import type { ItemBook } from './item-book';

/** Rows of one answer, and of the slowest items. */
const rowsAtOnce = 200;
const mostSlowest = 1000;
/** A search gives the window room after so many milliseconds, and ends after so many. */
const searchSliceMs = 12;
const searchMostMs = 30_000;

interface Fitting {
  readonly key: string;
  /** Undefined stands for all items in their order. */
  readonly indices: Uint32Array | undefined;
  readonly total: number;
  readonly note: string | null;
}

/** Answers what a person asks of the items of a run: those of a kind, with a text, the slowest. */
export class ItemQueries {
  readonly #book: ItemBook;
  /** How an item stands that has not ended. */
  readonly #stateOf: (index: number) => IndexState;
  #latest: Fitting | null = null;
  #searches = 0;

  constructor(book: ItemBook, stateOf: (index: number) => IndexState) {
    this.#book = book;
    this.#stateOf = stateOf;
  }

  /** Some of the items that fit; null when another query has come meanwhile. */
  async page(query: ItemQuery): Promise<ItemPage | null> {
    this.#searches += 1;
    const own = this.#searches;
    const fitting = await this.#fitting(query, () => own === this.#searches);
    if (fitting === null) return null;
    const { indices, total, note } = fitting;
    const end = Math.min(total, query.offset + rowsAtOnce);
    const rows: ItemRow[] = [];
    for (let place = query.offset; place < end; place += 1) rows.push(this.row(indices?.[place] ?? place));
    return { offset: query.offset, rows, total, note };
  }

  row(index: number): ItemRow {
    const book = this.#book;
    const ms = book.ms(index);
    return {
      index,
      name: book.name(index),
      state: book.end(index) ?? this.#stateOf(index),
      attempts: book.attempts(index),
      ms: Number.isNaN(ms) ? null : ms,
      text: book.line(index),
    };
  }

  async #fitting(query: ItemQuery, isWanted: () => boolean): Promise<Fitting | null> {
    const { filter, order, text } = query;
    const { version, length } = this.#book;
    const key = JSON.stringify([filter, order, text, version]);
    if (this.#latest?.key === key) return this.#latest;
    let fitting: Omit<Fitting, 'key'> = { indices: undefined, total: length, note: null };
    if (filter !== 'all') fitting = fromList(this.#filtered(filter));
    if (text !== '') {
      const found = await this.#search(fitting.indices, text.toLowerCase(), isWanted);
      if (found === null) return null;
      fitting = found;
    }
    if (order === 'slowest') fitting = this.#slowest(fitting);
    this.#latest = { key, ...fitting };
    return this.#latest;
  }

  #filtered(filter: ItemFilter): Uint32Array {
    const book = this.#book;
    const fits = (index: number): boolean => {
      if (filter === 'retried') return book.attempts(index) > 1;
      const end = book.end(index);
      return filter === 'open' ? end === undefined : end === filter;
    };
    const list: number[] = [];
    for (let index = 0; index < book.length; index += 1) if (fits(index)) list.push(index);
    return Uint32Array.from(list);
  }

  async #search(
    among: Uint32Array | undefined,
    text: string,
    isWanted: () => boolean,
  ): Promise<Omit<Fitting, 'key'> | null> {
    const book = this.#book;
    const length = among?.length ?? book.length;
    const began = performance.now();
    let sliceBegan = began;
    const found: number[] = [];
    for (let place = 0; place < length; place += 1) {
      const index = among?.[place] ?? place;
      if (`${book.name(index)}\n${book.line(index)}`.toLowerCase().includes(text)) found.push(index);
      if (place % 64 !== 63 || performance.now() - sliceBegan < searchSliceMs) continue;
      if (performance.now() - began > searchMostMs)
        return { ...fromList(Uint32Array.from(found)), note: `Only the first ${count(place + 1)} were searched.` };
      await setImmediate();
      if (!isWanted()) return null;
      sliceBegan = performance.now();
    }
    return fromList(Uint32Array.from(found));
  }

  /** Those that took longest, in one pass: a list of the best so far that is cut back when it has grown twice as long. */
  #slowest({ indices, total, note }: Omit<Fitting, 'key'>): Omit<Fitting, 'key'> {
    const book = this.#book;
    let best: number[] = [];
    let least = Number.NEGATIVE_INFINITY;
    const cutBack = (): void => {
      best.sort((a, b) => book.ms(b) - book.ms(a) || a - b);
      best = best.slice(0, mostSlowest);
      if (best.length === mostSlowest) least = book.ms(best.at(-1) ?? 0);
    };
    for (let place = 0; place < total; place += 1) {
      const index = indices?.[place] ?? place;
      if (!(book.ms(index) > least)) continue;
      best.push(index);
      if (best.length >= 2 * mostSlowest) cutBack();
    }
    cutBack();
    const cutNote = total > mostSlowest ? `The slowest ${count(mostSlowest)} are shown.` : null;
    return { ...fromList(Uint32Array.from(best)), note: note ?? cutNote };
  }
}

const fromList = (indices: Uint32Array): Omit<Fitting, 'key'> => ({ indices, total: indices.length, note: null });

const numbers = new Intl.NumberFormat('en-US');
const count = (value: number): string => numbers.format(value);
