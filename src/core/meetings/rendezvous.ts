import type { CallReply, CallRequest, Departure, SharedObject } from '../../shared/worker-protocol';
import { toErrorInfo } from '../error-info';
import { Barrier } from './barrier';
import { LatestObjects, type SharedObjects } from './latest-objects';
import { departureError, mismatchError, pickCulprit } from './meeting-errors';

/** An answer for one rank that waits. */
export interface Release {
  readonly rank: number;
  readonly call: number;
  readonly reply: CallReply;
}

/** What ranks meet for. */
export type MeetingRequest = Exclude<CallRequest, { op: 'chunk' | 'invoke' }>;

interface Waiting {
  readonly call: number;
  /** Of the object that is exchanged; undefined for `sync`. */
  readonly name: string | undefined;
  /** For `share`: the round of that name, from 0. */
  readonly round: number;
}

interface SharedName {
  /** Per rank: how many exchanges of this name it has entered and was not refused. */
  readonly entered: number[];
  /** Objects of the rounds that are not complete yet: round, then rank. */
  readonly rounds: Map<number, Map<number, SharedObject>>;
}

const noEntries: CallReply = { ok: true, entries: [] };

/**
 * Where the ranks of one job meet on the server: `sync()` and `shareObject()` of ranks that cannot meet directly, and
 * what all ranks have stored.
 *
 * A plain state machine: calls go in, answers come out. There is one for each attempt of each job, so nothing of
 * one job can reach another. A meeting that can no longer take place is broken at once: the ranks that wait are
 * told which rank left, and why. A rank that was told so has not come: its call counts for nobody.
 */
export class Rendezvous {
  readonly #total: number;
  readonly #barrier: Barrier;
  readonly #waiting = new Map<number, Waiting>();
  readonly #departed = new Map<number, Departure>();
  readonly #names = new Map<string, SharedName>();
  readonly #latest = new LatestObjects();

  constructor(total: number) {
    this.#total = total;
    this.#barrier = new Barrier(total);
  }

  /** A rank calls. Answers those who need not wait any longer, perhaps the caller itself. */
  arrive(rank: number, call: number, request: MeetingRequest): Release[] {
    if (request.op === 'get')
      return [{ rank, call, reply: { ok: true, entries: this.#latest.others(request.name, rank) } }];
    if (request.op === 'sync') {
      this.#waiting.set(rank, { call, name: undefined, round: 0 });
      this.#barrier.arrive(rank);
      return this.#progress();
    }
    const { name, payload, version = this.#latest.nextVersion(name, rank) } = request;
    const object: SharedObject = { version, payload };
    this.store(rank, name, object);
    if (!request.exchange) return [{ rank, call, reply: noEntries }];
    this.#waiting.set(rank, { call, name, round: this.#enterRound(rank, name, object) });
    return this.#progress();
  }

  /** A rank has stored an object, in an exchange that took place elsewhere. */
  store(rank: number, name: string, object: SharedObject): void {
    this.#latest.store(name, rank, object);
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
    return this.#latest.all;
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
      if (entry.name === undefined) continue;
      const objects = this.#named(entry.name).rounds.get(entry.round);
      if (objects?.size !== this.#total) continue;
      const others = [...objects].filter(([other]) => other !== rank).sort(([a], [b]) => a - b);
      releases.push(this.#release(rank, entry, { ok: true, entries: others }));
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
      const culprit = pickCulprit([...this.#departed].filter(([other]) => !this.#hasContributed(other, entry)));
      if (culprit) releases.push(this.#refuse(rank, entry, departureError(...culprit, entry.name)));
    }
    // Those who were just told will end, or come again: the others may still wait for them.
    if (releases.length > 0 || this.#waiting.size + this.#departed.size < this.#total) return releases;
    const waiting = [...this.#waiting];
    const mismatch = mismatchError(waiting);
    return waiting.map(([rank, entry]) => this.#refuse(rank, entry, mismatch));
  }

  #hasContributed(rank: number, { name, round }: Waiting): boolean {
    return name !== undefined && (this.#named(name).entered[rank] ?? 0) > round;
  }

  #enterRound(rank: number, name: string, object: SharedObject): number {
    const shared = this.#named(name);
    const round = shared.entered[rank] ?? 0;
    shared.entered[rank] = round + 1;
    const objects = shared.rounds.get(round) ?? new Map<number, SharedObject>();
    objects.set(rank, object);
    shared.rounds.set(round, objects);
    return round;
  }

  #named(name: string): SharedName {
    let shared = this.#names.get(name);
    if (!shared) {
      shared = { entered: [], rounds: new Map() };
      this.#names.set(name, shared);
    }
    return shared;
  }

  /** Tells a rank that it waits in vain: it takes back what it came with. */
  #refuse(rank: number, entry: Waiting, error: Error): Release {
    if (entry.name !== undefined) {
      const { entered, rounds } = this.#named(entry.name);
      entered[rank] = entry.round;
      const objects = rounds.get(entry.round);
      objects?.delete(rank);
      if (objects?.size === 0) rounds.delete(entry.round);
    }
    return this.#release(rank, entry, { ok: false, error: toErrorInfo(error) });
  }

  #release(rank: number, entry: Waiting, reply: CallReply): Release {
    this.#waiting.delete(rank);
    this.#barrier.withdraw(rank);
    return { rank, call: entry.call, reply };
  }
}
