import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { QueueLines } from './queue-lines';

/** Lines that are in the page above and below those in sight. */
const overscan = 8;

/** Which part of a list is in sight, in pixels. */
interface Sight {
  readonly top: number;
  readonly height: number;
}

/** The first line that is in the page, and the one behind the last. */
function linesIn(lines: QueueLines, { top, height }: Sight): readonly [first: number, end: number] {
  const first = lines.lineAt(top);
  const end = lines.lineAt(top + height) + 1;
  return [Math.max(0, first - overscan), Math.min(lines.count, end + overscan)];
}

/** Which lines are in the page: those in sight and some around them. */
export interface ShownLines {
  readonly first: number;
  readonly end: number;
  /** Brings a line into sight, if it is not. */
  readonly show: (line: number) => void;
}

/** @param scroller what is scrolled; the list begins at its top */
export function useLines(scroller: RefObject<HTMLElement | null>, lines: QueueLines): ShownLines {
  const [sight, setSight] = useState<Sight>({ top: 0, height: 0 });
  const latest = useRef({ sight, lines, scroller });
  useLayoutEffect(() => {
    latest.current = { sight, lines, scroller };
  }, [sight, lines, scroller]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const look = (): Sight | null => {
      const now = { top: element.scrollTop, height: element.clientHeight };
      const { lines: shown, sight: before } = latest.current;
      const [first, end] = linesIn(shown, now);
      const [firstBefore, endBefore] = linesIn(shown, before);
      // The height counts also while there are no lines: those that come are laid out by it.
      return now.height === before.height && first === firstBefore && end === endBefore ? null : now;
    };
    // At once: a list that scrolls faster than it is filled would flash.
    const onScroll = (): void => {
      const seen = look();
      if (seen !== null) flushSync(() => setSight(seen));
    };
    const observer = new ResizeObserver(() => {
      const seen = look();
      if (seen !== null) setSight(seen);
    });
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller]);

  const show = useCallback((line: number) => {
    const { lines: shown, scroller: list } = latest.current;
    const element = list.current;
    if (element === null) return;
    const [top, end] = [shown.topOf(line), shown.topOf(line + 1)];
    if (top < element.scrollTop) element.scrollTo({ top });
    else if (end > element.scrollTop + element.clientHeight) element.scrollTo({ top: end - element.clientHeight });
  }, []);
  const [first, end] = linesIn(lines, sight);
  return { first, end, show };
}
