import { describe, expect, test } from 'vitest';
import { toErrorInfo } from '../../../../src/core/error-info';
import { ItemSkippedError } from '../../../../src/core/errors';
import { Bench, batchOf, died, valueOf } from './map-bench';

const chunks = (chunk: number) => ({ kind: 'dynamic', chunk }) as const;

describe('items that end their process', () => {
  test('the one among a hundred thousand is found with a few deaths, and no other is blamed', () => {
    const bench = new Bench({ items: 100_000, ranks: 2, schedule: chunks(50_000), kills: new Set([77_777]) });
    let deaths = 0;
    const { rankFailed } = bench.machine;
    bench.machine.rankFailed = (...args): ReturnType<typeof rankFailed> => {
      deaths += 1;
      return rankFailed.apply(bench.machine, args);
    };
    while (bench.outcomes.length === 0) for (const rank of [...bench.work.keys()]) bench.step(rank, 100_000);
    const failed = bench.results.filter((result) => result.state !== 'done');
    expect(failed).toEqual([{ index: 77_777, state: 'failed', error: died, attempts: 1 }]);
    expect(bench.machine.state).toBe('failed');
    expect(bench.machine.error).toEqual(died);
    expect(deaths).toBeLessThan(12);
  });

  test('what a lost rank had delivered is not called again, and what others hold neither', () => {
    const bench = new Bench({ items: 20, ranks: 2, schedule: chunks(10) });
    bench.step(0, 4);
    bench.step(1, 3);
    bench.kill(0);
    bench.end();
    expect(bench.states).toEqual(Array.from({ length: 20 }, () => 'done'));
    expect(bench.calls).toEqual(Array.from({ length: 20 }, () => 1));
  });
});

describe('runs that die before they have begun an item', () => {
  test('are tried again without blaming anybody', () => {
    const bench = new Bench({ items: 2, ranks: 2, schedule: chunks(1) });
    bench.kill(0, 'loading');
    bench.kill(1, 'decoding');
    bench.end();
    expect(bench.results.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['done', 1],
      ['done', 1],
    ]);
  });

  test('fail the job when twenty have died over ten seconds and nothing was delivered meanwhile', () => {
    const bench = new Bench({ items: 9, ranks: 1, schedule: chunks(1), retries: 100 });
    const die = (count: number): void => {
      for (let death = 0; death < count; death += 1) bench.kill(0, 'loading');
    };
    die(50);
    bench.advance(9_999);
    die(1);
    expect(bench.outcomes).toEqual([]);
    bench.step(0, 1);
    die(19);
    bench.advance(10_000);
    // Processes that were killed before they had come to the target say nothing about it.
    for (let death = 0; death < 9; death += 1) bench.kill(0, null);
    expect(bench.outcomes).toEqual([]);
    die(1);
    expect(bench.outcomes).toMatchObject([{ kind: 'rejected', error: { name: 'WorkerDiedError' } }]);
    expect(bench.machine.state).toBe('failed');
  });

  test('leave a suspect alone in its next run as well', () => {
    const bench = new Bench({ items: 16, ranks: 1, schedule: chunks(16) });
    bench.kill(0);
    expect(bench.held).toEqual([[0, 1]]);
    bench.kill(0, 'loading');
    expect(bench.held).toEqual([[0, 1]]);
    bench.kill(0);
    expect(bench.held).toEqual([[0]]);
  });
});

describe('items that fail', () => {
  test('are tried again as often as the policy says, and only after what it names', () => {
    const fails = new Set([1]);
    const kills = new Set([2]);
    const bench = new Bench({
      items: 4,
      ranks: 1,
      schedule: chunks(1),
      fails,
      kills,
      retries: { max: 2, on: ['crash'] },
    });
    bench.end();
    expect(bench.calls).toEqual([1, 1, 3, 1]);
    expect(bench.results.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['done', 1],
      ['failed', 1],
      ['failed', 3],
      ['done', 1],
    ]);
    expect(bench.machine.itemCounts).toEqual({ done: 2, failed: 2, skipped: 0, earlier: 0, blocked: 0, retried: 1 });
  });

  test('wait for their next attempt without a worker, and wake the machine when it is time', () => {
    const retries = { max: 3, backoff: 'exponential', delayMs: 100, jitter: 0.5 } as const;
    const bench = new Bench({ items: 2, ranks: 2, fails: new Set([1]), retries, random: () => 0.5 });
    bench.step(0, 1);
    bench.step(1, 1);
    bench.step(0, 1);
    expect([bench.free, bench.wakeAt, bench.machine.progress, bench.machine.state]).toEqual([2, 75, 1, 'running']);
    bench.advance(74);
    expect(bench.work.size).toBe(0);
    bench.advance(1);
    expect(bench.work.size).toBe(1);
    bench.step(0, 1);
    bench.step(1, 1);
    expect([bench.free, bench.wakeAt]).toEqual([2, 75 + 150]);
    bench.end();
    expect(bench.calls).toEqual([1, 4]);
    expect(bench.now).toBe(75 + 150 + 300);
  });

  test('count one attempt more each time they are given', () => {
    const bench = new Bench({ items: 3, ranks: 1, schedule: chunks(3), fails: new Set([1]), retries: 1 });
    const given = [bench.machine.part(0)];
    bench.step(0, 3);
    given.push(bench.machine.part(0));
    expect(given).toEqual([
      [0, 3, 1],
      [1, 2, 2],
    ]);
  });

  test('the item that takes too long is blamed, not those that were finished before it', () => {
    const bench = new Bench({ items: 10, ranks: 1, schedule: chunks(10) });
    bench.machine.rankProgress(0, 0, 100);
    bench.machine.rankProgress(0, 4, 200);
    expect(bench.machine.ranks[0]).toMatchObject({ start: 0, end: 10, item: 4 });
    expect(bench.machine.endOverdue(1000, 1100)).toEqual([]);
    expect(bench.machine.endOverdue(1000, 1200)).toEqual([{ type: 'cancel-rank', rank: 0 }]);
    bench.kill(0);
    bench.end();
    expect(bench.states.indexOf('failed')).toBe(4);
    expect(bench.results[4]).toMatchObject({
      attempts: 1,
      error: { code: 'ERR_JOB_TIMEOUT', message: 'The item took longer than its time limit of 1000 ms.' },
    });
    expect(bench.machine.itemCounts).toMatchObject({ done: 9, failed: 1 });
  });
});

describe('gates', () => {
  test('a job whose items are all blocked has no work for a worker, and takes as many as there are items when some open', () => {
    const bench = new Bench({ items: 10, ranks: 4, blocked: [[0, 10]], start: false });
    expect(bench.machine.hasWork).toBe(false);
    expect(bench.release(3, 5)).toBe(2);
    expect(bench.release(3, 5)).toBe(0);
    expect([bench.machine.hasWork, bench.machine.most]).toEqual([true, 2]);
    bench.start();
    for (const rank of [0, 1, 0, 1]) bench.step(rank, 5);
    expect([bench.free, bench.machine.progress, bench.machine.wantedRanks]).toEqual([4, 2, []]);
    bench.release(0, 10);
    bench.end();
    expect(bench.calls).toEqual(Array.from({ length: 10 }, () => 1));
  });

  test('items that were done earlier are neither called nor told, and count', () => {
    const bench = new Bench({
      items: 6,
      ranks: 2,
      done: [
        [1, 3],
        [5, 6],
      ],
      blocked: [[0, 3]],
    });
    expect(bench.machine.progress).toBe(3);
    bench.release(0, 6);
    bench.end();
    expect(bench.calls).toEqual([1, 0, 0, 1, 1, 0]);
    expect(bench.states).toEqual(['done', 'earlier', 'earlier', 'done', 'done', 'earlier']);
    expect(bench.told.map((item) => item.index).sort()).toEqual([0, 3, 4]);
    expect(bench.machine.state).toBe('done');
  });

  test('skipped items are settled at once, with the reason; those that a worker has are done', () => {
    const bench = new Bench({ items: 6, ranks: 1, schedule: chunks(2), blocked: [[4, 6]] });
    expect(bench.skip(0, 5)).toBe(3);
    expect(bench.machine.progress).toBe(3);
    const error = { code: 'ERR_ITEM_SKIPPED', message: 'not wanted' };
    expect(bench.told).toMatchObject([2, 3, 4].map((index) => ({ index, state: 'skipped', attempts: 0, error })));
    bench.step(0, 2);
    expect(bench.outcomes).toEqual([]);
    expect(bench.skip(0, 6)).toBe(1);
    expect(bench.states).toEqual(['done', 'done', 'skipped', 'skipped', 'skipped', 'skipped']);
    expect(bench.machine.state).toBe('done');
  });

  test('an item that waits for its next attempt can be skipped, and is not tried again', () => {
    const bench = new Bench({ items: 2, ranks: 1, fails: new Set([0]), retries: { max: 9, delayMs: 100 } });
    bench.step(0, 1);
    expect(bench.skip(0, 1)).toBe(1);
    bench.advance(100);
    bench.end();
    expect(bench.results).toMatchObject([
      { state: 'skipped', attempts: 1 },
      { state: 'done', attempts: 1 },
    ]);
    expect(bench.told.map((item) => item.index)).toEqual([0, 1]);
  });

  test('a job that waits in the queue ends when all its items are skipped', () => {
    const bench = new Bench({ items: 3, ranks: 2, start: false });
    bench.skip(0, 3);
    expect(bench.states).toEqual(['skipped', 'skipped', 'skipped']);
    expect(bench.machine.start([1, 2], false)).toEqual([]);
  });
});

describe('finish', () => {
  test('stops each rank after the item that it works on, and skips what nobody had begun', () => {
    const bench = new Bench({ items: 100, ranks: 2, schedule: chunks(10), blocked: [[90, 100]] });
    bench.step(0, 3);
    bench.finish();
    expect(bench.machine.progress).toBe(100 - 30 + 3);
    bench.step(0, 1);
    expect(bench.outcomes).toEqual([]);
    bench.step(1, 1);
    expect(bench.states.filter((state) => state === 'done')).toHaveLength(3);
    expect(bench.results[50]).toMatchObject({ state: 'skipped', error: { message: 'enough' }, attempts: 0 });
    expect([bench.machine.state, bench.machine.error?.message]).toEqual(['cancelled', 'enough']);
    expect(bench.calls.filter((count) => count > 0)).toHaveLength(3);
  });

  test('what has failed and was to be tried again has failed', () => {
    const bench = new Bench({ items: 2, ranks: 1, fails: new Set([0]), retries: { max: 5, delayMs: 1000 } });
    bench.step(0, 1);
    bench.finish();
    bench.end();
    expect(bench.results).toMatchObject([
      { state: 'failed', attempts: 1, error: { message: 'item 0' } },
      { state: 'skipped', attempts: 0 },
    ]);
    expect(bench.machine.state).toBe('failed');
  });

  test('ends a job at once that waits in the queue, or whose items all wait', () => {
    const queued = new Bench({ items: 3, ranks: 2, start: false });
    queued.finish();
    expect(queued.states).toEqual(['skipped', 'skipped', 'skipped']);
    const blocked = new Bench({ items: 3, ranks: 2, blocked: [[0, 3]] });
    blocked.finish();
    blocked.finish();
    expect(blocked.states).toEqual(['skipped', 'skipped', 'skipped']);
    expect(blocked.outcomes).toHaveLength(1);
  });

  test('blames an item that was alone when its process died, and no other', () => {
    const bench = new Bench({ items: 7, ranks: 2, schedule: chunks(3), retries: 5 });
    bench.kill(0);
    bench.finish();
    bench.kill(0);
    bench.kill(1);
    expect(bench.states.filter((state) => state === 'failed').length).toBeLessThanOrEqual(1);
    expect(bench.outcomes).toHaveLength(1);
  });
});

describe('workers', () => {
  test('a rank is not given what it could not begin soon, so that others find it', () => {
    const bench = new Bench({ items: 4, ranks: 2, schedule: chunks(1) });
    const slow = new Bench({ items: 4, ranks: 2, schedule: chunks(1) });
    expect(bench.held).toEqual([[0], [1]]);
    // An item of a second, after which nothing is given ahead.
    slow.work.get(0)?.pieces.shift();
    slow.perform(slow.machine.itemsDone(0, 0, slowBatch(1000), 1000));
    expect(slow.held).toEqual([[2], [1]]);
    // Items of a millisecond: the next one is there before it is asked for again.
    bench.step(0, 1);
    expect(bench.held).toEqual([[2, 3], [1]]);
  });

  test('a run ends when its worker has had as many items as it may, and the worker is worn then', () => {
    const bench = new Bench({ items: 10, ranks: 2, schedule: chunks(4), recycleAfter: 3 });
    bench.end();
    expect(bench.worn).toBe(3);
    expect(bench.calls).toEqual(Array.from({ length: 10 }, () => 1));
  });

  test('a rank that is to leave gives back what it has not begun, and others go on', () => {
    const bench = new Bench({ items: 20, ranks: 2, schedule: chunks(10) });
    bench.step(0, 2);
    bench.perform(bench.machine.retire(0));
    bench.free -= 1;
    bench.step(0, 1);
    expect(bench.work.has(0)).toBe(false);
    bench.end();
    expect(bench.calls).toEqual(Array.from({ length: 20 }, () => 1));
  });

  test('more ranks come to be when there may be more', () => {
    const bench = new Bench({ items: 20, ranks: 1, workers: 3, schedule: chunks(2) });
    bench.perform(bench.machine.grow(3));
    expect([...bench.work.keys()]).toEqual([0, 1, 2]);
    expect(bench.machine.total).toBe(3);
    bench.end();
    expect(bench.free).toBe(3);
  });
});

describe('a map job', () => {
  test('keeps the values as they came, and tells each item with what it took', () => {
    const bench = new Bench({ items: 3, ranks: 1, schedule: chunks(3), fails: new Set([1]) });
    bench.end();
    expect(bench.results.map((result) => (result.state === 'done' ? valueOf(result) : result.state))).toEqual([
      0,
      'failed',
      2,
    ]);
    expect(bench.told).toMatchObject([
      { index: 0, state: 'done', attempts: 1, durationMs: 1 },
      { index: 1, state: 'failed', attempts: 1, durationMs: 1, error: { name: 'Error', message: 'item 1' } },
      { index: 2, state: 'done', attempts: 1, durationMs: 1 },
    ]);
    expect(valueOf(bench.told[2])).toBe(2);
  });

  test('gives only what failed when it does not keep values', () => {
    const bench = new Bench({ items: 100, ranks: 2, keepsValues: false, fails: new Set([70, 7]) });
    bench.end();
    expect(bench.results.map(({ index, state }) => [index, state])).toEqual([
      [7, 'failed'],
      [70, 'failed'],
    ]);
    expect(bench.told).toHaveLength(100);
  });

  test('ends when its last rank has stopped after a cancel, and takes nothing after its end', () => {
    const bench = new Bench({ items: 100, ranks: 2, retries: 5 });
    const reason = new Error('enough');
    bench.perform(bench.machine.cancel(reason));
    expect([...bench.work.values()].map((work) => work.isCancelled)).toEqual([true, true]);
    expect(bench.machine.state).toBe('cancelling');
    bench.kill(0);
    expect(bench.outcomes).toEqual([]);
    bench.kill(1);
    expect(bench.outcomes).toEqual([{ kind: 'rejected', error: reason }]);
    expect(bench.machine.itemsDone(0, 0, batchOf([1]), 1)).toEqual([]);
    expect(bench.machine.cancel(reason)).toEqual([]);
    expect([bench.machine.state, bench.told, bench.free]).toEqual(['cancelled', [], 2]);
  });

  test('fails as a whole when no rank can begin', () => {
    const bench = new Bench({ items: 10, ranks: 2 });
    const error = { name: 'TargetLoadError', message: 'broken' };
    bench.refuse(0, error);
    bench.refuse(1, error);
    expect(bench.outcomes.map(({ kind }) => kind)).toEqual(['rejected']);
    expect([bench.machine.state, bench.told]).toEqual(['failed', []]);
  });

  test('looks for its target first, and is over when it is finished or cancelled meanwhile', () => {
    const probing = (): Bench => {
      const bench = new Bench({ items: 4, ranks: 2, start: false });
      expect(bench.machine.start([1, 2], true)).toEqual([{ type: 'probe', rank: 0 }]);
      return bench;
    };
    const finished = probing();
    finished.perform(finished.machine.finish('enough'));
    expect(finished.outcomes).toEqual([]);
    finished.perform(finished.machine.probed());
    expect(finished.states).toEqual(['skipped', 'skipped', 'skipped', 'skipped']);
    const cancelled = probing();
    cancelled.machine.cancel(new Error('no'));
    cancelled.perform(cancelled.machine.probed());
    expect(cancelled.outcomes).toMatchObject([{ kind: 'rejected', error: { message: 'no' } }]);
    const broken = probing();
    broken.perform(broken.machine.rankFailed(0, toErrorInfo(new ItemSkippedError('broken')), 'failed', 0, 0));
    expect(broken.outcomes).toMatchObject([{ kind: 'rejected', error: { message: 'broken' } }]);
  });
});

describe('a process that is killed while it looks for the target', () => {
  const lost = { ...died, phase: 'loading' } as const;
  const probing = (retries: number) => {
    const { machine } = new Bench({ items: 4, ranks: 2, retries, start: false });
    machine.start([1, 2], true);
    return machine;
  };

  test('is replaced by another one when items are tried again after a crash', () => {
    const machine = probing(2);
    expect(machine.rankFailed(0, lost, 'lost', undefined, 0)).toEqual([
      { type: 'free-rank', rank: 0 },
      { type: 'want-ranks' },
    ]);
    expect(machine.wantedRanks).toEqual([0]);
    expect(machine.restart(0, 3)).toEqual([{ type: 'probe', rank: 0 }]);
    expect(machine.wantedRanks).toEqual([]);
    expect(machine.probed().filter(({ type }) => type === 'dispatch')).toHaveLength(2);
  });

  test('fails the job when it has no retries, or dies again and again', () => {
    expect(probing(0).rankFailed(0, lost, 'lost', undefined, 0)).toContainEqual(
      expect.objectContaining({ type: 'settle' }),
    );
    const machine = probing(100);
    for (let death = 1; death < 5; death += 1) {
      machine.rankFailed(0, lost, 'lost', undefined, 0);
      machine.restart(0, 3);
    }
    expect(machine.state).toBe('running');
    machine.rankFailed(0, lost, 'lost', undefined, 0);
    expect(machine.state).toBe('failed');
  });

  test('leaves a job that can be finished or cancelled while it waits for another one', () => {
    const finished = probing(2);
    finished.rankFailed(0, lost, 'lost', undefined, 0);
    finished.finish('enough');
    expect(finished.state).toBe('cancelled');
    const cancelled = probing(2);
    cancelled.rankFailed(0, lost, 'lost', undefined, 0);
    cancelled.cancel(new Error('no'));
    expect([cancelled.state, cancelled.wantedRanks]).toEqual(['cancelled', []]);
  });
});

/** One item that took so long, in milliseconds. */
function slowBatch(ms: number): ReturnType<typeof batchOf> {
  const batch = batchOf([0]);
  batch.durationMs = () => ms;
  return batch;
}

describe('a job that is held', () => {
  test('ends the items that are worked on, frees its workers, and goes on where it was', () => {
    const bench = new Bench({ items: 20, ranks: 2, schedule: chunks(10) });
    bench.step(0, 3);
    bench.step(1, 2);
    bench.hold(true);
    bench.step(0, 5);
    bench.step(1, 5);
    expect([bench.free, bench.machine.activeRanks, bench.machine.hasWork]).toEqual([2, [], false]);
    expect(bench.machine.state).toBe('running');
    expect(bench.machine.itemCounts.done).toBe(5);
    bench.hold(false);
    bench.end();
    expect(bench.states).toEqual(Array.from({ length: 20 }, () => 'done'));
    expect(bench.calls).toEqual(Array.from({ length: 20 }, () => 1));
  });

  test('does not start while it waits, and starts nothing when an item becomes due', () => {
    const waiting = new Bench({ items: 4, ranks: 2, start: false });
    waiting.hold(true);
    expect(waiting.machine.hasWork).toBe(false);
    waiting.hold(false);
    waiting.start();
    waiting.end();
    expect(waiting.states).toEqual(['done', 'done', 'done', 'done']);

    const failing = new Bench({ items: 1, ranks: 1, fails: new Set([0]), retries: { max: 1, delayMs: 50 } });
    failing.step(0, 1);
    failing.hold(true);
    failing.advance(60);
    expect(failing.calls).toEqual([1]);
    failing.hold(false);
    failing.end();
    expect(failing.calls).toEqual([2]);
  });

  test('can be cancelled and finished', () => {
    const cancelled = new Bench({ items: 4, ranks: 1 });
    cancelled.hold(true);
    cancelled.step(0, 1);
    cancelled.perform(cancelled.machine.cancel(new Error('enough')));
    expect(cancelled.machine.state).toBe('cancelled');
    const finished = new Bench({ items: 4, ranks: 1, schedule: chunks(1) });
    finished.step(0, 1);
    finished.hold(true);
    finished.step(0, 1);
    finished.finish();
    finished.end();
    expect(finished.machine.state).toBe('cancelled');
    expect(finished.machine.itemCounts.done).toBeGreaterThan(0);
  });
});
