import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobAction } from '../../../src/core/job-life';
import { MapMachine } from '../../../src/core/map-machine';
import { parseSchedule, type ScheduleSpec } from '../../../src/core/schedule';

const died = { name: 'WorkerDiedError', code: 'ERR_WORKER_DIED', message: 'gone' };
const value = (item: number): Uint8Array => Uint8Array.of(item % 256, item >> 8);

/** A server that carries out what a machine decides, on workers whose behaviour a test chooses. */
class Bench {
  readonly machine: MapMachine;
  /** What each running rank still has to do, in order. */
  readonly work = new Map<number, number[]>();
  readonly pending = new Map<number, number>();
  settled: JobAction & { type: 'settle' } = undefined as never;
  settles = 0;
  calls = 0;
  cancelled = new Set<number>();

  constructor(items: number, ranks: number, schedule: ScheduleSpec, retries: number) {
    this.machine = new MapMachine(items, ranks, parseSchedule(schedule), retries);
    this.perform(
      this.machine.start(
        Array.from({ length: ranks }, (_, rank) => 100 + rank),
        false,
        0,
      ),
    );
  }

  perform(actions: readonly JobAction[]): void {
    for (const action of actions) {
      if (action.type === 'dispatch') {
        this.work.set(action.rank, range(...this.machine.part(action.rank)));
        this.ask(action.rank);
      } else if (action.type === 'release' && action.release.reply.ok) {
        const { chunk } = action.release.reply;
        if (chunk) this.work.get(action.release.rank)?.push(...range(...chunk));
      } else if (action.type === 'cancel-rank') this.cancelled.add(action.rank);
      else if (action.type === 'free-rank') this.work.delete(action.rank);
      else if (action.type === 'settle') {
        this.settles += 1;
        this.settled = action;
      } else if (action.type === 'want-ranks') {
        for (const rank of this.machine.wantedRanks) this.perform(this.machine.restart(rank, 200 + rank, 0));
      }
    }
  }

  ask(rank: number): void {
    this.calls += 1;
    this.perform(this.machine.call(rank, this.calls, { op: 'chunk', count: 0 }, this.calls));
  }

  /** A rank works on up to `most` items: `kills` end its process, `fails` throw. Returns whether it did anything. */
  step(rank: number, most: number, kills: ReadonlySet<number>, fails: ReadonlySet<number>): boolean {
    const todo = this.work.get(rank);
    if (!todo) return false;
    for (let i = 0; i < most; i += 1) {
      const item = todo[0];
      if (item === undefined) {
        this.ask(rank);
        if (todo.length === 0) this.perform(this.machine.rankDone(rank));
        return true;
      }
      if (kills.has(item)) {
        this.perform(this.machine.rankFailed(rank, died, 'lost'));
        return true;
      }
      todo.shift();
      const error = { name: 'Error', message: `item ${item}` };
      this.perform(
        this.machine.itemsDone(rank, item, [
          fails.has(item) ? { ok: false, error } : { ok: true, payload: value(item) },
        ]),
      );
    }
    return true;
  }

  /** Lets all ranks work until the job has settled. */
  finish(kills: ReadonlySet<number>, fails: ReadonlySet<number>): void {
    for (let turn = 0; turn < 100_000 && this.settles === 0; turn += 1) {
      const ranks = [...this.work.keys()];
      if (!ranks.some((rank) => this.step(rank, 3, kills, fails))) throw new Error('nobody has anything to do');
    }
  }
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

const schedules = fc.constantFrom<ScheduleSpec>('static', 'dynamic', 'guided', { kind: 'dynamic', chunk: 5 });

describe('a map job', () => {
  test('settles every item exactly once with its own value, whatever kills its ranks and whatever throws', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 4 }),
        schedules,
        fc.integer({ min: 0, max: 2 }),
        fc.uniqueArray(fc.nat(119), { maxLength: 6 }),
        fc.uniqueArray(fc.nat(119), { maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(3), fc.nat(4), fc.boolean()), { maxLength: 60 }),
        (items, ranks, schedule, retries, killers, throwers, script) => {
          const bench = new Bench(items, ranks, schedule, retries);
          const kills = new Set(killers);
          const fails = new Set(throwers.filter((item) => !kills.has(item)));
          for (const [rank, most, isKilled] of script) {
            if (isKilled) bench.perform(bench.machine.rankFailed(rank % ranks, died, 'lost'));
            else bench.step(rank % ranks, most, kills, fails);
            expect(bench.machine.progress).toBeLessThanOrEqual(items);
          }
          if (bench.settles === 0) bench.finish(kills, fails);
          expect(bench.settles).toBe(1);
          const { outcome } = bench.settled;
          if (outcome.kind !== 'items') throw new Error(outcome.kind);
          expect(outcome.results).toHaveLength(items);
          outcome.results.forEach((result, item) => {
            // An item alone in its chunk may also be blamed for a kill from outside; it never gets another one's value.
            if (result.ok) expect(result.payload).toEqual(value(item));
            else expect(result.attempts).toBe(retries + 1);
            if (kills.has(item) || fails.has(item)) expect(result.ok).toBe(false);
          });
          expect(bench.machine.state).toBe(outcome.results.every((result) => result.ok) ? 'done' : 'failed');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('finds the one item that kills among a hundred thousand with a few deaths, and blames no other', () => {
    const bench = new Bench(100_000, 2, { kind: 'dynamic', chunk: 50_000 }, 0);
    let deaths = 0;
    while (bench.settles === 0) {
      const [rank] = [...bench.work.keys()];
      const todo = bench.work.get(rank ?? 0) ?? [];
      if (rank === undefined) throw new Error('no rank is at work');
      if (todo.includes(77_777)) {
        deaths += 1;
        bench.perform(bench.machine.rankFailed(rank, died, 'lost'));
      } else if (todo.length > 0) {
        const [first = 0] = todo;
        const run = todo.findIndex((item, i) => item !== first + i);
        const piece = todo.splice(0, run < 0 ? todo.length : run);
        bench.perform(
          bench.machine.itemsDone(
            rank,
            first,
            piece.map((item) => ({ ok: true, payload: value(item) })),
          ),
        );
      } else bench.step(rank, 1, new Set(), new Set());
    }
    const { outcome } = bench.settled;
    if (outcome.kind !== 'items') throw new Error(outcome.kind);
    expect(outcome.results.flatMap((result, item) => (result.ok ? [] : [item]))).toEqual([77_777]);
    expect(deaths).toBeLessThan(12);
  });

  test('blames the item that takes too long, not those that were finished before it', () => {
    const bench = new Bench(10, 1, { kind: 'dynamic', chunk: 10 }, 0);
    bench.machine.rankProgress(0, 0, 100);
    bench.machine.rankProgress(0, 4, 200);
    expect(bench.machine.endOverdue(1000, 1100)).toEqual([]);
    expect(bench.machine.endOverdue(1000, 1200)).toEqual([{ type: 'cancel-rank', rank: 0 }]);
    bench.perform(bench.machine.rankFailed(0, died, 'lost'));
    bench.finish(new Set(), new Set());
    const { outcome } = bench.settled;
    if (outcome.kind !== 'items') throw new Error(outcome.kind);
    expect(outcome.results.map((result) => (result.ok ? 'ok' : result.error.message))).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
      'The item took longer than its time limit of 1000 ms.',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
  });

  test('ends when its last rank has stopped after a cancel, and takes nothing after its end', () => {
    const bench = new Bench(100, 2, 'dynamic', 5);
    const reason = new Error('enough');
    bench.perform(bench.machine.cancel(reason));
    expect([...bench.cancelled]).toEqual([0, 1]);
    expect(bench.machine.state).toBe('cancelling');
    bench.perform(bench.machine.rankFailed(0, died, 'lost'));
    expect(bench.settles).toBe(0);
    bench.perform(bench.machine.rankFailed(1, died, 'lost'));
    expect(bench.settled.outcome).toEqual({ kind: 'rejected', error: reason });
    expect(bench.machine.itemsDone(0, 0, [{ ok: true, payload: undefined }])).toEqual([]);
    expect(bench.machine.cancel(reason)).toEqual([]);
    expect(bench.machine.state).toBe('cancelled');
  });

  test('fails as a whole when no rank can begin', () => {
    const bench = new Bench(10, 2, 'dynamic', 0);
    const error = { name: 'TargetLoadError', message: 'broken' };
    bench.perform(bench.machine.rankFailed(0, error, 'failed'));
    bench.perform(bench.machine.rankFailed(1, error, 'failed'));
    expect(bench.settled.outcome.kind).toBe('rejected');
    expect(bench.machine.state).toBe('failed');
  });
});
