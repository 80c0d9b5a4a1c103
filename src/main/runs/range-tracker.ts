import type { JobInfo, RankInfo, ServerEvent } from '../../shared/engine-info';
import {
  type IndexState,
  indexStates,
  type Lane,
  noRank,
  type RangePiece,
  type RangeSelection,
  type RangeView,
  type StateCounts,
} from '../../shared/range';
import { type BinnedRange, binRange } from './bin-range';
import { countsOf, PieceStore, placeOf, type StoredPiece, shareOf, toRangePiece } from './piece-store';
import { type OpenChunk, RankWork } from './rank-work';
import { SpanStore } from './span-store';

/** Events of the engine that tell what became of indices. */
type WorkEvent = Extract<ServerEvent, { type: 'job' | 'progress' | 'chunk' }>;

/**
 * What became of each index of one run, by whom and when, from what the engine says: which pieces of the range a rank
 * was given, how far it is, and how it ended.
 *
 * A rank works on its pieces in the order in which it got them, and each from its beginning. So what it has done is
 * known from its count alone, and only pieces that are finished have to be remembered one by one.
 */
export class RangeTracker {
  /** Counts up with every change. */
  version = 0;
  readonly spans: SpanStore[] = [];
  readonly #pieces = new PieceStore();
  readonly #now: () => number;
  #range = 0;
  #ranks: RankWork[] = [];
  #attempt = 1;
  #hasEnded = false;
  /** Each item has a value of its own, which outlives its rank. */
  #keepsItems = false;
  began = Number.NaN;
  ended = Number.NaN;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Number of indices; 0 until the job is known. */
  get range(): number {
    return this.#range;
  }

  get lanes(): readonly Lane[] {
    return this.#ranks.map((rank) => ({ item: rank.item, chunksDone: rank.chunksDone, rate: rank.rate }));
  }

  onEvent(event: WorkEvent): void {
    this.version += 1;
    if (event.type === 'job') this.#onJob(event.job);
    else if (event.type === 'chunk') this.#onChunk(event.rank, event.start, event.end, event.isFirst);
    else for (const [index, count] of event.counts.entries()) this.#ranks[index]?.sample(count, this.#now());
  }

  /** The cells of a part of the range. */
  bins(view: RangeView): BinnedRange {
    return binRange(view, this.#between(view.from, view.to));
  }

  /** How many indices of `[start, end)` are in each state. */
  totals(start = 0, end = this.#range): StateCounts {
    const totals = indexStates.map(() => 0);
    let known = 0;
    for (const piece of this.#between(start, end)) {
      const part = Math.min(end, piece.end) - Math.max(start, piece.start);
      const own = shareOf(countsOf(piece), part, piece.end - piece.start);
      for (const [place, count] of own.entries()) totals[place] = (totals[place] ?? 0) + count;
      known += part;
    }
    const waiting = placeOf('waiting');
    totals[waiting] = (totals[waiting] ?? 0) + (end - start - known);
    return totals;
  }

  /** What a rank works on now, as spans of the timeline. */
  openSpans(rank: number): StoredPiece[] {
    const work = this.#ranks[rank];
    const [chunk] = work?.chunks ?? [];
    if (work === undefined || chunk === undefined || Number.isNaN(chunk.began)) return [];
    const { start, end, began } = chunk;
    return [{ start, end, began, ended: Number.NaN, state: placeOf('running'), rank }];
  }

  /** What is known of one index. */
  piece(index: number): RangePiece | null {
    if (index < 0 || index >= this.#range) return null;
    for (const piece of this.#between(index, index + 1))
      return toRangePiece(piece, this.#ranks[piece.rank]?.info.error?.message ?? null);
    return { start: index, end: index + 1, state: 'waiting', rank: noRank, began: null, ended: null, error: null };
  }

  select(start: number, end: number): RangeSelection {
    return { start, end, totals: this.totals(start, end) };
  }

  #onJob(info: JobInfo): void {
    this.#range = info.valRange;
    this.#keepsItems = 'failed' in info && typeof info.failed === 'number';
    if ((info.attempt ?? 1) !== this.#attempt) this.#beginAgain(info.attempt ?? 1);
    if (info.startedAt !== undefined) this.began = info.startedAt;
    for (const rank of info.ranks) this.#onRank(rank);
    if (info.endedAt === undefined || this.#hasEnded) return;
    this.#hasEnded = true;
    this.ended = info.endedAt;
    if (info.state !== 'done') this.#skipRest();
  }

  /** Another attempt of the whole job: nothing of the range counts any more; what was done when stays in the timeline. */
  #beginAgain(attempt: number): void {
    this.#attempt = attempt;
    this.#pieces.forget(0, this.#range);
    this.#ranks = [];
    this.#hasEnded = false;
  }

  #onRank(info: RankInfo): void {
    const known = this.#ranks[info.index] ?? new RankWork(info, this.#now());
    this.#ranks[info.index] = known;
    this.spans[info.index] ??= new SpanStore();
    const before = known.info.state;
    known.info = { ...info, count: Math.max(info.count, known.info.count) };
    known.catchUp(this.#now());
    if (before === info.state) return;
    if (info.state === 'done') for (const chunk of known.finishAll()) this.#finish(known, chunk);
    else if (info.state === 'failed' || info.state === 'lost' || info.state === 'cancelled') this.#breakOff(known);
  }

  #onChunk(index: number, start: number, end: number, isFirst: boolean): void {
    const rank = this.#ranks[index];
    if (rank === undefined) return;
    // What is given out again is open again, whatever became of it before.
    this.#pieces.forget(start, end);
    for (const chunk of rank.give(start, end, isFirst, this.#now())) this.#finish(rank, chunk);
  }

  /** A rank has finished a piece that it was given. */
  #finish(rank: RankWork, chunk: OpenChunk): void {
    const piece = this.#pieceOf(rank, chunk, 'done', chunk.start, chunk.end);
    this.#pieces.set(piece);
    this.spans[rank.info.index]?.add(piece);
  }

  #pieceOf(rank: RankWork, chunk: OpenChunk, state: IndexState, start: number, end: number): StoredPiece {
    const ended = this.#now();
    // One that it never was seen to begin was so short that begin and end are one.
    const began = Number.isNaN(chunk.began) ? ended : chunk.began;
    return { start, end, state: placeOf(state), rank: rank.info.index, began, ended };
  }

  /** A rank has ended before its time: what it had done, the item that it failed at, and what is left of its pieces. */
  #breakOff(rank: RankWork): void {
    const { state } = rank.info;
    const [first, ...others] = rank.chunks;
    const done = rank.doneOfChunk;
    rank.chunks = [];
    if (first === undefined) return;
    const { start, end } = first;
    const at = start + done;
    const set = (as: IndexState, from: number, to: number): void =>
      this.#pieces.set(this.#pieceOf(rank, first, as, from, to));
    if (state === 'lost') {
      // Its values went with it, unless each item has its own.
      if (!this.#keepsItems) this.#pieces.restate(rank.info.index, 'done', 'lost');
      set(this.#keepsItems ? 'done' : 'lost', start, at);
      set('lost', at, end);
    } else {
      const failed = state === 'failed' ? Math.min(end, at + 1) : at;
      set('done', start, at);
      set('failed', at, failed);
      set('skipped', failed, end);
    }
    const ending: IndexState = state === 'lost' ? 'lost' : state === 'failed' ? 'failed' : 'skipped';
    this.spans[rank.info.index]?.add(this.#pieceOf(rank, first, ending, start, end));
    for (const chunk of others)
      this.#pieces.set(this.#pieceOf(rank, chunk, state === 'lost' ? 'lost' : 'skipped', chunk.start, chunk.end));
  }

  /** Nobody works on what is left. */
  #skipRest(): void {
    let at = 0;
    const gaps: [start: number, end: number][] = [];
    for (const piece of this.#pieces.pieces) {
      if (piece.start > at) gaps.push([at, piece.start]);
      at = piece.end;
    }
    if (at < this.#range) gaps.push([at, this.#range]);
    for (const [start, end] of gaps)
      this.#pieces.set({ start, end, state: placeOf('skipped'), rank: noRank, began: this.ended, ended: this.ended });
  }

  /** The pieces that have a part in `[start, end)`: finished ones, and those that ranks hold. */
  *#between(start: number, end: number): Generator<StoredPiece, undefined> {
    yield* this.#pieces.between(start, end);
    for (const rank of this.#ranks) {
      for (const piece of openPieces(rank)) if (piece.end > start && piece.start < end) yield piece;
    }
  }
}

/** What a rank holds: the part that is done, the item that it works on, and what waits for it. */
function openPieces(rank: RankWork): StoredPiece[] {
  return rank.chunks.flatMap((chunk, place) => {
    const done = place === 0 ? chunk.start + rank.doneOfChunk : chunk.start;
    const running = place === 0 && rank.item !== null ? done + 1 : done;
    const piece = (start: number, end: number, state: IndexState): StoredPiece => ({
      start,
      end,
      state: placeOf(state),
      rank: rank.info.index,
      began: chunk.began,
      ended: Number.NaN,
    });
    return [
      piece(chunk.start, done, 'done'),
      piece(done, running, 'running'),
      piece(running, chunk.end, 'waiting'),
    ].filter(({ start, end }) => end > start);
  });
}
