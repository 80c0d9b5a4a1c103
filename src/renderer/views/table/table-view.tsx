import { Menu, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCopy, IconDownload, IconFilter, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { bridge } from '../../bridge';
import { formatCount, formatPlural } from '../../lib/format';
import { ToolButton, ViewFrame } from '../view-frame';
import { type CellGrid, toCsv, toJson, toTsv } from './cells-text';
import type { ColumnStore } from './column-store';
import { GridBody } from './grid-body';
import classes from './table.module.css';
import { type Grid, selectedCells, shownCells, useGrid } from './use-grid';

interface TableViewProps {
  readonly title: string;
  readonly store: ColumnStore;
  /** Fetches further rows; null when there are none to be had. */
  readonly loadMore: (() => void) | null;
  /** What is not shown, and why. */
  readonly warning?: string | undefined;
}

/** A table: any number of rows to scroll, sort, filter, select, copy and save. */
export function TableView({ title, store, loadMore, warning }: TableViewProps) {
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search, 120);
  const [filtering, setFiltering] = useState(false);
  const grid = useGrid(store, settled);
  const shown = grid.order.length;
  const cells = selectedCells(grid);
  const selected = cells === null ? 0 : cells.rows * cells.columns.length;
  const copySelection = (): void => {
    if (cells !== null) void bridge.copyText(toTsv(cells, false).trimEnd());
  };
  const copyColumn = (column: number): void => {
    const all = shownCells(grid);
    const one = {
      columns: [store.columns[column] ?? ''],
      rows: all.rows,
      cell: (row: number) => all.cell(row, column),
    };
    void bridge.copyText(toTsv(one, true).trimEnd());
  };
  return (
    <ViewFrame
      title={title}
      warning={warning}
      note={<Note store={store} shown={shown} selected={selected} loadMore={loadMore} />}
      tools={
        <>
          <TextInput
            size="xs"
            className={classes.search}
            leftSection={<IconSearch size={14} />}
            placeholder="Search"
            aria-label={`Search ${title}`}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <ToolButton
            label="Filter by column"
            icon={<IconFilter size={16} stroke={1.7} />}
            pressed={filtering}
            onClick={() => {
              if (filtering) grid.table.resetColumnFilters(true);
              setFiltering(!filtering);
            }}
          />
          <ToolButton
            label="Copy the selected cells (Ctrl+C)"
            icon={<IconCopy size={16} stroke={1.7} />}
            disabled={selected === 0}
            onClick={copySelection}
          />
          <SaveMenu title={title} grid={grid} />
        </>
      }
    >
      {store.total === 0 ? (
        <p className={classes.empty}>This table has no rows.</p>
      ) : (
        <GridBody title={title} grid={grid} filtering={filtering} onCopy={copySelection} onCopyColumn={copyColumn} />
      )}
      {store.total > 0 && shown === 0 && <p className={classes.none}>No row has what you are looking for.</p>}
    </ViewFrame>
  );
}

interface NoteProps {
  readonly store: ColumnStore;
  readonly shown: number;
  readonly selected: number;
  readonly loadMore: (() => void) | null;
}

function Note({ store, shown, selected, loadMore }: NoteProps) {
  const { loaded, total } = store;
  const rows =
    loaded < total
      ? `${formatCount(shown)} of the first ${formatCount(loaded)} rows; there are ${formatCount(total)}`
      : shown < total
        ? `${formatCount(shown)} of ${formatPlural(total, 'row')}`
        : formatPlural(total, 'row');
  return (
    <>
      <span aria-live="polite">{rows}</span>
      {selected > 1 && ` · ${formatCount(selected)} cells selected`}
      {loadMore !== null && (
        <button type="button" className={classes.load} onClick={loadMore}>
          Load more
        </button>
      )}
    </>
  );
}

interface SaveMenuProps {
  readonly title: string;
  readonly grid: Grid;
}

/** Saves what is shown: these rows in this order. */
function SaveMenu({ title, grid }: SaveMenuProps) {
  const save = (extension: string, write: (grid: CellGrid) => string): void =>
    void bridge.saveText(`${title.slice(0, 80)}.${extension}`, write(shownCells(grid)));
  return (
    <Menu position="bottom-end" shadow="md" radius="md">
      <Menu.Target>
        <ToolButton label="Save these rows" icon={<IconDownload size={16} stroke={1.7} />} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save('csv', toCsv)}>Save as CSV…</Menu.Item>
        <Menu.Item onClick={() => save('json', toJson)}>Save as JSON…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
