import { IconTextWrap } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEventHandler,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  type WheelEventHandler,
} from 'react';
import { ToolButton } from '../view-frame';
import type { LineSearch } from './line-search';
import classes from './lines.module.css';

const lineHeight = 20;

interface LineListProps {
  readonly label: string;
  readonly count: number;
  /** What stands in a line, by its place. */
  readonly line: (place: number) => ReactNode;
  readonly wrap: boolean;
  readonly search: LineSearch;
  /** Keeps the last line in sight. */
  readonly follow?: boolean;
  readonly onWheel?: WheelEventHandler;
  readonly onKeyDown?: KeyboardEventHandler;
}

/** Lines of a text in a box that scrolls, wrapped or not. Only those in sight are in the page. */
export function LineList({ label, count, line, wrap, search, follow = false, onWheel, onKeyDown }: LineListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 12,
  });
  useEffect(() => virtual.measure(), [virtual, wrap]);
  const height = virtual.getTotalSize();
  // By hand: the list's own way goes on for a while to reach its aim, and would undo what a person scrolls meanwhile.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (follow && box !== null && height > 0) box.scrollTop = box.scrollHeight;
  }, [follow, height]);
  const { found, shownTimes } = search;
  useEffect(() => {
    if (found !== null && shownTimes > 0) virtual.scrollToIndex(found, { align: 'center' });
  }, [found, shownTimes, virtual]);
  return (
    <div
      ref={scroller}
      role="group"
      aria-label={label}
      tabIndex={0}
      className={`${classes.scroller} mono num`}
      onWheel={onWheel}
      onKeyDown={onKeyDown}
    >
      <div className={`${classes.lines} ${wrap ? classes.wrap : ''}`} style={{ height }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            ref={wrap ? virtual.measureElement : undefined}
            data-index={index}
            className={`${classes.line} ${index === found ? classes.current : ''}`}
            style={{ transform: `translateY(${start}px)` }}
          >
            {line(index)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Whether long lines are wrapped. */
export const WrapButton = ({
  wrap,
  onChange,
}: {
  readonly wrap: boolean;
  readonly onChange: (wrap: boolean) => void;
}) => (
  <ToolButton
    label="Wrap long lines"
    icon={<IconTextWrap size={16} stroke={1.7} />}
    pressed={wrap}
    onClick={() => onChange(!wrap)}
  />
);
