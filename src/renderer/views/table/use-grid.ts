import {
  type ColumnDef,
  columnFilteringFeature,
  columnResizingFeature,
  columnSizingFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { formatValue } from '../../lib/format';
import type { CellGrid } from './cells-text';
import type { ColumnStore } from './column-store';
import { orderOf } from './order';
import { rectangleOf, type Selection } from './selection';

const features = tableFeatures({
  rowSortingFeature,
  columnFilteringFeature,
  columnSizingFeature,
  columnResizingFeature,
});

/** Rows stay in the store: an object for each of a hundred thousand would cost more than the values. */
const noRows: object[] = [];

/** Rows whose texts say how wide a column is to be. */
const measured = 100;
const charWidth = 7.4;

/** The columns of a table (what orders and filters by them, their widths), and the rows that come of it. */
export function useGrid(store: ColumnStore, search: string) {
  const columns = useMemo(() => columnDefs(store), [store]);
  const table = useTable({
    features,
    columns,
    data: noRows,
    manualSorting: true,
    manualFiltering: true,
    columnResizeMode: 'onChange',
  });
  const { sorting, columnFilters } = table.state;
  const order = useMemo(
    () =>
      orderOf(
        store,
        sorting.map(({ id, desc }) => ({ column: Number(id), descending: desc })),
        columnFilters.map(({ id, value }) => ({ column: Number(id), text: String(value) })),
        search,
      ),
    [store, sorting, columnFilters, search],
  );
  // A selection is of the rows as they were shown: others in other places are not what was selected.
  const [chosen, setChosen] = useState<{ readonly order: Uint32Array; readonly selection: Selection } | null>(null);
  const selection = chosen?.order === order ? chosen.selection : null;
  const setSelection = (next: Selection | null): void => setChosen(next === null ? null : { order, selection: next });
  return { table, store, order, selection, setSelection };
}

export type Grid = ReturnType<typeof useGrid>;

/** The columns' names are text from outside: they are called by their places. */
function columnDefs(store: ColumnStore): ColumnDef<typeof features, object>[] {
  return store.columns.map((name, column) => ({
    id: String(column),
    header: name,
    accessorFn: () => null,
    size: widthOf(store, column),
    minSize: 48,
    maxSize: 1200,
    sortDescFirst: false,
  }));
}

function widthOf(store: ColumnStore, column: number): number {
  let longest = (store.columns[column]?.length ?? 0) + 3;
  for (let row = 0; row < Math.min(measured, store.loaded); row += 1)
    longest = Math.max(longest, formatValue(store.cell(row, column)).length);
  return Math.round(Math.max(64, Math.min(420, longest * charWidth + 26)));
}

/** The rows as they are shown: filtered and in order. */
export const shownCells = ({ store, order }: Pick<Grid, 'store' | 'order'>): CellGrid => ({
  columns: store.columns,
  rows: order.length,
  cell: (row, column) => {
    const place = order[row];
    return place === undefined ? null : store.cell(place, column);
  },
});

/** The selected cells; null when there are none. */
export function selectedCells(grid: Pick<Grid, 'store' | 'order' | 'selection'>): CellGrid | null {
  if (grid.selection === null) return null;
  const { top, left, rows, columns } = rectangleOf(grid.selection);
  const shown = shownCells(grid);
  return {
    columns: shown.columns.slice(left, left + columns),
    rows,
    cell: (row, column) => shown.cell(top + row, left + column),
  };
}
