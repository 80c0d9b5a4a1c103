import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { perform } from '../actions/registry';
import { formatPlural } from '../lib/format';
import { select, useWindow } from '../state/store';
import type { Selection, WindowState } from '../state/window-state';
import classes from './queue.module.css';
import { FileRow, JobRowView } from './queue-rows';

const fileHeight = 38;
const jobHeight = 54;

/** The list of files and jobs. Only what is in sight is in the page. */
export function Queue() {
  const files = useWindow((state) => state.files);
  const keys = useWindow((state) => state.keys);
  const selection = useWindow((state) => state.selection);
  const items = useMemo(() => queueItems(useWindow.getState(), files, keys), [files, keys]);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- No compiler memoizes here.
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === 'file' ? fileHeight : jobHeight),
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 8,
  });
  const selected = items.findIndex((item) => item.kind === selection?.kind && item.key === selection.key);

  useEffect(() => {
    if (selected >= 0) virtual.scrollToIndex(selected);
  }, [selected, virtual]);

  const move = (to: number): void => {
    const item = items[Math.max(0, Math.min(items.length - 1, to))];
    if (item !== undefined) select(item);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / jobHeight) - 1);
    const targets: Record<string, number> = {
      ArrowDown: selected + 1,
      ArrowUp: selected - 1,
      PageDown: selected + page,
      PageUp: selected - page,
      Home: 0,
      End: items.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) move(target);
    else if (event.key === 'Enter') void perform('run-selected');
    else return;
    event.preventDefault();
  };

  return (
    <aside className={classes.queue}>
      <QueueSummary />
      <div ref={scroller} className={classes.scroller}>
        <div
          role="listbox"
          aria-label="Queue"
          tabIndex={0}
          aria-activedescendant={selected >= 0 ? `queue-${selected}` : undefined}
          className={classes.list}
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {virtual.getVirtualItems().map(({ index, start, size, key }) => {
            const item = items[index];
            if (item === undefined) return null;
            return (
              <div
                key={key}
                id={`queue-${index}`}
                role="option"
                aria-selected={index === selected}
                aria-posinset={index + 1}
                aria-setsize={items.length}
                className={classes.item}
                style={{ transform: `translateY(${start}px)`, height: size }}
                onClick={() => select(item)}
                onDoubleClick={() => void perform('run-selected')}
              >
                {item.kind === 'file' ? <FileRow fileKey={item.key} /> : <JobRowView jobKey={item.key} />}
              </div>
            );
          })}
        </div>
      </div>
    </aside>
  );
}

function QueueSummary() {
  const tally = useWindow((state) => state.tally);
  const total = useWindow((state) => state.keys.length);
  const parts = [
    [tally.running + tally.cancelling, 'running'],
    [tally.queued, 'waiting'],
    [tally.failed, 'failed'],
    [tally.done, 'done'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return (
    <div className={classes.summary}>
      <h2 className={classes.title}>Queue</h2>
      <span className={`${classes.dim} num`} data-testid="queue-summary">
        {said.length > 0 ? said.join(' · ') : formatPlural(total, 'job')}
      </span>
    </div>
  );
}

/** Each file and its jobs, as one list. */
function queueItems(state: WindowState, files: WindowState['files'], keys: readonly number[]): Selection[] {
  const byFile = new Map<number, Selection[]>(files.map((file) => [file.key, [{ kind: 'file', key: file.key }]]));
  for (const key of keys) {
    const row = state.rows.get(key);
    if (row !== undefined) byFile.get(row.fileKey)?.push({ kind: 'job', key });
  }
  return [...byFile.values()].flat();
}
