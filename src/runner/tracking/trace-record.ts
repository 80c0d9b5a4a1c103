import { decodeValue, encodeValue } from '../../core/data/serialize';
import type { RankInfo } from '../../shared/engine-info';
import { isRecord } from '../../shared/is-record';
import type { LaneSpans } from '../../shared/range';
import type { ThroughputData } from '../../shared/run';
import { PieceStore, type StoredPiece } from './piece-store';

/** Most pieces of a range that are kept; of more, neighbours become one. */
const mostPieces = 4096;
/** Counts up when the form changes: what another version of Procession has written is left alone. */
const recordVersion = 1;
const numbersOfPiece = 6;

/**
 * How a job went, as the history keeps it: which rank worked on which piece of the range, when, and how fast. What each
 * item came to is kept elsewhere, item by item.
 */
export interface TraceRecord {
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number;
  readonly range: number;
  /** Begin and end of the job; NaN while not known. */
  readonly began: number;
  readonly ended: number;
  readonly ranks: readonly RankInfo[];
  /** Of each rank how many pieces it had finished. */
  readonly chunksDone: readonly number[];
  readonly pieces: readonly StoredPiece[];
  /** Of each rank what it worked on when; what it had not ended has NaN for an end. */
  readonly spans: readonly LaneSpans[];
  readonly throughput: ThroughputData;
}

export function encodeTrace({ pieces, ...rest }: TraceRecord): Uint8Array {
  const kept = new PieceStore(mostPieces);
  for (const piece of pieces) kept.set(piece);
  const numbers = new Float64Array(kept.pieces.length * numbersOfPiece);
  const counts: [place: number, counts: number[]][] = [];
  for (const [place, piece] of kept.pieces.entries()) {
    const { start, end, state, rank, began, ended } = piece;
    numbers.set([start, end, state, rank, began, ended], place * numbersOfPiece);
    if (piece.counts !== undefined) counts.push([place, piece.counts]);
  }
  return encodeValue({ ...rest, version: recordVersion, pieces: numbers, counts }, 'trace');
}

/** What {@link encodeTrace} wrote; undefined when it is of another version, or damaged. */
export function decodeTrace(bytes: Uint8Array | undefined): TraceRecord | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value = decodeValue(bytes);
    if (!isRecord(value) || value.version !== recordVersion || !(value.pieces instanceof Float64Array))
      return undefined;
    const { pieces, counts, ...rest } = value as unknown as Omit<TraceRecord, 'pieces'> & {
      readonly pieces: Float64Array;
      readonly counts: readonly (readonly [number, number[]])[];
    };
    return { ...rest, pieces: piecesOf(pieces, new Map(counts)) };
  } catch {
    return undefined;
  }
}

function piecesOf(numbers: Float64Array, counts: ReadonlyMap<number, number[]>): StoredPiece[] {
  return Array.from({ length: Math.floor(numbers.length / numbersOfPiece) }, (_, place) => {
    const [start = 0, end = 0, state = 0, rank = 0, began = 0, ended = 0] = numbers.subarray(
      place * numbersOfPiece,
      (place + 1) * numbersOfPiece,
    );
    const own = counts.get(place);
    return { start, end, state, rank, began, ended, ...(own && { counts: own }) };
  });
}
