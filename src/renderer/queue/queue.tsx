import { type KeyboardEvent, type MouseEvent, type SyntheticEvent, useEffect, useMemo, useRef, useState } from 'react';
import { perform } from '../actions/registry';
import { mark, select, useWindow } from '../state/store';
import { ContextMenu, type MenuPlace } from './context-menu';
import { markAlso, markTo } from './marks';
import classes from './queue.module.css';
import { QueueHead } from './queue-head';
import { isFiltering, type QueueItem, queueLines } from './queue-items';
import { lineId, QueueLine } from './queue-line';
import { jobHeight } from './queue-lines';
import { useLines } from './use-lines';
import { useQueueDrag } from './use-queue-drag';

/** The list of files and jobs. Only what is in sight is in the page. */
export function Queue() {
  const files = useWindow((state) => state.files);
  const order = useWindow((state) => state.order);
  const version = useWindow((state) => state.orderVersion);
  const filter = useWindow((state) => state.filter);
  const selection = useWindow((state) => state.selection);
  const marked = useWindow((state) => state.marked);
  const lines = useMemo(
    () => queueLines(files, order, filter),
    // oxlint-disable-next-line react/exhaustive-deps -- The order is changed in place; its version tells when.
    [files, order, version, filter],
  );
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const { drop, isDragging, handlers } = useQueueDrag(lines);
  const scroller = useRef<HTMLDivElement>(null);
  const selected = useMemo(
    () => (selection === null ? -1 : lines.lineOf(selection.kind, selection.key)),
    [lines, selection],
  );
  const { first, end, show } = useLines(scroller, lines);

  const shown = selection === null ? '' : `${selection.kind} ${selection.key}`;
  useEffect(() => {
    // Where the person is stays in sight when they go elsewhere, not when the list moves by itself.
    const { selection: now } = useWindow.getState();
    const at = now === null ? -1 : lines.lineOf(now.kind, now.key);
    if (at >= 0) show(at);
    // oxlint-disable-next-line react/exhaustive-deps -- Only when another line is selected.
  }, [shown, show]);

  /** The line that an event is about. */
  const lineOf = ({ target }: Pick<SyntheticEvent, 'target'>): { item: QueueItem; index: number } | null => {
    const line = target instanceof Element ? target.closest<HTMLElement>('[data-line]') : null;
    const index = Number(line?.dataset.line ?? -1);
    const item = lines.at(index);
    return item === undefined ? null : { item, index };
  };

  const choose = (item: QueueItem, event: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): void => {
    if (item.kind === 'section') return;
    if (item.kind === 'file') select({ kind: 'file', key: item.key });
    else if (event.shiftKey) mark(item.key, markTo(useWindow.getState(), item.key, lines));
    else if (event.ctrlKey || event.metaKey) mark(item.key, markAlso(useWindow.getState(), item.key));
    else select({ kind: 'job', key: item.key });
  };

  const move = (to: number, step: number, event: KeyboardEvent): void => {
    let at = Math.max(0, Math.min(lines.count - 1, to));
    while (lines.at(at)?.kind === 'section' && at + step >= 0 && at + step < lines.count) at += step;
    const item = lines.at(at);
    if (item !== undefined) choose(item, { shiftKey: event.shiftKey, ctrlKey: false, metaKey: false });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / jobHeight) - 1);
    const targets: Record<string, readonly [number, number]> = {
      ArrowDown: [selected + 1, 1],
      ArrowUp: [selected - 1, -1],
      PageDown: [selected + page, 1],
      PageUp: [selected - page, -1],
      Home: [0, 1],
      End: [lines.count - 1, -1],
    };
    const target = targets[event.key];
    if (target !== undefined) move(...target, event);
    else if (event.key === 'Enter') void perform('run-selected');
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openAtSelected();
    else return;
    event.preventDefault();
  };
  const openAtSelected = (): void => {
    const line = document.getElementById(lineId(selected))?.getBoundingClientRect();
    if (line !== undefined) setMenu({ x: line.left + 40, y: line.top + line.height / 2 });
  };
  const onClick = (event: MouseEvent): void => {
    const line = lineOf(event);
    if (line !== null) choose(line.item, event);
  };
  const onContextMenu = (event: MouseEvent): void => {
    const item = lineOf(event)?.item;
    if (item === undefined) return;
    event.preventDefault();
    if (item.kind === 'section') return;
    if (item.kind === 'file' || !marked.has(item.key))
      choose(item, { shiftKey: false, ctrlKey: false, metaKey: false });
    setMenu({ x: event.clientX, y: event.clientY });
  };
  const onDoubleClick = (event: MouseEvent): void => {
    const line = lineOf(event);
    if (line !== null && line.item.kind !== 'section') void perform('run-selected');
  };

  return (
    <aside className={classes.queue} data-scope="queue">
      <QueueHead />
      <div ref={scroller} className={classes.scroller}>
        {lines.count === 0 && isFiltering(filter) && <p className={classes.nothing}>No job fits the filter.</p>}
        <div
          role="listbox"
          aria-label="Queue"
          aria-multiselectable="true"
          tabIndex={0}
          // One that is not in the page cannot be pointed at.
          aria-activedescendant={selected >= first && selected < end ? lineId(selected) : undefined}
          className={classes.list}
          style={{ height: lines.height }}
          data-dragging={isDragging}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onDoubleClick={onDoubleClick}
          onContextMenu={onContextMenu}
          {...handlers}
        >
          {Array.from({ length: end - first }, (_, place) => {
            const index = first + place;
            const item = lines.at(index);
            if (item === undefined) return null;
            const top = lines.topOf(index);
            return (
              <QueueLine
                key={nameOf(item)}
                item={item}
                index={index}
                count={lines.count}
                top={top}
                height={lines.topOf(index + 1) - top}
                isCurrent={index === selected}
                isMarked={item.kind === 'job' ? marked.has(item.key) : index === selected}
              />
            );
          })}
          {drop !== null && (
            <div
              className={classes.drop}
              style={{ transform: `translateY(${drop.y}px)` }}
              aria-hidden="true"
              data-testid="drop-place"
            />
          )}
        </div>
      </div>
      <ContextMenu place={menu} onClose={() => setMenu(null)} />
    </aside>
  );
}

const nameOf = (item: QueueItem): string =>
  item.kind === 'section' ? item.section : `${item.kind} ${item.key} ${item.kind === 'file' ? item.section : ''}`;
