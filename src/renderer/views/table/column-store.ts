import type { Cell } from '../../../shared/report';
import type { ShownTable, TablePage } from '../../../shared/result';

const collator = new Intl.Collator(undefined, { numeric: true });

/**
 * The rows of a table that have been loaded so far, column by column, as they came in pages.
 *
 * It never changes: a further page makes a new store that shares the pages of the old one.
 */
export class ColumnStore {
  readonly columns: readonly string[];
  /** Rows of the whole table. */
  readonly total: number;
  /** Rows that are here: the first ones. */
  readonly loaded: number;
  readonly #pages: readonly TablePage[];
  readonly #keys = new Map<number, Float64Array>();
  readonly #numeric = new Map<number, boolean>();

  private constructor(columns: readonly string[], total: number, pages: readonly TablePage[]) {
    this.columns = columns;
    this.total = total;
    this.#pages = pages;
    const last = pages.at(-1);
    this.loaded = last === undefined ? 0 : last.offset + last.length;
  }

  static of({ columns, total, page }: Pick<ShownTable, 'columns' | 'total' | 'page'>): ColumnStore {
    return new ColumnStore(columns, total, [page]);
  }

  /** This table with the rows that follow; pages that do not follow change nothing. */
  with(page: TablePage, total = this.total): ColumnStore {
    if (page.offset !== this.loaded || page.length === 0) return this;
    return new ColumnStore(this.columns, total, [...this.#pages, page]);
  }

  cell(row: number, column: number): Cell {
    const page = this.#pageOf(row);
    return page?.columns[column]?.[row - page.offset] ?? null;
  }

  /** Whether a column holds numbers and empty cells only. */
  isNumeric(column: number): boolean {
    const known = this.#numeric.get(column);
    if (known !== undefined) return known;
    const numeric = this.#looksNumeric(column);
    this.#numeric.set(column, numeric);
    return numeric;
  }

  #looksNumeric(column: number): boolean {
    let found = false;
    for (const { columns } of this.#pages) {
      const values = columns[column];
      if (values instanceof Float64Array) found ||= values.length > 0;
      else if (values !== undefined) {
        for (const value of values) {
          if (typeof value === 'number') found = true;
          else if (value !== null) return false;
        }
      }
    }
    return found;
  }

  /**
   * Numbers that order the rows by a column: numbers by their size, then NaN, texts as people order them (10 after 9),
   * booleans; an empty cell has infinity.
   */
  sortKeys(column: number): Float64Array {
    const known = this.#keys.get(column);
    if (known !== undefined) return known;
    const keys = this.isNumeric(column) ? this.#numberKeys(column) : this.#rankKeys(column);
    this.#keys.set(column, keys);
    return keys;
  }

  #numberKeys(column: number): Float64Array {
    const keys = new Float64Array(this.loaded);
    for (let row = 0; row < this.loaded; row += 1) {
      const value = this.cell(row, column);
      // NaN equals nothing: a place of its own before empty cells keeps the order whole.
      keys[row] = typeof value !== 'number' ? Infinity : Number.isNaN(value) ? Number.MAX_VALUE : value;
    }
    return keys;
  }

  #rankKeys(column: number): Float64Array {
    const values = Array.from({ length: this.loaded }, (_, row) => this.cell(row, column));
    const different = [...new Set(values)].sort(compareCells);
    const ranks = new Map(different.map((value, rank) => [value, rank]));
    return Float64Array.from(values, (value) => (value === null ? Infinity : (ranks.get(value) ?? 0)));
  }

  #pageOf(row: number): TablePage | undefined {
    let low = 0;
    let high = this.#pages.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#pages[middle]?.offset ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    const page = this.#pages[low];
    return page !== undefined && row >= page.offset && row < page.offset + page.length ? page : undefined;
  }
}

const order = (value: Cell): number => {
  if (value === null) return 4;
  if (typeof value === 'number') return Number.isNaN(value) ? 1 : 0;
  return typeof value === 'string' ? 2 : 3;
};

function compareCells(a: Cell, b: Cell): number {
  const kinds = order(a) - order(b);
  if (kinds !== 0) return kinds;
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return Number(a) - Number(b) || 0;
}
