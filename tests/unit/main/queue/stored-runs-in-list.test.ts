import { describe, expect, it } from 'vitest';
import { JobList } from '../../../../src/main/job-list';
import type { RunOutline, RunState, StoredJob } from '../../../../src/shared/stored-run';
import { plannedJob } from '../../planned-job';

const path = '/home/me/jobs/work.yaml';
const file = { path, name: 'work.yaml', title: null, description: null, problems: [] };

const stored = (key: string, more: Partial<StoredJob> = {}): StoredJob => ({
  key,
  kind: 'map',
  label: `Job ${key}`,
  target: './work.mjs#run',
  total: 100,
  state: 'queued',
  progress: 0,
  items: { done: 0, failed: 0, skipped: 0, cancelled: 0 },
  attempts: 0,
  startedAt: null,
  endedAt: null,
  error: null,
  resultBytes: null,
  isResultRefused: false,
  output: null,
  logLines: 0,
  isHeld: false,
  ...more,
});

const run = (id: number, state: RunState, jobs: readonly StoredJob[], more: Partial<RunOutline> = {}): RunOutline => ({
  id,
  state,
  name: 'work.yaml',
  file: path,
  hash: jobs.map(({ key }) => `hash-${key}`).join(' '),
  priority: 0,
  position: id,
  isCleared: false,
  createdAt: 1000,
  startedAt: null,
  endedAt: null,
  starts: 0,
  jobs: { total: jobs.length, done: 0, failed: 0 },
  items: { total: 0, done: 0, failed: 0, skipped: 0, cancelled: 0 },
  exitReason: null,
  exitCode: null,
  request: null,
  owner: null,
  jobList: jobs,
  ...more,
});

const states = (list: JobList): unknown[] => list.rows.map(({ id, state }) => [id, state]);

describe('runs of the history in the list', () => {
  it('show how far they had come, and who works on them', () => {
    const list = new JobList();
    const half = { done: 40, failed: 2, skipped: 0, cancelled: 0 };
    list.putRun(run(3, 'interrupted', [stored('a', { state: 'interrupted', items: half, startedAt: 5 })]), false);
    const owner = { pid: 4711, kind: 'cli', isSelf: false };
    list.putRun(run(4, 'running', [stored('b', { state: 'running' }), stored('c')], { owner }), false);
    expect(list.rows).toMatchObject([
      { id: 'a', label: 'Job a', target: './work.mjs#run', state: 'interrupted', progress: 42, entry: { run: 3 } },
      { id: 'b', state: 'running', entry: { run: 4, isActive: true, owner: { pid: 4711, kind: 'cli' } } },
      { id: 'c', state: 'queued' },
    ]);
    expect(list.files).toMatchObject([{ path, name: 'work.yaml', title: null }]);
  });

  it('wait until somebody resumes them, unless they are due', () => {
    const list = new JobList();
    list.putRun(run(1, 'queued', [stored('a')]), false);
    list.putRun(run(2, 'queued', [stored('a')]), true);
    list.putRun(run(3, 'paused', [stored('a')]), true);
    expect(states(list)).toEqual([
      ['a', 'paused'],
      ['a', 'queued'],
      ['a', 'paused'],
    ]);
  });

  it('show what is on its way when another process was asked for it', () => {
    const list = new JobList();
    const owner = { pid: 1, kind: 'cli', isSelf: false };
    list.putRun(run(1, 'running', [stored('a', { state: 'running' })], { owner, request: 'cancel' }), false);
    list.putRun(run(2, 'running', [stored('a', { state: 'running' })], { owner, request: 'pause' }), false);
    expect(states(list)).toEqual([
      ['a', 'cancelling'],
      ['a', 'pausing'],
    ]);
  });

  it('take the place of the same jobs of an opened file, and change with the history', () => {
    const list = new JobList();
    list.putFile(file, [
      plannedJob({ id: 'a', file: path, hash: 'hash-a' }),
      plannedJob({ id: 'b', file: path, hash: 'other' }),
    ]);
    const done = { kind: 'target', state: 'done', resultBytes: 10, startedAt: 1, endedAt: 3 } as const;
    list.putRun(run(1, 'done', [stored('a', done), stored('b', done)], { endedAt: 3 }), false);
    expect(states(list)).toEqual([
      ['a', 'done'],
      ['b', 'ready'],
      ['b', 'done'],
    ]);
    const [a] = list.rows;
    expect(list.detail(a?.key ?? 0)).toMatchObject({ hasResult: true, run: 1 });
    list.removeRun(1);
    expect(states(list)).toEqual([['b', 'ready']]);
  });

  it('become jobs of a file when that is opened, with its plan', () => {
    const list = new JobList();
    const done = { kind: 'target', state: 'done', startedAt: 1, endedAt: 3 } as const;
    list.putRun(run(1, 'done', [stored('a', done)], { endedAt: 3 }), false);
    const [row] = list.rows;
    const plan = plannedJob({ id: 'a', file: path, hash: 'hash-a', args: { width: 7 } });
    list.putFile(file, [plan, plannedJob({ id: 'b', file: path })]);
    expect(list.rows.map(({ key, id, state }) => [key, id, state])).toEqual([
      [row?.key, 'a', 'done'],
      [expect.any(Number), 'b', 'ready'],
    ]);
    expect(list.job(row?.key ?? 0)).toMatchObject({ isOutline: false, plan: { args: { width: 7 } } });
  });

  it('stay beside the job of a file that describes it differently by now', () => {
    const list = new JobList();
    const running = { state: 'interrupted' } as const;
    list.putRun(run(1, 'interrupted', [stored('a', running)]), false);
    list.putFile(file, [plannedJob({ id: 'a', file: path, hash: 'new' })]);
    // It has not ended, so the file's job is that one for now.
    expect(states(list)).toEqual([['a', 'interrupted']]);
    list.putRun(run(1, 'failed', [stored('a', { state: 'failed' })], { endedAt: 5 }), false);
    list.putFile(file, [plannedJob({ id: 'a', file: path, hash: 'new' })]);
    expect(states(list)).toEqual([
      ['a', 'failed'],
      ['a', 'ready'],
    ]);
  });

  it('leave the list one by one, and their file with the last', () => {
    const list = new JobList();
    list.putRun(run(1, 'failed', [stored('a', { state: 'failed' }), stored('b', { state: 'failed' })]), false);
    list.putRun(run(2, 'queued', [stored('c')]), true);
    const [a, b, c] = list.rows.map(({ key }) => key);
    expect([list.remove(a ?? 0), list.remove(b ?? 0), list.remove(c ?? 0)]).toEqual([true, true, false]);
    expect(list.hasRun(1)).toBe(false);
    expect(list.files).toHaveLength(1);
    list.removeRun(2);
    expect([list.rows, list.files]).toEqual([[], []]);
    const first = list.takeChanges(2);
    const second = list.takeChanges(2);
    expect([first.removed.length, second.removed.length, second.more]).toEqual([2, 1, false]);
  });
});

describe('pausing', () => {
  const work = (state: 'running' | 'done', isHeld = false) => ({
    type: 'job' as const,
    job: {
      id: 7,
      label: 'a',
      state: 'running' as const,
      valRange: 10,
      total: 1,
      progress: 3,
      priority: 0,
      ranks: [{ index: 0, pid: 1, start: 0, end: 10, chunks: 1, assigned: 10, count: 3, state }],
      queuedAt: 0,
      startedAt: 1,
      ...(isHeld && { isHeld }),
    },
  });

  it('lasts until the last process has ended its item, and the job waits for one when it goes on', () => {
    const list = new JobList();
    list.putFile(file, [plannedJob({ id: 'a', file: path })]);
    const key = list.rows[0]?.key ?? 0;
    list.begin(key);
    list.bind(key, 7, undefined);
    list.onServerEvent(work('running'));
    list.mark(key, 'pausing');
    list.onServerEvent(work('running', true));
    expect(list.rows[0]?.state).toBe('pausing');
    list.onServerEvent(work('done', true));
    expect(list.rows[0]?.state).toBe('paused');
    list.mark(key, 'queued');
    list.onServerEvent(work('done'));
    expect(list.rows[0]?.state).toBe('queued');
    list.onServerEvent(work('running'));
    expect(list.rows[0]?.state).toBe('running');
  });

  it('does not hide that a job is being cancelled', () => {
    const list = new JobList();
    list.putFile(file, [plannedJob({ id: 'a', file: path })]);
    const key = list.rows[0]?.key ?? 0;
    list.begin(key);
    list.mark(key, 'cancelling');
    list.mark(key, 'paused');
    list.mark(key, 'queued');
    expect(list.rows[0]?.state).toBe('cancelling');
  });
});
