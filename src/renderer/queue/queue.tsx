import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import { perform } from '../actions/registry';
import { mark, select, useWindow } from '../state/store';
import { ContextMenu, type MenuPlace } from './context-menu';
import { markAlso, markTo } from './marks';
import classes from './queue.module.css';
import { QueueHead } from './queue-head';
import { isFiltering, type QueueItem, queueItems } from './queue-items';
import { FileRow, JobRowView, SectionRow } from './queue-rows';
import { isMovable, useQueueDrag } from './use-queue-drag';

const heights: Readonly<Record<QueueItem['kind'], number>> = { section: 30, file: 34, job: 54 };

/** The list of files and jobs. Only what is in sight is in the page. */
export function Queue() {
  const files = useWindow((state) => state.files);
  const keys = useWindow((state) => state.keys);
  const filter = useWindow((state) => state.filter);
  const selection = useWindow((state) => state.selection);
  const marked = useWindow((state) => state.marked);
  const items = useMemo(() => queueItems(files, useWindow.getState().rows, keys, filter), [files, keys, filter]);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const { drop, isDragging, handlers } = useQueueDrag(items);
  const scroller = useRef<HTMLDivElement>(null);
  const selected = items.findIndex((item) => item.kind === selection?.kind && item.key === selection.key);
  // eslint-disable-next-line react-hooks/incompatible-library -- No compiler memoizes here.
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights[items[index]?.kind ?? 'job'],
    getItemKey: (index) => nameOf(items[index]),
    overscan: 8,
  });

  const shown = selection === null ? '' : `${selection.kind} ${selection.key}`;
  useEffect(() => {
    // Where the person is stays in sight when they go elsewhere, not when the list moves by itself.
    const { selection: now } = useWindow.getState();
    const at = items.findIndex((item) => item.kind === now?.kind && item.key === now.key);
    if (at >= 0) virtual.scrollToIndex(at);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- Only when another line is selected.
  }, [shown, virtual]);

  const choose = (item: QueueItem, event: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): void => {
    if (item.kind === 'section') return;
    if (item.kind === 'file') select({ kind: 'file', key: item.key });
    else if (event.shiftKey) mark(item.key, markTo(useWindow.getState(), item.key, items));
    else if (event.ctrlKey || event.metaKey) mark(item.key, markAlso(useWindow.getState(), item.key));
    else select({ kind: 'job', key: item.key });
  };

  const move = (to: number, step: number, event: KeyboardEvent): void => {
    let at = Math.max(0, Math.min(items.length - 1, to));
    while (items[at]?.kind === 'section' && at + step >= 0 && at + step < items.length) at += step;
    const item = items[at];
    if (item !== undefined) choose(item, { shiftKey: event.shiftKey, ctrlKey: false, metaKey: false });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / heights.job) - 1);
    const targets: Record<string, readonly [number, number]> = {
      ArrowDown: [selected + 1, 1],
      ArrowUp: [selected - 1, -1],
      PageDown: [selected + page, 1],
      PageUp: [selected - page, -1],
      Home: [0, 1],
      End: [items.length - 1, -1],
    };
    const target = targets[event.key];
    if (target !== undefined) move(...target, event);
    else if (event.key === 'Enter') void perform('run-selected');
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openAtSelected();
    else return;
    event.preventDefault();
  };
  const openAtSelected = (): void => {
    const line = document.querySelector(`#queue-${selected}`)?.getBoundingClientRect();
    if (line !== undefined) setMenu({ x: line.left + 40, y: line.top + line.height / 2 });
  };
  const onContextMenu = (item: QueueItem, event: MouseEvent): void => {
    event.preventDefault();
    if (item.kind === 'section') return;
    if (item.kind === 'file' || !marked.has(item.key))
      choose(item, { shiftKey: false, ctrlKey: false, metaKey: false });
    setMenu({ x: event.clientX, y: event.clientY });
  };

  const lines = virtual.getVirtualItems();
  return (
    <aside className={classes.queue} data-scope="queue">
      <QueueHead />
      <div ref={scroller} className={classes.scroller}>
        {items.length === 0 && isFiltering(filter) && <p className={classes.nothing}>No job fits the filter.</p>}
        <div
          role="listbox"
          aria-label="Queue"
          aria-multiselectable="true"
          tabIndex={0}
          // One that is not in the page cannot be pointed at.
          aria-activedescendant={lines.some(({ index }) => index === selected) ? `queue-${selected}` : undefined}
          className={classes.list}
          style={{ height: virtual.getTotalSize() }}
          data-dragging={isDragging}
          onKeyDown={onKeyDown}
          {...handlers}
        >
          {lines.map(({ index, start, size, key }) => {
            const item = items[index];
            if (item === undefined) return null;
            const isMarked = item.kind === 'job' ? marked.has(item.key) : index === selected;
            return (
              <div
                key={key}
                id={`queue-${index}`}
                {...(item.kind === 'section'
                  ? { role: 'presentation' }
                  : {
                      role: 'option',
                      'aria-selected': isMarked,
                      'aria-posinset': index + 1,
                      'aria-setsize': items.length,
                    })}
                className={item.kind === 'section' ? classes.section : classes.item}
                data-line={index}
                data-current={index === selected}
                style={{ transform: `translateY(${start}px)`, height: size }}
                draggable={item.kind === 'job' && isMovable(item.key)}
                onClick={(event) => choose(item, event)}
                onContextMenu={(event) => onContextMenu(item, event)}
                onDoubleClick={() => item.kind !== 'section' && void perform('run-selected')}
              >
                <Line item={item} />
              </div>
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

function Line({ item }: { readonly item: QueueItem }) {
  switch (item.kind) {
    case 'section':
      return <SectionRow section={item.section} count={item.count} />;
    case 'file':
      return <FileRow fileKey={item.key} />;
    case 'job':
      return <JobRowView jobKey={item.key} />;
  }
}

function nameOf(item: QueueItem | undefined): string {
  if (item === undefined) return '';
  return item.kind === 'section'
    ? item.section
    : `${item.kind} ${item.key} ${item.kind === 'file' ? item.section : ''}`;
}
