import type { ServerEvent } from '../../shared/engine-info';
import {
  indexStates,
  type Lane,
  type LaneSpans,
  noRank,
  type RangePiece,
  type RangeSelection,
  type RangeView,
  type StateCounts,
} from '../../shared/range';
import { type BinnedRange, binRange } from './bin-range';
import { countsOf, placeOf, type StoredPiece, shareOf, toRangePiece } from './piece-store';
import { SpanStore } from './span-store';

/** Events of the engine that tell what became of indices. */
export type WorkEvent = Extract<ServerEvent, { type: 'job' | 'progress' | 'chunk' }>;

/** What became of each index of one run, by whom and when. */
export abstract class TrackedRange {
  /** Counts up with every change. */
  version = 0;
  /** Begin and end of the run, in milliseconds since the epoch; NaN while not known. */
  began = Number.NaN;
  ended = Number.NaN;
  /** What each rank worked on when. */
  readonly spans: SpanStore[] = [];

  /** Number of indices; 0 until the job is known. */
  abstract get range(): number;
  abstract get lanes(): readonly Lane[];
  abstract onEvent(event: WorkEvent): void;
  /** What a rank works on now, as spans of the timeline. */
  abstract openSpans(rank: number): StoredPiece[];
  /** The pieces that have a part in `[start, end)`, without overlaps, in any order. */
  protected abstract between(start: number, end: number): Iterable<StoredPiece>;
  /** Why what a rank did came to nothing. */
  protected abstract errorOf(rank: number): string | null;

  /** What is known of the range, in order; without what waits. */
  pieces(): StoredPiece[] {
    const waiting = placeOf('waiting');
    return [...this.between(0, this.range)].filter(({ state }) => state !== waiting).sort((a, b) => a.start - b.start);
  }

  /** Takes over what each rank worked on when. @param until when what had not ended was cut off */
  restoreSpans(lanes: readonly LaneSpans[], until: number): void {
    for (const [rank, spans] of lanes.entries()) {
      const store = new SpanStore();
      store.restore(spans, until);
      this.spans[rank] = store;
    }
  }

  /** The cells of a part of the range. */
  bins(view: RangeView): BinnedRange {
    return binRange(view, this.between(view.from, view.to));
  }

  /** How many indices of `[start, end)` are in each state. */
  totals(start = 0, end = this.range): StateCounts {
    const totals = indexStates.map(() => 0);
    let known = 0;
    for (const piece of this.between(start, end)) {
      const part = Math.min(end, piece.end) - Math.max(start, piece.start);
      const own = shareOf(countsOf(piece), part, piece.end - piece.start);
      for (const [place, count] of own.entries()) totals[place] = (totals[place] ?? 0) + count;
      known += part;
    }
    const waiting = placeOf('waiting');
    totals[waiting] = (totals[waiting] ?? 0) + (end - start - known);
    return totals;
  }

  /** What is known of one index. */
  piece(index: number): Omit<RangePiece, 'item'> | null {
    if (index < 0 || index >= this.range) return null;
    for (const piece of this.between(index, index + 1)) return toRangePiece(piece, this.errorOf(piece.rank));
    return { start: index, end: index + 1, state: 'waiting', rank: noRank, began: null, ended: null, error: null };
  }

  select(start: number, end: number): RangeSelection {
    return { start, end, totals: this.totals(start, end) };
  }
}

/** The parts of `[start, end)` that no piece says anything about. @param pieces in ascending order */
export function gapsBetween(pieces: Iterable<StoredPiece>, end: number, start = 0): [start: number, end: number][] {
  const gaps: [start: number, end: number][] = [];
  let at = start;
  for (const piece of pieces) {
    if (piece.start > at) gaps.push([at, piece.start]);
    at = Math.max(at, piece.end);
  }
  if (at < end) gaps.push([at, end]);
  return gaps;
}
