import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemResult } from '../../../../src/core/items/item-result';
import type { ScheduleSpec } from '../../../../src/core/jobs/schedule';
import { Bench, type BenchOptions, valueOf } from './map-bench';

/** Something that happens to a map job; numbers are taken modulo how many there are. */
type Happening =
  | { readonly what: 'step'; readonly rank: number; readonly most: number }
  | { readonly what: 'kill' | 'strike' | 'retire' | 'overdue'; readonly rank: number }
  | { readonly what: 'release' | 'skip'; readonly start: number; readonly length: number }
  | { readonly what: 'advance'; readonly ms: number }
  | { readonly what: 'grow' | 'hold' | 'resume' | 'finish' | 'cancel' };

const range = (): fc.Arbitrary<readonly [number, number]> =>
  fc.tuple(fc.nat(59), fc.nat(20)).map(([start, length]) => [start, start + length] as const);
const small = fc.nat(3);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ what: fc.constant('step' as const), rank: small, most: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('kill' as const, 'strike' as const, 'retire' as const, 'overdue' as const),
      rank: small,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constantFrom('release' as const, 'skip' as const),
      start: fc.nat(59),
      length: fc.nat(40),
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('advance' as const), ms: fc.nat(80) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('hold' as const, 'resume' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('grow' as const, 'finish' as const, 'cancel' as const) }) },
);

const options: fc.Arbitrary<BenchOptions> = fc
  .record({
    items: fc.integer({ min: 1, max: 60 }),
    ranks: fc.integer({ min: 1, max: 4 }),
    workers: fc.integer({ min: 1, max: 4 }),
    schedule: fc.constantFrom<ScheduleSpec>('static', 'dynamic', 'guided', { kind: 'dynamic', chunk: 5 }),
    max: fc.nat(2),
    delayMs: fc.constantFrom(0, 50),
    on: fc.constantFrom(['crash', 'timeout', 'error'] as const, ['crash', 'timeout'] as const),
    kills: fc.uniqueArray(fc.nat(59), { maxLength: 4 }),
    fails: fc.uniqueArray(fc.nat(59), { maxLength: 30 }),
    blocked: fc.array(range(), { maxLength: 3 }),
    done: fc.array(range(), { maxLength: 2 }),
    recycleAfter: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    keepsValues: fc.boolean(),
    isStarted: fc.boolean(),
  })
  .map(({ items, max, delayMs, on, kills, fails, blocked, done, recycleAfter, isStarted, ...rest }) => {
    const within = (ranges: readonly (readonly [number, number])[]): [number, number][] =>
      ranges.map(([start, end]) => [Math.min(start, items), Math.min(end, items)]);
    return {
      ...rest,
      items,
      retries: { max, delayMs, jitter: 0.5, on },
      kills: new Set(kills),
      fails: new Set(fails),
      blocked: within(blocked),
      done: within(done),
      start: isStarted,
      ...(recycleAfter === undefined ? {} : { recycleAfter }),
    };
  });

const isIn = (ranges: readonly (readonly [number, number])[] | undefined, item: number): boolean =>
  (ranges ?? []).some(([start, end]) => start <= item && item < end);

/** Carries out what happens, and looks at once whether it could happen. */
class Story {
  readonly bench: Bench;
  readonly given: BenchOptions;
  readonly isOpen: boolean[];
  hasCancelled = false;
  hasFinished = false;
  /** Items that a kill or a time limit from outside may be blamed on. */
  readonly suspicious = new Set<number>();

  constructor(given: BenchOptions) {
    this.given = given;
    this.bench = new Bench(given);
    this.isOpen = Array.from({ length: given.items }, (_, item) => !isIn(given.blocked, item));
  }

  happen(event: Happening): void {
    const { bench, given } = this;
    const callsBefore = [...bench.calls];
    // What ranks hold they finish: the item that they are at, and nothing else.
    const mayCall = bench.machine.isHeld ? new Set(bench.held.flat()) : undefined;
    switch (event.what) {
      case 'step':
        bench.step(event.rank, event.most);
        break;
      case 'kill':
        this.#suspect(event.rank);
        bench.kill(event.rank);
        break;
      case 'strike':
        // It had not begun anything, so nobody is to blame.
        bench.kill(event.rank, null);
        break;
      case 'overdue':
        if (bench.machine.activeRanks.includes(event.rank)) {
          this.#suspect(event.rank);
          bench.machine.rankProgress(event.rank, 0, bench.now);
          for (const rank of bench.machine.activeRanks) this.#suspect(rank);
          bench.perform(bench.machine.endOverdue(10, bench.now + 10));
        }
        break;
      case 'retire':
        if (event.rank < bench.machine.total) bench.perform(bench.machine.retire(event.rank));
        break;
      case 'release':
      case 'skip': {
        const start = Math.min(event.start, given.items);
        const end = Math.min(start + event.length, given.items);
        if (event.what === 'skip') bench.skip(start, end);
        else {
          this.isOpen.fill(true, start, end);
          bench.release(start, end);
          this.startIfWaiting();
        }
        break;
      }
      case 'advance':
        bench.advance(event.ms);
        break;
      case 'grow':
        bench.perform(bench.machine.grow(Math.min(given.items, 4)));
        break;
      case 'hold':
      case 'resume':
        bench.hold(event.what === 'hold');
        this.startIfWaiting();
        break;
      case 'finish':
        this.hasFinished ||= bench.outcomes.length === 0;
        bench.finish();
        break;
      case 'cancel':
        if (bench.outcomes.length === 0 && bench.machine.itemCounts.done < given.items) this.hasCancelled = true;
        bench.perform(bench.machine.cancel(new Error('cancelled')));
    }
    bench.calls.forEach((count, item) => {
      if (count > (callsBefore[item] ?? 0)) {
        expect(this.isOpen[item], `item ${item} was called while it was blocked`).toBe(true);
        expect(mayCall?.has(item) ?? true, `item ${item} was given out while the job was held`).toBe(true);
        expect(isIn(given.done, item), `item ${item} was called though it was done`).toBe(false);
      }
    });
    expect(bench.machine.progress).toBeLessThanOrEqual(given.items);
  }

  startIfWaiting(): void {
    if (this.bench.machine.state === 'queued' && this.bench.machine.hasWork) this.bench.start();
  }

  #suspect(rank: number): void {
    for (const item of this.bench.work.get(rank)?.pieces.flat() ?? []) this.suspicious.add(item);
  }
}

function checkResult(result: ItemResult, { given, bench, suspicious }: Story): void {
  const { index, state, attempts } = result;
  const isBad = [given.kills, given.fails].some((items) => items?.has(index));
  const retries = given.retries as { max: number; on: readonly string[] };
  expect(state === 'earlier').toBe(isIn(given.done, index));
  if (result.state === 'done') {
    if (given.keepsValues !== false) expect(valueOf(result)).toBe(index);
    expect(isBad).toBe(false);
  }
  if (result.state === 'failed') {
    expect(isBad || suspicious.has(index)).toBe(true);
    expect(bench.calls[index] === 0 && !suspicious.has(index)).toBe(false);
  }
  if (state !== 'earlier') expect(attempts).toBeLessThanOrEqual(retries.max + 1);
}

test('every item is settled exactly once, and the job ends, whatever happens and in which order', () => {
  fc.assert(
    fc.property(options, fc.array(happening, { maxLength: 120, size: 'max' }), (given, happenings) => {
      fc.pre(Array.from({ length: given.items }, (_, item) => item).some((item) => !isIn(given.done, item)));
      const story = new Story(given);
      const { bench } = story;
      for (const event of happenings) {
        story.happen(event);
        story.startIfWaiting();
      }
      story.happen({ what: 'release', start: 0, length: given.items });
      story.happen({ what: 'resume' });
      if (bench.outcomes.length === 0) bench.end();
      expect(bench.outcomes).toHaveLength(1);
      expect(bench.free).toBe(given.workers);
      expect(bench.work.size).toBe(0);
      expect(bench.machine.hasEnded).toBe(true);
      // Told once each, and nothing that contradicts the result.
      expect(new Set(bench.told.map((item) => item.index)).size).toBe(bench.told.length);
      const [outcome] = bench.outcomes;
      if (outcome?.kind === 'rejected') {
        expect(story.hasCancelled).toBe(true);
        expect(bench.machine.state).toBe('cancelled');
        return;
      }
      const { results } = bench;
      const counts = bench.machine.itemCounts;
      expect(counts.done + counts.failed + counts.skipped + counts.earlier).toBe(given.items);
      expect(results).toHaveLength(given.keepsValues === false ? counts.failed : given.items);
      expect(bench.told).toHaveLength(given.items - counts.earlier);
      const told = new Map(bench.told.map((item) => [item.index, item]));
      for (const result of results) {
        checkResult(result, story);
        const item = told.get(result.index);
        expect(item?.state ?? 'earlier').toBe(result.state);
        expect(item?.attempts ?? 0).toBe(result.attempts);
      }
      for (const item of bench.told) {
        if (item.state === 'done') expect(valueOf(item)).toBe(item.index);
        // Only what was called can have been done; only a finish or a skip leaves something out.
        expect(item.state === 'done' && bench.calls[item.index] === 0).toBe(false);
      }
      if (!story.hasFinished && !happenings.some(({ what }) => what === 'skip')) expect(counts.skipped).toBe(0);
      const expected = counts.failed > 0 ? ['failed'] : story.hasFinished ? ['done', 'cancelled'] : ['done'];
      expect(expected).toContain(bench.machine.state);
    }),
    { numRuns: 500 },
  );
}, 60_000);
