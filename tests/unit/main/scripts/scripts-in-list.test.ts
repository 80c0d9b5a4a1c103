import { describe, expect, it } from 'vitest';
import { JobList } from '../../../../src/main/job-list';
import { scriptJob } from '../../../../src/main/scripts/script-plan';
import { scriptRequests } from '../../../../src/main/scripts/script-requests';
import type { JobInfo } from '../../../../src/shared/engine-info';
import type { QueueEntry } from '../../../../src/shared/ipc-queue';

const path = '/w/study.ts';
const file = { path, name: 'study.ts', title: null, description: null, problems: [] };
const entry: QueueEntry = { run: 7, priority: 0, position: 1, queuedAt: 0, isActive: true, owner: null };
const open = (list: JobList, hash = 'h'): number =>
  list.keysOf(list.putFile(file, [scriptJob(path, hash)], undefined, 'script'))[0] ?? 0;
const info = (more: Partial<JobInfo>): JobInfo => ({
  id: 100,
  label: 'study.ts',
  state: 'running',
  valRange: 0,
  total: 0,
  progress: 0,
  priority: 0,
  ranks: [],
  queuedAt: 0,
  startedAt: 5,
  ...more,
});
const rowOf = (list: JobList, key: number | undefined) => list.rows.find((row) => row.key === key);

/** A script that runs, with a job of its own that has ended. */
function running(): { readonly list: JobList; readonly script: number; readonly call: number } {
  const list = new JobList(() => 1000);
  const script = open(list);
  list.begin(script);
  list.enter(script, entry);
  list.bind(script, 100, info({}));
  const call = list.addCall(script, 'study.ts/1', 'squares', 10, 1) ?? 0;
  list.bind(call, 101, info({ id: 101, label: 'squares', valRange: 10, total: 1 }));
  list.settle(call, { state: 'done', errors: [], startedAt: 5, endedAt: 6 });
  return { list, script, call };
}

describe('a script in the list', () => {
  it('is one job that says how far it is in its own words, also when it counts anew', () => {
    const { list, script } = running();
    expect(rowOf(list, script)).toMatchObject({ role: 'script', target: 'study.ts#default', range: 0, step: null });
    list.onServerEvent({ type: 'job', job: info({ label: 'pass 2', valRange: 8, progress: 6 }) });
    expect(rowOf(list, script)).toMatchObject({ range: 8, progress: 6, step: 'pass 2' });
    list.onServerEvent({ type: 'job', job: info({ label: 'tidying', valRange: 3, progress: 1 }) });
    expect(rowOf(list, script)).toMatchObject({ range: 3, progress: 1, step: 'tidying' });
  });

  it('has the jobs that it asks for beside it, wherever it stands, until it is run again', () => {
    const { list, script, call } = running();
    expect(rowOf(list, call)).toMatchObject({ role: 'call', state: 'done', scriptState: 'running', label: 'squares' });
    list.takeChanges(100);
    list.settle(script, { state: 'failed', errors: [], startedAt: 5, endedAt: 9 });
    expect(list.takeChanges(100).rows.map(({ key, scriptState }) => [key, scriptState])).toEqual([
      [script, null],
      [call, 'failed'],
    ]);
    list.begin(script);
    expect(list.rows.map(({ key }) => key)).toEqual([script]);
    expect(list.takeChanges(100).removed).toEqual([call]);
  });

  it('takes the jobs that it has asked for with it when it leaves the list', () => {
    const { list, script } = running();
    expect(list.remove(script)).toBe(false);
    list.settle(script, { state: 'done', errors: [], startedAt: 5, endedAt: 9 });
    expect(list.remove(script)).toBe(true);
    expect(list.rows).toEqual([]);
  });

  it('keeps its arguments when its file is read again, changed or not', () => {
    const list = new JobList();
    const script = open(list);
    list.setArgs(script, { passes: 3 });
    expect(open(list)).toBe(script);
    expect(list.job(script)?.plan.args).toEqual({ passes: 3 });
    expect(list.job(open(list, 'changed'))?.plan).toMatchObject({ hash: 'changed', args: { passes: 3 } });
  });
});

describe('arguments from the window', () => {
  it('are those that make sense, and the others are told; a script that runs keeps its own', () => {
    const list = new JobList();
    const script = open(list);
    let changes = 0;
    const { setScriptArgs } = scriptRequests(list, () => (changes += 1));
    expect(setScriptArgs(script, ['a=1', 'b=x y', 'nothing', '__proto__=1'])).toBe(
      'Left out: "nothing" is not name=value. No argument can be called "__proto__".',
    );
    expect(list.job(script)?.plan.args).toEqual({ a: 1, b: 'x y' });
    expect(setScriptArgs(script, ['a=2'])).toBeNull();
    expect(changes).toBe(2);
    list.begin(script);
    expect(setScriptArgs(script, ['a=3'])).toContain('is running');
    expect(list.job(script)?.plan.args).toEqual({ a: 2 });
    expect(setScriptArgs(999, [])).toContain('not in the queue');
  });
});
