import { type IndexState, indexStates, manyRanks, type RangePiece } from '../../shared/range';

/** A piece of the range in one state; one that stands for several has the number of indices in each. */
export interface StoredPiece {
  start: number;
  end: number;
  /** Place in {@link indexStates}. */
  state: number;
  rank: number;
  began: number;
  ended: number;
  /** Set when pieces of different states had to be put together. */
  counts?: number[];
}

export const placeOf = (state: IndexState): number => indexStates.indexOf(state);

/**
 * What became of which indices, as pieces in ascending order without overlaps.
 *
 * The number of pieces is bounded. When there are too many, neighbours of one state become one piece (of "several
 * ranks" when they were of different ones); when that does not help, neighbours of any states do, and know only how
 * many indices of each state they have. So totals are always exact, and only details are lost.
 */
export class PieceStore {
  readonly #most: number;
  #pieces: StoredPiece[] = [];

  constructor(most = 16_384) {
    this.#most = most;
  }

  get pieces(): readonly StoredPiece[] {
    return this.#pieces;
  }

  /** Says what became of `[start, end)`, in place of what was said of it before. */
  set(piece: StoredPiece): void {
    if (piece.end <= piece.start) return;
    const place = this.#clear(piece.start, piece.end);
    const before = this.#pieces[place - 1];
    if (before !== undefined && continues(before, piece)) {
      before.end = piece.end;
      before.began = Math.min(before.began, piece.began);
      before.ended = Math.max(before.ended, piece.ended);
      return;
    }
    this.#pieces.splice(place, 0, { ...piece });
    if (this.#pieces.length > this.#most) this.#shrink();
  }

  /** Nothing is known of `[start, end)` any more. */
  forget(start: number, end: number): void {
    if (end > start) this.#clear(start, end);
  }

  /** Changes the state of everything that a rank has done. */
  restate(rank: number, from: IndexState, to: IndexState): void {
    for (const piece of this.#pieces)
      if (piece.rank === rank && piece.state === placeOf(from) && piece.counts === undefined) piece.state = placeOf(to);
  }

  /** The piece that an index lies in. */
  at(index: number): StoredPiece | undefined {
    const piece = this.#pieces[this.#firstEndingAfter(index)];
    return piece !== undefined && piece.start <= index ? piece : undefined;
  }

  /** The pieces that have a part in `[start, end)`. */
  *between(start: number, end: number): Generator<StoredPiece, undefined> {
    for (let place = this.#firstEndingAfter(start); place < this.#pieces.length; place += 1) {
      const piece = this.#pieces[place];
      if (piece === undefined || piece.start >= end) return;
      yield piece;
    }
  }

  /** Place of the first piece that ends after an index. */
  #firstEndingAfter(index: number): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pieces[middle]?.end ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes out what lies in `[start, end)`. Returns the place where a piece of that part would stand. */
  #clear(start: number, end: number): number {
    const first = this.#firstEndingAfter(start);
    const parts: StoredPiece[] = [];
    let place = first;
    for (; place < this.#pieces.length; place += 1) {
      const piece = this.#pieces[place];
      if (piece === undefined || piece.start >= end) break;
      if (piece.start < start) parts.push(cut(piece, piece.start, start));
      if (piece.end > end) parts.push(cut(piece, end, piece.end));
    }
    if (place > first) this.#pieces.splice(first, place - first, ...parts);
    return first + parts.filter((piece) => piece.end <= start).length;
  }

  #shrink(): void {
    this.#pieces = joinNeighbours(this.#pieces, (a, b) => a.state === b.state && !a.counts && !b.counts);
    if (this.#pieces.length > this.#most * 0.75) this.#pieces = joinNeighbours(this.#pieces, () => true);
  }
}

/** Pieces two by two as one, where they touch and `may` says so. */
function joinNeighbours(
  pieces: readonly StoredPiece[],
  may: (a: StoredPiece, b: StoredPiece) => boolean,
): StoredPiece[] {
  const joined: StoredPiece[] = [];
  for (let place = 0; place < pieces.length; place += 1) {
    const [piece, next] = [pieces[place], pieces[place + 1]];
    if (piece === undefined) break;
    if (next?.start === piece.end && may(piece, next)) {
      joined.push(join(piece, next));
      place += 1;
    } else joined.push(piece);
  }
  return joined;
}

function join(a: StoredPiece, b: StoredPiece): StoredPiece {
  const isPlain = a.state === b.state && a.counts === undefined && b.counts === undefined;
  return {
    start: a.start,
    end: b.end,
    state: a.end - a.start >= b.end - b.start ? a.state : b.state,
    rank: a.rank === b.rank ? a.rank : manyRanks,
    began: Math.min(a.began, b.began),
    ended: Math.max(a.ended, b.ended),
    ...(isPlain ? {} : { counts: countsOf(a).map((count, place) => count + (countsOf(b)[place] ?? 0)) }),
  };
}

/** How many indices of a piece are in each state. */
export function countsOf(piece: StoredPiece): number[] {
  if (piece.counts !== undefined) return piece.counts;
  return indexStates.map((_, place) => (place === piece.state ? piece.end - piece.start : 0));
}

/** A part of a piece; of one that stands for several, its share of each state, rounded so that the sum is right. */
function cut(piece: StoredPiece, start: number, end: number): StoredPiece {
  const { counts, ...rest } = piece;
  if (counts === undefined) return { ...rest, start, end };
  return { ...rest, start, end, counts: shareOf(counts, end - start, piece.end - piece.start) };
}

/** `part` of `whole` indices, in the proportions of `counts`; adds up to `part`. */
export function shareOf(counts: readonly number[], part: number, whole: number): number[] {
  let [seen, given] = [0, 0];
  return counts.map((count) => {
    seen += count;
    const upTo = Math.round((seen / whole) * part);
    const own = upTo - given;
    given = upTo;
    return own;
  });
}

/** Whether a piece goes on where one before it has ended, by the same rank in the same state. */
function continues(before: StoredPiece, piece: StoredPiece): boolean {
  return (
    before.end === piece.start &&
    before.state === piece.state &&
    before.rank === piece.rank &&
    before.counts === undefined &&
    piece.counts === undefined &&
    // Chunks are told apart as long as there is room: one after the other was given, each has its times.
    before.began === piece.began
  );
}

/** A piece as the window gets it. */
export const toRangePiece = (piece: StoredPiece, error: string | null): Omit<RangePiece, 'item'> => ({
  start: piece.start,
  end: piece.end,
  state: indexStates[piece.state] ?? 'waiting',
  rank: piece.rank,
  began: Number.isFinite(piece.began) ? piece.began : null,
  ended: Number.isFinite(piece.ended) ? piece.ended : null,
  error,
});
