import type { RangeView } from '../../shared/range';

/** The part of a range that is shown: indices `[from, to)`, not always whole ones while it is moved. */
export interface Shown {
  readonly from: number;
  readonly to: number;
}

/** Fewest indices that are shown, so that one is never wider than the strip is long. */
const fewest = 4;

export const allOf = (range: number): Shown => ({ from: 0, to: Math.max(1, range) });

export const isAll = ({ from, to }: Shown, range: number): boolean => from <= 0 && to >= range;

/** Enlarges by a factor; the index at `at`, a share of the width, stays where it is. */
export function zoomRange({ from, to }: Shown, range: number, factor: number, at: number): Shown {
  const size = Math.max(Math.min(fewest, range), Math.min(range, (to - from) / factor));
  const under = from + (to - from) * at;
  return inside(under - size * at, size, range);
}

/** Moves by a share of what is shown. */
export const panRange = ({ from, to }: Shown, range: number, share: number): Shown =>
  inside(from + (to - from) * share, to - from, range);

/** Moves just far enough to show an index. */
export function showIndex(shown: Shown, range: number, index: number): Shown {
  const size = shown.to - shown.from;
  if (index < shown.from) return inside(index, size, range);
  return index + 1 > shown.to ? inside(index + 1 - size, size, range) : shown;
}

/** Shows a piece with some room on both sides. */
export function zoomTo(start: number, end: number, range: number): Shown {
  const size = Math.min(range, Math.max(fewest, (end - start) * 1.2));
  return inside((start + end) / 2 - size / 2, size, range);
}

function inside(from: number, size: number, range: number): Shown {
  const start = Math.max(0, Math.min(range - size, from));
  return { from: start, to: Math.min(range, start + size) };
}

/** What main is asked for: what is shown, with half as much on both sides, so that it can be moved at once. */
export function viewOf({ from, to }: Shown, range: number, cells: number): RangeView {
  const margin = isAll({ from, to }, range) ? 0 : (to - from) / 2;
  const start = Math.max(0, Math.floor(from - margin));
  const end = Math.min(range, Math.ceil(to + margin));
  return { from: start, to: end, cells: Math.round(cells * Math.min(2, (end - start) / (to - from))) };
}

/** The index at a share of the width. */
export const indexAt = ({ from, to }: Shown, range: number, at: number): number =>
  Math.max(0, Math.min(range - 1, Math.floor(from + (to - from) * at)));

/**
 * Round indices to write below a strip.
 *
 * @param most how many there is room for
 */
export function ticksOf({ from, to }: Shown, most: number): number[] {
  const rough = Math.max(1, (to - from) / Math.max(1, most));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(from / step) * step;
  const count = Math.floor((to - first) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) => first + place * step);
}
