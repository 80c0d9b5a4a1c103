import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SettledItem } from '../../../../src/core/items/item-result';
import { timelineOf } from '../../../../src/main/runs/range-feed';
import { ItemTracker } from '../../../../src/runner/tracking/item-tracker';
import type { JobInfo, RankInfo, RankState } from '../../../../src/shared/engine-info';
import { indexStates } from '../../../../src/shared/range';

/** A run of a map job whose clock and events the test makes. */
class Run {
  now = 1000;
  readonly tracker = new ItemTracker(() => this.now);
  readonly ranks: RankInfo[];
  readonly #range: number;

  constructor(range: number, ranks: number) {
    this.#range = range;
    this.ranks = Array.from({ length: ranks }, (_, index) => ({
      index,
      pid: 100 + index,
      start: 0,
      end: 0,
      chunks: 0,
      assigned: 0,
      count: 0,
      state: 'running',
    }));
    this.tell();
  }

  tell(more: Partial<JobInfo> = {}): this {
    const info: JobInfo = {
      id: 1,
      label: 'job',
      state: 'running',
      valRange: this.#range,
      total: this.ranks.length,
      progress: 0,
      priority: 0,
      ranks: [...this.ranks],
      queuedAt: 0,
      startedAt: 1000,
      ...more,
    };
    this.tracker.onEvent({ type: 'job', job: info });
    return this;
  }

  rank(index: number, state: RankState, item?: number): this {
    const before = this.ranks[index];
    if (before !== undefined) {
      const { item: _, ...rest } = before;
      this.ranks[index] = { ...rest, state, ...(item === undefined ? {} : { item }) };
    }
    return this.tell();
  }

  give(rank: number, start: number, end: number, isFirst = false): this {
    this.tracker.onEvent({ type: 'chunk', jobId: 1, rank, isFirst, start, end });
    return this;
  }

  settle(state: SettledItem['state'], start: number, end = start + 1): this {
    const error = { name: 'Error', message: 'no' };
    this.tracker.onItems(
      Array.from({ length: end - start }, (_, place): SettledItem => {
        const common = { index: start + place, attempts: 1, durationMs: 1 };
        return state === 'done' ? { ...common, state, payload: undefined } : { ...common, state, error };
      }),
    );
    return this;
  }

  get totals(): Record<string, number> {
    const totals = this.tracker.totals();
    return Object.fromEntries(
      indexStates.map((name, place) => [name, totals[place] ?? 0] as const).filter(([, count]) => count > 0),
    );
  }

  state(index: number): string {
    const piece = this.tracker.piece(index);
    return piece === null ? 'nothing' : `${piece.state} ${piece.rank}`;
  }
}

describe('the range of a job that works item by item', () => {
  it('has items that wait, are worked on, are done and have failed', () => {
    const run = new Run(20, 2).give(0, 0, 5, true).give(1, 5, 10, true).rank(0, 'running', 2);
    expect(run.totals).toEqual({ waiting: 19, running: 1 });
    run.settle('done', 0, 2).settle('failed', 2).settle('done', 3);
    expect(run.totals).toEqual({ waiting: 16, done: 3, failed: 1 });
    expect([0, 2, 3, 4, 7, 12].map((index) => run.state(index))).toEqual([
      'done 0',
      'failed 0',
      'done 0',
      'waiting 0',
      'waiting 1',
      'waiting -1',
    ]);
    expect([run.tracker.rankOf(2), run.tracker.rankOf(7), run.tracker.rankOf(12)]).toEqual([0, 1, null]);
  });

  it('keeps what a lost process has delivered, and opens what it held', () => {
    const run = new Run(20, 2).give(0, 0, 10, true).rank(0, 'running', 4).settle('done', 0, 4);
    run.rank(0, 'lost');
    expect(run.totals).toEqual({ waiting: 16, done: 4 });
    expect([run.state(3), run.state(4)]).toEqual(['done 0', 'waiting -1']);
    run.give(1, 4, 7, true).settle('done', 4, 6).settle('failed', 6);
    expect([run.state(5), run.state(6)]).toEqual(['done 1', 'failed 1']);
    expect(run.totals).toEqual({ waiting: 13, done: 6, failed: 1 });
  });

  it('gives an item that is tried again to who tries it', () => {
    const run = new Run(10, 2).give(0, 0, 5, true).give(1, 5, 10, true);
    run.settle('done', 0, 2).settle('done', 3, 5);
    run.give(1, 2, 3).settle('done', 5, 10).settle('done', 2);
    expect(run.state(2)).toBe('done 1');
    expect(run.totals).toEqual({ done: 10 });
  });

  it('knows whose items were whose files are written only later', () => {
    const run = new Run(10, 1).give(0, 0, 5, true).give(0, 5, 10).rank(0, 'running', 7);
    run.rank(0, 'done').tell({ state: 'done', progress: 10, endedAt: 2000 });
    expect(run.totals).toEqual({ waiting: 10 });
    run.settle('done', 0, 10);
    expect([run.state(0), run.state(9), run.totals]).toEqual(['done 0', 'done 0', { done: 10 }]);
  });

  it('is skipped where a cancel has stopped it, also between what is done', () => {
    const run = new Run(20, 2).give(0, 0, 5, true).give(1, 5, 10, true).settle('done', 0, 2).settle('done', 5);
    run.rank(0, 'cancelled').rank(1, 'cancelled').tell({ state: 'cancelled', progress: 3, endedAt: 1500 });
    expect(run.totals).toEqual({ done: 3, skipped: 17 });
    expect([run.tracker.stateOf(4), run.tracker.stateOf(15)]).toEqual(['skipped', 'skipped']);
  });

  it('says of items that were left out that they were nobody’s', () => {
    const run = new Run(10, 1).give(0, 0, 5, true).settle('skipped', 5, 10);
    expect([run.state(5), run.totals]).toEqual(['skipped -1', { waiting: 5, skipped: 5 }]);
  });

  it('has a timeline with a span for each chunk, from when it was begun', () => {
    const run = new Run(30, 1).give(0, 0, 10, true).give(0, 10, 20);
    run.now = 1200;
    run.settle('done', 0, 10);
    run.now = 1500;
    run.settle('done', 10, 12);
    const { lanes } = timelineOf(run.tracker, 1, 0, Number.POSITIVE_INFINITY, run.now);
    expect([...(lanes[0]?.spans ?? [])]).toEqual([1000, 1200, 0, 10, 1200, Number.NaN, 10, 20]);
    expect(run.tracker.lanes[0]?.chunksDone).toBe(1);
    run.now = 1600;
    run.rank(0, 'lost');
    const after = timelineOf(run.tracker, 1, 0, Number.POSITIVE_INFINITY, run.now).lanes[0];
    expect([...(after?.states ?? [])].map((state) => indexStates[state])).toEqual(['done', 'lost']);
  });

  it('always has each item in exactly one state, whatever the ranks do', () => {
    const range = 40;
    const step = fc.oneof(
      fc.record({
        do: fc.constant('give' as const),
        rank: fc.nat(2),
        at: fc.nat(range - 1),
        size: fc.integer({ min: 1, max: 9 }),
        first: fc.boolean(),
      }),
      fc.record({
        do: fc.constant('settle' as const),
        at: fc.nat(range - 1),
        size: fc.integer({ min: 1, max: 6 }),
        state: fc.constantFrom('done' as const, 'failed' as const, 'skipped' as const),
      }),
      fc.record({
        do: fc.constant('rank' as const),
        rank: fc.nat(2),
        state: fc.constantFrom('running' as const, 'done' as const, 'lost' as const),
        item: fc.nat(range - 1),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const run = new Run(range, 3);
        const settled = new Map<number, string>();
        for (const one of steps) {
          if (one.do === 'give') {
            // Only what has not ended is given out.
            let end = one.at;
            while (end < Math.min(range, one.at + one.size) && !settled.has(end)) end += 1;
            if (end > one.at) run.give(one.rank, one.at, end, one.first);
          } else if (one.do === 'rank') run.rank(one.rank, one.state, one.item);
          else
            for (let index = one.at; index < Math.min(range, one.at + one.size); index += 1)
              if (!settled.has(index)) {
                settled.set(index, one.state);
                run.settle(one.state, index);
              }
        }
        const expected = { done: 0, failed: 0, skipped: 0 };
        for (const state of settled.values()) expected[state as 'done'] += 1;
        const { done = 0, failed = 0, skipped = 0, waiting = 0, running = 0 } = run.totals;
        expect({ done, failed, skipped }).toEqual(expected);
        expect(done + failed + skipped + waiting + running).toBe(range);
        for (const [index, state] of settled) expect(run.state(index).split(' ')[0]).toBe(state);
      }),
    );
  });

  it('stays bounded and exact over a million items that two ranks take turns at', () => {
    const run = new Run(1_000_000, 2);
    for (let at = 0; at < 1_000_000; at += 20) {
      run.now += 1;
      run.give((at / 20) % 2, at, at + 20, at < 40).settle('done', at, at + 19);
      run.settle(at % 1000 === 0 ? 'failed' : 'done', at + 19);
    }
    expect(run.totals).toEqual({ done: 999_000, failed: 1000 });
    expect(run.tracker.spans[0]?.length).toBeLessThanOrEqual(2048);
  });
});
