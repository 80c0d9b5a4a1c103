import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { History } from '../../../src/history';
import { buildPrograms, expectTook, linesOf, start, temporaryFolder } from './programs';

let programs = '';
beforeAll(async () => {
  programs = await buildPrograms('recorder');
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

/** A disk of so many bytes, in memory. */
function mountSmallDisk(bytes: number): string {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return folder;
}

/** Writes until nothing more goes in. */
function fill(disk: string): void {
  for (const size of [65_536, 4096])
    try {
      for (;;) appendFileSync(join(disk, 'ballast'), new Uint8Array(size));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
}

test.runIf(canMount)(
  'a disk that is full is told within two seconds, nothing acknowledged is lost, and it goes on when there is room',
  async () => {
    const disk = mountSmallDisk(16 * 1024 * 1024);
    const folder = join(disk, 'data');
    const log = join(temporaryFolder(), 'kept');
    const recorder = start(programs, 'recorder', [folder, log]);
    await recorder.line((line) => line === 'ready');
    await expect.poll(() => existsSync(log) && linesOf(log).length).toBeGreaterThan(10);
    fill(disk);
    const filledAt = performance.now();
    await recorder.line((line) => line === 'stalled');
    expectTook('a full disk is told', performance.now() - filledAt, 2000);
    const keptThen = linesOf(log).length;
    expect(keptThen).toBeLessThan(2000);

    // What was acknowledged is there, although the disk is full: another process can read it.
    const reader = await History.open({ folder, thread: false });
    onTestFinished(() => reader.close());
    const { rows } = await reader.list();
    expect(rows[0]?.items.done).toBeGreaterThanOrEqual(keptThen);
    await expect(reader.enqueue([])).rejects.toMatchObject({ code: 'ERR_HISTORY_FULL' });

    rmSync(join(disk, 'ballast'));
    await recorder.line((line) => line === 'resumed');
    expect(await recorder.ended).toMatchObject({ code: 0, complaints: '' });
    const blocks = await reader.values({ run: 1, job: 'a', limit: 10_000 });
    const found = blocks.flatMap(({ start: from, values }) => values.map((value, index) => [from + index, value?.[0]]));
    expect(found).toEqual(Array.from({ length: 2000 }, (_, item) => [item, item % 256]));
    expect(await reader.get(1)).toMatchObject({ state: 'done', items: { done: 2000 } });
  },
);

test.runIf(canMount)('a history on a disk that is full already can be looked at', async () => {
  const disk = mountSmallDisk(16 * 1024 * 1024);
  const folder = join(disk, 'data');
  const log = join(temporaryFolder(), 'kept');
  const recorder = start(programs, 'recorder', [folder, log]);
  await recorder.line((line) => line === 'ready');
  await expect.poll(() => existsSync(log) && linesOf(log).length).toBeGreaterThan(10);
  recorder.child.kill('SIGKILL');
  await recorder.ended;
  fill(disk);
  const history = await History.open({ folder, thread: false });
  onTestFinished(() => history.close());
  const { rows } = await history.list();
  expect(rows[0]?.items.done).toBeGreaterThanOrEqual(linesOf(log).length);
  rmSync(join(disk, 'ballast'));
});
