import type { ErrorInfo, RankInfo, RankState } from '../shared/engine-info';
import type { CallRequest, InvokeRequest, ItemOutcome } from '../shared/worker-protocol';
import { reviveError, toErrorInfo } from './error-info';
import { ItemLedger } from './item-ledger';
import type { JobAction, JobLife } from './job-life';
import { JobStatus } from './job-status';
import type { SharedObjects } from './latest-objects';
import { ChunkCounter, type Schedule } from './schedule';

/** A lost chunk is cut into so many pieces to find the item that killed its process. */
const piecesOfSuspect = 8;

/** A piece of the range that is worked on again. */
interface Redo {
  readonly start: number;
  readonly end: number;
  /** Whether one of its items may have killed a process: then it is given out alone. */
  readonly isSuspect: boolean;
}

interface Assignment extends Redo {
  /** Place of its first item in the order in which the run got its items. */
  readonly offset: number;
}

interface Rank {
  readonly index: number;
  pid: number | null;
  state: RankState;
  /** What this run was given and has not finished, oldest first. */
  assignments: Assignment[];
  /** Items that this run was given so far. */
  given: number;
  /** Items that this run has begun and finished, as far as it was seen. */
  seen: number;
  seenAt: number;
  /** Set when it is being ended because an item takes too long. */
  overdue: Error | undefined;
  chunks: number;
  assigned: number;
  count: number;
  error?: ErrorInfo;
}

/**
 * The life of a map job, without any effects. Items are given out in chunks; each item ends exactly once, with its
 * own value or error, whatever its ranks do.
 *
 * What a lost rank had delivered is kept. What it had not goes back: the chunk that it worked on is cut into smaller
 * and smaller pieces, each tried alone, until the item that kills its process is alone in its piece and so is the
 * only one to be blamed. The rank is started again on another worker while there is work left.
 */
export class MapMachine extends JobStatus implements JobLife {
  readonly total: number;
  readonly valRange: number;
  readonly isChunked = true;
  readonly #ranks: Rank[];
  readonly #chunks: ChunkCounter;
  readonly #ledger: ItemLedger;
  readonly #redo: Redo[] = [];

  constructor(valRange: number, total: number, schedule: Schedule, retries: number) {
    super();
    this.valRange = valRange;
    this.total = total;
    this.#chunks = new ChunkCounter(schedule, valRange, total);
    this.#ledger = new ItemLedger(valRange, retries);
    this.#ranks = Array.from({ length: total }, (_, index) => ({
      index,
      pid: null,
      state: 'waiting',
      assignments: [],
      given: 0,
      seen: 0,
      seenAt: 0,
      overdue: undefined,
      chunks: 0,
      assigned: 0,
      count: 0,
    }));
  }

  get progress(): number {
    return this.#ledger.settled;
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
    return this.#ranks.map((rank) => rank.count);
  }

  get ranks(): RankInfo[] {
    return this.#ranks.map(({ index, pid, state, assignments, chunks, assigned, count, error }) => {
      const current = assignments[0];
      return {
        index,
        pid,
        start: current?.start ?? 0,
        end: current?.end ?? 0,
        chunks,
        assigned,
        count,
        state,
        ...(error ? { error } : {}),
      };
    });
  }

  get activeRanks(): number[] {
    return this.#ranks.filter((rank) => rank.state === 'running').map((rank) => rank.index);
  }

  /** Ranks that have ended although there is work for them: they want a worker again. */
  get wantedRanks(): number[] {
    if (this.phase !== 'running' || this.cancelled || this.failure) return [];
    const idle = this.#ranks.filter((rank) => rank.state !== 'running').map((rank) => rank.index);
    return this.#chunks.isEmpty ? idle.slice(0, this.#redo.length) : idle;
  }

  part(index: number): [start: number, end: number] {
    const first = this.#rank(index).assignments[0];
    return first ? [first.start, first.end] : [0, 0];
  }

  start(pids: readonly (number | null)[], probeFirst: boolean, now: number): JobAction[] {
    if (this.phase !== 'queued') return [];
    this.#ranks.forEach((rank, index) => {
      rank.pid = pids[index] ?? null;
    });
    if (!probeFirst) return this.#dispatchAll(now);
    this.phase = 'probing';
    this.#rank(0).state = 'running';
    return [{ type: 'probe', rank: 0 }];
  }

  probed(now: number): JobAction[] {
    if (this.phase !== 'probing') return [];
    this.#rank(0).state = 'waiting';
    return this.cancelled ? this.#end('cancelled', this.cancelled) : this.#dispatchAll(now);
  }

  /** A wanted rank has a worker again. */
  restart(index: number, pid: number | null, now: number): JobAction[] {
    const rank = this.#rank(index);
    if (this.phase !== 'running' || this.cancelled || rank.state === 'running')
      return [{ type: 'free-rank', rank: index }];
    rank.pid = pid;
    return this.#dispatch(rank, now);
  }

  /** Items that a rank has finished, from `start` on, without a gap. */
  itemsDone(index: number, start: number, outcomes: readonly ItemOutcome[]): JobAction[] {
    const rank = this.#rank(index);
    if (rank.state !== 'running') return [];
    outcomes.forEach((outcome, i) => {
      const item = start + i;
      if (!this.#ledger.isOpen(item)) return;
      if (outcome.ok) this.#ledger.succeed(item, outcome.payload);
      else if (this.#ledger.fail(item, outcome.error))
        this.#redo.push({ start: item, end: item + 1, isSuspect: false });
      rank.count += 1;
    });
    const end = start + outcomes.length;
    rank.assignments = rank.assignments.flatMap((assignment) => {
      if (start > assignment.start || end <= assignment.start) return [assignment];
      const offset = assignment.offset + (Math.min(end, assignment.end) - assignment.start);
      return end >= assignment.end ? [] : [{ ...assignment, start: end, offset }];
    });
    return this.#wakeIdle();
  }

  rankDone(index: number): JobAction[] {
    const rank = this.#rank(index);
    if (rank.state !== 'running' || this.phase !== 'running') return [];
    rank.state = 'done';
    this.#giveBack(rank, undefined);
    return this.#afterRank(index);
  }

  rankFailed(index: number, error: ErrorInfo, how: 'failed' | 'lost'): JobAction[] {
    const rank = this.#rank(index);
    if (rank.state !== 'running') return [];
    if (this.phase === 'probing') {
      rank.state = 'waiting';
      return this.cancelled ? this.#end('cancelled', this.cancelled) : this.#end('failed', reviveError(error));
    }
    rank.state = this.cancelled ? 'cancelled' : how;
    rank.error = error;
    const overdue = rank.overdue;
    this.#giveBack(rank, overdue ? toErrorInfo(overdue) : error);
    // Errors of items are items' results: a rank that fails as a whole could not even begin, and would not the next time.
    if (how === 'failed' && !this.cancelled && !overdue) this.failure = error;
    return this.#afterRank(index);
  }

  rankProgress(index: number, count: number, now = 0): boolean {
    const rank = this.#rank(index);
    if (rank.state !== 'running') return false;
    if (count > rank.seen || rank.seenAt === 0) {
      rank.seen = Math.max(count, rank.seen);
      rank.seenAt = now;
    }
    return false;
  }

  /** Ends the runs whose item takes longer than `limitMs`; those items count as failed. */
  endOverdue(limitMs: number, now: number): JobAction[] {
    return this.#ranks.flatMap((rank): JobAction[] => {
      if (rank.state !== 'running' || rank.overdue || rank.seenAt === 0 || now - rank.seenAt < limitMs) return [];
      rank.overdue = Object.assign(new Error(`The item took longer than its time limit of ${limitMs} ms.`), {
        name: 'JobTimeoutError',
        code: 'ERR_JOB_TIMEOUT',
      });
      return [{ type: 'cancel-rank', rank: rank.index }];
    });
  }

  call(index: number, call: number, request: Exclude<CallRequest, InvokeRequest>, now: number): JobAction[] {
    const rank = this.#rank(index);
    if (rank.state !== 'running' || request.op !== 'chunk') return [];
    const next = this.#give(rank, now);
    return [{ type: 'release', release: { rank: index, call, reply: { ok: true, entries: [], chunk: next } } }];
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

  #dispatchAll(now: number): JobAction[] {
    this.phase = 'running';
    return this.#ranks.flatMap((rank) => this.#dispatch(rank, now));
  }

  #dispatch(rank: Rank, now: number): JobAction[] {
    Object.assign(rank, { assignments: [], given: 0, seen: 0, seenAt: 0, overdue: undefined });
    if (!this.#give(rank, now)) {
      rank.state = 'done';
      return this.#afterRank(rank.index);
    }
    rank.state = 'running';
    return [{ type: 'dispatch', rank: rank.index }];
  }

  /** The next piece for a rank; none while it holds a suspect, which must be alone to be told. */
  #give(rank: Rank, now: number): readonly [number, number] | undefined {
    if (rank.assignments.some((assignment) => assignment.isSuspect)) return undefined;
    const redo = this.#redo[0];
    // A suspect is the first and only piece of its run.
    if (redo && (!redo.isSuspect || rank.given === 0)) {
      this.#redo.shift();
      return this.#assign(rank, redo);
    }
    const chunk = this.#chunks.take(rank.index, rank.count, now);
    return chunk && this.#assign(rank, { start: chunk[0], end: chunk[1], isSuspect: false });
  }

  #assign(rank: Rank, piece: Redo): readonly [number, number] {
    rank.assignments.push({ ...piece, offset: rank.given });
    rank.given += piece.end - piece.start;
    rank.assigned += piece.end - piece.start;
    rank.chunks += 1;
    return [piece.start, piece.end];
  }

  /** What an ended run has not delivered is open again; `error` tells what ended it, if it did not end by itself. */
  #giveBack(rank: Rank, error: ErrorInfo | undefined): void {
    const [current, ...untouched] = rank.assignments;
    rank.assignments = [];
    for (const { start, end } of untouched) this.#redo.push({ start, end, isSuspect: false });
    if (!current) return;
    const { start, end } = current;
    if (error === undefined) this.#redo.push({ start, end, isSuspect: false });
    else if (rank.overdue)
      this.#blame(Math.min(end - 1, start + Math.max(0, rank.seen - current.offset)), current, error);
    else if (end - start === 1) this.#blame(start, current, error);
    else this.#redo.unshift(...cut(start, end));
  }

  #blame(item: number, piece: Redo, error: ErrorInfo): void {
    const again = this.#ledger.fail(item, error);
    const rest = again
      ? [
          [piece.start, item],
          [item, item + 1],
          [item + 1, piece.end],
        ]
      : [
          [piece.start, item],
          [item + 1, piece.end],
        ];
    for (const [start = 0, end = 0] of rest)
      if (end > start) this.#redo.push({ start, end, isSuspect: start === item });
  }

  #afterRank(index: number): JobAction[] {
    const freed: JobAction = { type: 'free-rank', rank: index };
    if (this.activeRanks.length > 0) return [freed, ...this.#wakeIdle()];
    if (this.cancelled) return [freed, ...this.#end('cancelled', this.cancelled)];
    if (this.failure) return [freed, ...this.#end('failed', reviveError(this.failure))];
    return this.#ledger.isComplete ? [freed, ...this.#end('done')] : [freed, { type: 'want-ranks' }];
  }

  /** Ranks that had found nothing to do may be needed for what came back. */
  #wakeIdle(): JobAction[] {
    return this.wantedRanks.length > 0 ? [{ type: 'want-ranks' }] : [];
  }

  #end(state: 'done' | 'failed' | 'cancelled', error?: Error): JobAction[] {
    const wasStarted = this.phase !== 'queued';
    this.phase = 'ended';
    this.endState = state === 'done' && this.#ledger.failed > 0 ? 'failed' : state;
    const results = state === 'done' ? this.#ledger.results : [];
    const firstFailure = results.find((result) => !result.ok);
    this.failure = error ? toErrorInfo(error) : firstFailure?.ok === false ? firstFailure.error : undefined;
    for (const rank of this.#ranks)
      if (rank.state === 'waiting' || rank.state === 'running') rank.state = state === 'done' ? 'done' : 'cancelled';
    const freed: JobAction[] = wasStarted ? this.#ranks.map((rank) => ({ type: 'free-rank', rank: rank.index })) : [];
    return [...freed, { type: 'settle', outcome: error ? { kind: 'rejected', error } : { kind: 'items', results } }];
  }

  #rank(index: number): Rank {
    const rank = this.#ranks[index];
    if (!rank) throw new RangeError(`This job has ${this.total} ranks; there is no rank ${index}.`);
    return rank;
  }
}

/** Cuts a lost piece into smaller ones, of one item each when it is small. */
function cut(start: number, end: number): Redo[] {
  const size = Math.ceil((end - start) / piecesOfSuspect);
  const pieces: Redo[] = [];
  for (let from = start; from < end; from += size)
    pieces.push({ start: from, end: Math.min(end, from + size), isSuspect: true });
  return pieces;
}
