import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { useScheme } from '../../lib/use-scheme';
import { Chart, type ChartContent, type ChartLook } from './chart';
import classes from './plot.module.css';

interface ChartPaneProps extends Omit<ChartLook, 'markClass'> {
  readonly label: string;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  /** A new object draws again. */
  readonly content: ChartContent;
  /** The cursor keys: to the next point, or the one before. */
  readonly onStep: (by: number) => void;
  /** Holds the chart while it is in the page. */
  readonly chartRef: RefObject<Chart | null>;
}

/** A chart in the page, with its keys: arrows go from point to point, Shift+arrows move, + and - zoom, 0 shows all. */
export function ChartPane({ label, description, content, onStep, chartRef, ...look }: ChartPaneProps) {
  const { xLabel, yLabel, log, box } = look;
  const frame = useRef<HTMLDivElement>(null);
  const latest = useRef(content);
  const scheme = useScheme();

  useLayoutEffect(() => {
    latest.current = content;
    chartRef.current?.refresh();
  }, [content, scheme, chartRef]);

  useEffect(() => {
    if (frame.current === null) return undefined;
    const made = new Chart(
      frame.current,
      {
        extent: () => latest.current.extent(),
        extentOfY: (from, to) => latest.current.extentOfY(from, to),
        draw: (context, scales) => latest.current.draw(context, scales),
        onCursor: (at) => latest.current.onCursor(at),
        hasWholeX: () => latest.current.hasWholeX?.() === true,
        ...(latest.current.formatX === undefined ? {} : { formatX: latest.current.formatX }),
      },
      { xLabel, yLabel, log, box, markClass: classes.marker ?? '' },
    );
    chartRef.current = made;
    return () => {
      chartRef.current = null;
      made.destroy();
    };
  }, [xLabel, yLabel, log, box, chartRef]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const made = chartRef.current;
    if (made === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const side = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (side !== 0 && event.shiftKey) made.pan(side / 5);
    else if (side !== 0) onStep(side);
    else if (event.key === '+' || event.key === '=') made.zoom(1.5);
    else if (event.key === '-') made.zoom(1 / 1.5);
    else if (event.key === '0') made.reset();
    else return;
    event.preventDefault();
  };

  return (
    <div
      className={classes.pane}
      role="group"
      aria-label={`${label}: arrows go from point to point, Shift+arrows move, + and - zoom, 0 shows all`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div ref={frame} className={classes.plot} role="img" aria-label={description} />
    </div>
  );
}
