import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeValue } from '../../../src/core/data/serialize';
import type { Database } from '../../../src/history/database';
import { History, type HistoryOptions } from '../../../src/history/history';
import { openSqlite } from '../../../src/history/sqlite';
import type { HistoryEvent } from '../../../src/history/types';
import { encoded, newRun, temporaryFolder } from './helpers';

async function openHistory(options: HistoryOptions = {}): Promise<History> {
  const history = await History.open({
    thread: false,
    folder: temporaryFolder(),
    times: { pollMs: 5, retryMs: 5 },
    ...options,
  });
  onTestFinished(() => history.close());
  return history;
}

async function claimed(history: History): ReturnType<typeof claim> {
  const [run = 0] = await history.enqueue([newRun()]);
  return claim(history, run);
}

async function claim(history: History, run: number) {
  const outcome = await history.claim(run);
  if (!outcome.ok) throw new Error('The run could not be claimed.');
  return outcome.recorder;
}

/** Resolves with the next event of a kind. */
const nextEvent = <T extends HistoryEvent['type']>(history: History, type: T): Promise<HistoryEvent & { type: T }> =>
  new Promise((resolve) => {
    const stop = history.onEvent((event) => {
      if (event.type !== type) return;
      stop();
      resolve(event as HistoryEvent & { type: T });
    });
  });

/** A database of which statements can be made to fail, as they do on a full disk. */
function failingDatabase(): { readonly open: typeof openSqlite; fails: number | undefined } {
  const control = {
    fails: undefined as number | undefined,
    open: (path: string, options = {}): Database => {
      const inner = openSqlite(path, options);
      return {
        get isTransaction() {
          return inner.isTransaction;
        },
        exec: (sql) => {
          if (control.fails !== undefined && sql === 'COMMIT')
            throw Object.assign(new Error('database or disk is full'), { errcode: control.fails });
          inner.exec(sql);
        },
        prepare: (sql) => inner.prepare(sql),
        close: () => inner.close(),
      };
    },
  };
  return control;
}

describe('what is recorded', () => {
  test('is kept when its promise resolves, and there after the next start', async () => {
    const folder = temporaryFolder();
    const first = await openHistory({ folder });
    const recorder = await claimed(first);
    await Promise.all([
      recorder.done('thumbs', 0, [encoded('a'), encoded({ b: 2 })]),
      recorder.done('thumbs', 2, [encoded('c')]),
      recorder.failed('thumbs', 5, { name: 'Error', message: 'broken' }, 3),
      recorder.dropped('thumbs', [6, 8], 'skipped'),
      recorder.log('thumbs', [{ at: 1, rank: 0, stream: 'log', text: 'hello' }], 7),
      recorder.result('thumbs', encoded([1, 2])),
      recorder.job('thumbs', { state: 'running', progress: 6 }),
    ]);
    await first.close();
    const second = await openHistory({ folder });
    const { run } = recorder;
    expect(await second.get(run)).toMatchObject({
      state: 'interrupted',
      items: { total: 10, done: 3, failed: 1, skipped: 2, cancelled: 0 },
      jobList: [{ state: 'interrupted', progress: 6, logLines: 8 }],
    });
    expect((await second.remainder(run))[0]?.missing).toEqual([
      [3, 5],
      [8, 10],
    ]);
    const blocks = await second.values({ run, job: 'thumbs' });
    expect(blocks.flatMap(({ values }) => values.map((value) => value && decodeValue(value)))).toEqual([
      'a',
      { b: 2 },
      'c',
    ]);
    expect(decodeValue((await second.result({ run, job: 'thumbs' })) ?? new Uint8Array())).toEqual([1, 2]);
    expect((await second.settled({ run, job: 'thumbs', state: 'failed' }))[0]).toMatchObject({
      start: 5,
      end: 6,
      attempts: 3,
    });
  });

  test('is written when the history is closed, without waiting for the time', async () => {
    const folder = temporaryFolder();
    const first = await openHistory({ folder });
    const recorder = await claimed(first);
    const kept = recorder.done('thumbs', 0, [encoded(1)]);
    await first.close();
    await kept;
    expect((await (await openHistory({ folder })).get(recorder.run))?.items.done).toBe(1);
  });

  test('has no secrets in any text', async () => {
    const history = await openHistory();
    const [run = 0] = await history.enqueue([newRun()]);
    const outcome = await history.claim(run, { mask: (text) => text.replaceAll('hunter2', '***') });
    if (!outcome.ok) throw new Error('The run could not be claimed.');
    const { recorder } = outcome;
    const error = {
      name: 'Error',
      message: 'no hunter2',
      stack: 'at hunter2',
      cause: { name: 'E', message: 'hunter2' },
    };
    void recorder.failed('thumbs', 0, error);
    void recorder.job('thumbs', { error });
    void recorder.log('thumbs', [{ at: 1, rank: 0, stream: 'log', text: 'say hunter2' }]);
    await recorder.end('failed', { reason: 'hunter2 was wrong', code: 1 });
    const kept = [
      await history.get(run),
      await history.settled({ run, job: 'thumbs', state: 'failed' }),
      await history.log({ run, job: 'thumbs' }),
    ];
    expect(JSON.stringify(kept)).not.toContain('hunter2');
    expect(JSON.stringify(kept).match(/\*\*\*/g)).toHaveLength(8);
  });

  test('makes no sense for one run without harm to another', async () => {
    const history = await openHistory();
    const [good, bad] = [await claimed(history), await claimed(history)];
    const outcomes = await Promise.allSettled([
      good.done('thumbs', 0, [encoded(1)]),
      bad.done('thumbs', 9, [undefined, undefined]),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'ERR_HISTORY_STATE' } },
    ]);
    await bad.done('thumbs', 9, [undefined]);
    expect((await history.get(bad.run))?.items.done).toBe(1);
  });
});

describe('a run', () => {
  test('can be recorded from its end only after it is claimed again', async () => {
    const history = await openHistory();
    const recorder = await claimed(history);
    await recorder.release('queued');
    await expect(recorder.job('thumbs', { progress: 1 })).rejects.toMatchObject({ code: 'ERR_HISTORY_LOST' });
    const again = await history.claimNext();
    expect(again?.run).toBe(recorder.run);
    await again?.end('done', { code: 0 });
    expect(await history.get(recorder.run)).toMatchObject({ state: 'done', exitCode: 0, owner: null });
    expect(await history.claim(recorder.run)).toEqual({ ok: false, state: 'done', owner: null });
  });

  test('that is lost is told to its former owner, whose reports are refused', async () => {
    const folder = temporaryFolder();
    const history = await openHistory({ folder });
    const recorder = await claimed(history);
    const thief = openSqlite(`${folder}/procession.db`);
    thief.exec("UPDATE runs SET owner = NULL, fence = fence + 1, state = 'interrupted'");
    thief.close();
    const lost = nextEvent(history, 'lost');
    await expect(recorder.done('thumbs', 0, [encoded(1)])).rejects.toMatchObject({ code: 'ERR_HISTORY_LOST' });
    expect(await lost).toEqual({ type: 'lost', run: recorder.run });
    expect(recorder.signal.aborted).toBe(true);
    expect((await history.get(recorder.run))?.items.done).toBe(0);
  });

  test('that another process wants to pause or cancel tells its owner, once', async () => {
    const folder = temporaryFolder();
    const [owner, other] = [await openHistory({ folder }), await openHistory({ folder })];
    const recorder = await claimed(owner);
    const requests: unknown[] = [];
    owner.onEvent((event) => event.type === 'request' && requests.push(event.request));
    const asked = nextEvent(owner, 'request');
    await other.pause([recorder.run]);
    await asked;
    const changed = nextEvent(owner, 'changed');
    await recorder.job('thumbs', { state: 'running' });
    await changed;
    expect(requests).toEqual(['pause']);
    await recorder.release('paused');
    expect(await other.get(recorder.run)).toMatchObject({ state: 'paused', request: null });
  });

  test('that changes or goes is told to every process', async () => {
    const folder = temporaryFolder();
    const [one, other] = [await openHistory({ folder }), await openHistory({ folder })];
    const added = nextEvent(other, 'changed');
    const [run = 0] = await one.enqueue([newRun()]);
    expect(await added).toEqual({ type: 'changed', runs: [run], removed: [], all: false });
    const removed = nextEvent(other, 'changed');
    await one.remove([run]);
    expect(await removed).toEqual({ type: 'changed', runs: [], removed: [run], all: false });
  });
});

describe('a disk that is full', () => {
  test('is told at once; what is recorded waits, and is kept in order when there is room again', async () => {
    const disk = failingDatabase();
    const history = await openHistory({ open: disk.open });
    const recorder = await claimed(history);
    const stalled = nextEvent(history, 'stalled');
    disk.fails = 13;
    const first = recorder.done('thumbs', 0, [encoded('first')]);
    expect((await stalled).reason).toContain('cannot be written');
    expect(history.isStalled).toBe(true);
    const second = recorder.done('thumbs', 0, [encoded('second'), encoded('b')]);
    await expect(history.enqueue([newRun()])).rejects.toMatchObject({ code: 'ERR_HISTORY_FULL' });
    const resumed = nextEvent(history, 'resumed');
    disk.fails = undefined;
    await resumed;
    await Promise.all([first, second]);
    expect(history.isStalled).toBe(false);
    const blocks = await history.values({ run: recorder.run, job: 'thumbs' });
    expect(blocks.flatMap(({ values }) => values.map((value) => value && decodeValue(value)))).toEqual(['first', 'b']);
  });

  test('lets the history close, and what could not be written is not said to be kept', async () => {
    const disk = failingDatabase();
    const history = await openHistory({ open: disk.open });
    const recorder = await claimed(history);
    const stalled = nextEvent(history, 'stalled');
    disk.fails = 10 | (3 << 8);
    const first = recorder.done('thumbs', 0, [encoded(1)]);
    await stalled;
    const second = recorder.done('thumbs', 1, [encoded(1)]);
    await history.close();
    await expect(first).rejects.toMatchObject({ code: 'ERR_HISTORY_FULL' });
    await expect(second).rejects.toMatchObject({ code: 'ERR_HISTORY_CLOSED' });
    await expect(history.list()).rejects.toMatchObject({ code: 'ERR_HISTORY_CLOSED' });
  });
});

test('a database that turns out to be damaged is told, and checked as a whole at the next start', async () => {
  const disk = failingDatabase();
  const folder = temporaryFolder();
  const history = await openHistory({ folder, open: disk.open });
  const recorder = await claimed(history);
  const damaged = nextEvent(history, 'damaged');
  disk.fails = 11;
  await expect(recorder.done('thumbs', 0, [encoded(1)])).rejects.toMatchObject({ code: 'ERR_HISTORY_DAMAGED' });
  expect((await damaged).reason).toContain('is damaged');
});
