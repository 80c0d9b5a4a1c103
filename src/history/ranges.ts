import type { ItemRange } from './types';

/**
 * The parts of `[start, end)` that none of `taken` covers, in order.
 *
 * @param taken ranges in order that do not overlap
 */
export function uncovered(start: number, end: number, taken: Iterable<ItemRange>): ItemRange[] {
  const free: ItemRange[] = [];
  let at = start;
  for (const [from, to] of taken) {
    if (to <= at) continue;
    if (from >= end) break;
    if (from > at) free.push([at, from]);
    at = to;
  }
  if (at < end) free.push([at, end]);
  return free;
}
