import type { ErrorInfo, RankInfo, RankState } from '../../shared/engine-info';
import type { CallRequest, Departure, InvokeRequest, StoredObject } from '../../shared/worker-protocol';
import { reviveError, toErrorInfo } from '../error-info';
import { pickRootFailure, SiblingError } from '../errors';
import type { SharedObjects } from '../meetings/latest-objects';
import { Rendezvous } from '../meetings/rendezvous';
import type { JobAction, JobLife, RankOutcome } from './job-life';
import { JobStatus } from './job-status';
import { partitionSequence } from './partition';
import { ChunkCounter, type Schedule } from './schedule';

interface Rank {
  readonly index: number;
  /** Its part, or the chunk that it was given last. */
  start: number;
  end: number;
  chunks: number;
  assigned: number;
  pid: number | null;
  count: number;
  state: RankState;
  outcome?: RankOutcome;
  error?: ErrorInfo;
}

export interface JobMachineOptions {
  readonly onlyProbe?: boolean;
  readonly schedule?: Schedule | undefined;
  /** What becomes of the other ranks when one has failed; `wait` by default. */
  readonly onRankFailure?: RankFailurePolicy | undefined;
}

/** `wait`: the other ranks run to their end; `cancel`: they are ended. */
export type RankFailurePolicy = 'wait' | 'cancel';

/**
 * The life of one job, without any effects: events go in, actions come out.
 *
 *   queued ─start─► probing ─► running ─all ranks ended─► ended (done, failed or cancelled)
 *      └──────────────── cancel ───────────────────────► cancelling until the last rank has really stopped
 *
 * It settles exactly once. Events for ranks that have ended already, and all events after the end, change nothing.
 */
export class JobMachine extends JobStatus implements JobLife {
  readonly total: number;
  readonly valRange: number;
  readonly #onlyProbe: boolean;
  readonly #onRankFailure: RankFailurePolicy;
  /** Why the ranks that still run are being ended: another one has failed. */
  #sibling: Error | undefined;
  readonly #ranks: Rank[];
  /** Where chunks come from; undefined with a static schedule. */
  readonly #chunks: ChunkCounter | undefined;
  /** Undefined until a rank calls, when there is only one: it has nobody to meet. */
  #rendezvous: Rendezvous | undefined;

  /**
   * @param valRange number of indices
   * @param total number of ranks
   * @param options `onlyProbe`: the job is over when its target has been found; `schedule`: how the range is shared out;
   *   `onRankFailure`: whether the other ranks go on when one has failed
   */
  constructor(
    valRange: number,
    total: number,
    { onlyProbe = false, schedule, onRankFailure = 'wait' }: JobMachineOptions = {},
  ) {
    super();
    this.valRange = valRange;
    this.total = total;
    this.#onlyProbe = onlyProbe;
    this.#onRankFailure = onRankFailure;
    this.#rendezvous = total > 1 ? new Rendezvous(total) : undefined;
    // One rank gets everything anyway.
    this.#chunks =
      schedule && schedule.kind !== 'static' && total > 1 ? new ChunkCounter(schedule, valRange, total) : undefined;
    this.#ranks = Array.from({ length: total }, (_, index) => {
      const [start, end] = this.#chunks ? [0, 0] : partitionSequence(valRange, index, total);
      const chunks = this.#chunks ? 0 : 1;
      return { index, start, end, chunks, assigned: end - start, pid: null, count: 0, state: 'waiting' };
    });
  }

  /** Items finished over all ranks. */
  get progress(): number {
    return this.#ranks.reduce((sum, rank) => sum + rank.count, 0);
  }

  get ranks(): RankInfo[] {
    return this.#ranks.map(({ index, pid, start, end, chunks, assigned, count, state, error }) => ({
      index,
      pid,
      start,
      end,
      chunks,
      assigned,
      count,
      state,
      ...(error ? { error } : {}),
    }));
  }

  get counts(): number[] {
    return this.#ranks.map((rank) => rank.count);
  }

  /** Whether a rank may ask for more than the chunk that it begins with. */
  get isChunked(): boolean {
    return this.#chunks !== undefined;
  }

  /** `[start, end)` of one rank: its part, or the chunk that it begins with. */
  part(rank: number): readonly [start: number, end: number] {
    const { start, end } = this.#rank(rank);
    return [start, end];
  }

  /** What the ranks have stored for each other. */
  get shared(): SharedObjects {
    return this.#rendezvous?.stored ?? new Map();
  }

  /** The ranks that run now. */
  get activeRanks(): number[] {
    return this.#ranks.filter((rank) => rank.state === 'running').map((rank) => rank.index);
  }

  /** The ranks have their workers. With `probeFirst` one of them first looks whether the target is there. */
  start(pids: readonly (number | null)[], probeFirst: boolean, now: number): JobAction[] {
    if (this.phase !== 'queued') return [];
    this.#ranks.forEach((rank, index) => {
      rank.pid = pids[index] ?? null;
    });
    if (probeFirst) {
      this.phase = 'probing';
      this.#rank(0).state = 'running';
      return [{ type: 'probe', rank: 0 }];
    }
    return this.#dispatchAll(now);
  }

  /** The target is there. */
  probed(now: number): JobAction[] {
    if (this.phase !== 'probing') return [];
    this.#rank(0).state = 'waiting';
    if (this.cancelled) return this.#rejectAll(this.cancelled, 'cancelled');
    if (!this.#onlyProbe) return this.#dispatchAll(now);
    this.phase = 'ended';
    return [
      { type: 'free-rank', rank: 0 },
      { type: 'settle', outcome: { kind: 'results', results: new Map() } },
    ];
  }

  /** Its ranks may wait for each other, so all of them begin together. */
  get least(): number {
    return this.total;
  }

  get most(): number {
    return this.total;
  }

  readonly hasWork = true;
  readonly items = undefined;

  /** Ranks of these jobs are never started again. */
  readonly wantedRanks: readonly number[] = [];

  restart(index: number): JobAction[] {
    return [{ type: 'free-rank', rank: index }];
  }

  /** A rank gave its value. */
  rankDone(index: number, payload: Uint8Array | undefined, count: number): JobAction[] {
    const rank = this.#rank(index);
    if (rank.state !== 'running' || this.phase !== 'running') return [];
    this.rankProgress(index, count);
    rank.state = 'done';
    rank.outcome = { ok: true, payload };
    return this.#afterRank(index, { kind: 'returned' });
  }

  /** A rank failed by itself (`failed`) or its process or thread ended under it (`lost`). */
  rankFailed(index: number, error: ErrorInfo, how: 'failed' | 'lost', count?: number): JobAction[] {
    const rank = this.#rank(index);
    if (rank.state !== 'running') return [];
    if (count !== undefined) this.rankProgress(index, count);
    if (this.phase === 'probing') {
      rank.state = 'waiting';
      return this.#rejectAll(this.cancelled ?? reviveError(error), this.cancelled ? 'cancelled' : 'failed');
    }
    // One that failed by itself before it was stopped has an error of its own.
    const sibling = how === 'lost' || error.name === 'JobCancelledError' ? this.#sibling : undefined;
    rank.state = this.cancelled || sibling ? 'cancelled' : how;
    rank.error = sibling ? toErrorInfo(sibling) : error;
    rank.outcome = { ok: false, error: sibling ?? reviveError(error) };
    const actions = this.#afterRank(index, { kind: how, error: { name: error.name, message: error.message } });
    const endsOthers = this.#onRankFailure === 'cancel' && !this.cancelled && !this.#sibling;
    return endsOthers ? [...actions, ...this.#endSiblings(index, error)] : actions;
  }

  /** A rank has got further. Returns whether that was news; counts never go back and never pass the rank's part. */
  rankProgress(index: number, count: number): boolean {
    const rank = this.#rank(index);
    const next = Math.min(Math.max(count, rank.count), rank.assigned);
    if (rank.state !== 'running' || next === rank.count) return false;
    rank.count = next;
    return true;
  }

  /**
   * A rank asks for its next chunk, or calls `sync`, `shareObject` or `getObjects`.
   *
   * @param now milliseconds, of any clock that does not go back
   */
  call(index: number, call: number, request: Exclude<CallRequest, InvokeRequest>, now: number): JobAction[] {
    const rank = this.#rank(index);
    if (rank.state !== 'running') return [];
    if (request.op === 'chunk') {
      const chunk = this.#giveChunk(rank, request.count, now);
      return [{ type: 'release', release: { rank: index, call, reply: { ok: true, entries: [], chunk } } }];
    }
    return this.#meeting.arrive(index, call, request).map((release) => ({ type: 'release', release }));
  }

  stored(rank: number, objects: readonly StoredObject[]): void {
    for (const { name, object } of objects) this.#meeting.store(rank, name, object);
  }

  /**
   * Ends the job. A queued one ends at once; a running one when its last rank has stopped. The Future then fails
   * with `reason`.
   */
  cancel(reason: Error): JobAction[] {
    if (this.phase === 'ended' || this.cancelled) return [];
    this.cancelled = reason;
    const active = this.#ranks.filter((rank) => rank.state === 'running');
    if (active.length === 0) return this.#rejectAll(reason, 'cancelled');
    return active.map((rank) => ({ type: 'cancel-rank', rank: rank.index }));
  }

  /** A job that waits cannot be run at all. One that has started ends by what becomes of its ranks. */
  reject(error: Error): JobAction[] {
    return this.phase === 'queued' ? this.#rejectAll(error, 'failed') : [];
  }

  /** @param worked items that the rank has worked on; not progress, which it may count otherwise or not at all */
  #giveChunk(rank: Rank, worked: number, now: number): readonly [number, number] | undefined {
    const chunk = this.#chunks?.take(rank.index, worked, now);
    if (!chunk) return undefined;
    [rank.start, rank.end] = chunk;
    rank.chunks += 1;
    rank.assigned += rank.end - rank.start;
    return chunk;
  }

  #dispatchAll(now: number): JobAction[] {
    this.phase = 'running';
    return this.#ranks.map((rank) => {
      this.#giveChunk(rank, 0, now);
      rank.state = 'running';
      return { type: 'dispatch', rank: rank.index };
    });
  }

  #afterRank(index: number, departure: Departure): JobAction[] {
    const released = this.#rendezvous?.depart(index, departure) ?? [];
    const actions: JobAction[] = released.map((release) => ({ type: 'release', release }));
    actions.push({ type: 'free-rank', rank: index });
    if (this.#ranks.some((rank) => rank.state === 'running'))
      return [...actions, { type: 'departed', rank: index, departure }];
    return [...actions, ...this.#settle()];
  }

  /** Ends the ranks that still run. One that has its value before it is stopped keeps it. */
  #endSiblings(index: number, { name, message }: ErrorInfo): JobAction[] {
    const active = this.activeRanks;
    if (active.length === 0) return [];
    this.#sibling = new SiblingError(`Rank ${index} of this job failed (${name}: ${message}), so this rank was ended.`);
    return active.map((rank) => ({ type: 'cancel-rank', rank }));
  }

  #settle(): JobAction[] {
    this.phase = 'ended';
    if (this.cancelled) {
      this.endState = 'cancelled';
      this.failure = toErrorInfo(this.cancelled);
      return [{ type: 'settle', outcome: { kind: 'rejected', error: this.cancelled } }];
    }
    const failed = this.#ranks.filter((rank) => rank.outcome?.ok === false);
    const root = pickRootFailure(failed, (rank) => rank.error ?? { name: '' });
    this.endState = root ? 'failed' : 'done';
    this.failure = root?.error;
    const results = new Map(this.#ranks.flatMap((rank) => (rank.outcome ? [[rank.index, rank.outcome] as const] : [])));
    return [{ type: 'settle', outcome: { kind: 'results', results } }];
  }

  #rejectAll(error: Error, state: 'failed' | 'cancelled'): JobAction[] {
    const wasStarted = this.phase !== 'queued';
    this.phase = 'ended';
    this.endState = state;
    this.failure = toErrorInfo(error);
    for (const rank of this.#ranks) if (rank.state === 'waiting' || rank.state === 'running') rank.state = 'cancelled';
    const freed: JobAction[] = wasStarted ? this.#ranks.map((rank) => ({ type: 'free-rank', rank: rank.index })) : [];
    return [...freed, { type: 'settle', outcome: { kind: 'rejected', error } }];
  }

  get #meeting(): Rendezvous {
    this.#rendezvous ??= new Rendezvous(this.total);
    return this.#rendezvous;
  }

  #rank(index: number): Rank {
    const rank = this.#ranks[index];
    if (!rank) throw new RangeError(`This job has ${this.total} ranks; there is no rank ${index}.`);
    return rank;
  }
}
