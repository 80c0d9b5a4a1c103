import { describe, expect, it } from 'vitest';
import { RangeFeed, timelineOf } from '../../../../src/main/runs/range-feed';
import { RangeTracker } from '../../../../src/runner/tracking/range-tracker';
import type { JobInfo, RankInfo, RankState } from '../../../../src/shared/engine-info';
import { indexStates } from '../../../../src/shared/range';

/** A run whose clock and events the test makes. */
class Run {
  now = 1000;
  readonly tracker = new RangeTracker(() => this.now);
  readonly ranks: RankInfo[];
  info: JobInfo;

  constructor(range: number, parts: readonly (readonly [number, number])[]) {
    this.ranks = parts.map(([start, end], index) => ({
      index,
      pid: 100 + index,
      start,
      end,
      chunks: 1,
      assigned: end - start,
      count: 0,
      state: 'waiting',
    }));
    this.info = {
      id: 1,
      label: 'job',
      state: 'running',
      valRange: range,
      total: parts.length,
      progress: 0,
      priority: 0,
      ranks: this.ranks,
      queuedAt: 0,
      startedAt: 1000,
    };
    this.tell();
  }

  tell(more: Partial<JobInfo> = {}): this {
    this.info = { ...this.info, ranks: [...this.ranks], ...more };
    this.tracker.onEvent({ type: 'job', job: this.info });
    return this;
  }

  rank(index: number, state: RankState, more: Partial<RankInfo> = {}): this {
    const before = this.ranks[index];
    if (before !== undefined) this.ranks[index] = { ...before, state, ...more };
    return this.tell();
  }

  give(rank: number, start: number, end: number, isFirst = false): this {
    this.tracker.onEvent({ type: 'chunk', jobId: 1, rank, isFirst, start, end });
    return this;
  }

  counts(...counts: readonly number[]): this {
    this.tracker.onEvent({ type: 'progress', jobId: 1, progress: 0, counts });
    return this;
  }

  /** States by name, without those that no index has. */
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

describe('the range of a run with one part for each rank', () => {
  const start = (): Run => {
    const run = new Run(100, [
      [0, 50],
      [50, 100],
    ]);
    return run.rank(0, 'running').rank(1, 'running');
  };

  it('waits, works and is done', () => {
    const run = new Run(100, [
      [0, 50],
      [50, 100],
    ]);
    expect(run.totals).toEqual({ waiting: 100 });
    run.rank(0, 'running').rank(1, 'running');
    expect(run.totals).toEqual({ waiting: 98, running: 2 });
    run.counts(10, 20);
    expect(run.totals).toEqual({ waiting: 68, running: 2, done: 30 });
    expect([9, 10, 11, 69, 70, 99].map((index) => run.state(index))).toEqual([
      'done 0',
      'running 0',
      'waiting 0',
      'done 1',
      'running 1',
      'waiting 1',
    ]);
    expect(run.tracker.lanes.map(({ item }) => item)).toEqual([10, 70]);
    run.rank(0, 'done').rank(1, 'done').tell({ state: 'done', endedAt: 2000 });
    expect(run.totals).toEqual({ done: 100 });
    expect(run.tracker.lanes).toEqual([
      { item: null, chunksDone: 1, rate: null },
      { item: null, chunksDone: 1, rate: null },
    ]);
  });

  it('shows where a rank failed, and what nobody works on any more', () => {
    const run = start().counts(12, 5);
    run.rank(0, 'failed', { error: { name: 'TypeError', message: 'no' } });
    expect([11, 12, 13, 49].map((index) => run.state(index))).toEqual(['done 0', 'failed 0', 'skipped 0', 'skipped 0']);
    expect(run.tracker.piece(12)).toMatchObject({ state: 'failed', error: 'no', start: 12, end: 13 });
    run.rank(1, 'done').tell({ state: 'failed', endedAt: 2000 });
    expect(run.totals).toEqual({ done: 62, failed: 1, skipped: 37 });
  });

  it('loses with a process all that it had done', () => {
    const run = start().counts(30, 5);
    run.rank(0, 'lost', { error: { name: 'WorkerDiedError', message: 'killed' } });
    expect(run.totals).toEqual({ lost: 50, waiting: 44, running: 1, done: 5 });
  });

  it('is skipped where a cancel has stopped it', () => {
    const run = start().counts(30, 5);
    run.rank(0, 'cancelled').rank(1, 'cancelled').tell({ state: 'cancelled', endedAt: 1500 });
    expect(run.totals).toEqual({ done: 35, skipped: 65 });
  });

  it('begins anew with another attempt', () => {
    const run = start().counts(30, 5);
    run.rank(0, 'lost');
    run.ranks.forEach((rank, index) => {
      run.ranks[index] = { ...rank, state: 'waiting', count: 0 };
    });
    run.tell({ attempt: 2, state: 'queued' });
    expect(run.totals).toEqual({ waiting: 100 });
    run.rank(0, 'running').counts(3, 0);
    expect(run.totals).toEqual({ waiting: 96, running: 1, done: 3 });
  });

  it('is known although its first events came before anybody listened', () => {
    const run = new Run(10, [[0, 10]]);
    run.rank(0, 'running', { count: 4 });
    expect(run.totals).toEqual({ waiting: 5, running: 1, done: 4 });
  });
});

describe('the range of a run with chunks', () => {
  const start = (): Run =>
    new Run(1000, [
      [0, 0],
      [0, 0],
    ])
      .rank(0, 'running')
      .rank(1, 'running');

  it('is done chunk by chunk: who is given the next but one has finished the first', () => {
    const run = start().give(0, 0, 100, true).give(1, 100, 200, true);
    run.now = 1100;
    // Each asks for more as soon as it has begun.
    run.give(0, 200, 300).give(1, 300, 400);
    expect(run.totals).toEqual({ waiting: 998, running: 2 });
    run.counts(60, 0);
    expect([run.state(59), run.state(60), run.state(250)]).toEqual(['done 0', 'running 0', 'waiting 0']);
    run.now = 1500;
    run.give(0, 400, 500);
    expect(run.totals).toEqual({ waiting: 898, running: 2, done: 100 });
    expect(run.tracker.piece(50)).toMatchObject({
      start: 0,
      end: 100,
      state: 'done',
      rank: 0,
      began: 1000,
      ended: 1500,
    });
    run.counts(130, 10);
    expect([run.state(229), run.state(230)]).toEqual(['done 0', 'running 0']);
    expect(run.tracker.lanes.map(({ chunksDone }) => chunksDone)).toEqual([1, 0]);
  });

  it('ends when nothing is left', () => {
    const run = new Run(300, [[0, 0]]).rank(0, 'running');
    run.give(0, 0, 200, true).give(0, 200, 300).give(0, 0, 0).rank(0, 'done');
    expect(run.totals).toEqual({ done: 300 });
    expect(run.tracker.lanes[0]?.chunksDone).toBe(2);
  });

  it('is open again where it is given out again', () => {
    const run = start().give(0, 0, 100, true).counts(40, 0);
    run.rank(0, 'lost');
    expect(run.totals).toMatchObject({ lost: 100 });
    run.rank(0, 'running').give(1, 0, 50, true);
    expect(run.totals).toMatchObject({ lost: 50, running: 1 });
  });

  it('stays bounded and exact over a million chunks', () => {
    const chunks = 200_000;
    const run = new Run(chunks * 5000, [[0, 0]]).rank(0, 'running');
    run.give(0, 0, 5000, true);
    for (let chunk = 1; chunk < chunks; chunk += 1) {
      run.now += 1;
      run.give(0, chunk * 5000, (chunk + 1) * 5000);
    }
    expect(run.totals).toEqual({ done: (chunks - 2) * 5000, running: 1, waiting: 2 * 5000 - 1 });
    expect(run.tracker.spans[0]?.length).toBeLessThanOrEqual(2048);
  });
});

describe('what the window gets of a range', () => {
  it('is all cells once, then those that have changed', () => {
    const run = new Run(1e9, [
      [0, 5e8],
      [5e8, 1e9],
    ]);
    run.rank(0, 'running').rank(1, 'running');
    const feed = new RangeFeed(run.tracker);
    const view = { from: 0, to: 1e9, cells: 2000 };
    const first = feed.update(1, view, true);
    expect(first?.cells.changed.length).toBe(2000);
    expect([...(first?.cells.ranks ?? [])].slice(999, 1001)).toEqual([0, 1]);
    run.counts(1_000_000, 0);
    const next = feed.update(1, view, false);
    expect([...(next?.cells.changed ?? [])]).toEqual([0, 1, 2]);
    expect(feed.update(1, view, false)?.cells.changed.length).toBe(0);
    expect(feed.update(1, { ...view, to: 10 }, false)?.cells).toMatchObject({
      fresh: true,
      view: { from: 0, to: 10, cells: 10 },
    });
  });

  it('is nothing while the range is not known, and never more than it holds', () => {
    expect(new RangeFeed(new RangeTracker()).update(1, { from: 0, to: 10, cells: 5 }, true)).toBeNull();
    const run = new Run(3, [[0, 3]]);
    const update = new RangeFeed(run.tracker).update(1, { from: -7, to: 1e12, cells: 1e9 }, true);
    expect(update?.cells.view).toEqual({ from: 0, to: 3, cells: 3 });
  });
});

describe('the timeline', () => {
  it('tells who worked on what from when to when', () => {
    const run = new Run(300, [[0, 0]]).rank(0, 'running');
    run.give(0, 0, 100, true).give(0, 100, 200);
    run.now = 1200;
    run.give(0, 200, 300);
    const { began, ended, lanes } = timelineOf(run.tracker, 1, 0, Number.POSITIVE_INFINITY, run.now);
    expect([began, ended]).toEqual([1000, 1200]);
    expect([...(lanes[0]?.spans ?? [])]).toEqual([1000, 1200, 0, 100, 1200, Number.NaN, 100, 200]);
    expect([...(lanes[0]?.states ?? [])].map((state) => indexStates[state])).toEqual(['done', 'running']);
    expect(timelineOf(run.tracker, 1, 0, 1100, run.now).lanes[0]?.spans.length).toBe(4);
  });

  it('keeps the whole history, ever more coarsely', () => {
    const run = new Run(1e9, [[0, 0]]).rank(0, 'running');
    run.give(0, 0, 10, true);
    for (let chunk = 1; chunk < 20_000; chunk += 1) {
      run.now += 5;
      run.give(0, chunk * 10, chunk * 10 + 10);
    }
    const { spans = new Float64Array(0) } = timelineOf(run.tracker, 1, 0, Infinity, run.now).lanes[0] ?? {};
    expect(spans.length / 4).toBeLessThanOrEqual(601);
    expect(spans[0]).toBe(1000);
    expect(spans.at(-1)).toBe(199_990);
  });
});
