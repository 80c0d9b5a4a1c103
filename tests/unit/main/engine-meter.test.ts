import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineMeter } from '../../../src/main/engine-meter';
import type { JobInfo, WorkerState } from '../../../src/shared/engine-info';
import type { EngineCost } from '../../../src/shared/ipc';

let told: (EngineCost | null)[] = [];
const clock = { now: 0, cpuMs: 0 };
let meter: EngineMeter;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  Object.assign(clock, { now: 1000, cpuMs: 50 });
  meter = new EngineMeter((cost) => told.push(cost), { now: () => clock.now, cpuMs: () => clock.cpuMs });
});
afterEach(() => vi.useRealTimers());

const job = (id: number, more: Partial<JobInfo> = {}): void => {
  const info: JobInfo = {
    id,
    label: 'A job',
    state: 'running',
    valRange: 10,
    total: 1,
    progress: 0,
    priority: 0,
    ranks: [],
    queuedAt: 0,
    ...more,
  };
  meter.onServerEvent({ type: 'job', job: info });
};

const worker = (slot: number, state: WorkerState): void =>
  meter.onServerEvent({
    type: 'worker',
    proc: { slot, pid: 1, state, jobId: null, restarts: 0, rssMiB: null, cpuPercent: null },
  });

/** Lets time pass, of which this process worked for so many milliseconds. */
function pass(ms: number, cpuMs = 0): void {
  clock.now += ms;
  clock.cpuMs += cpuMs;
  vi.advanceTimersByTime(ms);
}

it('tells processor time, and the time of workers in use that passed between jobs', () => {
  worker(0, 'idle');
  worker(1, 'busy');
  job(1, { startedAt: 0 });
  pass(500);
  worker(0, 'busy');
  pass(500);
  worker(0, 'idle');
  // Worker 2 is not in use.
  worker(2, 'idle');
  pass(1000, 100);
  expect(told).toHaveLength(1);
  expect(told[0]?.cpuPercent).toBeCloseTo(5);
  expect(told[0]?.betweenPercent).toBeCloseTo(37.5);
  pass(2000, 20);
  expect(told[1]?.cpuPercent).toBeCloseTo(1);
  expect(told[1]?.betweenPercent).toBeCloseTo(0);
});

it('measures nothing while no job runs, and says at the end that there is nothing any more', () => {
  pass(10_000);
  job(1);
  pass(10_000);
  expect(told).toEqual([]);
  job(1, { startedAt: 0 });
  pass(2000);
  job(1, { endedAt: 5 });
  pass(10_000);
  expect(told).toHaveLength(2);
  expect(told[0]?.betweenPercent).toBeNull();
  expect(told[1]).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});
