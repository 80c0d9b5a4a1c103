import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MapMachine } from '../../../src/core/items/map-machine';
import { startTimeLimits } from '../../../src/core/jobs/job-limits';
import { JobMachine } from '../../../src/core/jobs/job-machine';
import { parseRetries } from '../../../src/core/jobs/retry';
import { parseSchedule } from '../../../src/core/jobs/schedule';
import { newJob } from '../../../src/core/jobs/server-job';
import { Stopwatch } from '../../../src/core/stopwatch';
import { Task } from '../../../src/core/tasks/task';
import { TimeLimit, WorkClock } from '../../../src/core/time-limit';

const minute = 60_000;
const day = 24 * 60 * minute;
/** What the machine's own clock goes on by while nothing runs. */
let asleepMs = 0;

beforeEach(() => {
  asleepMs = 0;
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  const awake = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => awake() + asleepMs);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a clock of the time at work', () => {
  it('goes on with the clock that it reads, and leaves out steps that come far too late', () => {
    let time = 1000;
    const clock = new WorkClock(() => time);
    time += 40;
    expect(clock.tick(50)).toBe(1040);
    time += 140;
    expect(clock.tick(50), 'a little late is late, not away').toBe(1180);
    time += 10 * minute;
    expect(clock.tick(50)).toBe(1230);
    time += 7;
    expect(clock.now).toBe(1237);
  });
});

describe('a time limit', () => {
  it('is over when its time has passed, not before, and once', () => {
    const then = vi.fn();
    const limit = new TimeLimit(1000, then);
    vi.advanceTimersByTime(999);
    expect([then.mock.calls.length, limit.leftMs]).toEqual([0, 1]);
    vi.advanceTimersByTime(1);
    expect(then).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(day);
    expect(then).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of a month, longer than a timer can wait, is not over at once, and one that is stopped never is', () => {
    const [then, never] = [vi.fn(), vi.fn()];
    const limit = new TimeLimit(30 * day, then);
    new TimeLimit(1000, never).stop();
    vi.advanceTimersByTime(minute);
    expect([then.mock.calls.length, limit.leftMs]).toEqual([0, 30 * day - minute]);
    limit.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(never).not.toHaveBeenCalled();
  });

  it('does not count ten minutes in which the machine was suspended', () => {
    const then = vi.fn();
    const limit = new TimeLimit(5 * minute, then);
    vi.advanceTimersByTime(minute);
    asleepMs += 10 * minute;
    vi.advanceTimersByTime(3 * minute);
    expect(then).not.toHaveBeenCalled();
    expect(limit.leftMs).toBeLessThanOrEqual(minute);
    vi.advanceTimersByTime(minute);
    expect(then).toHaveBeenCalledOnce();
  });

  it.each([day, -day])('does not mind a clock that is moved by %d ms', (ms) => {
    const then = vi.fn();
    new TimeLimit(5 * minute, then);
    vi.setSystemTime(Date.now() + ms);
    vi.advanceTimersByTime(5 * minute - 1);
    expect(then).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(then).toHaveBeenCalledOnce();
  });
});

describe('the limits of a job', () => {
  it('time out no item because the machine was suspended, and those that take too long afterwards', () => {
    const machine = new MapMachine(6, 3, { schedule: parseSchedule('static'), retries: parseRetries(0) });
    const nothing = (): undefined => undefined;
    const job = newJob(1, machine, [], null, nothing, { label: 'job', kind: 'map', itemTimeoutMs: 2000 });
    const ended: unknown[] = [];
    machine.start([1, 2, 3], false);
    startTimeLimits(job, (actions) => ended.push(...actions));
    for (const rank of [0, 1, 2]) machine.rankProgress(rank, 0, job.clock.now);
    vi.advanceTimersByTime(1000);
    asleepMs += 10 * minute;
    vi.advanceTimersByTime(200);
    vi.setSystemTime(Date.now() + day);
    vi.advanceTimersByTime(200);
    expect(ended).toEqual([]);
    // Two of them begin their second item after that.
    for (const rank of [0, 1]) machine.rankProgress(rank, 1, job.clock.now);
    vi.advanceTimersByTime(1500);
    expect(ended).toEqual([{ type: 'cancel-rank', rank: 2 }]);
    vi.advanceTimersByTime(1000);
    expect(ended).toHaveLength(3);
    for (const cleanup of job.attemptCleanups) cleanup();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('end a whole job after its own time, without that in which the machine was suspended', () => {
    const machine = new JobMachine(4, 2);
    const nothing = (): undefined => undefined;
    const job = newJob(1, machine, [], null, nothing, { label: 'job', timeoutMs: 5000 });
    const ended: unknown[] = [];
    machine.start([1, 2], false, 0);
    startTimeLimits(job, (actions) => ended.push(...actions));
    vi.advanceTimersByTime(4000);
    asleepMs += 10 * minute;
    vi.advanceTimersByTime(900);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(1500);
    expect(ended).toEqual([
      { type: 'cancel-rank', rank: 0 },
      { type: 'cancel-rank', rank: 1 },
    ]);
  });
});

describe('the times of a job and of a task', () => {
  it.each([day, -day])('give the true duration when the clock is moved by %d ms meanwhile', (ms) => {
    const watch = new Stopwatch();
    const task = new Task('clocked');
    task.begin();
    vi.advanceTimersByTime(1500);
    vi.setSystemTime(Date.now() + ms);
    vi.advanceTimersByTime(500);
    task.finish();
    expect([watch.elapsedMs, watch.now - watch.startedAt]).toEqual([2000, 2000]);
    expect((task.endedAt ?? 0) - (task.startedAt ?? 0)).toBe(2000);
  });
});
