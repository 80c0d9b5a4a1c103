import { describe, expect, it } from 'vitest';
import { toCsv, toJson, toTsv } from '../../../../src/renderer/views/table/cells-text';
import { ColumnStore } from '../../../../src/renderer/views/table/column-store';
import { containing, parseFilter } from '../../../../src/renderer/views/table/filter';
import { orderOf } from '../../../../src/renderer/views/table/order';
import { afterKey, rectangleOf, type Selection } from '../../../../src/renderer/views/table/selection';
import type { Cell } from '../../../../src/shared/report';

const page = (offset: number, ...columns: readonly (readonly Cell[] | Float64Array)[]) => ({
  offset,
  length: columns[0]?.length ?? 0,
  columns,
});

describe('the rows that have been loaded', () => {
  const first = ColumnStore.of({
    columns: ['n', 'text'],
    total: 5,
    page: page(0, Float64Array.of(3, 1), ['b', null]),
  });
  const all = first.with(page(2, Float64Array.of(2), ['a10'])).with(page(3, [null, 9], ['a9', 'A']));

  it('join page by page', () => {
    expect([first.loaded, all.loaded, all.total]).toEqual([2, 5, 5]);
    expect(Array.from({ length: 5 }, (_, row) => all.cell(row, 0))).toEqual([3, 1, 2, null, 9]);
    expect(all.cell(4, 1)).toBe('A');
    expect([all.cell(5, 0), all.cell(0, 7)]).toEqual([null, null]);
  });

  it('take no page that does not follow', () => {
    expect(first.with(page(3, [1], ['x']))).toBe(first);
    expect(first.with(page(2, [], []))).toBe(first);
  });

  it('know which columns hold numbers', () => {
    expect([all.isNumeric(0), all.isNumeric(1)]).toEqual([true, false]);
    expect(ColumnStore.of({ columns: ['e'], total: 1, page: page(0, [null]) }).isNumeric(0)).toBe(false);
  });

  const order = (store: ColumnStore, column: number, descending = false): Cell[] =>
    Array.from(orderOf(store, [{ column, descending }], [], ''), (row) => store.cell(row, column));

  it('are ordered by size, and texts as people order them; empty cells come last', () => {
    expect(order(all, 0)).toEqual([1, 2, 3, 9, null]);
    expect(order(all, 1)).toEqual(['A', 'a9', 'a10', 'b', null]);
    const mixed = ColumnStore.of({ columns: ['m'], total: 5, page: page(0, [true, 'x', 2, null, Number.NaN]) });
    expect(order(mixed, 0)).toEqual([2, Number.NaN, 'x', true, null]);
    expect(order(mixed, 0, true)).toEqual([true, 'x', Number.NaN, 2, null]);
    expect(order(all, 0, true)).toEqual([9, 3, 2, 1, null]);
  });

  it('are ordered by one column and then by the next', () => {
    const store = ColumnStore.of({ columns: ['a', 'b'], total: 4, page: page(0, [1, 2, 1, 2], ['x', 'y', 'z', 'x']) });
    const sorting = [
      { column: 0, descending: true },
      { column: 1, descending: false },
    ];
    expect([...orderOf(store, sorting, [], '')]).toEqual([3, 1, 0, 2]);
    expect([...orderOf(store, sorting, [{ column: 1, text: 'x' }], '')]).toEqual([3, 0]);
    expect([...orderOf(store, [], [], ' Z ')]).toEqual([2]);
  });
});

describe('a filter', () => {
  const passing = (text: string, values: readonly Cell[]): Cell[] =>
    values.filter((value) => parseFilter(text)?.(value));

  it.each([
    ['>5', [5, 6, 'text', null], [6]],
    ['>= 5', [4, 5, 6], [5, 6]],
    ['<-1', [-2, 0], [-2]],
    ['=4', [4, '4', 5], [4]],
    ['!=0', [0, 1, 'x'], [1]],
    ['1..3', [0, 1, 2.5, 3, 4], [1, 2.5, 3]],
    ['-2..-1e-1', [-3, -1, 0], [-1]],
    ['=Abc', ['abc', 'abcd', null], ['abc']],
    ['bc', ['ABCD', 'x', 12, null], ['ABCD']],
    ['12', [123, 'a12', 5], [123, 'a12']],
    ['> text', ['a > text', 'text'], ['a > text']],
  ] as const)('%s', (text, values, kept) => {
    expect(passing(text, values)).toEqual(kept);
  });

  it('of nothing is none', () => {
    expect(parseFilter('  ')).toBeNull();
    expect(containing('tru')(true)).toBe(true);
  });
});

describe('cells as text', () => {
  const rows: Cell[][] = [
    ['=1+2', -5],
    ['say "hi",\nall', null],
    ['plain', Number.NaN],
  ];
  const grid = {
    columns: ['Text', 'Text'],
    rows: 3,
    cell: (row: number, column: number) => rows[row]?.[column] ?? null,
  };

  it('are CSV whose formulas are texts', () => {
    expect(toCsv(grid)).toBe(`Text,Text\n"'=1+2",-5\n"say ""hi"",\nall",\nplain,NaN\n`);
  });

  it('are tab-separated for spreadsheets', () => {
    expect(toTsv(grid, true)).toBe(`Text\tText\n=1+2\t-5\n"say ""hi"",\nall"\t\nplain\tNaN\n`);
    expect(toTsv(grid, false).split('\n')[0]).toBe('=1+2\t-5');
  });

  it('are JSON with an object for each row, whatever the columns are called', () => {
    expect(JSON.parse(toJson(grid))).toEqual([
      { Text: '=1+2', 'Text (2)': -5 },
      { Text: 'say "hi",\nall', 'Text (2)': null },
      { Text: 'plain', 'Text (2)': 'NaN' },
    ]);
  });
});

describe('a selection', () => {
  const size = { rows: 100, columns: 4 };
  const at = (row: number, column: number): Selection => ({ anchor: { row, column }, focus: { row, column } });
  const press = (before: Selection | null, key: string, keys: { shift?: boolean; jump?: boolean } = {}) =>
    afterKey(before, { key, shiftKey: keys.shift ?? false, jump: keys.jump ?? false }, size, 10);

  it('begins in the first cell and moves by the keys, within the table', () => {
    expect(press(null, 'ArrowDown')).toEqual(at(0, 0));
    expect(press(at(0, 0), 'ArrowUp')).toEqual(at(0, 0));
    expect(press(at(5, 1), 'ArrowRight', { jump: true })).toEqual(at(5, 3));
    expect(press(at(95, 1), 'PageDown')).toEqual(at(99, 1));
    expect(press(at(50, 2), 'Home', { jump: true })).toEqual(at(0, 0));
    expect(press(at(50, 2), 'End')).toEqual(at(50, 3));
  });

  it('is stretched from where it began', () => {
    const stretched = press(at(5, 2), 'ArrowUp', { shift: true }) ?? null;
    expect(stretched).toEqual({ anchor: { row: 5, column: 2 }, focus: { row: 4, column: 2 } });
    if (stretched !== null) expect(rectangleOf(stretched)).toEqual({ top: 4, left: 2, rows: 2, columns: 1 });
  });

  it('ends with Escape, and leaves other keys alone', () => {
    expect([press(at(1, 1), 'Escape'), press(null, 'Escape'), press(at(1, 1), 'x')]).toEqual([
      null,
      undefined,
      undefined,
    ]);
    expect(
      afterKey(null, { key: 'ArrowDown', shiftKey: false, jump: false }, { rows: 0, columns: 4 }, 10),
    ).toBeUndefined();
  });
});
