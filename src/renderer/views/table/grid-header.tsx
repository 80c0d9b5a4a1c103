import { ActionIcon, Menu, UnstyledButton } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconCopy,
  IconSortAscending,
  IconSortDescending,
  IconX,
} from '@tabler/icons-react';
import type { VirtualItem } from '@tanstack/react-virtual';
import classes from './table.module.css';
import type { Grid } from './use-grid';

interface GridHeaderProps {
  readonly grid: Grid;
  readonly columns: readonly VirtualItem[];
  readonly total: number;
  /** Whether each column has a field to filter by. */
  readonly filtering: boolean;
  readonly onCopyColumn: (column: number) => void;
}

/** Names of the columns: a click orders the rows, the small button has more, the right edge changes the width. */
export function GridHeader({ grid, columns, total, filtering, onCopyColumn }: GridHeaderProps) {
  const { table, store } = grid;
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  return (
    <div role="rowgroup" className={classes.head} style={{ width: total }}>
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        {columns.map(({ index, start, size }) => {
          const header = headers[index];
          if (header === undefined) return null;
          const sorted = header.column.getIsSorted();
          const name = store.columns[index] ?? '';
          return (
            <div
              key={index}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}
              className={`${classes.heading} ${store.isNumeric(index) ? classes.number : ''}`}
              style={{ left: start, width: size }}
            >
              <UnstyledButton className={classes.name} title={name} onClick={header.column.getToggleSortingHandler()}>
                <span className={classes.label}>{name}</span>
                {sorted === 'asc' && <IconArrowUp size={13} stroke={2} aria-hidden="true" />}
                {sorted === 'desc' && <IconArrowDown size={13} stroke={2} aria-hidden="true" />}
              </UnstyledButton>
              <ColumnMenu
                name={name}
                sort={(descending) => header.column.toggleSorting(descending)}
                clear={sorted === false ? null : () => header.column.clearSorting()}
                copy={() => onCopyColumn(index)}
              />
              <div
                className={classes.edge}
                onMouseDown={header.getResizeHandler()}
                onDoubleClick={() => table.setColumnSizing(({ [header.column.id]: _size, ...others }) => others)}
              />
            </div>
          );
        })}
      </div>
      {filtering && (
        <div role="row" className={classes.filterRow}>
          {columns.map(({ index, start, size }) => (
            <div key={index} role="gridcell" className={classes.filter} style={{ left: start, width: size }}>
              <FilterField
                name={store.columns[index] ?? ''}
                numeric={store.isNumeric(index)}
                value={filterOf(grid, index)}
                onChange={(text) => table.getColumn(String(index))?.setFilterValue(text === '' ? undefined : text)}
              />
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function filterOf(grid: Grid, column: number): string {
  const value = grid.table.state.columnFilters.find(({ id }) => id === String(column))?.value;
  return typeof value === 'string' ? value : '';
}

interface FilterFieldProps {
  readonly name: string;
  readonly numeric: boolean;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

const FilterField = ({ name, numeric, value, onChange }: FilterFieldProps) => (
  <input
    type="text"
    className={classes.field}
    aria-label={`Filter ${name}`}
    placeholder={numeric ? '>5, 1..9, =0' : 'contains, =exactly'}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);

interface ColumnMenuProps {
  readonly name: string;
  readonly sort: (descending: boolean) => void;
  readonly clear: (() => void) | null;
  readonly copy: () => void;
}

function ColumnMenu({ name, sort, clear, copy }: ColumnMenuProps) {
  return (
    <Menu position="bottom-end" shadow="md" radius="md">
      <Menu.Target>
        <ActionIcon
          size={18}
          variant="subtle"
          color="gray"
          className={classes.more}
          aria-label={`Column ${name}`}
          title="Sort, copy"
        >
          <IconChevronDown size={13} stroke={2} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconSortAscending size={15} />} onClick={() => sort(false)}>
          Sort ascending
        </Menu.Item>
        <Menu.Item leftSection={<IconSortDescending size={15} />} onClick={() => sort(true)}>
          Sort descending
        </Menu.Item>
        {clear !== null && (
          <Menu.Item leftSection={<IconX size={15} />} onClick={clear}>
            As it came
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={copy}>
          Copy column
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
