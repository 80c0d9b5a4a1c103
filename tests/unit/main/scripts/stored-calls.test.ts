import { describe, expect, it } from 'vitest';
import { JobList } from '../../../../src/main/job-list';
import { scriptJob } from '../../../../src/main/scripts/script-plan';
import type { RunOutline, RunState, StoredJob } from '../../../../src/shared/stored-run';

const path = '/w/study.ts';

const stored = (key: string, kind: 'script' | 'call', more: Partial<StoredJob>): StoredJob => ({
  key,
  kind,
  label: kind === 'call' ? `squares ${key.at(-1)}` : key,
  target: kind === 'call' ? 'squares' : path,
  total: 10,
  state: 'done',
  progress: 0,
  items: { done: 0, failed: 0, skipped: 0, cancelled: 0 },
  attempts: 1,
  startedAt: 5,
  endedAt: 9,
  error: null,
  resultBytes: null,
  isResultRefused: false,
  output: null,
  logLines: 0,
  isHeld: false,
  ...more,
});

const run = (state: RunState, jobList: readonly StoredJob[], more: Partial<RunOutline> = {}): RunOutline => ({
  id: 7,
  state,
  name: 'study.ts',
  file: path,
  hash: 'h',
  priority: 0,
  position: 1,
  isCleared: false,
  createdAt: 1,
  startedAt: 5,
  endedAt: null,
  starts: 1,
  jobs: { total: 1, done: 0, failed: 0 },
  items: { total: 1, done: 0, failed: 0, skipped: 0, cancelled: 0 },
  exitReason: null,
  exitCode: null,
  request: null,
  owner: null,
  jobList,
  ...more,
});

describe('jobs that a script had asked for before this start of the window', () => {
  it('are listed beneath it, and what was cut off is not to be resumed by itself', () => {
    const list = new JobList();
    const cut = stored('study.ts', 'script', { state: 'interrupted', endedAt: null });
    list.putRun(
      run('interrupted', [
        cut,
        stored('study.ts/1', 'call', { progress: 10 }),
        stored('study.ts/2', 'call', { state: 'interrupted', progress: 4, endedAt: null }),
        stored('study.ts/3', 'call', { state: 'failed', error: { name: 'RangeError', message: 'too far' } }),
      ]),
      false,
    );
    expect(list.rows).toMatchObject([
      { id: 'study.ts', role: 'script', state: 'interrupted', scriptState: null },
      { id: 'study.ts/1', role: 'call', label: 'squares 1', state: 'done', scriptState: 'interrupted', progress: 10 },
      { id: 'study.ts/2', role: 'call', state: 'cancelled', progress: 4 },
      { id: 'study.ts/3', role: 'call', state: 'failed', failure: 'RangeError: too far', range: 10 },
    ]);
    const [, , second] = list.rows;
    expect(list.detail(second?.key ?? 0)).toMatchObject({ reason: 'Its script was cut off.', hasResult: false });
    // Nothing of them is in a plan that could be read.
    expect(list.job(second?.key ?? 0)?.isOutline).toBe(false);
    expect(list.remove(list.rows[0]?.key ?? 0)).toBe(false);
  });

  it('follow what another process tells, and stand for the script of a file that is opened', () => {
    const list = new JobList();
    const owner = { pid: 4711, kind: 'cli', isSelf: false };
    const running = stored('study.ts', 'script', { state: 'running', endedAt: null });
    const call = (changes: Partial<StoredJob>): StoredJob => stored('study.ts/1', 'call', changes);
    list.putRun(run('running', [running, call({ state: 'running', progress: 2, endedAt: null })], { owner }), false);
    expect(list.rows[1]).toMatchObject({ state: 'running', progress: 2, entry: { owner: { pid: 4711 } } });
    list.putRun(run('done', [stored('study.ts', 'script', {}), call({ progress: 10 })], { endedAt: 9 }), false);
    expect(list.rows.map(({ id, state }) => [id, state])).toEqual([
      ['study.ts', 'done'],
      ['study.ts/1', 'done'],
    ]);
    // The hash of the script is found although its jobs have none.
    const file = { path, name: 'study.ts', title: null, description: null, problems: [] };
    const keys = list.keysOf(list.putFile(file, [scriptJob(path, 'h')], undefined, 'script'));
    expect(keys).toEqual([list.rows[0]?.key]);
    expect(list.rows).toHaveLength(2);
    list.remove(keys[0] ?? 0);
    expect(list.rows).toEqual([]);
  });
});
