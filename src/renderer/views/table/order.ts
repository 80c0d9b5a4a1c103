import type { ColumnStore } from './column-store';
import { containing, parseFilter } from './filter';

/** A column that orders the rows. */
export interface SortBy {
  readonly column: number;
  readonly descending: boolean;
}

/** What a person typed to filter a column by. */
export interface FilterBy {
  readonly column: number;
  readonly text: string;
}

/**
 * The rows that are shown, in their order: those that pass every filter and hold what is searched for in any column,
 * by the first column to sort by, then the next, then as they came. Empty cells come last either way.
 */
export function orderOf(
  store: ColumnStore,
  sorting: readonly SortBy[],
  filters: readonly FilterBy[],
  search: string,
): Uint32Array {
  const rows = passing(store, filters, search.trim());
  if (sorting.length === 0) return rows;
  const keys = sorting.map(({ column, descending }) => ({ values: store.sortKeys(column), descending }));
  return rows.sort((a, b) => {
    for (const { values, descending } of keys) {
      const [first = 0, second = 0] = [values[a], values[b]];
      if (first === second) continue;
      const isBefore = first < second;
      if (descending && first !== Infinity && second !== Infinity) return isBefore ? 1 : -1;
      return isBefore ? -1 : 1;
    }
    return a - b;
  });
}

function passing(store: ColumnStore, filters: readonly FilterBy[], search: string): Uint32Array {
  const tests = filters.flatMap(({ column, text }) => {
    const test = parseFilter(text);
    return test === null ? [] : [{ column, test }];
  });
  const rows = new Uint32Array(store.loaded);
  const found = search === '' ? null : containing(search);
  const columns = store.columns.map((_, column) => column);
  let count = 0;
  for (let row = 0; row < store.loaded; row += 1) {
    if (!tests.every(({ column, test }) => test(store.cell(row, column)))) continue;
    if (found !== null && !columns.some((column) => found(store.cell(row, column)))) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
}
