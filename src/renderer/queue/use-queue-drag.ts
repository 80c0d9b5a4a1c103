import { type DragEvent, useRef, useState } from 'react';
import type { JobRow } from '../../shared/ipc';
import { bridge } from '../bridge';
import { formatPlural } from '../lib/format';
import { mark, useWindow } from '../state/store';
import { markOnly } from './marks';
import classes from './queue.module.css';
import type { QueueItem } from './queue-items';
import { jobHeight, type QueueLines } from './queue-lines';

/** What is dragged are jobs of this list. */
const dragType = 'application/x-procession-jobs';

/** Where the dragged jobs would go: before a job or behind all, and the height at which a line says so. */
export interface DropPlace {
  readonly to: { readonly before: number } | 'last';
  readonly y: number;
}

/** Handlers of the list in which jobs that wait are dragged to another place; `drop` is where they would go now. */
export function useQueueDrag(lines: QueueLines) {
  const [isDragging, setDragging] = useState(false);
  const [drop, setDrop] = useState<DropPlace | null>(null);
  /** Runs of the dragged jobs: the other jobs of a run go with them. */
  const runs = useRef<ReadonlySet<number>>(new Set());
  const end = (): void => {
    setDragging(false);
    setDrop(null);
  };
  const onDragStart = (event: DragEvent): void => {
    const item = lines.at(lineOf(event)?.index ?? -1);
    if (item?.kind !== 'job') return;
    if (!useWindow.getState().marked.has(item.key)) mark(item.key, markOnly(item.key));
    event.dataTransfer.setData(dragType, String(item.key));
    event.dataTransfer.effectAllowed = 'move';
    const dragged = [...useWindow.getState().marked].filter(isMovable);
    runs.current = new Set(dragged.flatMap((key) => runOf({ kind: 'job', key }) ?? []));
    showCount(event, dragged.length);
    setDragging(true);
  };
  const onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes(dragType)) return;
    const line = lineOf(event);
    const next = line === null ? null : dropPlace(lines, runs.current, line);
    // The line moves only when the place is another one.
    setDrop((before) => (before?.y === next?.y ? before : next));
    if (next === null) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'move';
  };
  const onDragLeave = (event: DragEvent): void => {
    if (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) return;
    setDrop(null);
  };
  const onDrop = (event: DragEvent): void => {
    const place = drop;
    end();
    if (place === null || !event.dataTransfer.types.includes(dragType)) return;
    event.preventDefault();
    const { order, marked } = useWindow.getState();
    void bridge.moveJobs(
      order.keys.filter((key) => marked.has(key) && isMovable(key)),
      place.to,
    );
  };
  return {
    drop,
    isDragging,
    handlers: { onDragStart, onDragEnter: onDragOver, onDragOver, onDragLeave, onDrop, onDragEnd: end },
  };
}

/** A job that waits in the queue, and whose run nobody works on yet. */
export const waits = (row: JobRow | undefined): boolean =>
  row?.entry?.isActive === false && (row.state === 'queued' || row.state === 'paused' || row.state === 'interrupted');

const isMovable = (key: number): boolean => waits(useWindow.getState().rows.get(key));

/** A line of the list that an event is over. */
interface Line {
  readonly index: number;
  /** Where it begins in the list, in pixels. */
  readonly top: number;
  /** How far down in it the pointer is, from 0 to 1. */
  readonly share: number;
}

function lineOf(event: DragEvent): Line | null {
  const line = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-line]') : null;
  if (line === null) return null;
  const box = line.getBoundingClientRect();
  const top = box.top - event.currentTarget.getBoundingClientRect().top;
  return { index: Number(line.dataset.line), top, share: (event.clientY - box.top) / box.height };
}

/**
 * Where jobs that are dropped on a line go: before it on its upper half, else behind it. Jobs of one run stay together:
 * before the first of them, behind the last. Null where nothing waits, and on the dragged jobs themselves.
 */
function dropPlace(lines: QueueLines, dragged: ReadonlySet<number>, line: Line): DropPlace | null {
  const { index, top, share } = line;
  const run = runOf(lines.at(index));
  const own = keyOf(lines.at(index));
  if (own === null || run === undefined || !isMovable(own) || dragged.has(run)) return null;
  let first = index;
  while (runOf(lines.at(first - 1)) === run) first -= 1;
  let last = index;
  while (runOf(lines.at(last + 1)) === run) last += 1;
  if (share < 0.5) return { to: { before: keyOf(lines.at(first)) ?? own }, y: top - (index - first) * jobHeight };
  const y = top + (last - index + 1) * jobHeight;
  for (let next = last + 1; next < lines.count; next += 1) {
    const key = keyOf(lines.at(next));
    if (key !== null && !isMovable(key)) break;
    if (key !== null && !dragged.has(runOf(lines.at(next)) ?? -1)) return { to: { before: key }, y };
  }
  return { to: 'last', y };
}

const keyOf = (item: QueueItem | undefined): number | null => (item?.kind === 'job' ? item.key : null);

/** The run of a job that is in the queue; undefined for other lines. */
function runOf(item: QueueItem | undefined): number | undefined {
  const key = keyOf(item);
  return key === null ? undefined : useWindow.getState().rows.get(key)?.entry?.run;
}

/** Several jobs are dragged as their number, not as the picture of one. */
function showCount(event: DragEvent, count: number): void {
  if (count < 2) return;
  const badge = document.createElement('div');
  badge.className = classes.dragged ?? '';
  badge.textContent = formatPlural(count, 'job');
  document.body.append(badge);
  event.dataTransfer.setDragImage(badge, -12, -8);
  // The picture has been taken when this event is over.
  setTimeout(() => badge.remove());
}
