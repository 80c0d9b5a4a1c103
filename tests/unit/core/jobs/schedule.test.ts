import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkCounter, parseSchedule, type Schedule, type ScheduleSpec } from '../../../../src/core/jobs/schedule';

/** A schedule as untyped code gives it. */
const untyped = (json: string): ScheduleSpec => JSON.parse(json) as ScheduleSpec;
const guided: Schedule = { kind: 'guided', chunk: undefined };
const dynamic: Schedule = { kind: 'dynamic', chunk: undefined };

/** The sizes that a rank gets which asks until nothing is left, in no time. */
function sizes(counter: ChunkCounter): number[] {
  const all: number[] = [];
  for (;;) {
    const chunk = counter.take(0, 0, 0);
    if (!chunk) return all;
    all.push(chunk[1] - chunk[0]);
  }
}

describe('parseSchedule', () => {
  it('takes a name, or a name and a chunk size, and is static by default', () => {
    expect(parseSchedule()).toEqual({ kind: 'static', chunk: undefined });
    expect(parseSchedule('guided')).toEqual({ kind: 'guided', chunk: undefined });
    expect(parseSchedule({ kind: 'static' })).toEqual({ kind: 'static', chunk: undefined });
    expect(parseSchedule({ kind: 'dynamic', chunk: 1 })).toEqual({ kind: 'dynamic', chunk: 1 });
    expect(parseSchedule({ kind: 'guided', chunk: 64 })).toEqual({ kind: 'guided', chunk: 64 });
  });

  it.each([
    ['"fast"', '"fast"'],
    ['{ "kind": "Dynamic" }', '"Dynamic"'],
    ['{ "kind": 3 }', '3'],
    ['{ "chunk": 3 }', 'undefined'],
  ])('refuses the kind in %s', (json, shown) => {
    expect(() => parseSchedule(untyped(json))).toThrow(
      new TypeError(`schedule must be one of static, dynamic, guided, not ${shown}.`),
    );
  });

  it('refuses a chunk size with static', () => {
    expect(() => parseSchedule({ kind: 'static', chunk: 4 })).toThrow(
      new TypeError(
        'A static schedule has one part for each rank and no chunks; use dynamic or guided with a chunk size.',
      ),
    );
  });

  it.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses a chunk size of %d', (chunk) => {
    for (const kind of ['dynamic', 'guided'] as const) {
      expect(() => parseSchedule({ kind, chunk })).toThrow(
        new RangeError(`The chunk size of a schedule must be an integer of at least 1, not ${chunk}.`),
      );
    }
  });

  it('refuses a chunk size that is not a number', () => {
    expect(() => parseSchedule(untyped('{ "kind": "dynamic", "chunk": "many" }'))).toThrow(
      new RangeError('The chunk size of a schedule must be an integer of at least 1, not many.'),
    );
  });
});

describe('the chunks of a range', () => {
  it.each(['dynamic', 'guided'] as const)(
    'hold each index once, in ascending order, whatever ranks ask for them and when: %s',
    (kind) => {
      const schedule = fc.record({
        kind: fc.constant(kind),
        chunk: fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }),
      });
      const ask = fc.record({ rank: fc.nat(7), finished: fc.integer(), now: fc.double({ noNaN: true }) });
      fc.assert(
        fc.property(
          schedule,
          fc.nat(500),
          fc.integer({ min: 1, max: 8 }),
          fc.array(ask, { minLength: 1, maxLength: 60 }),
          (given, valRange, total, asks) => {
            const counter = new ChunkCounter(given, valRange, total);
            const handed: number[] = [];
            const hand = (turn: number): boolean => {
              const { rank, finished, now } = asks[turn % asks.length] ?? { rank: 0, finished: 0, now: 0 };
              const chunk = counter.take(rank % total, finished, now);
              if (!chunk) return false;
              expect(chunk[1]).toBeGreaterThan(chunk[0]);
              for (let index = chunk[0]; index < chunk[1]; index += 1) handed.push(index);
              return true;
            };
            for (let turn = 0; turn <= valRange && hand(turn); ) turn += 1;
            expect(handed).toEqual(Array.from({ length: valRange }, (_, index) => index));
            for (let rank = 0; rank < total; rank += 1) expect(counter.take(rank, valRange, 1e6)).toBeUndefined();
          },
        ),
        { numRuns: 500 },
      );
    },
  );

  it('of dynamic have the given size, the last one what is left', () => {
    expect(sizes(new ChunkCounter({ kind: 'dynamic', chunk: 300 }, 1000, 4))).toEqual([300, 300, 300, 100]);
    expect(sizes(new ChunkCounter({ kind: 'dynamic', chunk: 2000 }, 1000, 4))).toEqual([1000]);
  });

  it('of guided shrink: what is left, divided by twice the number of ranks', () => {
    expect(sizes(new ChunkCounter(guided, 1000, 4))).toEqual([
      125, 110, 96, 84, 74, 64, 56, 49, 43, 38, 33, 29, 25, 22, 19, 17, 15, 13, 11, 10, 9, 8, 7, 6, 5, 4, 4, 3, 3, 3, 2,
      2, 2, 2, 1, 1, 1, 1, 1, 1, 1,
    ]);
  });

  it('of guided shrink to the given size and no further, but for the last one', () => {
    expect(sizes(new ChunkCounter({ kind: 'guided', chunk: 60 }, 1000, 4))).toEqual([
      125, 110, 96, 84, 74, 64, 60, 60, 60, 60, 60, 60, 60, 27,
    ]);
  });

  it('are none of an empty range', () => {
    for (const schedule of [dynamic, guided]) expect(sizes(new ChunkCounter(schedule, 0, 2))).toEqual([]);
  });
});

describe('dynamic chunks without a given size', () => {
  /** The sizes that a rank gets which works at this pace and asks whenever it is done. */
  function sizesAt(itemsPerMs: number, times: number): number[] {
    const counter = new ChunkCounter(dynamic, 10_000_000, 4);
    let finished = 0;
    return Array.from({ length: times }, () => {
      const [start, end] = counter.take(1, finished, 5000 + finished / itemsPerMs) ?? [0, 0];
      finished += end - start;
      return end - start;
    });
  }

  it.each([
    [0.001, [256, 1, 1]],
    [0.1, [256, 5, 5]],
    [2, [256, 100, 100]],
    [16, [256, 800, 800]],
    [1000, [256, 1024, 4096, 16_384, 50_000, 50_000]],
  ])('take about 50 ms at %d items per ms, and grow at most four times at once', (itemsPerMs, expected) => {
    expect(sizesAt(itemsPerMs, expected.length)).toEqual(expected);
  });

  it('follow a pace that changes', () => {
    const counter = new ChunkCounter(dynamic, 10_000_000, 4);
    expect(counter.take(0, 0, 0)).toEqual([0, 256]);
    expect(counter.take(0, 256, 32)).toEqual([256, 656]);
    expect(counter.take(0, 656, 832)).toEqual([656, 681]);
    expect(counter.take(0, 681, 857)).toEqual([681, 731]);
  });

  it('keep their size when nothing was finished since, and grow four times when it took no time', () => {
    const counter = new ChunkCounter(dynamic, 10_000_000, 4);
    expect(counter.take(0, 0, 0)).toEqual([0, 256]);
    expect(counter.take(0, 0, 500)).toEqual([256, 512]);
    expect(counter.take(0, 256, 512)).toEqual([512, 537]);
    expect(counter.take(0, 512, 512)).toEqual([537, 637]);
  });

  it('follow the pace of their own rank', () => {
    const counter = new ChunkCounter(dynamic, 10_000_000, 2);
    expect(counter.take(0, 0, 0)).toEqual([0, 256]);
    expect(counter.take(1, 0, 0)).toEqual([256, 512]);
    expect(counter.take(0, 256, 128)).toEqual([512, 612]);
    expect(counter.take(1, 256, 1280)).toEqual([612, 622]);
  });

  it('begin with a 32nd of a fair part, with one item when there are few', () => {
    expect(new ChunkCounter(dynamic, 6400, 4).take(0, 0, 0)).toEqual([0, 50]);
    expect(new ChunkCounter(dynamic, 20, 4).take(0, 0, 0)).toEqual([0, 1]);
  });

  it('never pass half of a fair share of what is left, and grow at most four times at once', () => {
    const ask = fc.record({ rank: fc.nat(4), items: fc.nat(5000), ms: fc.double({ min: 0, max: 1000, noNaN: true }) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(ask, { minLength: 1, maxLength: 100 }),
        (valRange, total, asks) => {
          const counter = new ChunkCounter(dynamic, valRange, total);
          const finished = new Map<number, number>();
          const before = new Map<number, number>();
          let now = 0;
          let left = valRange;
          for (const each of asks) {
            const rank = each.rank % total;
            now += each.ms;
            finished.set(rank, (finished.get(rank) ?? 0) + each.items);
            const chunk = counter.take(rank, finished.get(rank) ?? 0, now);
            if (!chunk) break;
            const size = chunk[1] - chunk[0];
            expect(size).toBeLessThanOrEqual(Math.ceil(left / (2 * total)));
            expect(size).toBeLessThanOrEqual(4 * (before.get(rank) ?? 64));
            before.set(rank, size);
            left -= size;
          }
        },
      ),
    );
  });
});
