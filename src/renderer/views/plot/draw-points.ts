import { type Points, placesBetween } from './plot-data';

/** A plot's scales while it is drawn: values to pixels of its canvas. */
export interface Scales {
  readonly toX: (value: number) => number;
  readonly toY: (value: number) => number;
  /** Values of x at the edges. */
  readonly from: number;
  readonly to: number;
  /** The area of the plot on the canvas. */
  readonly area: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

/** From so many points for each pixel of width on, a column of the plot is drawn as its lowest to highest value. */
const crowded = 4;

/** Draws a line through points. Values that are not finite, or that the axis cannot show, are gaps. */
export function drawLine(context: CanvasRenderingContext2D, points: Points, scales: Scales, log: boolean): void {
  const [start, end] = placesBetween(points, scales.from, scales.to);
  context.beginPath();
  if (end - start > scales.area.width * crowded && points.ordered)
    traceColumns(context, points, scales, start, end, log);
  else trace(context, points, scales, start, end, log);
  context.stroke();
}

const isShown = (value: number, log: boolean): boolean => Number.isFinite(value) && (!log || value > 0);

function trace(
  context: CanvasRenderingContext2D,
  { x, y }: Points,
  { toX, toY }: Scales,
  start: number,
  end: number,
  log: boolean,
): void {
  let joined = false;
  for (let index = start; index < end; index += 1) {
    const value = y[index] ?? Number.NaN;
    if (!isShown(value, log) || !Number.isFinite(x[index] ?? Number.NaN)) {
      joined = false;
      continue;
    }
    const [across, down] = [toX(x[index] ?? 0), toY(value)];
    if (joined) context.lineTo(across, down);
    else {
      // A point between two gaps has no line: a dot shows it.
      context.moveTo(across, down);
      context.lineTo(across + 0.01, down);
    }
    joined = true;
  }
}

function traceColumns(
  context: CanvasRenderingContext2D,
  { x, y }: Points,
  { toX, toY }: Scales,
  start: number,
  end: number,
  log: boolean,
): void {
  let column = Number.NaN;
  let low = 0;
  let high = 0;
  let joined = false;
  const flush = (): void => {
    if (Number.isNaN(column)) return;
    if (joined) context.lineTo(column, toY(low));
    else context.moveTo(column, toY(low));
    context.lineTo(column, toY(high));
    joined = true;
  };
  for (let index = start; index < end; index += 1) {
    const value = y[index] ?? Number.NaN;
    if (!isShown(value, log)) {
      flush();
      column = Number.NaN;
      joined = false;
      continue;
    }
    const at = Math.round(toX(x[index] ?? 0));
    if (at === column) {
      if (value < low) low = value;
      if (value > high) high = value;
    } else {
      flush();
      column = at;
      low = value;
      high = value;
    }
  }
  flush();
}

/** Draws points as squares. Where many lie on one another, each place is drawn once. */
export function drawDots(
  context: CanvasRenderingContext2D,
  points: Points,
  { toX, toY, from, to, area }: Scales,
  side: number,
  log: boolean,
): void {
  const { x, y } = points;
  const [start, end] = placesBetween(points, from, to);
  const columns = Math.ceil(area.width) + 2;
  const taken = new Uint8Array(columns * (Math.ceil(area.height) + 2));
  for (let index = start; index < end; index += 1) {
    const [across, down] = [x[index] ?? Number.NaN, y[index] ?? Number.NaN];
    if (across < from || across > to || !Number.isFinite(across) || !isShown(down, log)) continue;
    const [left, top] = [Math.round(toX(across)), Math.round(toY(down))];
    const [column, row] = [left - Math.floor(area.left), top - Math.floor(area.top)];
    if (row < 0 || row > area.height + 1 || column < 0 || column >= columns) continue;
    const place = row * columns + column;
    if (taken[place] === 1) continue;
    taken[place] = 1;
    context.fillRect(left - side / 2, top - side / 2, side, side);
  }
}
