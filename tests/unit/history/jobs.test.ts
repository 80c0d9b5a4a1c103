import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packValues } from '../../../src/history/pack-values';
import { enqueue } from '../../../src/history/store/queue';
import { get, log, result, values } from '../../../src/history/store/reading';
import { bytesInUse, prune, remove, removeOrphans } from '../../../src/history/store/removal';
import type { StoredLogLine } from '../../../src/history/types';
import { claimedRun, commitAll, newRun, news, openStore, temporaryFolder } from './helpers';

const line = (text: string): StoredLogLine => ({ at: 5, rank: 1, stream: 'stdout', text });

describe('a job', () => {
  test('keeps what it was told last, and what nobody has changed', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    const error = { name: 'RangeError', message: 'too far', code: 'E1', cause: { name: 'Error', message: 'why' } };
    commitAll(store, {
      run,
      fence,
      batch: 1,
      jobs: [news({ update: { state: 'running', startedAt: 7, progress: 3, attempts: 1 } })],
    });
    commitAll(store, { run, fence, batch: 2, jobs: [news({ update: { state: 'failed', endedAt: 9, error } })] });
    expect(get(store, run)?.jobList).toEqual([
      {
        key: 'thumbs',
        kind: 'map',
        label: 'Thumbnails',
        target: 'thumbs.mjs#make',
        total: 10,
        state: 'failed',
        progress: 3,
        items: { done: 0, failed: 0, skipped: 0, cancelled: 0 },
        attempts: 1,
        startedAt: 7,
        endedAt: 9,
        error,
        resultBytes: null,
        isResultRefused: false,
        isHeld: false,
        output: null,
        logLines: 0,
      },
    ]);
    expect(get(store, run)?.jobs).toEqual({ total: 1, done: 0, failed: 1 });
  });

  test('is not changed by a batch that comes a second time', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    const batch = { run, fence, batch: 1, jobs: [news({ lines: [line('once')], update: { state: 'done' } })] };
    expect(commitAll(store, batch)).toEqual(['kept']);
    expect(commitAll(store, batch)).toEqual(['kept']);
    expect(log(store, { run, job: 'thumbs' }).head).toHaveLength(1);
    expect(get(store, run)?.jobs.done).toBe(1);
    const end = { run, fence, batch: 2, jobs: [], end: { state: 'done', reason: null, code: 0 } } as const;
    expect(commitAll(store, end)).toEqual(['kept']);
    expect(commitAll(store, end)).toEqual(['kept']);
  });

  test('that its run does not have is refused by name', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    expect(() => commitAll(store, { run, fence, batch: 1, jobs: [news({ key: 'other' })] })).toThrow(
      `Run ${run} has no job "other".`,
    );
  });
});

describe('a result', () => {
  const limits = { spillBytes: 1000, mostResultBytes: 5000 };
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);

  test.each([10, 1000, 1001, 5000])('of %i bytes comes back as it was', (length) => {
    const folder = temporaryFolder();
    const store = openStore(folder, limits);
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [news({ result: bytes(length) })] });
    expect(result(store, { run, job: 'thumbs' })).toEqual(length > 1000 ? Buffer.from(bytes(length)) : bytes(length));
    expect(get(store, run)?.jobList[0]).toMatchObject({ resultBytes: length, isResultRefused: false });
  });

  test('that is too large is not kept, and its size is told', () => {
    const store = openStore(undefined, limits);
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [news({ result: bytes(5001) })] });
    expect(result(store, { run, job: 'thumbs' })).toBeUndefined();
    expect(get(store, run)?.jobList[0]).toMatchObject({ resultBytes: 5001, isResultRefused: true });
  });

  test('in a file is for its owner only, and goes with its run', () => {
    const folder = temporaryFolder();
    const store = openStore(folder, limits);
    const { run, fence } = claimedRun(store);
    const large = { start: 0, count: 1, state: 'done', attempts: 1, payload: packValues([bytes(3000)]) } as const;
    commitAll(store, {
      run,
      fence,
      batch: 1,
      jobs: [news({ result: bytes(3000), settled: [large] })],
      end: { state: 'done', reason: null, code: 0 },
    });
    const files = readdirSync(join(folder, 'results')).map((name) => join(folder, 'results', name));
    expect(files).toHaveLength(2);
    expect(statSync(join(folder, 'results')).mode & 0o777).toBe(0o700);
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(values(store, { run, job: 'thumbs' })[0]?.values[0]).toEqual(Buffer.from(bytes(3000)));
    expect(remove(store, [run])).toEqual([run]);
    expect(readdirSync(join(folder, 'results'))).toEqual([]);
  });

  test('whose bytes have changed on the disk is not given out as if nothing were', () => {
    const folder = temporaryFolder();
    const store = openStore(folder, limits);
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [news({ result: bytes(3000) })] });
    const [file = ''] = readdirSync(join(folder, 'results'));
    writeFileSync(join(folder, 'results', file), bytes(2999));
    expect(() => result(store, { run, job: 'thumbs' })).toThrow('Run the job again.');
  });

  test('that nothing refers to is removed, once it is an hour old', () => {
    const folder = temporaryFolder();
    const store = openStore(folder, limits);
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [news({ result: bytes(3000) })] });
    const [used = ''] = readdirSync(join(folder, 'results'));
    const old = store.spill.write(bytes(10));
    const young = store.spill.write(bytes(10));
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    for (const name of [used, old]) utimesSync(join(folder, 'results', name), longAgo, longAgo);
    removeOrphans(store);
    expect(readdirSync(join(folder, 'results')).sort()).toEqual([used, young].sort());
  });
});

describe('the output of a job', () => {
  test('is kept in full while it is short', () => {
    const store = openStore();
    const { run, fence } = claimedRun(store);
    commitAll(store, { run, fence, batch: 1, jobs: [news({ lines: [line('a'), line('b')] })] });
    commitAll(store, { run, fence, batch: 2, jobs: [news({ lines: [line('c')], droppedLines: 4 })] });
    expect(log(store, { run, job: 'thumbs' })).toEqual({
      head: [line('a'), line('b'), line('c')],
      dropped: 4,
      tail: [],
    });
  });

  test('keeps its beginning and its end when it is long, and how much was between', () => {
    const store = openStore(undefined, { logLimits: { headBytes: 1000, tailBytes: 2000 } });
    const { run, fence } = claimedRun(store);
    for (let batch = 1; batch <= 200; batch += 1) {
      const lines = Array.from({ length: 10 }, (_, index) => line(`line ${(batch - 1) * 10 + index}`));
      commitAll(store, { run, fence, batch, jobs: [news({ lines })] });
    }
    const { head, dropped, tail } = log(store, { run, job: 'thumbs' });
    expect(head[0]?.text).toBe('line 0');
    expect(tail.at(-1)?.text).toBe('line 1999');
    expect(head.length + dropped + tail.length).toBe(2000);
    expect(head.map(({ text }) => text)).toEqual(head.map((_, index) => `line ${index}`));
    expect(tail.map(({ text }) => text)).toEqual(tail.map((_, index) => `line ${2000 - tail.length + index}`));
    expect(JSON.stringify([head, tail]).length).toBeLessThan(8000);
  });
});

describe('removal', () => {
  const ended = (count: number) => {
    let now = 0;
    const store = openStore(undefined, { now: () => now });
    const runs = Array.from({ length: count }, (_, index) => {
      now = (index + 1) * 1000;
      const { run, fence } = claimedRun(store, { plan: `${index}`.repeat(20_000), hash: `${index}` });
      commitAll(store, { run, fence, batch: 1, jobs: [], end: { state: 'done', reason: null, code: 0 } });
      return run;
    });
    return { store, runs };
  };

  test('leaves runs alone that somebody works on', () => {
    const store = openStore();
    const { run } = claimedRun(store);
    const [waiting = 0] = enqueue(store, [newRun()]);
    expect(remove(store, [run, waiting, 99])).toEqual([waiting]);
    expect(get(store, run)).toBeDefined();
  });

  test('goes by age and by number, of runs that have ended', () => {
    const { store, runs } = ended(5);
    const [waiting = 0] = enqueue(store, [newRun()]);
    expect(prune(store, { endedBefore: 2000 })).toEqual([runs[0]]);
    expect(prune(store, { keep: 2 }).sort()).toEqual([runs[1], runs[2]]);
    expect(prune(store, { keep: 2 })).toEqual([]);
    expect(get(store, waiting)).toBeDefined();
    expect(store.database.prepare('SELECT id FROM definitions').all()).toHaveLength(3);
  });

  test('goes by size, the oldest first, and gives the space back', () => {
    const { store, runs } = ended(20);
    const before = bytesInUse(store);
    const removed = prune(store, { maxBytes: before - 4096 });
    expect(removed).toContain(runs[0]);
    expect(removed).not.toContain(runs[19]);
    expect(bytesInUse(store)).toBeLessThanOrEqual(before - 4096);
    prune(store, { maxBytes: 0 });
    expect(get(store, runs[19] ?? 0)).toBeUndefined();
  });

  test('is told to those who watch the list', () => {
    const { store, runs } = ended(2);
    const since = store.runs.lastRevision;
    remove(store, [runs[0] ?? 0]);
    expect(store.runs.changedSince(since)).toEqual({ runs: [], removed: [runs[0]] });
  });
});
