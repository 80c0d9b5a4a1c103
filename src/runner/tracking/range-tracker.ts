import type { JobInfo, RankInfo } from '../../shared/engine-info';
import { type IndexState, type Lane, noRank } from '../../shared/range';
import { PieceStore, placeOf, type StoredPiece } from './piece-store';
import { type OpenChunk, RankWork } from './rank-work';
import { SpanStore } from './span-store';
import { gapsBetween, TrackedRange, type WorkEvent } from './tracked-range';

/**
 * What became of each index of a run of a `target`, from what the engine says: which pieces of the range a rank was
 * given, how far it is, and how it ended.
 *
 * A rank works on its pieces in the order in which it got them, and each from its beginning. So what it has done is
 * known from its count alone, and only pieces that are finished have to be remembered one by one.
 */
export class RangeTracker extends TrackedRange {
  readonly #pieces = new PieceStore();
  readonly #now: () => number;
  #range = 0;
  #ranks: RankWork[] = [];
  #attempt = 1;
  #hasEnded = false;

  /** @param now clock, in milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    super();
    this.#now = now;
  }

  override get range(): number {
    return this.#range;
  }

  override get lanes(): readonly Lane[] {
    return this.#ranks.map((rank) => ({ item: rank.item, chunksDone: rank.chunksDone, rate: rank.rate }));
  }

  /** Takes over what was recorded of a job that nobody works on any more. */
  restore(
    range: number,
    pieces: readonly StoredPiece[],
    ranks: readonly RankInfo[],
    chunksDone: readonly number[],
  ): void {
    this.#range = range;
    const [running, lost] = [placeOf('running'), placeOf('lost')];
    for (const piece of pieces) this.#pieces.set(piece.state === running ? { ...piece, state: lost } : piece);
    this.#ranks = ranks.map((info) => {
      const work = new RankWork(info, this.#now());
      work.chunksDone = chunksDone[info.index] ?? 0;
      return work;
    });
  }

  override onEvent(event: WorkEvent): void {
    this.version += 1;
    if (event.type === 'job') this.#onJob(event.job);
    else if (event.type === 'chunk') this.#onChunk(event.rank, event.start, event.end, event.isFirst);
    else for (const [index, count] of event.counts.entries()) this.#ranks[index]?.sample(count, this.#now());
  }

  override openSpans(rank: number): StoredPiece[] {
    const work = this.#ranks[rank];
    const [chunk] = work?.chunks ?? [];
    if (work === undefined || chunk === undefined || Number.isNaN(chunk.began)) return [];
    const { start, end, began } = chunk;
    return [{ start, end, began, ended: Number.NaN, state: placeOf('running'), rank }];
  }

  #onJob(info: JobInfo): void {
    this.#range = info.valRange;
    if ((info.attempt ?? 1) !== this.#attempt) this.#beginAgain(info.attempt ?? 1);
    // What earlier attempts did stays in the timeline.
    if (info.startedAt !== undefined && Number.isNaN(this.began)) this.began = info.startedAt;
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
      // What it had done went with it.
      this.#pieces.restate(rank.info.index, 'done', 'lost');
      set('lost', start, end);
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
    for (const [start, end] of gapsBetween(this.#pieces.pieces, this.#range))
      this.#pieces.set({ start, end, state: placeOf('skipped'), rank: noRank, began: this.ended, ended: this.ended });
  }

  protected override errorOf(rank: number): string | null {
    return this.#ranks[rank]?.info.error?.message ?? null;
  }

  /** Finished pieces, and those that ranks hold. */
  protected override *between(start: number, end: number): Generator<StoredPiece, undefined> {
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
