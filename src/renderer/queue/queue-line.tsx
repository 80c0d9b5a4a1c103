import { memo } from 'react';
import { useWindow } from '../state/store';
import classes from './queue.module.css';
import type { QueueItem } from './queue-items';
import { FileRow, JobRowView, SectionRow } from './queue-rows';
import { waits } from './use-queue-drag';

interface QueueLineProps {
  readonly item: QueueItem;
  readonly index: number;
  /** Of all lines. */
  readonly count: number;
  /** In pixels. */
  readonly top: number;
  readonly height: number;
  readonly isCurrent: boolean;
  readonly isMarked: boolean;
}

/** One line of the queue. Events are heard by the list, which finds the line that they are about. */
export const QueueLine = memo(function QueueLine(props: QueueLineProps) {
  const { item, index, count, top, height, isCurrent, isMarked } = props;
  const isDraggable = useWindow(({ rows }) => item.kind === 'job' && waits(rows.get(item.key)));
  const option = {
    role: 'option',
    'aria-selected': isMarked,
    'aria-posinset': index + 1,
    'aria-setsize': count,
  } as const;
  return (
    <div
      id={lineId(index)}
      {...(item.kind === 'section' ? { role: 'presentation' } : option)}
      className={item.kind === 'section' ? classes.section : classes.item}
      data-line={index}
      data-current={isCurrent}
      style={{ transform: `translateY(${top}px)`, height }}
      draggable={isDraggable}
    >
      <Content item={item} />
    </div>
  );
});

/** Id of the element of a line. */
export const lineId = (index: number): string => `queue-${index}`;

function Content({ item }: { readonly item: QueueItem }) {
  switch (item.kind) {
    case 'section':
      return <SectionRow section={item.section} count={item.count} />;
    case 'file':
      return <FileRow fileKey={item.key} />;
    case 'job':
      return <JobRowView jobKey={item.key} />;
  }
}
