import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedTargetJob } from '../../../src/jobs/plan';
import { JobList } from '../../../src/main/job-list';
import { errorsOf } from '../../../src/main/listed-job';
import { percentOf } from '../../../src/renderer/lib/format';
import type { JobInfo, RankInfo } from '../../../src/shared/engine-info';
import { plannedJob } from '../planned-job';

const plan = (id: string, more: Partial<PlannedTargetJob> = {}) =>
  plannedJob({
    id,
    label: `Job ${id}`,
    target: '/home/me/jobs/work.mjs#run',
    file: '/home/me/jobs/jobs.yaml',
    ...more,
  });

const file = { path: '/home/me/jobs/jobs.yaml', name: 'jobs.yaml', title: null, description: null, problems: [] };

const rank = (index: number, more: Partial<RankInfo> = {}): RankInfo => ({
  index,
  pid: 100 + index,
  start: index * 50,
  end: index * 50 + 50,
  chunks: 1,
  assigned: 50,
  count: 0,
  state: 'running',
  ...more,
});

const info = (more: Partial<JobInfo> = {}): JobInfo => ({
  id: 7,
  label: 'Job a',
  state: 'running',
  valRange: 100,
  total: 2,
  progress: 0,
  priority: 0,
  ranks: [rank(0), rank(1)],
  queuedAt: 0,
  startedAt: 1000,
  ...more,
});

/** A list with jobs a and b, of which a runs as the engine's job 7. */
function runningList(): { list: JobList; a: number; b: number; clock: { now: number } } {
  const clock = { now: 1000 };
  const list = new JobList(() => clock.now);
  list.putFile(file, [plan('a'), plan('b')]);
  const [a = 0, b = 0] = list.rows.map((row) => row.key);
  list.begin(a);
  list.bind(a, 7, undefined);
  list.onServerEvent({ type: 'job', job: info() });
  list.takeChanges(100);
  return { list, a, b, clock };
}

describe('the list of jobs', () => {
  it('shows a planned job as ready, with a short target', () => {
    const list = new JobList();
    list.putFile(file, [plan('a')]);
    expect(list.rows).toMatchObject([
      {
        id: 'a',
        label: 'Job a',
        target: 'work.mjs#run',
        state: 'ready',
        range: 100,
        progress: 0,
        ranks: 0,
        rate: null,
      },
    ]);
  });

  it('follows a run from its queue to its result', () => {
    const { list, a, clock } = runningList();
    expect(list.job(a)?.state).toBe('running');
    list.onServerEvent({ type: 'progress', jobId: 7, progress: 30, counts: [20, 10] });
    expect(list.detail(a)?.ranks.map((entry) => entry.count)).toEqual([20, 10]);
    clock.now = 3000;
    list.onServerEvent({ type: 'job', job: info({ state: 'done', progress: 100, endedAt: 3000 }) });
    expect(list.rows[0]).toMatchObject({ state: 'running', progress: 100 });
    list.settle(a, { state: 'done', result: 42, errors: [], startedAt: 1000, endedAt: 3000 });
    expect(list.rows[0]).toMatchObject({ state: 'done', progress: 100, rate: 50, startedAt: 1000, endedAt: 3000 });
    expect(list.detail(a)).toMatchObject({ hasResult: true, run: 1, errors: 0 });
  });

  it('never lets progress go back', () => {
    const { list, a } = runningList();
    list.onServerEvent({ type: 'progress', jobId: 7, progress: 30, counts: [20, 10] });
    list.onServerEvent({ type: 'progress', jobId: 7, progress: 25, counts: [15, 10] });
    expect(list.rows[0]?.progress).toBe(30);
    expect(list.detail(a)?.ranks.map((entry) => entry.count)).toEqual([20, 10]);
  });

  it('never lets progress go back or say that all is done before the end, whatever the engine tells', () => {
    const told = fc.record({ isJob: fc.boolean(), progress: fc.integer({ min: 0, max: 100 }) });
    fc.assert(
      fc.property(fc.array(told), (events) => {
        const { list, a } = runningList();
        let before = 0;
        for (const { isJob, progress } of events) {
          if (isJob) list.onServerEvent({ type: 'job', job: info({ progress }) });
          else list.onServerEvent({ type: 'progress', jobId: 7, progress, counts: [] });
          const row = list.rows.find(({ key }) => key === a);
          expect(row?.progress).toBe(Math.max(before, progress));
          before = row?.progress ?? 0;
          expect(percentOf(before, 100, row?.state ?? 'done')).toBeLessThan(100);
        }
      }),
    );
  });

  it('tells since when nothing has been finished', () => {
    const { list, a, clock } = runningList();
    const movedAt = (): number | null | undefined => list.rows.find(({ key }) => key === a)?.movedAt;
    expect(movedAt()).toBe(1000);
    clock.now = 3000;
    list.onServerEvent({ type: 'progress', jobId: 7, progress: 5, counts: [5] });
    clock.now = 9000;
    list.onServerEvent({ type: 'progress', jobId: 7, progress: 5, counts: [5] });
    expect(movedAt()).toBe(3000);
    list.mark(a, 'cancelling');
    expect(movedAt()).toBeNull();
  });

  it('tells the error of a rank while the others still work', () => {
    const { list, a } = runningList();
    const error = { name: 'WorkerDiedError', message: 'gone', code: 'ERR_WORKER_DIED' };
    list.onServerEvent({ type: 'job', job: info({ ranks: [rank(0, { state: 'lost', error }), rank(1)] }) });
    expect(list.rows[0]).toMatchObject({ state: 'running', failure: 'WorkerDiedError: gone' });
    const job = list.job(a);
    expect([list.detail(a)?.errors, job && errorsOf(job)]).toEqual([1, [{ rank: 0, error }]]);
  });

  it('shows cancelling until the run has ended, and a cancelled job without errors', () => {
    const { list, a } = runningList();
    list.mark(a, 'cancelling');
    list.onServerEvent({ type: 'job', job: info({ state: 'running' }) });
    expect(list.rows[0]?.state).toBe('cancelling');
    const error = { name: 'JobCancelledError', message: 'cancelled' };
    list.settle(a, { state: 'cancelled', errors: [{ rank: null, error }], startedAt: 1000, endedAt: 2000 });
    expect(list.rows[0]).toMatchObject({ state: 'cancelled', failure: null });
    expect(list.detail(a)?.errors).toBe(0);
  });

  it('begins again with nothing left of the run before', () => {
    const { list, a } = runningList();
    expect(list.begin(a)).toBe(false);
    list.settle(a, { state: 'done', result: 1, errors: [], startedAt: 1000, endedAt: 2000 });
    expect(list.begin(a)).toBe(true);
    expect(list.rows[0]).toMatchObject({ state: 'queued', progress: 0, startedAt: null, endedAt: null });
    expect(list.detail(a)).toMatchObject({ hasResult: false, run: 2, ranks: [] });
    // The engine's last word on the old run changes nothing any more.
    expect(list.onServerEvent({ type: 'progress', jobId: 7, progress: 100, counts: [50, 50] })).toBe(false);
    expect(list.rows[0]?.progress).toBe(0);
  });

  it('knows nothing of jobs that are not in it', () => {
    const { list } = runningList();
    expect(list.onServerEvent({ type: 'job', job: info({ id: 99 }) })).toBe(false);
    expect(list.takeChanges(100).rows).toEqual([]);
  });
});

describe('reading a file again', () => {
  it('keeps keys and results of unchanged jobs, resets changed ones, drops and adds', () => {
    const list = new JobList();
    list.putFile(file, [plan('same'), plan('changed'), plan('dropped')]);
    const keys = list.rows.map((row) => row.key);
    for (const key of keys) {
      list.begin(key);
      list.settle(key, { state: 'done', result: 1, errors: [], startedAt: 0, endedAt: 1 });
    }
    list.takeChanges(100);
    list.putFile(file, [plan('same'), plan('changed', { range: 5 }), plan('new')]);
    expect(list.rows.map(({ id, state }) => [id, state])).toEqual([
      ['same', 'done'],
      ['changed', 'ready'],
      ['new', 'ready'],
    ]);
    expect(list.rows.slice(0, 2).map((row) => row.key)).toEqual(keys.slice(0, 2));
    expect(list.takeChanges(100).removed).toEqual([keys[2]]);
  });

  it('leaves a job alone that runs', () => {
    const { list } = runningList();
    list.putFile(file, []);
    expect(list.rows.map(({ id, state }) => [id, state])).toEqual([['a', 'running']]);
    const [entry] = list.files;
    expect(list.removeFile(entry?.key ?? -1)).toBe(false);
  });
});

it('gives changes out once, and no more at a time than it is asked for', () => {
  const list = new JobList();
  list.putFile(
    file,
    Array.from({ length: 5 }, (_, index) => plan(`job-${index}`)),
  );
  const first = list.takeChanges(3);
  expect([first.rows.length, first.more, first.files?.length]).toEqual([3, true, 1]);
  const second = list.takeChanges(3);
  expect([second.rows.length, second.more, second.files]).toEqual([2, false, null]);
  expect(list.takeChanges(3).rows).toEqual([]);
});
