import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react';
import { formatValue } from '../../lib/format';
import { GridHeader } from './grid-header';
import { afterKey, holds, type Place, rectangleOf } from './selection';
import classes from './table.module.css';
import type { Grid } from './use-grid';

const rowHeight = 26;

interface GridBodyProps {
  readonly title: string;
  readonly grid: Grid;
  readonly filtering: boolean;
  readonly onCopy: () => void;
  readonly onCopyColumn: (column: number) => void;
}

/** The cells that are in sight, and the names of their columns above them. Only those are in the page. */
export function GridBody({ title, grid, filtering, onCopy, onCopyColumn }: GridBodyProps) {
  const { store, order, selection, setSelection } = grid;
  const scroller = useRef<HTMLDivElement>(null);
  const dragging = useRef(false);
  const id = useId();
  const widths = useWidths(grid, scroller);
  const vertical = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const horizontal = useVirtualizer({
    horizontal: true,
    count: widths.length,
    getScrollElement: () => scroller.current,
    estimateSize: (column) => widths[column] ?? 100,
    overscan: 2,
  });
  useEffect(() => horizontal.measure(), [horizontal, widths]);
  useEffect(() => {
    const end = (): void => {
      dragging.current = false;
    };
    window.addEventListener('mouseup', end);
    return () => window.removeEventListener('mouseup', end);
  }, []);

  const size = { rows: order.length, columns: widths.length };
  const chosen = selection === null ? null : rectangleOf(selection);
  const focus = selection?.focus;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const jump = event.ctrlKey || event.metaKey;
    const { key, shiftKey } = event;
    if (jump && key.toLowerCase() === 'c') onCopy();
    else if (jump && key.toLowerCase() === 'a') {
      const last = { row: size.rows - 1, column: size.columns - 1 };
      if (size.rows > 0) setSelection({ anchor: { row: 0, column: 0 }, focus: last });
    } else {
      const page = Math.max(1, Math.floor((vertical.scrollRect?.height ?? 0) / rowHeight) - 2);
      const next = afterKey(selection, { key, shiftKey, jump }, size, page);
      if (next === undefined) return;
      setSelection(next);
      if (next !== null) {
        vertical.scrollToIndex(next.focus.row);
        horizontal.scrollToIndex(next.focus.column);
      }
    }
    event.preventDefault();
  };
  const begin = (place: Place, extend: boolean): void => {
    dragging.current = true;
    setSelection({ anchor: extend && selection !== null ? selection.anchor : place, focus: place });
  };
  const reach = (place: Place): void => {
    if (dragging.current && selection !== null) setSelection({ ...selection, focus: place });
  };

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="grid"
      aria-label={title}
      aria-rowcount={size.rows + 1}
      aria-colcount={size.columns}
      aria-multiselectable="true"
      aria-activedescendant={focus === undefined ? undefined : `${id}-${focus.row}-${focus.column}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <GridHeader
        grid={grid}
        columns={horizontal.getVirtualItems()}
        total={horizontal.getTotalSize()}
        filtering={filtering}
        onCopyColumn={onCopyColumn}
      />
      <div
        role="rowgroup"
        className={classes.rows}
        style={{ height: vertical.getTotalSize(), width: horizontal.getTotalSize() }}
      >
        {vertical.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 2}
            className={`${classes.row} ${index % 2 === 1 ? classes.odd : ''}`}
            style={{ transform: `translateY(${start}px)` }}
          >
            {horizontal.getVirtualItems().map((column) => {
              const value = store.cell(order[index] ?? 0, column.index);
              const selected = chosen !== null && holds(chosen, index, column.index);
              const focused = focus?.row === index && focus.column === column.index;
              return (
                <div
                  key={column.index}
                  id={`${id}-${index}-${column.index}`}
                  role="gridcell"
                  aria-colindex={column.index + 1}
                  aria-selected={selected}
                  className={`${classes.cell} ${typeof value === 'number' ? classes.number : ''} ${selected ? classes.selected : ''} ${focused ? classes.focused : ''}`}
                  style={{ left: column.start, width: column.size }}
                  title={value === null ? undefined : String(value)}
                  onMouseDown={(event) => {
                    if (event.button === 0) begin({ row: index, column: column.index }, event.shiftKey);
                  }}
                  onMouseEnter={() => reach({ row: index, column: column.index })}
                >
                  {oneLine(formatValue(value))}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Widths of the columns; a last column of texts gets the room to spare. */
function useWidths({ table, store }: Grid, scroller: RefObject<HTMLDivElement | null>): readonly number[] {
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  const key = table
    .getAllLeafColumns()
    .map((column) => column.getSize())
    .join();
  return useMemo(() => {
    const own = key === '' ? [] : key.split(',').map(Number);
    const spare = room - own.reduce((sum, size) => sum + size, 0);
    if (spare <= 0) return own;
    const last = own.length - 1;
    return own.map((size, column) => (column === last && !store.isNumeric(column) ? size + spare : size));
  }, [key, room, store]);
}

/** A text of several lines in one, with a sign where the lines end. */
const oneLine = (text: string): string => text.replaceAll(/\r?\n/g, ' ↵ ');
