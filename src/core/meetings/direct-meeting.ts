import type { Departure, SharedObject } from '../../shared/worker-protocol';
import { departureError, type MeetingCall, mismatchError, pickCulprit } from './meeting-errors';

/**
 * What ranks that meet directly tell each other. `call` numbers the calls of each rank from 1.
 *
 * - `arrive`: a rank waits for all others, in a round of `sync()` (no name) or of an object's name.
 * - `broken`: a rank has found that all wait for different things, in these calls (by rank; 0: it has left). None of
 *   them counts any more, and each rank that waits in one is told.
 */
export type MeetingFrame =
  | {
      readonly kind: 'arrive';
      readonly from: number;
      readonly call: number;
      readonly name: string | undefined;
      readonly round: number;
      readonly object: SharedObject | undefined;
    }
  | { readonly kind: 'broken'; readonly from: number; readonly calls: readonly number[] };

/** What becomes of a rank that waits. `frame` has to be sent to the others. */
export type MeetingOutcome =
  | { readonly kind: 'met'; readonly objects: readonly (readonly [rank: number, object: SharedObject])[] }
  | { readonly kind: 'refused'; readonly error: Error; readonly frame: MeetingFrame | undefined };

interface KnownCall extends MeetingCall {
  readonly call: number;
}

/** What is known of the rounds of one thing. */
interface Rounds {
  /** By rank: how many rounds it has entered, without those that it has taken back. */
  readonly entered: number[];
  /** Objects of the others in rounds that this rank has not finished: round, then rank. */
  readonly objects: Map<number, Map<number, SharedObject>>;
}

interface Mismatch {
  readonly calls: readonly number[];
  /** By rank: what it waited for, once its arrival is known. */
  readonly described: (MeetingCall | undefined)[];
}

/**
 * One rank's view of the meetings of its job, when the ranks meet directly: each tells all others when it arrives, and
 * each decides for itself from what it has heard.
 *
 *   rank 0 ──arrive──► rank 1         server ──departed──► all that are left
 *          ◄──arrive──                (after everything that the departed rank has sent)
 *
 * A plain state machine; see `workers/direct-link.ts` for the pipes. What the ranks decide agrees, whatever order the
 * frames of different ranks come in, as long as those of one rank come in its order:
 *
 * - A round is complete for all or for nobody, since it needs an arrival of each rank, and what a rank has sent reaches
 *   all others. (Not so when a rank is lost, which may have told some of the others only. Nothing is complete after
 *   that, at least no barrier.)
 * - A rank that left is reported after its last arrival: who then lacks it knows that it will never come.
 * - Ranks wait for different things when the last call of each, as far as one has heard, is incomplete. A rank that is
 *   further in truth has got there because some round was complete, and the earliest of those that one has not heard
 *   of would make one of the calls that one knows complete. So what looks hopeless to one is so for all.
 */
export class DirectMeeting {
  readonly #rank: number;
  readonly #total: number;
  readonly #departed = new Map<number, Departure>();
  readonly #rounds = new Map<string | undefined, Rounds>();
  /** By rank: its last call. */
  readonly #latest: (KnownCall | undefined)[];
  /** By rank: calls up to this one count for nobody. */
  readonly #broken: number[];
  #mismatch: Mismatch | undefined;
  #calls = 0;
  /** What this rank waits for; call 0 has not been told to anybody. */
  #own: KnownCall | undefined;

  constructor(rank: number, total: number) {
    this.#rank = rank;
    this.#total = total;
    this.#latest = Array.from({ length: total }, () => undefined);
    this.#broken = Array.from({ length: total }, () => 0);
  }

  /** Whether a rank is another one that may still want to hear of this one. */
  isPresent(rank: number): boolean {
    return rank !== this.#rank && !this.#departed.has(rank);
  }

  /**
   * This rank calls; `settle` says when it may go on.
   *
   * @param name of the object that it exchanges; undefined for `sync()`
   * @returns what all that are present have to be told; undefined when it would wait in vain
   */
  enter(name?: string, object?: SharedObject): MeetingFrame | undefined {
    const round = this.#roundsOf(name).entered[this.#rank] ?? 0;
    const isVain = this.#missing({ name, round }).length > 0;
    if (!isVain) this.#calls += 1;
    this.#own = { call: isVain ? 0 : this.#calls, name, round };
    if (isVain) return undefined;
    const frame: MeetingFrame = { kind: 'arrive', from: this.#rank, call: this.#calls, name, round, object };
    this.receive(frame);
    return frame;
  }

  /** Another rank has sent something; what one rank sends comes in order. */
  receive(frame: MeetingFrame): void {
    if (frame.kind === 'broken') {
      this.#break(frame.calls);
      return;
    }
    const { from, call, name, round, object } = frame;
    this.#latest[from] = { call, name, round };
    if (this.#mismatch?.calls[from] === call) this.#mismatch.described[from] = { name, round };
    if (call <= (this.#broken[from] ?? 0)) return;
    const { entered, objects } = this.#roundsOf(name);
    entered[from] = round + 1;
    if (object === undefined || from === this.#rank) return;
    let ofRound = objects.get(round);
    if (!ofRound) {
      ofRound = new Map();
      objects.set(round, ofRound);
    }
    ofRound.set(from, object);
  }

  /** A rank has left. To be called after everything that it has sent was received. */
  depart(rank: number, departure: Departure): void {
    if (!this.#departed.has(rank)) this.#departed.set(rank, departure);
  }

  /** Whether this rank may go on, and with what; undefined while it has to wait. To be asked again after each event. */
  settle(): MeetingOutcome | undefined {
    const own = this.#own;
    if (!own) return undefined;
    const isBroken = own.call > 0 && own.call <= (this.#broken[this.#rank] ?? 0);
    if (isBroken) return this.#refuseMismatch();
    if (own.call > 0 && this.#isComplete(own)) return this.#finish(own);
    const culprit = pickCulprit(this.#missing(own));
    if (culprit) return this.#refuse(departureError(...culprit, own.name));
    if (!this.#isHopeless()) return undefined;
    this.#break(this.#latest.map((known, rank) => (this.#departed.has(rank) ? 0 : (known?.call ?? 0))));
    return this.#refuseMismatch();
  }

  #finish(own: KnownCall): MeetingOutcome {
    this.#own = undefined;
    if (own.name === undefined) return { kind: 'met', objects: [] };
    const { objects } = this.#roundsOf(own.name);
    const others = [...(objects.get(own.round) ?? [])].sort(([a], [b]) => a - b);
    objects.delete(own.round);
    return { kind: 'met', objects: others };
  }

  #refuse(error: Error, frame?: MeetingFrame): MeetingOutcome {
    this.#own = undefined;
    return { kind: 'refused', error, frame };
  }

  #refuseMismatch(): MeetingOutcome | undefined {
    if (!this.#mismatch) return undefined;
    const { calls, described } = this.#mismatch;
    // Everybody is named alike: what has been sent, and only that, is still on its way.
    const known: (readonly [number, MeetingCall])[] = [];
    for (const [rank, call] of calls.entries()) {
      const description = described[rank];
      if (description) known.push([rank, description]);
      else if (call > 0 && !this.#departed.has(rank)) return undefined;
    }
    return this.#refuse(mismatchError(known), { kind: 'broken', from: this.#rank, calls });
  }

  /** These calls count for nobody from now on. */
  #break(calls: readonly number[]): void {
    if ((calls[this.#rank] ?? 0) > (this.#broken[this.#rank] ?? 0))
      this.#mismatch = { calls, described: Array.from({ length: this.#total }, () => undefined) };
    for (const [rank, call] of calls.entries()) {
      const known = this.#latest[rank];
      if (known?.call === call && this.#mismatch?.calls === calls) this.#mismatch.described[rank] = known;
      if (call <= (this.#broken[rank] ?? 0)) continue;
      this.#broken[rank] = call;
      if (known?.call !== call) continue;
      const { entered, objects } = this.#roundsOf(known.name);
      entered[rank] = known.round;
      objects.get(known.round)?.delete(rank);
    }
  }

  /** Whether everybody who is left waits, and nobody can be helped by anybody. */
  #isHopeless(): boolean {
    for (let rank = 0; rank < this.#total; rank += 1) {
      if (this.#departed.has(rank)) continue;
      const known = this.#latest[rank];
      if (!known || known.call <= (this.#broken[rank] ?? 0)) return false;
      // Who waits for one that left will be told, and end or come again: the others may still wait for it.
      if (this.#isComplete(known) || this.#missing(known).length > 0) return false;
    }
    return true;
  }

  #isComplete({ name, round }: MeetingCall): boolean {
    const { entered } = this.#roundsOf(name);
    for (let rank = 0; rank < this.#total; rank += 1) if ((entered[rank] ?? 0) <= round) return false;
    return true;
  }

  /**
   * Those who have left and will not come to a call. A rank that was lost may have been lost while it waited in
   * `sync()`: then the others are not to wait any longer, though it has come.
   */
  #missing({ name, round }: MeetingCall): (readonly [rank: number, departure: Departure])[] {
    if (this.#departed.size === 0) return [];
    const { entered } = this.#roundsOf(name);
    return [...this.#departed].filter(
      ([rank, { kind }]) => (entered[rank] ?? 0) <= round || (kind === 'lost' && name === undefined),
    );
  }

  #roundsOf(name: string | undefined): Rounds {
    let rounds = this.#rounds.get(name);
    if (!rounds) {
      rounds = { entered: [], objects: new Map() };
      this.#rounds.set(name, rounds);
    }
    return rounds;
  }
}
