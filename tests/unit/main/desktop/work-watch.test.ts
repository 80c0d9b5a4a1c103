import { expect, it } from 'vitest';
import { WorkWatch } from '../../../../src/main/desktop/work-watch';
import type { JobRow, RowState } from '../../../../src/shared/ipc';

const row = (key: number, state: RowState, progress = 0): JobRow => ({
  key,
  fileKey: 1,
  id: `job-${key}`,
  label: `Job ${key}`,
  kind: 'target',
  items: null,
  role: 'job',
  scriptState: null,
  step: null,
  entry: null,
  place: 0,
  target: 'builtin:mandelbrot',
  state,
  range: 100,
  progress,
  ranks: 1,
  rate: null,
  startedAt: null,
  movedAt: null,
  endedAt: null,
  failure: state === 'failed' ? 'Error: no' : null,
});

it('tells how far all jobs under way are, and of the end once', () => {
  const watch = new WorkWatch();
  expect(watch.observe([row(1, 'ready'), row(2, 'done')])).toEqual([]);
  expect(watch.work).toEqual({ active: 0, running: 0, waiting: 0, share: null, hasFailed: false });
  expect(watch.observe([row(1, 'running', 50), row(2, 'queued')])).toEqual([]);
  expect(watch.work).toEqual({ active: 2, running: 1, waiting: 1, share: 0.25, hasFailed: false });
  expect(watch.observe([row(1, 'done', 100)])).toEqual([]);
  expect(watch.work.share).toBe(0.5);
  expect(watch.observe([row(2, 'cancelled')])).toEqual([{ kind: 'over', ended: 2, failed: 0 }]);
  expect(watch.work.share).toBeNull();
  expect(watch.observe([row(2, 'cancelled')])).toEqual([]);
});

it('tells of the first failure at once, and of all of them at the end', () => {
  const watch = new WorkWatch();
  watch.observe([row(1, 'running'), row(2, 'running'), row(3, 'running')]);
  expect(watch.observe([row(1, 'failed')])).toEqual([{ kind: 'failed', label: 'Job 1', failure: 'Error: no' }]);
  expect(watch.observe([row(2, 'failed')])).toEqual([]);
  expect(watch.work.hasFailed).toBe(true);
  expect(watch.observe([], [3])).toEqual([{ kind: 'over', ended: 2, failed: 2 }]);
  watch.observe([row(1, 'running')]);
  expect(watch.work.hasFailed).toBe(false);
});

it('what an earlier start has left is no work until it goes on', () => {
  const watch = new WorkWatch();
  expect(watch.observe([row(1, 'interrupted', 40), row(2, 'paused')])).toEqual([]);
  expect(watch.work).toMatchObject({ active: 0, share: null });
  watch.observe([row(1, 'queued', 40)]);
  expect(watch.work).toEqual({ active: 1, running: 0, waiting: 1, share: 0.4, hasFailed: false });
  // What is paused meanwhile still belongs to it, but nobody works on it.
  watch.observe([row(1, 'paused', 40)]);
  expect(watch.work).toMatchObject({ active: 1, running: 0, waiting: 0 });
  expect(watch.observe([row(1, 'done', 100)])).toEqual([{ kind: 'over', ended: 1, failed: 0 }]);
});

it('counts the same whatever comes in which order', () => {
  const states: RowState[] = ['queued', 'running', 'pausing', 'paused', 'cancelling', 'failed', 'done', 'skipped'];
  const watch = new WorkWatch();
  const known = new Map<number, RowState>();
  let random = 1;
  const next = (below: number): number => {
    random = (random * 48_271) % 2_147_483_647;
    return random % below;
  };
  watch.observe([row(0, 'running')]);
  known.set(0, 'running');
  for (let step = 0; step < 3000; step += 1) {
    const key = 1 + next(40);
    const state = states[next(states.length)] ?? 'done';
    if (next(10) === 0) {
      watch.observe([], [key]);
      known.delete(key);
      continue;
    }
    watch.observe([row(key, state, next(101))]);
    if (known.has(key) || ['queued', 'running', 'pausing', 'cancelling'].includes(state)) known.set(key, state);
  }
  const count = (...wanted: RowState[]): number => [...known.values()].filter((state) => wanted.includes(state)).length;
  expect(watch.work).toMatchObject({
    active: count('queued', 'running', 'pausing', 'paused', 'cancelling'),
    running: count('running', 'pausing', 'cancelling'),
    waiting: count('queued'),
    hasFailed: count('failed') > 0,
  });
});
