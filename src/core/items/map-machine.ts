import type { ErrorInfo, RankInfo } from '../../shared/engine-info';
import { reviveError, toErrorInfo } from '../error-info';
import { ItemSkippedError, JobTimeoutError } from '../errors';
import type { ItemWork, JobAction, JobLife } from '../jobs/job-life';
import { JobStatus } from '../jobs/job-status';
import type { RetryPolicy } from '../jobs/retry';
import type { SharedObjects } from '../meetings/latest-objects';
import { EarlyDeaths } from './early-deaths';
import type { ItemBatch } from './item-batch';
import type { ItemCounts, ItemResult } from './item-result';
import { MapItems, type MapItemsOptions } from './map-items';
import type { MapRank } from './map-rank';
import { MapRanks } from './map-ranks';

/**
 * The life of a map job, without any effects. Each item is settled exactly once, whatever its ranks do; see
 * {@link MapItems} for which are given out.
 *
 * What a lost rank had delivered is kept. A rank that finds nothing to do gives its worker back, and wants one again
 * when there is work: a job whose items all wait for something occupies none.
 */
export class MapMachine extends JobStatus implements JobLife, ItemWork {
  readonly valRange: number;
  readonly isChunked = true;
  /** Its ranks do not meet, so it works with as few as there are workers for. */
  readonly least = 1;
  readonly items = this;
  readonly #items: MapItems;
  readonly #ranks: MapRanks;
  readonly #recycleAfter: number;
  readonly #retries: RetryPolicy;
  /** How many ranks had a worker at the start. */
  #reserved = 0;
  readonly #earlyDeaths = new EarlyDeaths();
  /** The moment that the server was asked to wake it at. */
  #wakeAt: number | undefined;

  /** @throws RangeError when there is not enough memory for so many items */
  constructor(valRange: number, total: number, options: MapItemsOptions) {
    super();
    this.valRange = valRange;
    this.#recycleAfter = options.recycleAfter ?? Number.POSITIVE_INFINITY;
    this.#retries = options.retries;
    this.#items = new MapItems(valRange, options);
    this.#ranks = new MapRanks(total);
  }

  get total(): number {
    return this.#ranks.total;
  }

  get progress(): number {
    return this.#items.settled;
  }

  get isComplete(): boolean {
    return this.#items.isComplete;
  }

  /** How the items have ended; only when all of them have. */
  get results(): Iterable<ItemResult> {
    return this.#items.results();
  }

  get isHeld(): boolean {
    return this.#items.isHeld;
  }

  get itemCounts(): ItemCounts {
    return this.#items.counts;
  }

  /** Items are worked on each for itself: there is nothing to share. */
  get shared(): SharedObjects {
    return new Map();
  }

  /** Nor is anything stored. */
  stored(): void {
    // Items have no way to do so.
  }

  get counts(): number[] {
    return this.#ranks.counts;
  }

  get ranks(): RankInfo[] {
    return this.#ranks.infos;
  }

  get activeRanks(): number[] {
    return this.#ranks.active.map((rank) => rank.index);
  }

  get most(): number {
    return Math.max(1, Math.min(this.total, this.#items.available));
  }

  get hasWork(): boolean {
    return this.#items.available > 0;
  }

  /** Ranks that could do something and have no worker. */
  get wantedRanks(): number[] {
    if (!this.#givesOut) return [];
    if (this.phase === 'probing') return this.#ranks.isAnyActive ? [] : [0];
    if (this.phase !== 'running') return [];
    return this.#ranks.idle.slice(0, this.#items.available).map((rank) => rank.index);
  }

  part(index: number): readonly [start: number, end: number, attempt: number] {
    const piece = this.#ranks.at(index).current;
    return piece ? [piece.start, piece.end, piece.attempt] : [0, 0, 1];
  }

  /** The first ranks have their workers, as many as there are `pids`. */
  start(pids: readonly (number | null)[], probeFirst: boolean): JobAction[] {
    if (this.phase !== 'queued') return [];
    this.#reserved = pids.length;
    pids.forEach((pid, index) => {
      this.#ranks.at(index).pid = pid;
    });
    if (!probeFirst) return this.#dispatchAll();
    this.phase = 'probing';
    this.#ranks.at(0).state = 'running';
    return [{ type: 'probe', rank: 0 }];
  }

  probed(): JobAction[] {
    if (this.phase !== 'probing') return [];
    this.#ranks.at(0).state = 'waiting';
    return this.cancelled ? this.#end('cancelled', this.cancelled) : this.#dispatchAll();
  }

  /** A wanted rank has a worker again. */
  restart(index: number, pid: number | null): JobAction[] {
    const rank = this.#ranks.at(index);
    if (!this.wantedRanks.includes(index)) return [{ type: 'free-rank', rank: index }];
    rank.pid = pid;
    if (this.phase === 'running') return this.#dispatch(rank);
    rank.state = 'running';
    return [{ type: 'probe', rank: index }];
  }

  itemsDone(index: number, start: number, batch: ItemBatch, now: number): JobAction[] {
    const rank = this.#ranks.at(index);
    if (rank.state !== 'running') return [];
    this.#items.deliver(rank, start, batch, now);
    this.#earlyDeaths.clear();
    return this.#after([]);
  }

  more(index: number): JobAction[] {
    const rank = this.#ranks.at(index);
    if (rank.state !== 'running' || this.phase !== 'running') return [];
    rank.isAsking = true;
    return this.#after([]);
  }

  rankDone(index: number, _payload: unknown, _count: number, now: number): JobAction[] {
    const rank = this.#ranks.at(index);
    if (rank.state !== 'running' || this.phase !== 'running') return [];
    rank.state = 'done';
    this.#items.giveBack(rank, undefined, now);
    return this.#afterRank(rank);
  }

  rankFailed(
    index: number,
    error: ErrorInfo,
    how: 'failed' | 'lost',
    _count: number | undefined,
    now: number,
  ): JobAction[] {
    const rank = this.#ranks.at(index);
    if (rank.state !== 'running') return [];
    if (this.phase === 'probing') {
      rank.state = 'waiting';
      if (this.cancelled) return this.#end('cancelled', this.cancelled);
      if (this.#items.isFinishing) return this.#after(this.#end('done'));
      if (how === 'lost') this.#earlyDeaths.note(now);
      if (how === 'lost' && this.#earlyDeaths.mayProbeAgain(this.#retries))
        return this.#after([{ type: 'free-rank', rank: index }]);
      return this.#end('failed', reviveError(error));
    }
    rank.state = this.cancelled ? 'cancelled' : how;
    rank.error = error;
    if (rank.overdue && !this.cancelled) this.#items.giveBack(rank, toErrorInfo(rank.overdue), now);
    else {
      const hadBegun = how === 'lost' && error.phase === 'running';
      if (!hadBegun && !this.cancelled) this.#couldNotBegin(error, how, now);
      this.#items.giveBack(rank, hadBegun && !this.cancelled ? error : undefined, now);
    }
    return this.#afterRank(rank);
  }

  rankProgress(index: number, count: number, now: number): boolean {
    const rank = this.#ranks.at(index);
    if (rank.state === 'running') rank.sees(count, now);
    return false;
  }

  /** Items call nobody but objects of the server, which is not the machine's business. */
  call(): JobAction[] {
    return [];
  }

  endOverdue(limitMs: number, now: number): JobAction[] {
    return this.#ranks.active.flatMap((rank): JobAction[] => {
      if (rank.overdue || rank.seenAt === undefined || now - rank.seenAt < limitMs) return [];
      rank.overdue = new JobTimeoutError(`The item took longer than its time limit of ${limitMs} ms.`);
      return [{ type: 'cancel-rank', rank: rank.index }];
    });
  }

  wake(now: number): JobAction[] {
    this.#wakeAt = undefined;
    if (this.hasEnded) return [];
    this.#items.wake(now);
    return this.#after([]);
  }

  release(start: number, end: number): readonly [count: number, actions: JobAction[]] {
    if (this.hasEnded) return [0, []];
    const count = this.#items.release(start, end);
    // One that waits in the queue may start now.
    return [count, this.#after(count > 0 ? [{ type: 'want-ranks' }] : [])];
  }

  skip(start: number, end: number, reason: string): readonly [count: number, actions: JobAction[]] {
    if (this.hasEnded) return [0, []];
    const count = this.#items.skip(start, end, toErrorInfo(new ItemSkippedError(reason)));
    return [count, this.#after(this.#endIfIdle())];
  }

  finish(reason: string): JobAction[] {
    if (this.hasEnded || this.cancelled || this.#items.isFinishing) return [];
    this.#items.finish(toErrorInfo(new ItemSkippedError(reason)));
    const stopping = this.#ranks.active.flatMap((rank) => this.#retire(rank));
    return this.#after([...stopping, ...this.#endIfIdle()]);
  }

  hold(isHeld: boolean): JobAction[] {
    if (this.hasEnded || this.#items.isHeld === isHeld) return [];
    this.#items.isHeld = isHeld;
    // One that waits in the queue may start now.
    return this.#after(isHeld ? this.#ranks.active.flatMap((rank) => this.#retire(rank)) : [{ type: 'want-ranks' }]);
  }

  retire(index: number): JobAction[] {
    return this.#retire(this.#ranks.at(index));
  }

  grow(total: number): JobAction[] {
    this.#ranks.grow(total);
    return this.wantedRanks.length > 0 ? [{ type: 'want-ranks' }] : [];
  }

  cancel(reason: Error): JobAction[] {
    if (this.phase === 'ended' || this.cancelled) return [];
    this.cancelled = reason;
    const active = this.activeRanks;
    if (active.length === 0) return this.#end('cancelled', reason);
    return active.map((rank) => ({ type: 'cancel-rank', rank }));
  }

  reject(error: Error): JobAction[] {
    return this.phase === 'queued' ? this.#end('failed', error) : [];
  }

  get #givesOut(): boolean {
    return !this.cancelled && !this.failure && !this.#items.isFinishing;
  }

  /** No item is to blame: the run did not come as far as that. */
  #couldNotBegin(error: ErrorInfo, how: 'failed' | 'lost', now: number): void {
    // An error would come again the next time; a death may have been a mishap. One without a phase came even before the
    // target was loaded, so it says nothing about that.
    if (how === 'lost' && error.phase !== undefined) this.#earlyDeaths.note(now);
    if (how === 'failed' || this.#earlyDeaths.isLoop(now)) this.failure = error;
  }

  #dispatchAll(): JobAction[] {
    this.phase = 'running';
    return this.#ranks.all.slice(0, this.#reserved).flatMap((rank) => this.#dispatch(rank));
  }

  #dispatch(rank: MapRank): JobAction[] {
    if (this.hasEnded) return [];
    rank.begin();
    if (!this.#givesOut || !this.#items.take(rank, this.total)) {
      rank.state = 'done';
      return this.#afterRank(rank);
    }
    rank.state = 'running';
    return this.#after([{ type: 'dispatch', rank: rank.index }]);
  }

  /** Gives more to a rank that asks for it. It waits while it has enough, and while it has something and there is no more. */
  #answer(rank: MapRank): JobAction[] {
    const isOver = rank.isRetiring || rank.isTryingSuspect || !this.#givesOut || rank.given >= this.#recycleAfter;
    if (!isOver && !rank.isShort) return [];
    const hasSome = rank.current !== undefined;
    const piece = isOver ? undefined : this.#items.take(rank, this.total);
    if (!piece && !isOver && hasSome) return [];
    rank.isAsking = false;
    return [{ type: 'give', rank: rank.index, piece: piece && [piece.start, piece.end, piece.attempt] }];
  }

  /** Ends a rank's run between two items. */
  #retire(rank: MapRank): JobAction[] {
    if (rank.state !== 'running' || this.phase !== 'running' || rank.isRetiring) return [];
    rank.isRetiring = true;
    return [{ type: 'finish-rank', rank: rank.index }];
  }

  #afterRank(rank: MapRank): JobAction[] {
    const freed: JobAction = {
      type: 'free-rank',
      rank: rank.index,
      ...(rank.given >= this.#recycleAfter ? { isWorn: true } : {}),
    };
    if (this.#ranks.isAnyActive) return this.#after([freed]);
    if (this.cancelled) return this.#after([freed, ...this.#end('cancelled', this.cancelled)]);
    if (this.failure) return this.#after([freed, ...this.#end('failed', reviveError(this.failure))]);
    return this.#after([freed, ...this.#endIfIdle()]);
  }

  /** Everything is settled and nobody works any more. */
  #endIfIdle(): JobAction[] {
    return this.#items.isComplete && !this.#ranks.isAnyActive ? this.#end('done') : [];
  }

  /** What has to be done after an event: `actions`, and what has changed for those who wait. */
  #after(actions: readonly JobAction[]): JobAction[] {
    const settled = this.#items.takeSettled();
    const told: JobAction[] = settled.length > 0 ? [{ type: 'settled', items: settled }] : [];
    if (this.hasEnded) return [...told, ...actions];
    const given = this.#ranks.active.flatMap((rank) => (rank.isAsking ? this.#answer(rank) : []));
    const wanted: JobAction[] = this.wantedRanks.length > 0 ? [{ type: 'want-ranks' }] : [];
    return [...told, ...actions, ...given, ...wanted, ...this.#wakeLater()];
  }

  #wakeLater(): JobAction[] {
    const due = this.#items.nextDue;
    if (due === undefined || (this.#wakeAt !== undefined && this.#wakeAt <= due)) return [];
    this.#wakeAt = due;
    return [{ type: 'wake-at', at: due }];
  }

  #end(state: 'done' | 'failed' | 'cancelled', error?: Error): JobAction[] {
    const wasStarted = this.phase !== 'queued';
    const { results } = this;
    this.phase = 'ended';
    this.endState = state === 'done' ? this.#items.endState : state;
    this.failure = error ? toErrorInfo(error) : this.#items.failure;
    this.#ranks.end(state === 'done' ? 'done' : 'cancelled');
    const freed: JobAction[] = wasStarted
      ? this.#ranks.all.map(({ index }) => ({ type: 'free-rank', rank: index }))
      : [];
    return [...freed, { type: 'settle', outcome: error ? { kind: 'rejected', error } : { kind: 'items', results } }];
  }
}
