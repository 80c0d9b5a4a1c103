import type { ErrorInfo } from '../shared/engine-info';
import type { CallReply, CallRequest } from '../shared/worker-protocol';
import { Barrier } from './barrier';
import { toErrorInfo } from './error-info';
import { BarrierBrokenError, SiblingError } from './errors';
import type { SharedObjects } from './object-sharer';

/** An answer for one rank that waits. */
export interface Release {
  readonly rank: number;
  readonly call: number;
  readonly reply: CallReply;
}

/** Why a rank will never come to a barrier again. */
export type Departure = { readonly kind: 'returned' } | { readonly kind: 'failed'; readonly error: ErrorInfo };

/** What ranks meet for. */
export type MeetingRequest = Exclude<CallRequest, { op: 'chunk' | 'invoke' }>;

interface Waiting {
  readonly call: number;
  readonly request: MeetingRequest;
  /** For `share`: the round of that name, from 0. */
  readonly round: number;
}

interface SharedName {
  /** Per rank: how many exchanges of this name it has entered. */
  readonly entered: number[];
  /** Objects of the rounds that are not complete yet: round, then rank. */
  readonly rounds: Map<number, Map<number, Uint8Array>>;
  /** Per rank: the last object stored. */
  readonly latest: Map<number, Uint8Array>;
}

const noEntries: CallReply = { ok: true, entries: [] };

/**
 * Where the ranks of one job meet: `sync()` and `shareObject()`.
 *
 * A plain state machine: calls go in, answers come out. There is one for each attempt of each job, so nothing of
 * one job can reach another. A meeting that can no longer take place is broken at once: the ranks that wait are
 * told which rank left, and why.
 */
export class Rendezvous {
  readonly #total: number;
  readonly #barrier: Barrier;
  readonly #waiting = new Map<number, Waiting>();
  readonly #departed = new Map<number, Departure>();
  readonly #names = new Map<string, SharedName>();

  constructor(total: number) {
    this.#total = total;
    this.#barrier = new Barrier(total);
  }

  /** A rank calls. Answers those who need not wait any longer, perhaps the caller itself. */
  arrive(rank: number, call: number, request: MeetingRequest): Release[] {
    if (request.op === 'get') return [{ rank, call, reply: this.#entries(this.#named(request.name).latest, rank) }];
    if (request.op === 'share' && !request.exchange) {
      this.#named(request.name).latest.set(rank, request.payload);
      return [{ rank, call, reply: noEntries }];
    }
    const round = request.op === 'share' ? this.#enterRound(rank, request.name, request.payload) : 0;
    this.#waiting.set(rank, { call, request, round });
    if (request.op === 'sync') this.#barrier.arrive(rank);
    return this.#progress();
  }

  /** A rank has ended. */
  depart(rank: number, departure: Departure): Release[] {
    this.#waiting.delete(rank);
    this.#barrier.withdraw(rank);
    this.#barrier.abort();
    this.#departed.set(rank, departure);
    return this.#progress();
  }

  /** The latest object of each rank, by name. */
  get stored(): SharedObjects {
    return new Map(
      [...this.#names].filter(([, { latest }]) => latest.size > 0).map(([name, { latest }]) => [name, latest]),
    );
  }

  #progress(): Release[] {
    if (this.#waiting.size === 0) return [];
    const releases = [...this.#completeSync(), ...this.#completeShares()];
    return releases.length > 0 ? releases : this.#breakHopeless();
  }

  #completeSync(): Release[] {
    return this.#barrier.open().flatMap((rank) => {
      const entry = this.#waiting.get(rank);
      return entry ? [this.#release(rank, entry, noEntries)] : [];
    });
  }

  #completeShares(): Release[] {
    const releases: Release[] = [];
    for (const [rank, entry] of [...this.#waiting]) {
      if (entry.request.op !== 'share') continue;
      const objects = this.#named(entry.request.name).rounds.get(entry.round);
      if (objects?.size === this.#total) releases.push(this.#release(rank, entry, this.#entries(objects, rank)));
    }
    this.#forgetCompleteRounds();
    return releases;
  }

  /** Everybody who would have wanted a complete round has just got it. */
  #forgetCompleteRounds(): void {
    for (const { rounds } of this.#names.values()) {
      for (const [round, objects] of rounds) if (objects.size === this.#total) rounds.delete(round);
    }
  }

  /** Ranks that wait for somebody who left would wait for ever; so would all, when nobody is left at work. */
  #breakHopeless(): Release[] {
    const releases: Release[] = [];
    for (const [rank, entry] of [...this.#waiting]) {
      const missing = [...this.#departed].filter(([other]) => !this.#hasContributed(other, entry));
      const culprit =
        missing.find(([, departure]) => isRootFailure(departure)) ??
        missing.find(([, { kind }]) => kind === 'returned') ??
        missing[0];
      if (!culprit) continue;
      this.#dropObject(rank, entry);
      releases.push(this.#release(rank, entry, refuse(departureError(...culprit, entry.request))));
    }
    // Those who were just told will end, or come again: the others may still wait for them.
    if (releases.length > 0 || this.#waiting.size + this.#departed.size < this.#total) return releases;
    const mismatch = refuse(this.#mismatchError());
    return [...this.#waiting].map(([rank, entry]) => this.#release(rank, entry, mismatch));
  }

  /** A round without a rank that left never completes: a rank that tries again and again must not fill the memory. */
  #dropObject(rank: number, { request, round }: Waiting): void {
    if (request.op !== 'share') return;
    const { rounds } = this.#named(request.name);
    const objects = rounds.get(round);
    objects?.delete(rank);
    if (objects?.size === 0) rounds.delete(round);
  }

  #hasContributed(rank: number, entry: Waiting): boolean {
    return entry.request.op === 'share' && (this.#named(entry.request.name).entered[rank] ?? 0) > entry.round;
  }

  #mismatchError(): BarrierBrokenError {
    const calls = [...this.#waiting]
      .sort(([a], [b]) => a - b)
      .map(([rank, entry]) => `rank ${rank} in ${describeCall(entry)}`);
    return new BarrierBrokenError(
      `The ranks wait for different things and would wait for ever: ${calls.join(', ')}. Let every rank make the same calls in the same order.`,
    );
  }

  #enterRound(rank: number, name: string, payload: Uint8Array): number {
    const shared = this.#named(name);
    const round = shared.entered[rank] ?? 0;
    shared.entered[rank] = round + 1;
    shared.latest.set(rank, payload);
    const objects = shared.rounds.get(round) ?? new Map<number, Uint8Array>();
    objects.set(rank, payload);
    shared.rounds.set(round, objects);
    return round;
  }

  #named(name: string): SharedName {
    let shared = this.#names.get(name);
    if (!shared) {
      shared = { entered: [], rounds: new Map(), latest: new Map() };
      this.#names.set(name, shared);
    }
    return shared;
  }

  #entries(objects: ReadonlyMap<number, Uint8Array>, self: number): CallReply {
    return { ok: true, entries: [...objects].filter(([rank]) => rank !== self).sort(([a], [b]) => a - b) };
  }

  #release(rank: number, entry: Waiting, reply: CallReply): Release {
    this.#waiting.delete(rank);
    this.#barrier.withdraw(rank);
    return { rank, call: entry.call, reply };
  }
}

function refuse(error: Error): CallReply {
  return { ok: false, error: toErrorInfo(error) };
}

/** Whether a rank failed by itself, and not because it could not meet another one. */
function isRootFailure(departure: Departure): boolean {
  return (
    departure.kind === 'failed' &&
    departure.error.name !== 'SiblingError' &&
    departure.error.name !== 'BarrierBrokenError'
  );
}

function departureError(rank: number, departure: Departure, request: MeetingRequest): Error {
  if (departure.kind === 'failed') {
    return new SiblingError(
      `Rank ${rank} of this job failed (${departure.error.name}: ${departure.error.message}), so the ranks can no longer meet.`,
    );
  }
  const call = request.op === 'share' ? `shareObject(${JSON.stringify(request.name)})` : 'sync()';
  return new BarrierBrokenError(
    `Rank ${rank} has returned and will not come to ${call}. Let every rank make the same calls the same number of times.`,
  );
}

function describeCall({ request, round }: Waiting): string {
  return request.op === 'share' ? `shareObject(${JSON.stringify(request.name)}) round ${round + 1}` : `${request.op}()`;
}
