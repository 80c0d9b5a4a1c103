import { placeholdersOf } from '../shared/placeholders';
import type { PlannedJob } from '../shared/plan';
import { canonicalJson } from './plan-hash';
import { ItemList } from './plan-items';

/** Items `[from, from + count)` of an earlier plan that are the items `[to, to + count)` of a later one. */
export type ItemMove = readonly [from: number, to: number, count: number];

/**
 * Which items of a job are which of its items in an earlier plan: they are told by their keys, whatever their places.
 * Where the place itself goes into what is run or written (`{index}`), an item that has moved is another one.
 *
 * @param readsPlace whether it is another one for another reason: the function that it is given to reads its place
 * @returns in the order of the later plan; neighbours together
 */
export function matchItems(before: PlannedJob, after: PlannedJob, readsPlace = false): ItemMove[] {
  if (hasSameItems(before, after)) return after.range > 0 ? [[0, 0, after.range]] : [];
  // The numbers themselves: no need for a million names.
  if (before.items.kind === 'count' && after.items.kind === 'count')
    return [[0, 0, Math.min(before.range, after.range)]];
  const old = new ItemList(before);
  const placeOf = new Map<string, number>();
  for (let index = 0; index < before.range; index += 1) placeOf.set(old.keyAt(index), index);
  const now = new ItemList(after);
  const isFixed = readsPlace || namesPlace(after);
  const moves: [number, number, number][] = [];
  for (let to = 0; to < after.range; to += 1) {
    const from = placeOf.get(now.keyAt(to));
    if (from === undefined || (isFixed && from !== to)) continue;
    const last = moves.at(-1);
    if (last && last[0] + last[2] === from && last[1] + last[2] === to) last[2] += 1;
    else moves.push([from, to, 1]);
  }
  return moves;
}

/** Whether both plans have the same items at the same places. */
export function hasSameItems(before: PlannedJob, after: PlannedJob): boolean {
  return before.range === after.range && canonicalJson(before.items) === canonicalJson(after.items);
}

function namesPlace(job: PlannedJob): boolean {
  const templates = [...(job.kind === 'run' ? [...job.argv, job.cwd] : []), ...(job.output ? [job.output.path] : [])];
  return templates.some((template) => placeholdersOf(template).some(({ name }) => name === 'index'));
}
