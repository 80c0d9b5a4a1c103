import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../../scripts/lib/lock.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'procession-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a lock', () => {
  test('lets one in at a time, and all in the end', async () => {
    const lock = join(folder, 'lock');
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await Promise.resolve();
      inside--;
    };
    await Promise.all([withLock(lock, work), withLock(lock, work), withLock(lock, work)]);
    expect(most).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  test('is given back when the work fails', async () => {
    const lock = join(folder, 'lock');
    await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });

  test('is taken over from a process that is gone', async () => {
    const lock = join(folder, 'lock');
    // No Linux process can have this id: it is above the largest that the kernel gives out.
    writeFileSync(lock, '2147483646 somebody');
    await expect(withLock(lock, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  test('is taken over from a holder that has not touched it for long', async () => {
    const lock = join(folder, 'lock');
    writeFileSync(lock, `${process.pid} somebody`);
    utimesSync(lock, 1000, 1000);
    await expect(withLock(lock, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });
});
