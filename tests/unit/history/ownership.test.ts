import { describe, expect, test } from 'vitest';
import { judge, ownIdentity, probeProcess } from '../../../src/history/process-identity';
import { claim, claimNext, leave, releaseDead } from '../../../src/history/store/ownership';
import { enqueue } from '../../../src/history/store/queue';
import { get, remainder } from '../../../src/history/store/reading';
import { claimedRun, commitAll, newRun, news, openStore, temporaryFolder } from './helpers';

const linux = { pid: 100, host: 'box', boot: 'boot-1', space: 'pid:[1]', started: '5000' };
const elsewhere = { pid: 100, host: 'box', boot: '', space: '', started: '' };
const there = (started: string) => () => ({ started });
const gone = () => undefined;

describe('whether a process still lives', () => {
  test.each([
    ['it is there and started at the same time', linux, linux, there('5000'), 'alive'],
    ['its number belongs to another process by now', linux, linux, there('6000'), 'dead'],
    ['there is no such process', linux, linux, gone, 'dead'],
    ['the machine has been started again', { ...linux, boot: 'boot-0' }, linux, there('5000'), 'dead'],
    ['it runs on another machine', { ...linux, host: 'other', boot: 'boot-9' }, linux, gone, 'unknown'],
    ['it runs in another container', { ...linux, space: 'pid:[2]' }, linux, gone, 'unknown'],
    ['the system does not say when it started', elsewhere, elsewhere, there(''), 'unknown'],
    ['the system knows no starts, but that it is gone', elsewhere, elsewhere, gone, 'dead'],
  ] as const)('when %s', (_case, other, self, probe, expected) => {
    expect(judge(other, self, probe)).toBe(expected);
  });

  test('is known of this process and of none that is not there', () => {
    const self = ownIdentity();
    expect(judge(self, self)).toBe(process.platform === 'linux' ? 'alive' : 'unknown');
    expect(probeProcess(2 ** 22 + 5)).toBeUndefined();
  });
});

describe('a run', () => {
  test('has one owner: the second is told who it is', () => {
    const folder = temporaryFolder();
    const [window, cli] = [openStore(folder), openStore(folder)];
    const { run } = claimedRun(window);
    expect(claim(cli, { run })).toEqual({
      ok: false,
      state: 'running',
      owner: { pid: process.pid, kind: 'test', isSelf: false },
    });
    expect(claim(window, { run })).toEqual({
      ok: false,
      state: 'running',
      owner: { pid: process.pid, kind: 'test', isSelf: true },
    });
  });

  test('whose owner has died is interrupted, and can be taken over', () => {
    const folder = temporaryFolder();
    const dying = openStore(folder, { identity: { pid: 2 ** 22 + 5 } });
    const { run, fence } = claimedRun(dying);
    commitAll(dying, { run, fence, batch: 1, jobs: [news({ update: { state: 'running' } })] });
    const heir = openStore(folder);
    expect(releaseDead(heir)).toEqual([run]);
    expect(get(heir, run)).toMatchObject({ state: 'interrupted', owner: null, jobList: [{ state: 'interrupted' }] });
    expect(releaseDead(heir)).toEqual([]);
    expect(claim(heir, { run })).toMatchObject({ ok: true });
    expect(get(heir, run)).toMatchObject({ state: 'running', starts: 2, owner: { isSelf: true } });
  });

  test('is taken over from a dead owner by the claim itself', () => {
    const folder = temporaryFolder();
    const { run } = claimedRun(openStore(folder, { identity: { pid: 2 ** 22 + 5 } }));
    expect(claim(openStore(folder), { run })).toMatchObject({ ok: true });
  });

  test('refuses what its former owner still writes, and keeps what it wrote before', () => {
    const folder = temporaryFolder();
    const slow = openStore(folder, { identity: { pid: 2 ** 22 + 5 } });
    const { run, fence } = claimedRun(slow);
    const skip = (start: number) =>
      news({
        settled: [{ start, count: 1, state: 'skipped', attempts: 0, payload: null }],
        update: { progress: start },
      });
    expect(commitAll(slow, { run, fence, batch: 1, jobs: [skip(0)] })).toEqual(['kept']);
    const heir = openStore(folder);
    claim(heir, { run });
    expect(commitAll(slow, { run, fence, batch: 2, jobs: [skip(1)] })).toEqual(['lost']);
    expect(remainder(heir, run)[0]?.missing).toEqual([[1, 10]]);
  });

  test('refuses a former owner also when the same process has claimed it again', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [], end: { state: 'interrupted', reason: null, code: null } });
    expect(claim(store, { run })).toMatchObject({ ok: true, fence: fence + 1 });
    expect(commitAll(store, { run, fence, batch: 2, jobs: [] })).toEqual(['lost']);
  });

  test('of an owner that cannot be seen is kept as long as its heart beats', () => {
    const folder = temporaryFolder();
    const container = openStore(folder, { identity: { space: 'pid:[2]' } });
    const { run } = claimedRun(container);
    let now = 0;
    const watcher = openStore(folder, { steadyNow: () => now });
    for (now = 0; now <= 60_000; now += 5000) {
      container.owners.beat();
      expect(releaseDead(watcher)).toEqual([]);
    }
    now = 74_999;
    expect(releaseDead(watcher)).toEqual([]);
    now = 75_000;
    expect(releaseDead(watcher)).toEqual([run]);
  });

  test('is not taken from an owner that cannot be seen because of the time of day', () => {
    const folder = temporaryFolder();
    const container = openStore(folder, { identity: { space: 'pid:[2]' }, now: () => 0 });
    claimedRun(container);
    const tomorrow = openStore(folder, { now: () => 86_400_000 * 400 });
    expect(releaseDead(tomorrow)).toEqual([]);
    expect(releaseDead(tomorrow)).toEqual([]);
  });

  test('is let go by an owner that ends in order', () => {
    const folder = temporaryFolder();
    const window = openStore(folder);
    const { run } = claimedRun(window);
    leave(window);
    expect(get(openStore(folder), run)).toMatchObject({ state: 'interrupted', owner: null });
    expect(window.database.prepare('SELECT * FROM owners').all()).toEqual([]);
  });

  test('that has ended is only taken with what is to be done again', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    const block = (start: number, state: 'done' | 'failed' | 'cancelled') =>
      ({ start, count: 1, state, attempts: 1, payload: null }) as const;
    commitAll(store, {
      run,
      fence,
      batch: 1,
      jobs: [
        news({ update: { state: 'failed' }, settled: [block(0, 'done'), block(1, 'failed')], settleRest: 'cancelled' }),
      ],
      end: { state: 'failed', reason: null, code: 1 },
    });
    expect(get(store, run)).toMatchObject({ state: 'failed', exitCode: 1, jobs: { total: 1, done: 0, failed: 1 } });
    expect(claim(store, { run })).toEqual({ ok: false, state: 'failed', owner: null });
    expect(claim(store, { run, reopen: ['failed'] })).toMatchObject({ ok: true });
    expect(remainder(store, run)[0]).toMatchObject({
      state: 'queued',
      missing: [[1, 2]],
      counts: { done: 1, failed: 0, skipped: 0, cancelled: 8 },
    });
    expect(get(store, run)).toMatchObject({ state: 'running', endedAt: null, exitCode: null, jobs: { failed: 0 } });
  });

  test('is claimed by priority, then in the order of the queue, until none waits', () => {
    const store = openStore();
    const [a = 0, b = 0, c = 0] = enqueue(store, [newRun(), newRun({ priority: 5 }), newRun()]);
    enqueue(store, [newRun({ state: 'paused' })]);
    const claimed = [claimNext(store), claimNext(store), claimNext(store)].map((outcome) => outcome?.ok && outcome.run);
    expect(claimed).toEqual([b, a, c]);
    expect(claimNext(store)).toBeUndefined();
  });

  test('that is not there cannot be claimed', () => {
    expect(() => claim(openStore(), { run: 77 })).toThrow('There is no run 77 in the history.');
  });
});
