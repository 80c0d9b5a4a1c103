import { partitionSequence } from '../../core/jobs/partition';
import { indexStates, manyRanks, noRank, type RangeView } from '../../shared/range';
import { countsOf, type StoredPiece } from './piece-store';

const states = indexStates.length;
const waiting = indexStates.indexOf('waiting');

/** Cells of a view: how many indices of each state each has, and by whom. */
export interface BinnedRange {
  /** Of each cell the number of its indices in each state. */
  readonly counts: Float64Array;
  readonly ranks: Int16Array;
  /** First index of each cell, and the end of the last one. */
  readonly bounds: Float64Array;
}

/**
 * Sorts pieces into the cells of a view. What no piece says anything about waits.
 *
 * The bounds of cells are exact for every range that a number can hold: cell c of n is
 * `[from + floor(c * size / n), from + floor((c + 1) * size / n))`.
 *
 * @param pieces without overlaps
 */
export function binRange(view: RangeView, pieces: Iterable<StoredPiece>): BinnedRange {
  const { from, to, cells } = view;
  const bounds = new Float64Array(cells + 1);
  for (let cell = 0; cell < cells; cell += 1) bounds[cell] = from + partitionSequence(to - from, cell, cells)[0];
  bounds[cells] = to;
  const counts = new Float64Array(cells * states);
  const ranks = new Int16Array(cells).fill(noRank);
  /** How much of a cell the rank has that has most of it so far. */
  const most = new Float64Array(cells);
  for (const piece of pieces) {
    const end = Math.min(piece.end, to);
    let cell = cellOf(bounds, Math.max(piece.start, from));
    for (let start = Math.max(piece.start, from); start < end; cell += 1) {
      const stop = Math.min(end, bounds[cell + 1] ?? end);
      addCounts(counts, cell, piece, stop - start);
      noteRank(ranks, most, cell, piece.rank, stop - start);
      start = stop;
    }
  }
  for (let cell = 0; cell < cells; cell += 1) {
    let known = 0;
    for (let state = 0; state < states; state += 1) known += counts[cell * states + state] ?? 0;
    const rest = (bounds[cell + 1] ?? 0) - (bounds[cell] ?? 0) - known;
    counts[cell * states + waiting] = (counts[cell * states + waiting] ?? 0) + rest;
  }
  return { counts, ranks, bounds };
}

/** The cell that an index lies in. */
function cellOf(bounds: Float64Array, index: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? 0) <= index) low = middle;
    else high = middle;
  }
  return low;
}

function addCounts(counts: Float64Array, cell: number, piece: StoredPiece, size: number): void {
  const base = cell * states;
  if (piece.counts === undefined) {
    counts[base + piece.state] = (counts[base + piece.state] ?? 0) + size;
    return;
  }
  const share = size / (piece.end - piece.start);
  for (const [state, count] of countsOf(piece).entries())
    counts[base + state] = (counts[base + state] ?? 0) + count * share;
}

/** The rank that has more of a cell than all others is its rank; when two have about as much, it belongs to several. */
function noteRank(ranks: Int16Array, most: Float64Array, cell: number, rank: number, size: number): void {
  const [owner = noRank, has = 0] = [ranks[cell], most[cell]];
  if (owner === noRank || owner === rank) {
    ranks[cell] = rank;
    most[cell] = has + size;
  } else if (rank !== noRank && size * 2 >= has) {
    ranks[cell] = size > has * 2 ? rank : manyRanks;
    most[cell] = Math.max(size, has);
  }
}

/** Shares of the states of each cell in 255ths: never 0 for what is there, never 255 for what is not all of it. */
export function sharesOf({ counts, bounds }: BinnedRange): Uint8Array {
  const shares = new Uint8Array(counts.length);
  for (let place = 0; place < counts.length; place += 1) {
    const cell = Math.floor(place / states);
    const size = (bounds[cell + 1] ?? 0) - (bounds[cell] ?? 0);
    const count = counts[place] ?? 0;
    if (count <= 0 || size === 0) continue;
    shares[place] = count >= size ? 255 : Math.max(1, Math.min(254, Math.round((count / size) * 255)));
  }
  return shares;
}
