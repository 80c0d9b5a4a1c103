import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectMeeting, type MeetingFrame } from '../../../../src/core/meetings/direct-meeting';
import type { Departure } from '../../../../src/shared/worker-protocol';

/** A name is exchanged; undefined stands for `sync()`. */
type Step = 'x' | 'y' | undefined;
interface Program {
  readonly steps: readonly Step[];
  /** `die`: in the middle of its last call, when it has told so many of the others. */
  readonly end: 'return' | 'fail' | 'die';
  readonly told?: number;
  /** Goes on after an error, as a target does that catches it. */
  readonly catches?: boolean;
}

type Sent = MeetingFrame | { readonly kind: 'departed'; readonly departure: Departure };
interface Call {
  readonly name: Step;
  readonly round: number;
  readonly call: number;
}

const lost: Departure = { kind: 'lost', error: { name: 'WorkerDiedError', message: 'gone' } };
const failed: Departure = { kind: 'failed', error: { name: 'RangeError', message: 'root' } };
const step = fc.constantFrom<Step>('x', 'y', undefined, undefined);
const steps = fc.array(step, { maxLength: 6 });
const order = fc.array(fc.nat(), { minLength: 300, maxLength: 300 });

/**
 * Ranks that run their programs, each with its own meeting. What they send waits in a queue for each pair, and is
 * delivered in whatever order the choices say: only what one rank sends to another one comes in its order.
 */
class Simulation {
  readonly #programs: readonly Program[];
  readonly #meetings: DirectMeeting[];
  readonly #position: number[];
  readonly #alive: Set<number>;
  readonly #waiting = new Map<number, Call>();
  readonly #queues: { readonly from: number; readonly to: number; readonly sent: Sent[] }[] = [];
  readonly #gone = new Set<number>();
  /** By rank and name: how many rounds it has finished. */
  readonly #met = new Map<string, number>();
  /** By round: the calls of those who came, and of those who met. */
  readonly #came = new Map<string, Set<string>>();
  readonly #finished = new Map<string, Set<string>>();
  readonly #given = new Map<string, string>();
  readonly #brokenCalls = new Set<string>();
  readonly #metCalls = new Set<string>();
  readonly errors: Error[] = [];

  constructor(programs: readonly Program[]) {
    this.#programs = programs;
    this.#meetings = programs.map((_program, rank) => new DirectMeeting(rank, programs.length));
    this.#position = programs.map(() => 0);
    this.#alive = new Set(programs.keys());
    for (const from of programs.keys())
      for (const to of programs.keys()) if (to !== from) this.#queues.push({ from, to, sent: [] });
  }

  get #nobodyDies(): boolean {
    return this.#programs.every(({ end }) => end !== 'die');
  }

  run(choices: readonly number[]): void {
    for (let turn = 0; ; turn += 1) {
      const able = [...this.#alive].filter((rank) => !this.#waiting.has(rank));
      const full = this.#queues.filter(({ to, sent }) => sent.length > 0 && this.#alive.has(to));
      const choice = (choices[turn % choices.length] ?? 0) % Math.max(1, able.length + full.length);
      const rank = able[choice];
      const queue = full[choice - able.length];
      if (rank !== undefined) this.#advance(rank);
      else if (queue) this.#deliver(queue);
      else break;
    }
    expect([...this.#waiting], 'ranks that wait for ever').toEqual([]);
    expect(this.#alive.size).toBe(0);
    if (this.#nobodyDies) this.#checkAgreement();
  }

  #advance(rank: number): void {
    const program = this.#programs[rank];
    const position = this.#position[rank] ?? 0;
    this.#position[rank] = position + 1;
    if (!program || position >= program.steps.length) {
      this.#leave(rank, program?.end === 'return' ? { kind: 'returned' } : program?.end === 'die' ? lost : failed);
      return;
    }
    const name = program.steps[position];
    const round = this.#met.get(`${rank} ${name}`) ?? 0;
    const text = `${name} of ${rank} in ${round}, step ${position}`;
    const object = name === undefined ? undefined : { version: position + 1, payload: Buffer.from(text) };
    const frame = this.#meeting(rank).enter(name, object);
    const call = frame?.kind === 'arrive' ? frame.call : 0;
    this.#waiting.set(rank, { name, round, call });
    const dies = program.end === 'die' && position === program.steps.length - 1;
    if (frame) {
      expect(frame).toMatchObject({ from: rank, name, round });
      note(this.#came, `${name} ${round}`, `${rank} ${call}`);
      this.#send(rank, frame, dies ? program.told : undefined);
    }
    if (dies) {
      this.#waiting.delete(rank);
      this.#leave(rank, lost);
    } else this.#settle(rank);
  }

  #deliver({ from, to, sent }: { from: number; to: number; sent: Sent[] }): void {
    const one = sent.shift();
    if (!one) return;
    if (one.kind === 'departed') this.#meeting(to).depart(from, one.departure);
    else this.#meeting(to).receive(one);
    this.#settle(to);
  }

  #send(from: number, sent: Sent, atMost = Number.POSITIVE_INFINITY): void {
    let count = 0;
    for (const queue of this.#queues) {
      if (queue.from !== from || count >= atMost) continue;
      count += 1;
      if (sent.kind === 'departed' || this.#meeting(from).isPresent(queue.to)) queue.sent.push(sent);
    }
  }

  #leave(rank: number, departure: Departure): void {
    this.#alive.delete(rank);
    this.#gone.add(rank);
    this.#send(rank, { kind: 'departed', departure });
  }

  #settle(rank: number): void {
    const outcome = this.#meeting(rank).settle();
    const waiting = this.#waiting.get(rank);
    if (!outcome) return;
    if (!waiting) throw new Error(`rank ${rank} is told something that it has not asked`);
    this.#waiting.delete(rank);
    const { name, round, call } = waiting;
    if (outcome.kind === 'met') {
      this.#met.set(`${rank} ${name}`, round + 1);
      note(this.#finished, `${name} ${round}`, `${rank} ${call}`);
      this.#metCalls.add(`${rank} ${call}`);
      this.#checkObjects(rank, waiting, outcome.objects);
      return;
    }
    this.errors.push(outcome.error);
    if (outcome.frame) {
      this.#send(rank, outcome.frame);
      if (outcome.frame.kind === 'broken')
        for (const [other, of] of outcome.frame.calls.entries()) if (of > 0) this.#brokenCalls.add(`${other} ${of}`);
    } else {
      const named = Number(/^Rank (\d+) /.exec(outcome.error.message)?.[1]);
      expect([...this.#gone], outcome.error.message).toContain(named);
    }
    if (this.#programs[rank]?.catches) return;
    this.#leave(rank, { kind: 'failed', error: outcome.error });
  }

  /** Each other rank's object of the same name and round, the same for all who get it. */
  #checkObjects(
    rank: number,
    { name, round }: Call,
    objects: readonly (readonly [number, { payload: Uint8Array | null }])[],
  ): void {
    const others = name === undefined ? [] : [...this.#programs.keys()].filter((other) => other !== rank);
    expect(objects.map(([other]) => other)).toEqual(others);
    for (const [other, { payload }] of objects) {
      const text = Buffer.from(payload ?? '').toString();
      expect(text.replace(/, step .*/, '')).toBe(`${name} of ${other} in ${round}`);
      const before = this.#given.get(`${name} ${round} ${other}`) ?? text;
      if (this.#nobodyDies) expect(text, 'all get the same object of a round').toBe(before);
      this.#given.set(`${name} ${round} ${other}`, text);
    }
  }

  /** A round is finished by all who came to it or by nobody; and what one rank found hopeless was so for all. */
  #checkAgreement(): void {
    for (const [round, met] of this.#finished) {
      expect(met.size, round).toBe(this.#programs.length);
      for (const call of met) expect([...(this.#came.get(round) ?? [])], round).toContain(call);
    }
    expect([...this.#brokenCalls].filter((call) => this.#metCalls.has(call))).toEqual([]);
  }

  #meeting(rank: number): DirectMeeting {
    const meeting = this.#meetings[rank];
    if (!meeting) throw new Error(`there is no rank ${rank}`);
    return meeting;
  }
}

function note(sets: Map<string, Set<string>>, key: string, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}

describe('ranks that meet directly', () => {
  it('all end, agree on who has met whom, and mix nothing, whatever each does and whatever is late', () => {
    const program = fc.record({
      steps,
      end: fc.constantFrom('return' as const, 'fail' as const),
      catches: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(program, { minLength: 2, maxLength: 5 }), order, (programs, choices) => {
        new Simulation(programs).run(choices);
      }),
      { numRuns: 2000 },
    );
  });

  it('all end also when some die while they tell the others', () => {
    const program = fc.record({
      steps,
      end: fc.constantFrom('return' as const, 'fail' as const, 'die' as const),
      told: fc.nat(4),
      catches: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(program, { minLength: 2, maxLength: 5 }), order, (programs, choices) => {
        new Simulation(programs).run(choices);
      }),
      { numRuns: 2000 },
    );
  });

  it('meet no error when all make the same calls and return', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 5 }), order, (same, total, choices) => {
        const simulation = new Simulation(Array.from({ length: total }, () => ({ steps: same, end: 'return' })));
        simulation.run(choices);
        expect(simulation.errors).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('are told of a broken barrier when their numbers of syncs differ', () => {
    const counts = fc.array(fc.nat(4), { minLength: 2, maxLength: 5 }).filter((list) => new Set(list).size > 1);
    fc.assert(
      fc.property(counts, order, (list, choices) => {
        const simulation = new Simulation(
          list.map((count) => ({ steps: Array<Step>(count).fill(undefined), end: 'return' })),
        );
        simulation.run(choices);
        const least = Math.min(...list);
        expect(simulation.errors).toHaveLength(list.filter((count) => count > least).length);
        expect(simulation.errors.map((error) => error.name)).toContain('BarrierBrokenError');
      }),
    );
  });

  it('find out in whatever order they hear of it that all wait for different things, and meet again after that', () => {
    const different = fc
      .array(fc.constantFrom<Step>('x', 'y', undefined), { minLength: 2, maxLength: 5 })
      .filter((names) => new Set(names).size > 1);
    fc.assert(
      fc.property(different, steps, order, (names, same, choices) => {
        const simulation = new Simulation(
          names.map((name) => ({ steps: [name, ...same], end: 'return', catches: true })),
        );
        simulation.run(choices);
        const calls = names.map((name, rank) =>
          name === undefined ? `rank ${rank} in sync()` : `rank ${rank} in shareObject("${name}") round 1`,
        );
        const message = `The ranks wait for different things and would wait for ever: ${calls.join(', ')}. Let every rank make the same calls in the same order.`;
        expect(simulation.errors.map((error) => error.message)).toEqual(names.map(() => message));
      }),
      { numRuns: 1000 },
    );
  });
});
