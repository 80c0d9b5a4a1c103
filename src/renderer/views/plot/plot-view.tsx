import { useEffect, useMemo, useRef, useState } from 'react';
import type { ShownViewOf } from '../../../shared/result';
import { formatCount, formatPlural, formatValue } from '../../lib/format';
import { rankColors } from '../../lib/rank-color';
import { cssColor } from '../../lib/use-scheme';
import { ViewFrame } from '../view-frame';
import type { Chart, ChartContent } from './chart';
import { ChartPane } from './chart-pane';
import { ChartTools } from './chart-tools';
import { drawDots, drawLine } from './draw-points';
import { Legend } from './legend';
import classes from './plot.module.css';
import { type Extent, extentOfX, extentOfY, hasWholeX, nearestPlace, type Points, padded, pointsOf } from './plot-data';

/** A point that is pointed at: which of which series. */
interface Pointed {
  readonly series: number;
  readonly place: number;
}

type PlotData = ShownViewOf<'line'> | ShownViewOf<'scatter'>;

interface PlotViewProps {
  readonly view: PlotData;
  /** How values of x are written; plain numbers by default. */
  readonly formatX?: (value: number) => string;
  /** Colours of the series; those of ranks by default. */
  readonly colorOf?: (series: number) => `--${string}`;
  /** Whether the axis of y begins at 0, where that is not logarithmic. */
  readonly fromZero?: boolean;
}

const rankColor = (series: number): `--${string}` => `--rank-${series % rankColors}`;

/** Points of a plot closer than this to the pointer, in pixels, are pointed at. */
const reach = 24;

/** A line or scatter plot: drag or turn the wheel to zoom, point to read values, switch series on and off. */
export function PlotView({ view, formatX, colorOf = rankColor, fromZero = false }: PlotViewProps) {
  const { title, series, reduced, kind, yScale = 'linear' } = view;
  const points = useMemo(() => pointsOf(series), [series]);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [log, setLog] = useState(yScale === 'log');
  const [pointed, setPointed] = useState<readonly Pointed[]>([]);
  const chart = useRef<Chart | null>(null);
  const visible = useMemo(() => points.filter((_, index) => !hidden.has(index)), [points, hidden]);
  const isWhole = useMemo(() => hasWholeX(visible), [visible]);
  const count = points.reduce((sum, { y }) => sum + y.length, 0);

  const content = useMemo<ChartContent>(() => {
    const shown = points.map((_, index) => index).filter((index) => !hidden.has(index));
    return {
      extent: () => padded(extentOfX(visible) ?? [0, 1], kind === 'scatter' ? 0.02 : 0),
      extentOfY: (from, to) => {
        const extent = padded(extentOfY(visible, from, to, log) ?? [log ? 1 : 0, 1], 0.05, log);
        return fromZero && !log ? [Math.min(0, extent[0]), extent[1]] : extent;
      },
      draw: (context, scales) => {
        const ratio = window.devicePixelRatio;
        for (const index of shown) {
          const one = points[index];
          if (one === undefined) continue;
          const color = cssColor(colorOf(index));
          context.strokeStyle = color;
          context.fillStyle = color;
          context.lineWidth = 1.5 * ratio;
          context.lineJoin = 'round';
          context.lineCap = 'round';
          if (kind === 'line') drawLine(context, one, scales, log);
          else drawDots(context, one, scales, (one.y.length > 20_000 ? 2 : one.y.length > 1000 ? 3 : 5) * ratio, log);
        }
      },
      onCursor: (at) => {
        if (at === null) setPointed([]);
        else if (kind === 'line') setPointed(shown.flatMap((index) => nearestOnLine(points, index, at.x)));
        else setPointed(nearestDot(points, shown, at, chart.current));
      },
      hasWholeX: () => isWhole,
      ...(formatX === undefined ? {} : { formatX }),
    };
  }, [points, visible, hidden, isWhole, log, kind, formatX, colorOf, fromZero]);

  useEffect(() => {
    chart.current?.mark(
      pointed.map(({ series: index, place }) => ({
        x: points[index]?.x[place] ?? Number.NaN,
        y: points[index]?.y[place] ?? Number.NaN,
        color: `var(${colorOf(index)})`,
      })),
    );
  }, [pointed, points, colorOf]);

  const step = (by: number): void => {
    const from = pointed[0] ?? { series: [...points.keys()].find((index) => !hidden.has(index)) ?? 0, place: -1 };
    const one = points[from.series];
    if (one === undefined || one.y.length === 0) return;
    const place = Math.max(0, Math.min(one.y.length - 1, from.place + by));
    const x = one.x[place] ?? 0;
    chart.current?.pointAt(x);
    if (kind === 'scatter') setPointed([{ series: from.series, place }]);
    else
      setPointed(
        [...points.keys()].filter((index) => !hidden.has(index)).flatMap((index) => nearestOnLine(points, index, x)),
      );
  };
  const toggle = (index: number): void => {
    const next = new Set(hidden);
    if (!next.delete(index)) next.add(index);
    setHidden(next);
    setPointed([]);
  };

  const [first] = pointed;
  const firstX = first === undefined ? undefined : points[first.series]?.x[first.place];
  return (
    <ViewFrame
      title={title}
      warning={reduced?.note}
      note={
        <span data-testid="plot-note">
          {firstX === undefined
            ? formatPlural(count, 'point')
            : `${view.xLabel ?? 'x'} = ${formatX?.(firstX) ?? formatValue(firstX)}${unit(view.xUnit)}`}
        </span>
      }
      tools={<ChartTools log={log} onLog={setLog} chart={chart} />}
    >
      {count === 0 ? (
        <p className={classes.empty}>This plot has no points.</p>
      ) : (
        <>
          <ChartPane
            label={title}
            description={describe(view, points)}
            content={content}
            onStep={step}
            chartRef={chart}
            xLabel={labelOf(view.xLabel, view.xUnit)}
            yLabel={labelOf(view.yLabel, view.yUnit)}
            log={log}
            box={kind === 'scatter'}
          />
          <Legend
            series={points.map(({ name }, index) => ({
              name,
              color: colorOf(index),
              shown: !hidden.has(index),
              value: valueOf(
                points,
                pointed.find((one) => one.series === index),
                view.yUnit,
              ),
            }))}
            onToggle={toggle}
          />
        </>
      )}
    </ViewFrame>
  );
}

const unit = (text: string | undefined): string => (text === undefined ? '' : ` ${text}`);
const labelOf = (label = '', of?: string): string => (of === undefined ? label : `${label} (${of})`.trim());

function valueOf(points: readonly Points[], pointed: Pointed | undefined, of: string | undefined): string | null {
  if (pointed === undefined) return null;
  const value = points[pointed.series]?.y[pointed.place];
  return value === undefined ? null : `${formatValue(value)}${unit(of)}`;
}

function describe(view: PlotData, points: readonly Points[]): string {
  const x = extentOfX(points);
  const y = extentOfY(points, -Infinity, Infinity, false);
  const range = (of: Extent | null): string =>
    of === null ? 'nothing' : `${formatValue(of[0])} to ${formatValue(of[1])}`;
  const what = view.kind === 'line' ? 'line plot' : 'scatter plot';
  const names = points.slice(0, 8).map(({ name, y: values }) => `${name} (${formatCount(values.length)} points)`);
  return `${view.title}: ${what} of ${names.join(', ')}; x from ${range(x)}, y from ${range(y)}`;
}

function nearestOnLine(points: readonly Points[], series: number, x: number): Pointed[] {
  const one = points[series];
  const place = one === undefined ? -1 : nearestPlace(one, x);
  return place < 0 ? [] : [{ series, place }];
}

/** The point nearest to the pointer on the screen. */
function nearestDot(
  points: readonly Points[],
  shown: readonly number[],
  at: { readonly x: number; readonly y: number },
  chart: Chart | null,
): Pointed[] {
  const origin = chart?.placeOf(at.x, at.y);
  if (chart === null || origin === null || origin === undefined) return [];
  const across = chart.xPerPixel * reach;
  let best: Pointed | null = null;
  let least = reach;
  for (const series of shown) {
    const one = points[series];
    for (let place = 0; place < (one?.y.length ?? 0); place += 1) {
      const x = one?.x[place] ?? Number.NaN;
      if (!(Math.abs(x - at.x) <= across)) continue;
      const there = chart.placeOf(x, one?.y[place] ?? Number.NaN);
      const distance = there === null ? Infinity : Math.hypot(there.left - origin.left, there.top - origin.top);
      if (distance < least) {
        least = distance;
        best = { series, place };
      }
    }
  }
  return best === null ? [] : [best];
}
