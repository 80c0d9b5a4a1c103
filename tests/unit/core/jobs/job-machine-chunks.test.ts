import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../../src/core/error-info';
import { JobCancelledError } from '../../../../src/core/errors';
import type { JobAction } from '../../../../src/core/jobs/job-life';
import { JobMachine } from '../../../../src/core/jobs/job-machine';
import type { Schedule } from '../../../../src/core/jobs/schedule';

const byFour: Schedule = { kind: 'dynamic', chunk: 4 };
const root = toErrorInfo(new RangeError('root'));
const chunked = (valRange: number, total: number): JobMachine => new JobMachine(valRange, total, { schedule: byFour });
const parts = (machine: JobMachine) => machine.ranks.map(({ start, end }) => [start, end]);
const given = (rank: number, call: number, chunk: readonly [number, number] | undefined): JobAction => ({
  type: 'release',
  release: { rank, call, reply: { ok: true, entries: [], chunk } },
});

describe('a job that is shared out in chunks', () => {
  it('gives each rank its first chunk when they begin', () => {
    const machine = chunked(20, 2);
    expect([machine.isChunked, parts(machine), machine.ranks.map(({ chunks }) => chunks)]).toEqual([
      true,
      [
        [0, 0],
        [0, 0],
      ],
      [0, 0],
    ]);
    machine.start([], true, 0);
    expect(machine.ranks.map(({ assigned }) => assigned)).toEqual([0, 0]);
    machine.probed(0);
    expect([machine.part(0), machine.part(1)]).toEqual([
      [0, 4],
      [4, 8],
    ]);
    expect(machine.ranks.map(({ chunks, assigned }) => [chunks, assigned])).toEqual([
      [1, 4],
      [1, 4],
    ]);
  });

  it('gives the next chunk to the rank that asks, and takes what it worked on for its pace, not for its progress', () => {
    const machine = chunked(20, 2);
    machine.start([], false, 0);
    expect(machine.call(1, 1, { op: 'chunk', count: 0 }, 0)).toEqual([given(1, 1, [8, 12])]);
    expect(machine.call(1, 2, { op: 'chunk', count: 4 }, 10)).toEqual([given(1, 2, [12, 16])]);
    expect(machine.call(0, 1, { op: 'chunk', count: 0 }, 10)).toEqual([given(0, 1, [16, 20])]);
    expect(machine.ranks).toMatchObject([
      { start: 16, end: 20, chunks: 2, assigned: 8, count: 0 },
      { start: 12, end: 16, chunks: 3, assigned: 12, count: 0 },
    ]);
    expect(machine.call(0, 2, { op: 'chunk', count: 4 }, 20)).toEqual([given(0, 2, undefined)]);
    expect(machine.ranks[0]).toMatchObject({ start: 16, end: 20, chunks: 2, assigned: 8, count: 0 });
    expect(machine.progress).toBe(0);
  });

  it('lets a count grow with what the rank was given, and no further', () => {
    const machine = chunked(20, 2);
    machine.start([], false, 0);
    expect([machine.rankProgress(0, 100), machine.counts]).toEqual([true, [4, 0]]);
    machine.call(0, 1, { op: 'chunk', count: 4 }, 0);
    expect([machine.rankProgress(0, 100), machine.counts]).toEqual([true, [8, 0]]);
  });

  it('leaves a rank without work when the range is shorter than the ranks are many', () => {
    const machine = new JobMachine(2, 3, { schedule: { kind: 'guided', chunk: undefined } });
    machine.start([], false, 0);
    expect(machine.ranks.map(({ start, end, chunks, assigned }) => [start, end, chunks, assigned])).toEqual([
      [0, 1, 1, 1],
      [1, 2, 1, 1],
      [0, 0, 0, 0],
    ]);
  });

  it('answers at once, while other ranks wait for each other', () => {
    const machine = chunked(20, 2);
    machine.start([], false, 0);
    expect(machine.call(0, 1, { op: 'sync' }, 0)).toEqual([]);
    expect(machine.call(1, 1, { op: 'chunk', count: 4 }, 0)).toEqual([given(1, 1, [8, 12])]);
    expect(machine.call(1, 2, { op: 'sync' }, 0)).toMatchObject([
      { type: 'release', release: { rank: 0, call: 1 } },
      { type: 'release', release: { rank: 1, call: 2 } },
    ]);
  });

  it('gives nothing to a rank that does not run', () => {
    const machine = chunked(20, 2);
    const ask = (call: number) => machine.call(0, call, { op: 'chunk', count: 0 }, 0);
    expect(ask(1)).toEqual([]);
    machine.start([], false, 0);
    machine.rankFailed(0, root, 'lost');
    expect(ask(2)).toEqual([]);
    expect(machine.ranks[0]).toMatchObject({ chunks: 1, assigned: 4 });
    machine.cancel(new JobCancelledError('enough'));
    machine.rankFailed(1, root, 'failed');
    expect([machine.state, ask(3)]).toEqual(['cancelled', []]);
  });

  it.each([
    ['a static schedule', 2, { kind: 'static', chunk: undefined }],
    ['one rank', 1, byFour],
  ] as const)('has one part for each rank with %s', (_, total, schedule) => {
    const machine = new JobMachine(20, total, { schedule });
    const before = machine.ranks;
    expect(machine.isChunked).toBe(false);
    expect(before.map(({ chunks, assigned }) => [chunks, assigned])).toEqual(
      before.map(({ start, end }) => [1, end - start]),
    );
    expect(before.map(({ assigned }) => assigned)).toEqual(total === 1 ? [20] : [10, 10]);
    machine.start([], false, 0);
    expect(machine.call(0, 1, { op: 'chunk', count: 0 }, 0)).toEqual([given(0, 1, undefined)]);
    expect(parts(machine)).toEqual(before.map(({ start, end }) => [start, end]));
  });
});

type Step =
  | { readonly type: 'ask'; readonly rank: number; readonly count: number; readonly ms: number }
  | { readonly type: 'progress'; readonly rank: number; readonly count: number }
  | { readonly type: 'done' | 'lost'; readonly rank: number };

const rank = fc.nat(4);
const count = fc.integer({ min: -5, max: 400 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('ask' as const), rank, count, ms: fc.nat(200) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('progress' as const), rank, count }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('done' as const, 'lost' as const), rank }) },
);
const schedule: fc.Arbitrary<Schedule> = fc.record({
  kind: fc.constantFrom('dynamic' as const, 'guided' as const),
  chunk: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
});

/** Runs a job in chunks, and notes to which ranks each index was given. */
class ChunkDriver {
  readonly machine: JobMachine;
  readonly owners: number[][];
  readonly #chunks: number[];
  readonly #items: number[];
  #calls = 0;
  #now = 0;

  constructor(valRange: number, total: number, given: Schedule) {
    this.machine = new JobMachine(valRange, total, { schedule: given });
    this.owners = Array.from({ length: valRange }, () => []);
    this.#chunks = Array<number>(total).fill(0);
    this.#items = Array<number>(total).fill(0);
    for (const action of this.machine.start([], false, 0)) {
      if (action.type === 'dispatch') this.#note(action.rank, this.machine.part(action.rank));
    }
  }

  /** Returns whether the rank was given a chunk. */
  ask(asking: number, finished: number, ms: number): boolean {
    this.#calls += 1;
    this.#now += ms;
    const isRunning = this.machine.activeRanks.includes(asking);
    const actions = this.machine.call(asking, this.#calls, { op: 'chunk', count: finished }, this.#now);
    expect(actions).toHaveLength(isRunning ? 1 : 0);
    for (const action of actions) {
      if (action.type !== 'release' || !action.release.reply.ok) throw new Error('A chunk is never refused.');
      expect([action.release.rank, action.release.call]).toEqual([asking, this.#calls]);
      const { chunk } = action.release.reply;
      if (!chunk) return false;
      this.#note(asking, chunk);
      expect(this.machine.part(asking)).toEqual(chunk);
      return true;
    }
    return false;
  }

  feed(next: Step): void {
    const before = this.machine.progress;
    if (next.type === 'ask') this.ask(next.rank, next.count, next.ms);
    else if (next.type === 'progress') this.machine.rankProgress(next.rank, next.count);
    else if (next.type === 'done') this.machine.rankDone(next.rank, undefined, 0);
    else this.machine.rankFailed(next.rank, root, 'lost');
    expect(this.machine.progress).toBeGreaterThanOrEqual(before);
    this.check();
  }

  check(): void {
    for (const info of this.machine.ranks) {
      expect([info.chunks, info.assigned]).toEqual([this.#chunks[info.index], this.#items[info.index]]);
      expect(info.count).toBeLessThanOrEqual(info.assigned);
    }
    expect(this.machine.progress).toBeLessThanOrEqual(this.owners.length);
  }

  #note(owner: number, [start, end]: readonly [number, number]): void {
    if (start === end) return;
    for (let index = start; index < end; index += 1) this.owners[index]?.push(owner);
    this.#chunks[owner] = (this.#chunks[owner] ?? 0) + 1;
    this.#items[owner] = (this.#items[owner] ?? 0) + end - start;
  }
}

describe('a job in chunks, whatever its ranks do in whatever order', () => {
  it('gives each index to one rank, counts no more than it gave, and nothing after the end of the range', () => {
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.integer({ min: 2, max: 5 }),
        schedule,
        fc.array(step, { maxLength: 40 }),
        (valRange, total, kind, steps) => {
          const driver = new ChunkDriver(valRange, total, kind);
          // The last rank stays to the end and takes what the others leave.
          const last = total - 1;
          for (const next of steps) {
            if (next.rank < last || (next.rank === last && (next.type === 'ask' || next.type === 'progress')))
              driver.feed(next);
          }
          expect(driver.owners.every((owners) => owners.length <= 1)).toBe(true);
          while (driver.ask(last, 0, 1)) driver.check();
          expect(driver.owners.map((owners) => owners.length)).toEqual(Array<number>(valRange).fill(1));
          for (let each = 0; each < total; each += 1) expect(driver.ask(each, valRange, 1)).toBe(false);
          driver.check();
        },
      ),
      { numRuns: 500 },
    );
  });
});
