import type { ErrorInfo } from '../../shared/engine-info';
import { type Failure, itemFailure, type RetryPolicy } from '../jobs/retry';
import { chunkSize, firstChunkSize, pacedChunkSize, type Schedule } from '../jobs/schedule';
import { DueItems } from './due-items';
import type { ItemBatch } from './item-batch';
import { ItemLedger } from './item-ledger';
import type { ItemCounts, ItemResult, SettledItem } from './item-result';
import type { MapRank, Piece } from './map-rank';

/** A lost piece is cut into so many to find the item that ended its process. */
const piecesOfSuspect = 8;

/** `[start, end)`. */
export type ItemRange = readonly [start: number, end: number];

export interface MapItemsOptions {
  readonly schedule: Schedule;
  readonly retries: RetryPolicy;
  /** Items that were done in an earlier run. */
  readonly done?: readonly ItemRange[];
  /** Items that wait until they are released. */
  readonly blocked?: readonly ItemRange[];
  /** Whether the values are kept for the results; true by default. */
  readonly keepsValues?: boolean;
  /** Whether settled items are collected for {@link MapItems.takeSettled}. */
  readonly tellsItems?: boolean;
  /** A run is given so many items at most. */
  readonly recycleAfter?: number;
  readonly random?: () => number;
}

/**
 * The items of a map job: which are given out next, and what becomes of those that come back.
 *
 *   blocked ─release─► ready ─────► given ─► done
 *                        ▲            │
 *                        ├────────────┤ its rank has ended before it delivered it
 *                        └─ delayed ◄─┤ it failed, and is tried again
 *                                     └─► failed           skip, finish: what is not given ─► skipped
 *
 * Of a lost piece nobody knows which item ended the process. It is cut into smaller and smaller ones, each tried alone,
 * until that item is alone in its piece and so is the only one to be blamed.
 */
export class MapItems {
  /** Nothing is given out for the time being. */
  isHeld = false;
  readonly #options: MapItemsOptions;
  readonly #length: number;
  readonly #ledger: ItemLedger;
  /** Pieces to be tried alone, those of the latest loss first. */
  readonly #suspects: { readonly start: number; readonly end: number }[] = [];
  readonly #delayed = new DueItems();
  #settled: SettledItem[] = [];
  /** Why nothing is given out any more, once that is so, with its number, and how many items it has cost. */
  #finish: { readonly reason: ErrorInfo; readonly number: number; cost: number } | undefined;

  /** @throws RangeError when there is not enough memory for so many items */
  constructor(length: number, options: MapItemsOptions) {
    this.#options = options;
    this.#length = length;
    const { retries, keepsValues = true, random, done = [], blocked = [] } = options;
    this.#ledger = new ItemLedger(length, { retries, keepsValues, ...(random ? { random } : {}) });
    const { states } = this.#ledger;
    for (const [start, end] of blocked) for (let item = start; item < end; item += 1) states.set(item, 'blocked');
    for (const [start, end] of done) for (let item = start; item < end; item += 1) states.set(item, 'earlier');
  }

  get counts(): ItemCounts {
    return this.#ledger.counts;
  }

  get settled(): number {
    return this.#ledger.states.settled;
  }

  get isComplete(): boolean {
    return this.settled === this.#length;
  }

  get isFinishing(): boolean {
    return this.#finish !== undefined;
  }

  /** For how many ranks there is something to do now, at most. */
  get available(): number {
    return this.isHeld ? 0 : this.#suspects.length + this.#ledger.states.count('ready');
  }

  /** When the next delayed item is due; undefined when there is none. */
  get nextDue(): number | undefined {
    return this.#delayed.nextAt;
  }

  /** How the job has ended once every item is settled: `cancelled` when items were skipped because it was finished early. */
  get endState(): 'done' | 'failed' | 'cancelled' {
    if (this.counts.failed > 0) return 'failed';
    return this.#finish && this.#finish.cost > 0 ? 'cancelled' : 'done';
  }

  /** What the first failed item has failed with, or why the job was finished early. */
  get failure(): ErrorInfo | undefined {
    return this.#ledger.firstError ?? (this.endState === 'cancelled' ? this.#finish?.reason : undefined);
  }

  results(): Iterable<ItemResult> {
    return this.#ledger.results();
  }

  /** The items that were settled since the last time. */
  takeSettled(): SettledItem[] {
    return this.#settled.splice(0);
  }

  /** The next piece for a rank; none while it holds a suspect, which must be alone to be told. */
  take(rank: MapRank, total: number): Piece | undefined {
    const most = (this.#options.recycleAfter ?? Number.POSITIVE_INFINITY) - rank.given;
    if (this.isHeld || most <= 0 || rank.isTryingSuspect) return undefined;
    const piece = (rank.given === 0 ? this.#takeSuspect(most) : undefined) ?? this.#takeReady(rank, total, most);
    if (piece) rank.assign(piece);
    return piece;
  }

  /** A rank has delivered the items from `start` on. */
  deliver(rank: MapRank, start: number, batch: ItemBatch, now: number): void {
    const { states } = this.#ledger;
    let number: number | undefined;
    let ms = 0;
    for (let place = 0; place < batch.count; place += 1) {
      const item = start + place;
      const durationMs = batch.durationMs(place);
      ms += durationMs;
      if (!states.is(item, 'given')) continue;
      rank.count += 1;
      if (!batch.isOk(place)) {
        const error = batch.error(place);
        this.#fail(item, error, itemFailure(error), now, durationMs);
        continue;
      }
      number ??= this.#ledger.keep(start, batch);
      this.#ledger.succeed(item, number);
      if (this.#options.tellsItems) {
        const attempts = this.#ledger.failuresOf(item) + 1;
        this.#settled.push({ index: item, state: 'done', payload: batch.payload(place), attempts, durationMs });
      }
    }
    rank.delivered(start, start + batch.count, ms, now);
  }

  /**
   * The run of a rank is over: what it has not delivered is open again.
   *
   * @param error what ended it; undefined when it ended by itself
   */
  giveBack(rank: MapRank, error: ErrorInfo | undefined, now: number): void {
    const item = rank.currentItem;
    const [current, ...untouched] = rank.takeBack();
    for (const { start, end } of untouched) this.#reopen(start, end);
    if (!current) return;
    const { start, end } = current;
    const isOverdue = rank.overdue !== undefined;
    if (error && item !== undefined && (isOverdue || end - start === 1)) {
      const kind = isOverdue ? 'timeout' : 'crash';
      this.#fail(item, error, { kind, exitCode: error.exitCode }, now, undefined);
      this.#reopen(start, end);
    } else if (error && !isOverdue && !this.#finish) this.#suspect(start, end, piecesOfSuspect);
    else if (current.isSuspect && !this.#finish) this.#suspect(start, end, 1);
    else this.#reopen(start, end);
  }

  /** Items that are blocked may be worked on. Returns how many that are. */
  release(start: number, end: number): number {
    return this.#change(start, end, ['blocked'], (item) => this.#ledger.states.set(item, 'ready'));
  }

  /** Settles items that no rank holds as skipped. Returns how many that are. */
  skip(start: number, end: number, reason: ErrorInfo): number {
    const number = this.#ledger.addReason(reason);
    return this.#change(start, end, ['ready', 'blocked', 'delayed', 'suspect'], (item) =>
      this.#skip(item, reason, number),
    );
  }

  /** Gives out nothing more. What has failed and was to be tried again has failed; what else no rank holds is skipped. */
  finish(reason: ErrorInfo): void {
    if (this.#finish) return;
    this.#finish = { reason, number: this.#ledger.addReason(reason), cost: 0 };
    this.#suspects.length = 0;
    this.#change(0, this.#length, ['ready', 'blocked', 'delayed', 'suspect'], (item) => this.#close(item));
  }

  /** Delayed items that are due may be tried again. */
  wake(now: number): void {
    const { states } = this.#ledger;
    for (const item of this.#delayed.takeDue(now)) if (states.is(item, 'delayed')) this.#tryAgain(item);
  }

  #takeSuspect(most: number): Piece | undefined {
    const { states } = this.#ledger;
    for (let piece = this.#suspects.shift(); piece; piece = this.#suspects.shift()) {
      // Some of it may have been skipped meanwhile.
      let { start } = piece;
      while (start < piece.end && !states.is(start, 'suspect')) start += 1;
      let end = start;
      for (; end < piece.end && end - start < most && states.is(end, 'suspect'); end += 1) states.set(end, 'given');
      if (end < piece.end) this.#suspects.unshift({ start: end, end: piece.end });
      if (end > start) return { start, end, attempt: this.#ledger.failuresOf(start) + 1, isSuspect: true };
    }
    return undefined;
  }

  #takeReady(rank: MapRank, total: number, most: number): Piece | undefined {
    const { states } = this.#ledger;
    const left = states.count('ready');
    if (left === 0) return undefined;
    const size = chunkSize(this.#options.schedule, this.#length, total, left, () => this.#pacedSize(rank, total));
    const isTried = (item: number): number => this.#ledger.failuresOf(item);
    const taken = states.takeReady(Math.min(size, most), (item) => isTried(item) === isTried(item - 1));
    return taken && { start: taken[0], end: taken[1], attempt: isTried(taken[0]) + 1, isSuspect: false };
  }

  #pacedSize(rank: MapRank, total: number): number {
    const { pacedSize, itemMs } = rank;
    if (pacedSize === undefined || itemMs !== undefined)
      rank.pacedSize =
        pacedSize === undefined ? firstChunkSize(this.#length, total) : pacedChunkSize(pacedSize, itemMs ?? 0);
    return rank.pacedSize ?? 1;
  }

  #fail(item: number, error: ErrorInfo, failure: Failure, now: number, durationMs: number | undefined): void {
    const delayMs = this.#ledger.fail(item, error, failure, !this.#finish);
    if (delayMs === undefined) this.#tell(item, 'failed', error, durationMs);
    else if (delayMs === 0) this.#tryAgain(item);
    else {
      this.#ledger.states.set(item, 'delayed');
      this.#delayed.add(item, now + delayMs);
    }
  }

  /** One that has ended its process may do so again. */
  #tryAgain(item: number): void {
    const error = this.#ledger.errorOf(item);
    if (error && itemFailure(error).kind === 'crash') this.#suspect(item, item + 1, 1);
    else this.#ledger.states.set(item, 'ready');
  }

  /** Items of a lost piece: they are tried alone, all that are left of it in some pieces. */
  #suspect(start: number, end: number, count: number): void {
    const size = Math.ceil((end - start) / count);
    const pieces: { start: number; end: number }[] = [];
    for (let from = start; from < end; from += size) pieces.push({ start: from, end: Math.min(end, from + size) });
    this.#suspects.unshift(...pieces);
    for (let item = start; item < end; item += 1) this.#ledger.states.set(item, 'suspect');
  }

  #reopen(start: number, end: number): void {
    this.#change(start, end, ['given'], (item) => {
      if (this.#finish) this.#close(item);
      else this.#ledger.states.set(item, 'ready');
    });
  }

  /** Settles an item that will not be given out (again). */
  #close(item: number): void {
    const error = this.#ledger.errorOf(item);
    if (error) {
      this.#ledger.states.set(item, 'failed');
      this.#tell(item, 'failed', error, undefined);
    } else if (this.#finish) {
      this.#finish.cost += 1;
      this.#skip(item, this.#finish.reason, this.#finish.number);
    }
  }

  #skip(item: number, reason: ErrorInfo, number: number): void {
    this.#ledger.skip(item, number);
    this.#tell(item, 'skipped', reason, undefined);
  }

  #tell(item: number, state: 'failed' | 'skipped', error: ErrorInfo, durationMs: number | undefined): void {
    if (!this.#options.tellsItems) return;
    const attempts = this.#ledger.failuresOf(item);
    this.#settled.push({ index: item, state, error, attempts, ...(durationMs === undefined ? {} : { durationMs }) });
  }

  #change(
    start: number,
    end: number,
    states: Parameters<ItemLedger['states']['among']>[2][],
    change: (item: number) => void,
  ): number {
    let count = 0;
    for (const item of this.#ledger.states.among(start, end, ...states)) {
      change(item);
      count += 1;
    }
    return count;
  }
}
