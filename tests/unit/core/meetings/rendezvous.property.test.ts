import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../../src/core/error-info';
import { type MeetingRequest, type Release, Rendezvous } from '../../../../src/core/meetings/rendezvous';
import type { ErrorInfo } from '../../../../src/shared/engine-info';

type Step =
  | { readonly op: 'sync' }
  | { readonly op: 'share'; readonly name: string; readonly exchange: boolean }
  | { readonly op: 'get'; readonly name: string };
interface Program {
  readonly steps: readonly Step[];
  readonly end: 'return' | 'fail';
  /** Goes on after an error, as a target does that catches it. */
  readonly catches?: boolean;
}

const root = toErrorInfo(new RangeError('root'));
const name = fc.constantFrom('x', 'y');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ op: 'sync' }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('share' as const), name, exchange: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('get' as const), name }) },
);
const steps = fc.array(step, { maxLength: 6 });
const order = fc.array(fc.nat(), { minLength: 80, maxLength: 80 });

/** Runs the ranks' programs against a Rendezvous, in the given order, and checks every answer against what was said. */
class Simulation {
  readonly #meeting: Rendezvous;
  readonly #programs: readonly Program[];
  readonly #position: number[];
  readonly #waiting = new Map<number, number>();
  readonly #alive: Set<number>;
  /** Per rank and name: how many exchanges it has entered, without those that it was refused. */
  readonly #entered = new Map<string, number>();
  /** Per name: the last object of each rank, exchanged or not. */
  readonly #latest = new Map<string, Map<number, string>>();
  /** How the ranks left that have: `told` is by an error that came from another rank's departure. */
  readonly #departed = new Map<number, 'returned' | 'failed' | 'told'>();
  #published = 0;
  /** Per rank: the round of what it waits for, or waited for last. */
  readonly #round: number[];
  readonly #syncs: number[];
  readonly errors: string[] = [];

  constructor(programs: readonly Program[]) {
    this.#meeting = new Rendezvous(programs.length);
    this.#programs = programs;
    this.#position = programs.map(() => 0);
    this.#round = programs.map(() => 0);
    this.#syncs = programs.map(() => 0);
    this.#alive = new Set(programs.keys());
  }

  run(choices: readonly number[]): void {
    for (let turn = 0; ; turn += 1) {
      const able = [...this.#alive].filter((rank) => !this.#waiting.has(rank));
      const rank = able[(choices[turn % choices.length] ?? 0) % Math.max(1, able.length)];
      if (rank === undefined) break;
      this.#advance(rank);
    }
    expect([...this.#waiting.keys()], 'ranks that wait for ever').toEqual([]);
    expect(this.#alive.size).toBe(0);
  }

  #advance(rank: number): void {
    const position = this.#position[rank] ?? 0;
    const program = this.#programs[rank];
    const next = program?.steps[position];
    this.#position[rank] = position + 1;
    if (!next) {
      this.#leave(rank, program?.end === 'fail' ? 'failed' : 'returned');
      return;
    }
    this.#waiting.set(rank, position);
    this.#take(this.#meeting.arrive(rank, position, this.#request(rank, next)));
    if (next.op === 'get' || (next.op === 'share' && !next.exchange)) expect(this.#waiting.has(rank)).toBe(false);
  }

  #request(rank: number, next: Step): MeetingRequest {
    if (next.op === 'sync') this.#syncs[rank] = (this.#syncs[rank] ?? 0) + 1;
    if (next.op !== 'share') return next;
    const round = this.#enteredBy(rank, next.name);
    if (next.exchange) {
      this.#entered.set(`${rank} ${next.name}`, round + 1);
      this.#round[rank] = round;
    } else this.#published += 1;
    const text = next.exchange ? `${next.name} of ${rank} in ${round}` : `publication ${this.#published}`;
    this.#latest.set(next.name, new Map(this.#latest.get(next.name)).set(rank, text));
    return { ...next, payload: Buffer.from(text) };
  }

  #enteredBy(rank: number, of: string): number {
    return this.#entered.get(`${rank} ${of}`) ?? 0;
  }

  #leave(rank: number, how: 'returned' | 'failed' | 'told', error: ErrorInfo = root): void {
    this.#alive.delete(rank);
    this.#departed.set(rank, how);
    this.#take(this.#meeting.depart(rank, how === 'returned' ? { kind: 'returned' } : { kind: 'failed', error }));
  }

  #take(releases: readonly Release[]): void {
    for (const { rank, call } of releases) {
      expect(this.#waiting.get(rank), `rank ${rank} is answered exactly what it asked`).toBe(call);
      this.#waiting.delete(rank);
    }
    for (const release of releases) this.#check(release);
    for (const { rank, call, reply } of releases) {
      const asked = this.#programs[rank]?.steps[call];
      if (!reply.ok && asked?.op === 'share') this.#entered.set(`${rank} ${asked.name}`, this.#round[rank] ?? 0);
    }
    for (const { rank, reply } of releases) {
      if (reply.ok) continue;
      this.errors.push(reply.error.name);
      if (!this.#programs[rank]?.catches) this.#leave(rank, 'told', reply.error);
    }
  }

  #check({ rank, call, reply }: Release): void {
    const asked = this.#programs[rank]?.steps[call];
    if (!reply.ok) {
      this.#checkBlame(rank, asked, reply.error);
      return;
    }
    if (asked?.op === 'sync') {
      // Once somebody has caught an error and gone on, the ranks need not have come equally often.
      if (this.errors.length === 0) expect(new Set(this.#syncs).size).toBe(1);
      expect(this.#alive.size).toBe(this.#programs.length);
    }
    const others = [...this.#programs.keys()].filter((other) => other !== rank);
    const entries = reply.entries.map(([other, { payload }]) => [other, Buffer.from(payload ?? '').toString()]);
    if (asked?.op === 'share' && asked.exchange) {
      expect(entries).toEqual(others.map((other) => [other, `${asked.name} of ${other} in ${this.#round[rank]}`]));
    } else if (asked?.op === 'get') {
      const latest = this.#latest.get(asked.name);
      expect(entries).toEqual(others.flatMap((other) => (latest?.has(other) ? [[other, latest.get(other)]] : [])));
    } else expect(entries).toEqual([]);
  }

  /** Who is named: a rank that failed by itself before one that returned, and that before one that was told. */
  #checkBlame(rank: number, asked: Step | undefined, error: ErrorInfo): void {
    const missing = [...this.#departed].filter(
      ([other]) => asked?.op !== 'share' || this.#enteredBy(other, asked.name) <= (this.#round[rank] ?? 0),
    );
    const blamed = (['failed', 'returned', 'told'] as const).find((how) => missing.some(([, left]) => left === how));
    const ranks = missing.filter(([, how]) => how === blamed).map(([other]) => other);
    if (blamed === undefined) {
      expect([error.name, error.message]).toEqual([
        'BarrierBrokenError',
        expect.stringMatching(/^The ranks wait for different things/),
      ]);
      return;
    }
    expect([error.name, Number(/^Rank (\d+) /.exec(error.message)?.[1])]).toEqual([
      blamed === 'returned' ? 'BarrierBrokenError' : 'SiblingError',
      expect.toSatisfy((named: number) => ranks.includes(named)),
    ]);
  }
}

describe('ranks that meet', () => {
  it('are all released, get no object of another round or name, and hear who is to blame, whatever each of them does', () => {
    const program = fc.record({
      steps,
      end: fc.constantFrom('return' as const, 'fail' as const),
      catches: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(program, { minLength: 1, maxLength: 5 }), order, (programs, choices) => {
        new Simulation(programs).run(choices);
      }),
      { numRuns: 500 },
    );
  });

  it('meet no error when all make the same calls and return, in whatever order they run', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), order, (same, total, choices) => {
        const simulation = new Simulation(Array.from({ length: total }, () => ({ steps: same, end: 'return' })));
        simulation.run(choices);
        expect(simulation.errors).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('are told of a broken barrier when their numbers of syncs differ', () => {
    const counts = fc.array(fc.nat(4), { minLength: 2, maxLength: 5 }).filter((list) => new Set(list).size > 1);
    fc.assert(
      fc.property(counts, order, (list, choices) => {
        const simulation = new Simulation(
          list.map((count) => ({ steps: Array<Step>(count).fill({ op: 'sync' }), end: 'return' })),
        );
        simulation.run(choices);
        const least = Math.min(...list);
        expect(simulation.errors).toHaveLength(list.filter((count) => count > least).length);
        expect(simulation.errors).toContain('BarrierBrokenError');
      }),
    );
  });
});
