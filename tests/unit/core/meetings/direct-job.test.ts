import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DirectJob } from '../../../../src/core/meetings/direct-job';
import { LatestObjects } from '../../../../src/core/meetings/latest-objects';
import { ObjectFiles } from '../../../../src/core/meetings/object-files';
import { WorkerInbox } from '../../../../src/core/pool/worker-inbox';
import type { DepartedRank } from '../../../../src/shared/worker-protocol';

const id = { jobId: 4, attempt: 1 };
const returned = { kind: 'returned' } as const;
const lost = { kind: 'lost', error: { name: 'WorkerDiedError', message: 'gone' } } as const;

describe('who has left', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is told once for all that return soon after each other, and at once when one fails', () => {
    const told: (readonly DepartedRank[])[] = [];
    const job = new DirectJob(id, [], new ObjectFiles(() => []), (ranks) => told.push(ranks));
    job.departed(2, returned);
    job.departed(0, returned);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(told.splice(0)).toEqual([
      [
        [2, returned],
        [0, returned],
      ],
    ]);
    job.departed(1, returned);
    job.departed(3, lost);
    expect(told.splice(0)).toEqual([
      [
        [1, returned],
        [3, lost],
      ],
    ]);
    vi.advanceTimersByTime(100);
    expect(told).toEqual([]);
  });

  it('is told to nobody after the end', () => {
    const tell = vi.fn();
    const job = new DirectJob(id, [], new ObjectFiles(() => []), tell);
    job.departed(0, returned);
    job.end(true);
    vi.advanceTimersByTime(100);
    expect(tell).not.toHaveBeenCalled();
  });
});

describe('files of a job', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'direct-job-test-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it.each([
    ['when it had stored some', true, true],
    ['when a rank ended without saying what it had stored', false, false],
  ])('are gone with its end %s', async (_when, says, isClean) => {
    const files = new ObjectFiles(() => [root]);
    const job = new DirectJob(id, [], files, () => undefined);
    files.write(id, 1, 1, Buffer.from('a'));
    files.write(id, 1, 2, Buffer.from('b'));
    if (says) {
      job.stored(1, [{ name: 'x', object: { version: 2, payload: null }, obsolete: [1] }]);
      await expect.poll(() => readdirSync(join(root, 'objects-4-1'))).toEqual(['1-2']);
    }
    job.end(isClean);
    await expect.poll(() => readdirSync(root)).toEqual([]);
  });
});

describe('the latest objects', () => {
  it('are those of the highest version, in whatever order one hears of them', () => {
    const objects = new LatestObjects();
    const object = (version: number) => ({ version, payload: Buffer.from(`${version}`) });
    expect(objects.nextVersion('x', 1)).toBe(1);
    objects.store('x', 1, object(3));
    objects.store('x', 1, object(2));
    objects.store('x', 0, object(1));
    objects.store('y', 1, object(9));
    expect(objects.others('x', 2)).toEqual([
      [0, object(1)],
      [1, object(3)],
    ]);
    expect(objects.others('x', 1)).toEqual([[0, object(1)]]);
    expect([objects.nextVersion('x', 1), objects.others('z', 0)]).toEqual([4, []]);
  });
});

describe('the inbox of a worker', () => {
  it('has a name once the worker has said that it is there, and as long as it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'worker-inbox-test-'));
    const there = new WorkerInbox(folder);
    expect([there.isDecided, there.name]).toEqual([false, undefined]);
    there.decide(true);
    expect([there.isDecided, there.name]).toEqual([true, folder.slice(folder.lastIndexOf('/') + 1)]);
    rmSync(folder, { recursive: true });
    const later = new WorkerInbox(folder);
    later.decide(true);
    expect([later.isDecided, later.name]).toEqual([true, undefined]);
    const none = new WorkerInbox(null);
    none.decide(false);
    expect([none.isDecided, none.name]).toEqual([true, undefined]);
  });
});
