import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from 'react';
import type { Timeline as TimelineData } from '../../shared/range';
import type { ResultRef } from '../../shared/result';
import { formatClock, formatDuration, formatRange, formatTick } from '../lib/format';
import { type PointedSpan, paintTimeline, spanAt, type TimeView, timeTicks } from '../lib/paint-timeline';
import { indexLooks } from '../lib/states';
import { useNow } from '../lib/use-now';
import { useScheme } from '../lib/use-scheme';
import { useWheel } from '../lib/use-wheel';
import { useTimeline } from '../state/use-timeline';
import classes from './timeline.module.css';

interface TimelineProps {
  readonly source: ResultRef;
  /** Number of ranks, each of which has a lane. */
  readonly lanes: number;
  /** In pixels of the page, as high as the rows beside it. */
  readonly laneHeight: number;
  readonly running: boolean;
}

/** When each rank worked on which piece: zoomed by the wheel, moved by dragging, also by the keys. */
export function Timeline({ source, lanes, laneHeight, running }: TimelineProps) {
  // Null shows the whole run, also while it grows.
  const [view, setView] = useState<TimeView | null>(null);
  const [pointed, setPointed] = useState<PointedSpan | null>(null);
  const timeline = useTimeline(source, view);
  const now = useNow(running);
  const size = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useScheme();
  const drag = useRef<number | null>(null);
  const whole = wholeOf(timeline, running ? now : null);
  const shown = view ?? whole;

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (canvas.current === null || context === null || size.width === 0) return;
    const ratio = window.devicePixelRatio;
    const height = lanes * laneHeight;
    canvas.current.width = Math.round(size.width * ratio);
    canvas.current.height = Math.round(height * ratio);
    const { width: across, height: down } = canvas.current;
    paintTimeline(context, timeline?.lanes ?? [], shown, now, {
      width: across,
      height: down,
      laneHeight: laneHeight * ratio,
    });
  }, [timeline, shown, now, size.width, lanes, laneHeight, scheme]);

  const change = (next: TimeView): void => setView(next.to - next.from >= whole.to - whole.from ? null : next);
  const zoom = (factor: number, at: number): void => change(zoomTime(shown, whole, factor, at));
  const pan = (share: number): void => {
    if (view !== null) setView(panTime(shown, whole, share));
  };
  const wheel = useWheel({ zoom, pan });
  const frame = useMergedRef(size.ref, wheel);
  const timeAt = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return shown.from + ((event.clientX - box.left) / Math.max(1, box.width)) * (shown.to - shown.from);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (drag.current !== null) {
      pan((drag.current - event.clientX) / Math.max(1, size.width));
      drag.current = event.clientX;
    }
    const box = event.currentTarget.getBoundingClientRect();
    const lane = Math.floor((event.clientY - box.top) / laneHeight);
    setPointed(spanAt(timeline?.lanes ?? [], lane, timeAt(event), now));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowLeft') pan(-0.125);
    else if (event.key === 'ArrowRight') pan(0.125);
    else if (event.key === '+' || event.key === '=') zoom(1.6, 0.5);
    else if (event.key === '-') zoom(1 / 1.6, 0.5);
    else if (event.key === '0') setView(null);
    else return;
    event.preventDefault();
  };

  return (
    <div className={`${classes.timeline} num`}>
      <div className={classes.head}>
        {pointed === null ? (
          <TimeAxis shown={shown} began={timeline?.began ?? shown.from} width={size.width} />
        ) : (
          <SpanText span={pointed} began={timeline?.began ?? 0} now={now} />
        )}
      </div>
      <div
        ref={frame}
        className={classes.lanes}
        style={{ height: lanes * laneHeight }}
        role="group"
        aria-label="Timeline of the processes: arrows move it, + and - zoom, 0 shows all"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = event.clientX;
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = null;
        }}
        onPointerLeave={() => setPointed(null)}
        onDoubleClick={() => setView(null)}
      >
        <canvas
          ref={canvas}
          className={classes.canvas}
          role="img"
          aria-label={describe(timeline, shown)}
          data-testid="timeline"
        />
      </div>
    </div>
  );
}

/** The time of the whole run so far. @param now null when it has ended */
function wholeOf(timeline: TimelineData | null, now: number | null): TimeView {
  const began = timeline?.began ?? Number.NaN;
  if (timeline === null || Number.isNaN(began)) return { from: 0, to: 1000 };
  return { from: began, to: Math.max(now ?? timeline.ended, began + 10) };
}

function zoomTime({ from, to }: TimeView, whole: TimeView, factor: number, at: number): TimeView {
  const size = Math.max(2, (to - from) / factor);
  const under = from + (to - from) * at;
  return within(under - size * at, size, whole);
}

const panTime = ({ from, to }: TimeView, whole: TimeView, share: number): TimeView =>
  within(from + (to - from) * share, to - from, whole);

function within(from: number, size: number, whole: TimeView): TimeView {
  const start = Math.max(whole.from, Math.min(whole.to - size, from));
  return { from: start, to: start + size };
}

function describe(timeline: TimelineData | null, shown: TimeView): string {
  if (timeline === null) return 'Timeline of the processes';
  const pieces = timeline.lanes.map(({ states }, rank) => `rank ${rank}: ${states.length}`);
  return `Timeline of ${formatDuration(shown.to - shown.from)}; pieces by ${pieces.join(', ')}`;
}

function TimeAxis({
  shown,
  began,
  width,
}: {
  readonly shown: TimeView;
  readonly began: number;
  readonly width: number;
}) {
  return timeTicks(shown, began, Math.max(2, width / 80)).map((tick) => {
    const at = (tick + began - shown.from) / (shown.to - shown.from);
    const side = at < 0.04 ? classes.first : at > 0.96 ? classes.last : '';
    return (
      <span key={tick} className={`${classes.tick} ${side}`} style={{ left: `${at * 100}%` }} aria-hidden="true">
        {formatTick(tick)}
      </span>
    );
  });
}

function SpanText({ span, began, now }: { readonly span: PointedSpan; readonly began: number; readonly now: number }) {
  const { text, tone } = indexLooks[span.state];
  return (
    <p className={classes.span} data-testid="span" title={`Began at ${formatClock(span.began)}`}>
      <span className={classes.strong}>{formatRange(span.start, span.end)}</span>
      <span>rank {span.lane}</span>
      <span className={`${classes.state} tone-${tone}`}>{text}</span>
      <span>{formatDuration((span.ended ?? now) - span.began)}</span>
      <span>from {formatTick(span.began - began)}</span>
    </p>
  );
}
