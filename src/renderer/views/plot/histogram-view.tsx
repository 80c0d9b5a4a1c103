import { useMemo, useRef, useState } from 'react';
import type { Numbers } from '../../../shared/report';
import type { ShownViewOf } from '../../../shared/result';
import { formatCount, formatPlural, formatValue } from '../../lib/format';
import { cssColor } from '../../lib/use-scheme';
import { ViewFrame } from '../view-frame';
import type { Chart, ChartContent } from './chart';
import { ChartPane } from './chart-pane';
import { ChartTools } from './chart-tools';
import type { Scales } from './draw-points';
import classes from './plot.module.css';

/** Most bins whose counts are read out one by one. */
const maxSpoken = 100;

/** Bars of a histogram. Pointing at one, or going there by the arrow keys, tells its edges and count. */
export function HistogramView({ view }: { readonly view: ShownViewOf<'histogram'> }) {
  const { title, unit, edges, counts } = view;
  const [log, setLog] = useState(false);
  const [pointed, setPointed] = useState<number | null>(null);
  const chart = useRef<Chart | null>(null);
  const total = useMemo(() => sumOf(counts), [counts]);
  const bin = pointed !== null && pointed < counts.length ? pointed : null;

  const content = useMemo<ChartContent>(() => {
    const last = counts.length;
    return {
      extent: () => [edges[0] ?? 0, edges[last] ?? 1],
      extentOfY: (from, to) => {
        const most = mostBetween(edges, counts, from, to);
        return log ? [0.5, Math.max(10, most * 1.5)] : [0, Math.max(1, most * 1.06)];
      },
      draw: (context, scales) => drawBars(context, { edges, counts }, scales, bin, log),
      onCursor: (at) => setPointed(at === null ? null : binAt(edges, at.x)),
    };
  }, [edges, counts, log, bin]);

  const step = (by: number): void => {
    const next = Math.max(0, Math.min(counts.length - 1, bin === null ? (by > 0 ? 0 : counts.length - 1) : bin + by));
    chart.current?.pointAt(((edges[next] ?? 0) + (edges[next + 1] ?? 0)) / 2);
    setPointed(next);
  };

  const spoken =
    counts.length <= maxSpoken
      ? `${title}: ${Array.from(counts).join(', ')}`
      : `${title}: ${formatPlural(counts.length, 'bin')} from ${formatValue(edges[0] ?? 0)} to ${formatValue(edges[counts.length] ?? 0)}`;
  return (
    <ViewFrame
      title={title}
      note={
        <span data-testid="bin" aria-live="polite">
          {bin === null ? `${formatCount(total)} in ${formatPlural(counts.length, 'bin')}` : binText(view, bin, total)}
        </span>
      }
      tools={<ChartTools log={log} onLog={setLog} chart={chart} />}
    >
      {total === 0 ? (
        <p className={classes.empty}>Nothing has been counted: all {formatCount(counts.length)} bins are empty.</p>
      ) : (
        <ChartPane
          label={title}
          description={spoken}
          content={content}
          onStep={step}
          chartRef={chart}
          xLabel={unit ?? ''}
          yLabel=""
          log={log}
          box={false}
        />
      )}
    </ViewFrame>
  );
}

/** `[100, 200): 47323 (3.6%)` */
function binText({ edges, counts, unit }: ShownViewOf<'histogram'>, bin: number, total: number): string {
  const count = counts[bin] ?? 0;
  const share = total === 0 ? 0 : (count / total) * 100;
  const from = formatValue(edges[bin] ?? 0);
  const to = formatValue(edges[bin + 1] ?? 0);
  return `[${from}, ${to})${unit === undefined ? '' : ` ${unit}`}: ${formatCount(count)} (${share.toFixed(1)}%)`;
}

function sumOf(counts: Numbers): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

/** The bin that holds a value; null outside all of them. */
export function binAt(edges: Numbers, value: number): number | null {
  let low = 0;
  let high = edges.length - 1;
  if (!(value >= (edges[0] ?? 0)) || !(value < (edges[high] ?? 0))) return null;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}

function mostBetween(edges: Numbers, counts: Numbers, from: number, to: number): number {
  let most = 0;
  for (let bin = 0; bin < counts.length; bin += 1)
    if ((edges[bin + 1] ?? 0) > from && (edges[bin] ?? 0) < to) most = Math.max(most, counts[bin] ?? 0);
  return most;
}

interface Bars {
  readonly edges: Numbers;
  readonly counts: Numbers;
}

function drawBars(
  context: CanvasRenderingContext2D,
  { edges, counts }: Bars,
  { toX, toY, from, to, area }: Scales,
  pointed: number | null,
  log: boolean,
): void {
  const bottom = area.top + area.height;
  const [color, strong] = [cssColor('--rank-0'), cssColor('--text')];
  for (let bin = 0; bin < counts.length; bin += 1) {
    const [start = 0, end = 0, count = 0] = [edges[bin], edges[bin + 1], counts[bin]];
    if (count === 0 || end <= from || start >= to) continue;
    const left = Math.round(toX(start));
    // Bars that are wide enough stand apart.
    const room = Math.round(toX(end)) - left;
    const width = Math.max(1, room >= 4 ? room - 1 : room);
    // What is there can be seen, however little it is beside the others.
    const top = Math.min(bottom - 2, toY(log ? Math.max(count, 0.5) : count));
    context.fillStyle = bin === pointed ? strong : color;
    context.fillRect(left, top, width, bottom - top);
  }
}
