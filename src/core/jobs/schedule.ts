/** How the range is shared out among the ranks; names and meaning as in OpenMP. */
export type ScheduleKind = 'static' | 'dynamic' | 'guided';

/**
 * `static`: each rank gets one contiguous part at the start. `dynamic`: a rank that has finished its chunk takes the
 * next one. `guided`: the same with chunks that shrink as the range runs out. `chunk` is the size of a chunk for
 * `dynamic` (by default about 50 ms of work), and the least size for `guided` (by default 1).
 */
export type ScheduleSpec =
  | ScheduleKind
  | {
      /** How chunks are given out. */
      readonly kind: ScheduleKind;
      /** Items of one chunk, an integer of at least 1. */
      readonly chunk?: number;
    };

export interface Schedule {
  readonly kind: ScheduleKind;
  readonly chunk: number | undefined;
}

const kinds: readonly string[] = ['static', 'dynamic', 'guided'];
/** What one chunk should take when no size is given, in milliseconds. */
const chunkMs = 50;
/** A chunk grows at most by this factor over the one before, so that a few cheap items do not mislead. */
const mostGrowth = 4;

/**
 * Checks a schedule.
 *
 * @throws TypeError for an unknown kind, or a chunk size with `static`, which has no chunks
 * @throws RangeError when the chunk size is not an integer of at least 1
 */
export function parseSchedule(spec: ScheduleSpec = 'static'): Schedule {
  const { kind, chunk } = typeof spec === 'string' ? { kind: spec, chunk: undefined } : spec;
  if (!kinds.includes(kind))
    throw new TypeError(`schedule must be one of ${kinds.join(', ')}, not ${JSON.stringify(kind)}.`);
  if (chunk !== undefined && kind === 'static') {
    throw new TypeError(
      'A static schedule has one part for each rank and no chunks; use dynamic or guided with a chunk size.',
    );
  }
  if (chunk !== undefined && (!Number.isSafeInteger(chunk) || chunk < 1)) {
    throw new RangeError(`The chunk size of a schedule must be an integer of at least 1, not ${chunk}.`);
  }
  return { kind, chunk };
}

/** Size of the first chunk of a rank whose pace is not known yet. */
export function firstChunkSize(valRange: number, total: number): number {
  return Math.max(1, Math.min(256, Math.floor(valRange / (total * 32))));
}

/** Size of the next chunk, after one of `size`, for a rank that takes `itemMs` milliseconds for an item. */
export function pacedChunkSize(size: number, itemMs: number): number {
  const wanted = itemMs > 0 ? Math.round(chunkMs / itemMs) : Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(wanted, size * mostGrowth));
}

/**
 * Size of the next chunk.
 *
 * The sizes of `guided` are those of OpenMP: what is left, divided by twice the number of ranks. A `dynamic` chunk
 * without a given size follows the pace that its rank has shown.
 *
 * @param left how many items have not been handed out
 * @param paced the size that the rank's pace asks for
 */
export function chunkSize(
  { kind, chunk }: Schedule,
  valRange: number,
  total: number,
  left: number,
  paced: () => number,
): number {
  if (kind === 'static') return Math.ceil(valRange / total);
  const share = Math.ceil(left / (2 * total));
  if (kind === 'guided') return Math.max(chunk ?? 1, share);
  return chunk ?? Math.min(share, paced());
}

interface RankPace {
  size: number;
  finished: number;
  at: number;
}

/** Hands out the chunks of one job's range, in ascending order, each index once. */
export class ChunkCounter {
  readonly #schedule: Schedule;
  readonly #valRange: number;
  readonly #total: number;
  readonly #paces = new Map<number, RankPace>();
  #next = 0;

  constructor(schedule: Schedule, valRange: number, total: number) {
    this.#schedule = schedule;
    this.#valRange = valRange;
    this.#total = total;
  }

  /**
   * The next chunk for a rank.
   *
   * @param rank who asks
   * @param finished how many items it has finished so far
   * @param now milliseconds, of any clock that does not go back
   * @returns `[start, end)`, undefined when nothing is left
   */
  take(rank: number, finished: number, now: number): readonly [start: number, end: number] | undefined {
    const left = this.#valRange - this.#next;
    if (left <= 0) return undefined;
    const start = this.#next;
    const paced = (): number => this.#pacedSize(rank, finished, now);
    this.#next += Math.min(left, chunkSize(this.#schedule, this.#valRange, this.#total, left, paced));
    return [start, this.#next];
  }

  #pacedSize(rank: number, finished: number, now: number): number {
    const pace = this.#paces.get(rank);
    if (!pace) {
      const size = firstChunkSize(this.#valRange, this.#total);
      this.#paces.set(rank, { size, finished, at: now });
      return size;
    }
    const done = finished - pace.finished;
    if (done > 0) {
      pace.size = pacedChunkSize(pace.size, Math.max(0, now - pace.at) / done);
      pace.finished = finished;
      pace.at = now;
    }
    return pace.size;
  }
}
