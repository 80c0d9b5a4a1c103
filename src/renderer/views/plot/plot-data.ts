import type { Numbers, Series } from '../../../shared/report';

/** A series with an `x` for each `y`. */
export interface Points {
  readonly name: string;
  readonly x: Numbers;
  readonly y: Numbers;
  /** `x` never decreases, so that it can be searched. */
  readonly ordered: boolean;
}

export type Extent = readonly [low: number, high: number];

/** The points of series; those without an `x` stand over their places. */
export const pointsOf = (series: readonly Series[]): Points[] =>
  series.map(({ name, x, y }) => ({
    name,
    x: x ?? Float64Array.from({ length: y.length }, (_, index) => index),
    y,
    ordered: x === undefined || isOrdered(x),
  }));

function isOrdered(x: Numbers): boolean {
  for (let index = 1; index < x.length; index += 1) if (!((x[index] ?? 0) >= (x[index - 1] ?? 0))) return false;
  return true;
}

/** Whether all `x` are whole numbers. */
export const hasWholeX = (points: readonly Points[]): boolean =>
  points.every(({ x }) => {
    for (const value of x) if (!Number.isInteger(value)) return false;
    return true;
  });

/** Lowest and highest `x` of all points; null when there is none. */
export const extentOfX = (points: readonly Points[]): Extent | null => extent(points, ({ x }) => [x, 0, x.length]);

/**
 * Lowest and highest `y` of the points whose `x` lies between two values.
 *
 * @param positive leaves out what a logarithmic axis cannot show
 */
export const extentOfY = (points: readonly Points[], from: number, to: number, positive: boolean): Extent | null =>
  extent(points, (one) => [one.y, ...placesBetween(one, from, to)], {
    positive,
    keep: ({ x, ordered }, index) => ordered || ((x[index] ?? 0) >= from && (x[index] ?? 0) <= to),
  });

interface ExtentRules {
  readonly positive?: boolean;
  readonly keep?: (points: Points, index: number) => boolean;
}

function extent(
  points: readonly Points[],
  part: (points: Points) => readonly [values: Numbers, start: number, end: number],
  { positive = false, keep }: ExtentRules = {},
): Extent | null {
  let low = Infinity;
  let high = -Infinity;
  for (const one of points) {
    const [values, start, end] = part(one);
    for (let index = start; index < end; index += 1) {
      const value = values[index] ?? Number.NaN;
      if (!Number.isFinite(value) || (positive && value <= 0) || keep?.(one, index) === false) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}

/**
 * The places `[start, end)` of the points between two values of `x`, with one more on either side, so that lines reach
 * the edge. All of them when they are in no order.
 */
export function placesBetween({ x, ordered }: Points, from: number, to: number): readonly [start: number, end: number] {
  if (!ordered) return [0, x.length];
  return [Math.max(0, lowerBound(x, from) - 1), Math.min(x.length, upperBound(x, to) + 1)];
}

/** The place of the point nearest to `x`; -1 when there is none. */
export function nearestPlace({ x }: Points, value: number): number {
  const after = lowerBound(x, value);
  if (after === 0) return x.length > 0 ? 0 : -1;
  if (after === x.length) return x.length - 1;
  return value - (x[after - 1] ?? 0) <= (x[after] ?? 0) - value ? after - 1 : after;
}

/** The first place whose value is not below `value`. */
function lowerBound(x: Numbers, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first place whose value is above `value`. */
function upperBound(x: Numbers, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An extent with some room around it; a single value gets room on both sides. */
export function padded([low, high]: Extent, share: number, log = false): Extent {
  if (log) return [low / 10 ** (share * 2), high * 10 ** (share * 2)];
  if (low === high) return low === 0 ? [-1, 1] : [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1];
  return [low - (high - low) * share, high + (high - low) * share];
}
