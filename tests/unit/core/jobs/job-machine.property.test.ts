import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../../src/core/error-info';
import type { JobAction, JobOutcome } from '../../../../src/core/jobs/job-life';
import { JobMachine, type RankFailurePolicy } from '../../../../src/core/jobs/job-machine';

type Event =
  | { readonly type: 'start'; readonly probe: boolean }
  | { readonly type: 'probed' }
  | { readonly type: 'reject' }
  | { readonly type: 'cancel' }
  | { readonly type: 'done'; readonly rank: number; readonly count: number }
  | { readonly type: 'failed'; readonly rank: number; readonly how: 'failed' | 'lost' }
  | { readonly type: 'progress'; readonly rank: number; readonly count: number }
  | { readonly type: 'sync'; readonly rank: number };

const rank = fc.nat(3);
const count = fc.integer({ min: -5, max: 30 });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('start' as const), probe: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant<Event>({ type: 'probed' }) },
  { weight: 1, arbitrary: fc.constant<Event>({ type: 'reject' }) },
  { weight: 1, arbitrary: fc.constant<Event>({ type: 'cancel' }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('done' as const), rank, count }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('failed' as const),
      rank,
      how: fc.constantFrom('failed' as const, 'lost' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('progress' as const), rank, count }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('sync' as const), rank }) },
);

const rejection = new Error('cannot be run');
const cancellation = new Error('enough');

/** Feeds a job events in any order, late and double ones too, and holds it to what it promises. */
class Driver {
  readonly machine: JobMachine;
  readonly #valRange: number;
  readonly #total: number;
  #calls = 0;
  readonly #waiting = new Map<number, number>();
  readonly #freed: number[] = [];
  readonly #dispatched: number[] = [];
  readonly #firstEnd = new Map<number, 'done' | 'failed' | 'ended'>();
  readonly #endsSiblings: boolean;
  /** The rank whose failure ends the others. */
  #firstFailed: number | undefined;
  #probes = 0;
  #settled: JobOutcome | undefined;
  #wasStarted = false;
  #wasCancelled = false;

  constructor(valRange: number, total: number, onRankFailure: RankFailurePolicy) {
    this.machine = new JobMachine(valRange, total, { onRankFailure });
    this.#endsSiblings = onRankFailure === 'cancel';
    this.#valRange = valRange;
    this.#total = total;
  }

  feed(given: Event): void {
    const { machine } = this;
    const before = {
      ended: machine.hasEnded,
      progress: machine.progress,
      active: machine.activeRanks,
      dispatched: this.#dispatched.length > 0,
    };
    if ('rank' in given && given.rank >= this.#total) return;
    if (given.type === 'cancel' && !before.ended) this.#wasCancelled = true;
    if ((given.type === 'done' || given.type === 'failed') && before.active.includes(given.rank) && before.dispatched) {
      const isEnded = given.type === 'failed' && given.how === 'lost' && this.#firstFailed !== undefined;
      this.#firstEnd.set(given.rank, isEnded ? 'ended' : given.type);
      if (given.type === 'failed' && this.#endsSiblings) this.#firstFailed ??= given.rank;
      this.#waiting.delete(given.rank);
    }
    const actions = this.#send(given);
    if (given.type === 'start' && actions.length > 0) this.#wasStarted = true;
    if (before.ended) expect(actions).toEqual([]);
    for (const action of actions) this.#perform(action, before.active);
    expect(machine.progress).toBeGreaterThanOrEqual(before.progress);
    expect(machine.progress).toBeLessThanOrEqual(this.#valRange);
    for (const { start, end, count: items } of machine.ranks) expect(items).toBeLessThanOrEqual(end - start);
    expect(machine.hasEnded).toBe(this.#settled !== undefined);
  }

  #send(given: Event): JobAction[] {
    const { machine } = this;
    switch (given.type) {
      case 'start':
        return machine.start([], given.probe, 0);
      case 'probed':
        return machine.probed(0);
      case 'reject':
        return machine.reject(rejection);
      case 'cancel':
        return machine.cancel(cancellation);
      case 'done':
        return machine.rankDone(given.rank, Buffer.from(`value of ${given.rank}`), given.count);
      case 'failed':
        return machine.rankFailed(given.rank, toErrorInfo(new Error(`error of ${given.rank}`)), given.how);
      case 'progress':
        machine.rankProgress(given.rank, given.count);
        return [];
      case 'sync':
        // A rank that waits is asleep, and one that does not run cannot ask.
        if (
          this.#waiting.has(given.rank) ||
          !this.#dispatched.includes(given.rank) ||
          !machine.activeRanks.includes(given.rank)
        )
          return [];
        this.#calls += 1;
        this.#waiting.set(given.rank, this.#calls);
        return machine.call(given.rank, this.#calls, { op: 'sync' }, 0);
    }
  }

  #perform(action: JobAction, active: readonly number[]): void {
    expect(this.#settled, 'nothing is asked for after the end').toBeUndefined();
    switch (action.type) {
      case 'probe':
        this.#probes += 1;
        expect([action.rank, this.#probes, this.#dispatched]).toEqual([0, 1, []]);
        return;
      case 'dispatch':
        expect(this.#dispatched).not.toContain(action.rank);
        this.#dispatched.push(action.rank);
        return;
      case 'cancel-rank':
        expect(active).toContain(action.rank);
        return;
      case 'free-rank':
        expect(this.#freed, 'a worker is given back once').not.toContain(action.rank);
        this.#freed.push(action.rank);
        return;
      case 'departed': {
        const end = this.#firstEnd.get(action.rank);
        expect(action.departure.kind === 'returned').toBe(end === 'done');
        expect(this.#freed, 'who has left is said when its worker is free').toContain(action.rank);
        return;
      }
      case 'release':
        expect(this.#waiting.get(action.release.rank)).toBe(action.release.call);
        this.#waiting.delete(action.release.rank);
        return;
      case 'settle':
        this.#settled = action.outcome;
        return;
      case 'want-ranks':
      case 'finish-rank':
      case 'give':
      case 'settled':
      case 'wake-at':
        expect.unreachable(`only map jobs ask for ${action.type}`);
    }
  }

  /** Lets the job come to its end, as executors do that answer for every run. */
  finish(): void {
    if (this.machine.state === 'queued') this.feed({ type: 'start', probe: false });
    if (this.#dispatched.length === 0) this.feed({ type: 'probed' });
    for (const active of this.machine.activeRanks) this.feed({ type: 'done', rank: active, count: 0 });
  }

  check(): void {
    expect(this.#settled, 'the job settles').toBeDefined();
    expect([...this.#waiting.keys()], 'ranks that wait for ever').toEqual([]);
    const states = this.machine.ranks.map(({ state }) => state);
    expect(states.filter((state) => state === 'waiting' || state === 'running')).toEqual([]);
    const all = Array.from({ length: this.#total }, (_, index) => index);
    expect([...this.#freed].sort()).toEqual(this.#wasStarted ? all : []);
    const outcome = this.#settled;
    if (this.#wasCancelled) {
      expect(outcome).toEqual({ kind: 'rejected', error: cancellation });
      expect(this.machine.state).toBe('cancelled');
    } else if (outcome?.kind === 'results') {
      const results = [...outcome.results].map(([index, result]) => [
        index,
        result.ok ? Buffer.from(result.payload ?? []).toString() : result.error.message,
      ]);
      const texts = {
        done: (index: number) => `value of ${index}`,
        failed: (index: number) => `error of ${index}`,
        ended: () =>
          `Rank ${this.#firstFailed} of this job failed (Error: error of ${this.#firstFailed}), so this rank was ended.`,
      };
      expect(results).toEqual(all.map((index) => [index, texts[this.#firstEnd.get(index) ?? 'failed'](index)]));
      expect(this.machine.state).toBe([...this.#firstEnd.values()].includes('failed') ? 'failed' : 'done');
    } else {
      expect(this.machine.state).toBe('failed');
      expect(states).toEqual(all.map(() => 'cancelled'));
    }
  }
}

describe('a job, whatever happens to it in whatever order', () => {
  it('settles exactly once with its own outcome, frees each worker once, and its progress never goes back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 4, max: 40 }),
        fc.constantFrom('wait' as const, 'cancel' as const),
        fc.array(event, { maxLength: 40 }),
        (total, valRange, onRankFailure, events) => {
          const driver = new Driver(valRange, total, onRankFailure);
          for (const each of events) driver.feed(each);
          driver.finish();
          driver.check();
          for (const each of events) driver.feed(each);
          driver.check();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
