import { describe, expect, it } from 'vitest';
import { DeltaStream, deltaIntervalMs, maxRowsPerDelta } from '../../../src/main/delta-stream';
import { JobList } from '../../../src/main/job-list';
import type { JobInfo, ProcInfo } from '../../../src/shared/engine-info';
import type { Delta, RunPulse } from '../../../src/shared/ipc';
import type { QueueStatus } from '../../../src/shared/ipc-queue';
import { plannedJob } from '../planned-job';

const plan = (id: string) => plannedJob({ id, file: '/jobs.yaml' });
const noQueue: QueueStatus = { isPaused: false, left: { interrupted: 0, waiting: 0 }, questions: [] };
const file = { path: '/jobs.yaml', name: 'jobs.yaml', title: null, description: null, problems: [] };

/** A stream whose clock the test turns. */
function makeStream(jobs: number) {
  const list = new JobList();
  list.putFile(
    file,
    Array.from({ length: jobs }, (_, index) => plan(`job-${index}`)),
  );
  const sent: Delta[] = [];
  const timers: (() => void)[] = [];
  const pulses = new Map<number, RunPulse>();
  const workers: { current: ProcInfo[] } = { current: [] };
  const stream = new DeltaStream({
    list,
    workers: () => workers.current,
    pulse: (key) => pulses.get(key) ?? null,
    queue: () => noQueue,
    notices: () => [],
    send: (delta) => sent.push(delta),
    schedule: (callback, ms) => {
      expect(ms).toBe(deltaIntervalMs);
      timers.push(callback);
    },
  });
  return { list, stream, sent, workers, pulses, tick: () => timers.shift()?.(), timers };
}

const job = (counts: readonly number[]): JobInfo => ({
  id: 1,
  label: 'job-0',
  state: 'running',
  valRange: 100,
  total: counts.length,
  progress: counts.reduce((sum, count) => sum + count, 0),
  priority: 0,
  ranks: counts.map((count, index) => ({
    index,
    pid: index,
    start: index * 50,
    end: index * 50 + 50,
    chunks: 1,
    assigned: 50,
    count,
    state: 'running' as const,
  })),
  queuedAt: 0,
  startedAt: 0,
});

describe('the stream of deltas', () => {
  it('sends the first change at once and gathers the rest for 50 ms', () => {
    const { list, stream, sent, tick } = makeStream(1);
    expect(deltaIntervalMs).toBe(50);
    stream.touch();
    expect(sent.map(({ seq, rows }) => [seq, rows.length])).toEqual([[1, 1]]);
    const [key = 0] = list.rows.map((row) => row.key);
    list.begin(key);
    for (let step = 0; step < 1000; step += 1) stream.touch();
    expect(sent).toHaveLength(1);
    tick();
    expect(sent.map(({ seq, rows }) => [seq, rows.length])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('bounds a delta and sends the rest with the next ones', () => {
    const { stream, sent, tick } = makeStream(2200);
    stream.touch();
    tick();
    tick();
    tick();
    expect(sent.map((delta) => delta.rows.length)).toEqual([maxRowsPerDelta, maxRowsPerDelta, 200]);
    expect(sent.map((delta) => delta.seq)).toEqual([1, 2, 3]);
  });

  it('says nothing, and leaves no timer going, when nothing has changed', () => {
    const { stream, sent, tick, timers } = makeStream(1);
    stream.touch();
    tick();
    stream.touch();
    tick();
    expect(sent).toHaveLength(1);
    expect(timers).toHaveLength(0);
  });

  it('sends workers when one of them changed', () => {
    const { stream, sent, workers, tick } = makeStream(0);
    workers.current = [{ slot: 0, pid: 10, state: 'idle', jobId: null, restarts: 0, rssMiB: null, cpuPercent: null }];
    stream.touch();
    workers.current = [{ slot: 0, pid: 11, state: 'idle', jobId: null, restarts: 1, rssMiB: null, cpuPercent: null }];
    tick();
    stream.touch();
    tick();
    expect(sent.map((delta) => delta.workers?.[0]?.pid)).toEqual([10, 11]);
  });

  it('carries all of a watched job once, then only how far its ranks are', () => {
    const { list, stream, sent, tick } = makeStream(2);
    const [key = 0] = list.rows.map((row) => row.key);
    list.begin(key);
    list.bind(key, 1, job([0, 0]));
    stream.watch(key);
    expect(sent[0]?.detail).toMatchObject({ kind: 'full', detail: { key, ranks: [{ count: 0 }, { count: 0 }] } });
    list.onServerEvent({ type: 'progress', jobId: 1, progress: 30, counts: [10, 20] });
    stream.touch();
    tick();
    expect(sent[1]?.detail).toEqual({ kind: 'counts', key, counts: [10, 20] });
    list.settle(key, { state: 'done', result: 1, errors: [], startedAt: 0, endedAt: 5 });
    stream.touch();
    tick();
    expect(sent[2]?.detail).toMatchObject({ kind: 'full', detail: { hasResult: true } });
    stream.watch(null);
    list.begin(key);
    stream.touch();
    tick();
    expect(sent.at(-1)?.detail).toBeNull();
  });

  it('tells of the watched job which of its parts have changed, once', () => {
    const { list, stream, sent, pulses, tick } = makeStream(2);
    const [key = 0, other = 0] = list.rows.map((row) => row.key);
    pulses.set(other, { key: other, run: 1, live: 9, log: 0, range: 0, items: 0 });
    stream.watch(key);
    expect(sent.at(-1)?.pulse).toBeNull();
    pulses.set(key, { key, run: 1, live: 1, log: 0, range: 0, items: 0 });
    stream.touch();
    tick();
    expect(sent.at(-1)?.pulse).toEqual({ key, run: 1, live: 1, log: 0, range: 0, items: 0 });
    const { length } = sent;
    stream.touch();
    tick();
    expect(sent).toHaveLength(length);
    stream.watch(key);
    tick();
    expect(sent.at(-1)?.pulse).toEqual({ key, run: 1, live: 1, log: 0, range: 0, items: 0 });
  });
});
