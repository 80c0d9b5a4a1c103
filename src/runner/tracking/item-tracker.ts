import type { SettledItem } from '../../core/items/item-result';
import type { JobInfo, RankInfo } from '../../shared/engine-info';
import { type IndexState, type Lane, noRank } from '../../shared/range';
import { PieceStore, placeOf, type StoredPiece } from './piece-store';
import { RateMeter } from './rate';
import { SpanStore } from './span-store';
import { gapsBetween, TrackedRange, type WorkEvent } from './tracked-range';

/** A piece of the items that a rank was given. */
interface Held {
  start: number;
  end: number;
  /** When it began, in milliseconds since the epoch; NaN while it waits for the one before. */
  began: number;
  /** How many of its items have not ended. */
  left: number;
  /** The rank is through with it: what has not ended is being written, or will be tried again. */
  isOver: boolean;
}

/** What one rank is at. */
interface ItemLane {
  info: RankInfo;
  readonly meter: RateMeter;
  /** Oldest first; it works on the first one that is not over. */
  held: Held[];
  chunksDone: number;
}

/**
 * What became of each item of a `map` or `run` job. Which items a rank holds comes from the engine's chunks, and what
 * became of each from the items as they end, each once; so a failed one among others is seen, and what a lost process
 * had delivered stays done.
 */
export class ItemTracker extends TrackedRange {
  /** Only of items that have ended; so what is put together where there is no room never comes apart again. */
  readonly #pieces = new PieceStore();
  readonly #now: () => number;
  readonly #lanes: ItemLane[] = [];
  #range = 0;

  /** @param now clock, in milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    super();
    this.#now = now;
  }

  override get range(): number {
    return this.#range;
  }

  override get lanes(): readonly Lane[] {
    return this.#lanes.map((lane) => ({
      item: itemOf(lane),
      chunksDone: lane.chunksDone,
      rate: lane.info.state === 'running' ? lane.meter.rate : null,
    }));
  }

  /**
   * Takes over how items had ended when the job was started before.
   *
   * @param ranks who had worked on them, when nobody does any more
   */
  restore(
    range: number,
    pieces: readonly StoredPiece[],
    ranks: readonly RankInfo[],
    chunksDone: readonly number[],
  ): void {
    this.#range = range;
    for (const piece of pieces) if (piece.state !== placeOf('running')) this.#pieces.set(piece);
    for (const info of ranks)
      this.#lanes[info.index] = {
        info,
        meter: new RateMeter(this.#now()),
        held: [],
        chunksDone: chunksDone[info.index] ?? 0,
      };
  }

  override onEvent(event: WorkEvent): void {
    this.version += 1;
    if (event.type === 'job') this.#onJob(event.job);
    else if (event.type === 'chunk') this.#onChunk(event.rank, event.start, event.end, event.isFirst);
    else for (const [index, count] of event.counts.entries()) this.#lanes[index]?.meter.sample(count, this.#now());
  }

  /** Items have ended, each once. */
  onItems(items: readonly SettledItem[]): void {
    this.version += 1;
    let first = 0;
    for (let place = 1; place <= items.length; place += 1) {
      const [begin, before, item] = [items[first], items[place - 1], items[place]];
      if (begin === undefined || before === undefined) return;
      if (item?.state === before.state && item.index === before.index + 1) continue;
      this.#settle(begin.index, before.index + 1, begin.state);
      first = place;
    }
  }

  /** How an item stands that has not ended. */
  stateOf(index: number): IndexState {
    if (this.#lanes.some((lane) => itemOf(lane) === index)) return 'running';
    return this.#pieces.at(index)?.state === placeOf('skipped') ? 'skipped' : 'waiting';
  }

  /** The rank that had an item last; null when none had, or nobody knows any more. */
  rankOf(index: number): number | null {
    const rank = this.#pieces.at(index)?.rank ?? this.#holderOf(index)?.lane.info.index ?? noRank;
    return rank < 0 ? null : rank;
  }

  override openSpans(rank: number): StoredPiece[] {
    const chunk = this.#lanes[rank]?.held.find(({ isOver }) => !isOver);
    if (chunk === undefined || Number.isNaN(chunk.began)) return [];
    const { start, end, began } = chunk;
    return [{ start, end, began, ended: Number.NaN, state: placeOf('running'), rank }];
  }

  #onJob(info: JobInfo): void {
    this.#range = info.valRange;
    if (info.startedAt !== undefined && Number.isNaN(this.began)) this.began = info.startedAt;
    for (const rank of info.ranks) this.#onRank(rank);
    if (info.endedAt === undefined || !Number.isNaN(this.ended)) return;
    this.ended = info.endedAt;
    // Items that are still on their way, since their files are being written, have all been settled in the engine.
    if (info.state !== 'done' && info.progress < info.valRange) this.#skipRest();
  }

  #onRank(info: RankInfo): void {
    const known = this.#lanes[info.index];
    const lane = known ?? { info, meter: new RateMeter(this.#now()), held: [], chunksDone: 0 };
    this.#lanes[info.index] = lane;
    this.spans[info.index] ??= new SpanStore();
    lane.info = info;
    if (info.state !== 'running') {
      this.#endLane(lane);
      return;
    }
    // What it was given before anybody listened.
    if (known === undefined && info.end > info.start) this.#onChunk(info.index, info.start, info.end, true);
    const { item } = info;
    const at = item === undefined ? -1 : lane.held.findIndex(({ start, end }) => item >= start && item < end);
    if (at > 0) for (const before of lane.held.slice(0, at)) this.#close(lane, before, 'done');
  }

  #onChunk(index: number, start: number, end: number, isFirst: boolean): void {
    const lane = this.#lanes[index];
    if (lane === undefined) return;
    if (isFirst) for (const held of [...lane.held]) this.#close(lane, held, 'done');
    if (end <= start) return;
    // What is given out again is nobody else's any more.
    for (const other of this.#lanes) {
      // Its rank has tried it in vain.
      for (const held of other.held)
        if (held.start >= start && held.end <= end && !Number.isNaN(held.began)) this.#close(other, held, 'failed');
      other.held = other.held.flatMap((held) => without(held, start, end));
    }
    const began = lane.held.every(({ isOver }) => isOver) ? this.#now() : Number.NaN;
    lane.held.push({ start, end, began, left: end - start, isOver: false });
  }

  /** Items `[start, end)` have ended in the same way. */
  #settle(start: number, end: number, state: SettledItem['state']): void {
    for (let at = start; at < end; ) {
      const holder = this.#holderOf(at);
      const stop = holder === undefined ? end : Math.min(end, holder.held.end);
      const ended = this.#now();
      const began = holder?.held.began ?? ended;
      this.#pieces.set({
        start: at,
        end: stop,
        state: placeOf(state),
        rank: state === 'skipped' ? noRank : (holder?.lane.info.index ?? noRank),
        began: Number.isNaN(began) ? ended : began,
        ended,
      });
      if (holder !== undefined) this.#advance(holder.lane, holder.held, stop, stop - at);
      at = stop;
    }
  }

  /** A rank has delivered items of a chunk, which are those up to `upTo`. */
  #advance(lane: ItemLane, held: Held, upTo: number, count: number): void {
    held.left -= count;
    for (const before of lane.held.slice(0, lane.held.indexOf(held))) this.#close(lane, before, 'done');
    if (upTo === held.end || held.left === 0) this.#close(lane, held, 'done');
    if (held.left === 0) lane.held = lane.held.filter((one) => one !== held);
  }

  #holderOf(index: number): { readonly lane: ItemLane; readonly held: Held } | undefined {
    for (const lane of this.#lanes)
      for (const held of lane.held) if (index >= held.start && index < held.end) return { lane, held };
    return undefined;
  }

  /** A rank is through with a chunk; the next one begins. */
  #close(lane: ItemLane, held: Held, state: IndexState): void {
    if (held.isOver) return;
    held.isOver = true;
    const now = this.#now();
    const { start, end } = held;
    const rank = lane.info.index;
    const began = Number.isNaN(held.began) ? now : held.began;
    this.spans[rank]?.add({ start, end, began, ended: now, state: placeOf(state), rank });
    lane.chunksDone += 1;
    const next = lane.held.find(({ isOver }) => !isOver);
    if (next !== undefined && Number.isNaN(next.began)) next.began = now;
  }

  /** A rank works no more, for now: what it has not delivered is open again, unless it only waits to be written. */
  #endLane(lane: ItemLane): void {
    const { state } = lane.info;
    const open = lane.held.filter(({ isOver }) => !isOver);
    if (state === 'done') {
      for (const held of open) this.#close(lane, held, 'done');
      return;
    }
    const [current] = open;
    lane.held = lane.held.filter(({ isOver }) => isOver);
    if (current !== undefined) this.#close(lane, current, state === 'cancelled' ? 'skipped' : 'lost');
  }

  /** Nobody works on what is left. */
  #skipRest(): void {
    const { ended } = this;
    for (const lane of this.#lanes) lane.held = [];
    for (const [start, end] of gapsBetween([...this.#pieces.pieces], this.#range))
      this.#pieces.set({ start, end, state: placeOf('skipped'), rank: noRank, began: ended, ended });
  }

  /** What an item failed with is known of each for itself. */
  protected override errorOf(): null {
    return null;
  }

  protected override *between(start: number, end: number): Generator<StoredPiece, undefined> {
    yield* this.#pieces.between(start, end);
    for (const lane of this.#lanes) {
      const item = itemOf(lane);
      for (const held of lane.held) {
        const [from, to] = [Math.max(start, held.start), Math.min(end, held.end)];
        if (from >= to) continue;
        for (const gap of gapsBetween(this.#pieces.between(from, to), to, from))
          yield* openParts(lane, held, gap, item);
      }
    }
  }
}

/** What is left of a chunk when a part of it has been given to somebody else. */
function without(held: Held, start: number, end: number): Held[] {
  if (held.end <= start || held.start >= end) return [held];
  const part = (from: number, to: number): Held[] =>
    to <= from ? [] : [{ ...held, start: from, end: to, left: Math.min(held.left, to - from) }];
  return [...part(held.start, Math.min(start, held.end)), ...part(Math.max(end, held.start), held.end)];
}

/** A part of a chunk that has not ended: before, at and after the item that its rank works on. */
function openParts(
  { info }: ItemLane,
  held: Held,
  [start, end]: readonly [number, number],
  item: number | null,
): StoredPiece[] {
  const at = item !== null && item >= start && item < end ? item : end;
  const part = (from: number, to: number, state: IndexState): StoredPiece[] =>
    to <= from
      ? []
      : [{ start: from, end: to, state: placeOf(state), rank: info.index, began: held.began, ended: Number.NaN }];
  return [
    ...part(start, at, 'waiting'),
    ...part(at, Math.min(at + 1, end), 'running'),
    ...part(at + 1, end, 'waiting'),
  ];
}

/** The item that a rank works on; null when it works on none. */
function itemOf({ info, held }: ItemLane): number | null {
  return info.state === 'running' && held.some(({ isOver }) => !isOver) ? (info.item ?? null) : null;
}
