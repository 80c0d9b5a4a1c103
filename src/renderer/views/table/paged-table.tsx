import { useEffect, useMemo, useState } from 'react';
import type { ShownTable, TablePage } from '../../../shared/result';
import { ColumnStore } from './column-store';
import { TableView } from './table-view';

/** Rows that are loaded by themselves; more are when a person asks for them. */
const rowsAtOnce = 200_000;

interface PagedTableProps {
  readonly table: ShownTable;
  /** Fetches the rows from a place on; null when there are none any more. */
  readonly loadPage: (offset: number) => Promise<TablePage | null>;
}

/** A table of a result, whose rows come page by page. */
export function PagedTable({ table, loadPage }: PagedTableProps) {
  const { store, loadMore } = useStore(table, loadPage);
  return <TableView title={table.title} store={store} loadMore={loadMore} />;
}

/** The table's rows as they come in: the first page at once, the others one after the other. */
function useStore(
  table: ShownTable,
  loadPage: (offset: number) => Promise<TablePage | null>,
): { readonly store: ColumnStore; readonly loadMore: (() => void) | null } {
  const first = useMemo(() => ColumnStore.of(table), [table]);
  const [state, setState] = useState({ table, store: first, most: rowsAtOnce });
  const { store, most } = state.table === table ? state : { store: first, most: rowsAtOnce };
  const wanted = Math.min(store.total, most);

  useEffect(() => {
    if (store.loaded >= wanted) return undefined;
    let current = true;
    let all = store;
    const load = async (): Promise<void> => {
      while (current && all.loaded < wanted) {
        const page = await loadPage(all.loaded);
        const next = page === null ? all : all.with(page);
        if (next === all) break;
        all = next;
      }
      // Shown once: each change of the rows orders and filters them again.
      if (current && all !== store) setState((before) => ({ table, store: all, most: before.most }));
    };
    void load();
    return () => {
      current = false;
    };
  }, [table, store, wanted, loadPage]);

  const loadMore = (): void => setState({ table, store, most: most + rowsAtOnce });
  return { store, loadMore: store.loaded < store.total && store.loaded >= wanted ? loadMore : null };
}
