import { sharesOf } from '../../runner/tracking/bin-range';
import type { TrackedRange } from '../../runner/tracking/tracked-range';
import { indexStates, type RangeCells, type RangeUpdate, type RangeView, type Timeline } from '../../shared/range';

/** Most cells that are sent, whatever is asked for. */
const mostCells = 4096;
const states = indexStates.length;

/** What the window has of a view. */
interface Sent {
  readonly view: RangeView;
  readonly shares: Uint8Array;
  readonly ranks: Int16Array;
}

/** Gives the range of a run to the window: all cells of a view once, then those that have changed. */
export class RangeFeed {
  readonly #tracker: TrackedRange;
  #sent: Sent | null = null;

  constructor(tracker: TrackedRange) {
    this.#tracker = tracker;
  }

  /** News of a part of the range; null while the run has none. With `fresh` all of it. */
  update(run: number, asked: RangeView, fresh: boolean): RangeUpdate | null {
    const { range, lanes } = this.#tracker;
    const view = viewWithin(asked, range);
    if (view === null) return null;
    return { run, range, cells: this.#cells(view, fresh), totals: this.#tracker.totals(), lanes };
  }

  #cells(view: RangeView, fresh: boolean): RangeCells {
    const binned = this.#tracker.bins(view);
    const shares = sharesOf(binned);
    const { ranks } = binned;
    const before = fresh || this.#sent === null || !isSame(this.#sent.view, view) ? null : this.#sent;
    this.#sent = { view, shares, ranks };
    const changed: number[] = [];
    for (let cell = 0; cell < view.cells; cell += 1)
      if (before === null || hasChanged(before, this.#sent, cell)) changed.push(cell);
    return {
      view,
      fresh: before === null,
      changed: Uint16Array.from(changed),
      shares: pickCells(shares, changed),
      ranks: Int16Array.from(changed, (cell) => ranks[cell] ?? 0),
    };
  }
}

/** When the ranks worked on what, between two times. */
export function timelineOf(tracker: TrackedRange, run: number, from: number, to: number, now: number): Timeline {
  const { began, ended } = tracker;
  return {
    run,
    began,
    ended: Number.isNaN(ended) ? now : ended,
    lanes: tracker.spans.map((spans, rank) => spans.between(from, to, tracker.openSpans(rank))),
  };
}

/** A view that lies in the range, with no more cells than it has indices; null when there is nothing to see. */
function viewWithin({ from, to, cells }: RangeView, range: number): RangeView | null {
  const start = Math.max(0, Math.min(Math.floor(from), range - 1));
  const end = Math.max(start + 1, Math.min(Math.ceil(to), range));
  if (range <= 0) return null;
  return { from: start, to: end, cells: Math.max(1, Math.min(Math.floor(cells), mostCells, end - start)) };
}

const isSame = (a: RangeView, b: RangeView): boolean => a.from === b.from && a.to === b.to && a.cells === b.cells;

function hasChanged(before: Sent, now: Sent, cell: number): boolean {
  if (before.ranks[cell] !== now.ranks[cell]) return true;
  for (let place = cell * states; place < (cell + 1) * states; place += 1)
    if (before.shares[place] !== now.shares[place]) return true;
  return false;
}

function pickCells(shares: Uint8Array, cells: readonly number[]): Uint8Array {
  const picked = new Uint8Array(cells.length * states);
  for (const [place, cell] of cells.entries())
    picked.set(shares.subarray(cell * states, (cell + 1) * states), place * states);
  return picked;
}
