import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type Ref, useEffect, useId, useImperativeHandle, useRef } from 'react';
import type { ItemOrder, ItemRow } from '../../shared/items';
import { formatCount, formatDuration } from '../lib/format';
import { indexLooks } from '../lib/states';
import type { ItemsState } from '../state/use-items';
import classes from './item-list.module.css';

interface ItemListProps {
  readonly ref: Ref<HTMLDivElement>;
  /** Null until the first have come. */
  readonly items: ItemsState | null;
  readonly hasNames: boolean;
  readonly order: ItemOrder;
  readonly onOrder: (order: ItemOrder) => void;
  /** Where the person is; null for nowhere. */
  readonly place: number | null;
  /** The item that is shown in full. */
  readonly index: number | null;
  readonly onChoose: (place: number, index: number | null) => void;
  readonly onClose: () => void;
  /** Which places are in sight now. */
  readonly onSight: (sight: { readonly from: number; readonly to: number }) => void;
}

const rowHeight = 26;

/** Items, one in a line, however many there are. */
export function ItemList(props: ItemListProps) {
  const { ref, items, hasNames, order, onOrder, place, index, onChoose, onClose, onSight } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  useImperativeHandle(ref, () => scroller.current ?? document.createElement('div'));
  const total = items?.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const shown = virtual.getVirtualItems();
  const from = shown[0]?.index ?? 0;
  const to = (shown.at(-1)?.index ?? 30) + 1;
  useEffect(() => onSight({ from, to }), [from, to, onSight]);
  // The item that was asked for elsewhere is brought into sight once, as soon as there is a list.
  const initial = useRef(place);
  useEffect(() => {
    if (initial.current === null || total === 0) return;
    virtual.scrollToIndex(initial.current, { align: 'center' });
    scroller.current?.focus();
    initial.current = null;
  }, [virtual, total]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const perPage = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const now = place ?? -1;
    const next = new Map([
      ['ArrowDown', now + 1],
      ['ArrowUp', now - 1],
      ['PageDown', now + perPage],
      ['PageUp', now - perPage],
      ['Home', 0],
      ['End', total - 1],
    ]).get(event.key);
    if (event.key === 'Escape' && index !== null) onClose();
    else if (next !== undefined && total > 0) {
      const wanted = Math.max(0, Math.min(total - 1, next));
      virtual.scrollToIndex(wanted);
      onChoose(wanted, items?.row(wanted)?.index ?? null);
    } else return;
    event.preventDefault();
  };

  const focused = shown.find((one) => items?.row(one.index)?.index === index)?.index;
  return (
    <div
      ref={scroller}
      className={`${classes.scroller} num`}
      role="grid"
      aria-label="Items"
      aria-rowcount={total + 1}
      aria-activedescendant={index === null || focused === undefined ? undefined : `${id}-${focused}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="row" className={`${classes.row} ${classes.head} ${hasNames ? classes.named : ''}`}>
        <span role="columnheader" className={classes.number}>
          {hasNames ? '#' : 'Item'}
        </span>
        {hasNames && <span role="columnheader">Item</span>}
        <span role="columnheader">State</span>
        <span role="columnheader" className={classes.number}>
          Tries
        </span>
        <span role="columnheader" className={classes.number} aria-sort={order === 'slowest' ? 'descending' : 'none'}>
          <button
            type="button"
            className={classes.sort}
            title={order === 'slowest' ? 'In the order of the range' : 'The slowest first'}
            onClick={() => onOrder(order === 'slowest' ? 'index' : 'slowest')}
          >
            {order === 'slowest' && <IconArrowDown size={12} aria-hidden="true" />}
            Took
          </button>
        </span>
        <span role="columnheader">Result</span>
      </div>
      <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {shown.map((one) => {
          const item = items?.row(one.index);
          return (
            <div
              key={one.index}
              id={`${id}-${one.index}`}
              role="row"
              aria-rowindex={one.index + 2}
              aria-selected={index !== null && item?.index === index}
              className={`${classes.row} ${classes.item} ${hasNames ? classes.named : ''}`}
              style={{ transform: `translateY(${one.start}px)` }}
              onClick={() => onChoose(one.index, item?.index ?? null)}
              data-testid="item"
            >
              {item === undefined ? (
                <span role="gridcell" className={classes.number}>
                  …
                </span>
              ) : (
                <Cells item={item} hasNames={hasNames} />
              )}
            </div>
          );
        })}
      </div>
      {items !== null && total === 0 && <p className={classes.none}>No item is like that.</p>}
    </div>
  );
}

function Cells({ item, hasNames }: { readonly item: ItemRow; readonly hasNames: boolean }) {
  const { index, name, state, attempts, ms, text } = item;
  const look = indexLooks[state];
  return (
    <>
      <span role="gridcell" className={`${classes.number} ${hasNames ? classes.dim : ''}`}>
        {formatCount(index)}
      </span>
      {hasNames && (
        <span role="gridcell" className={classes.text} title={name}>
          {name}
        </span>
      )}
      <span role="gridcell" className={`${classes.state} tone-${look.tone}`}>
        {look.text}
      </span>
      <span role="gridcell" className={`${classes.number} ${attempts > 1 ? classes.strong : classes.dim}`}>
        {attempts === 0 ? '' : formatCount(attempts)}
      </span>
      <span role="gridcell" className={classes.number}>
        {ms === null ? '' : formatDuration(ms)}
      </span>
      <span role="gridcell" className={`${classes.text} ${state === 'failed' ? classes.bad : ''}`} title={text}>
        {text}
      </span>
    </>
  );
}
