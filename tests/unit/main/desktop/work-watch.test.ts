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
  expect(watch.work).toEqual({ active: 0, share: null, hasFailed: false });
  expect(watch.observe([row(1, 'running', 50), row(2, 'queued')])).toEqual([]);
  expect(watch.work).toEqual({ active: 2, share: 0.25, hasFailed: false });
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
