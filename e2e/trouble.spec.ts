import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { AppDriver, expect } from './app';
import { NotedJobs, notedJob } from './durable-files';

/** A folder of a test's own, in which apps have their data one after the other. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-trouble-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
});

test('a history that cannot be used is kept aside under a name that says so, the person is told, and what can be read is there', async ({
  folder,
}) => {
  const data = join(folder, 'data');
  const history = join(data, 'history');
  const database = join(history, 'procession.db');
  const jobs = await NotedJobs.write(join(folder, 'jobs'), notedJob('long', 30, 1));
  const before = await AppDriver.launch([jobs.path], data);
  await before.run('long');
  await before.trust();
  await before.state('done');
  await before.quit();

  const sound = readFileSync(database);
  const keptAs = (pattern: RegExp): Buffer[] =>
    readdirSync(history).flatMap((name) => (pattern.test(name) ? [readFileSync(join(history, name))] : []));
  const newer = Buffer.from(sound);
  // The version of the schema stands at this place of an SQLite file.
  newer.writeUInt32BE(9999, 60);
  const damages = [
    [
      'its header is zeroed',
      Buffer.concat([Buffer.alloc(100), sound.subarray(100)]),
      /\.damaged-[\dT-]+$/,
      '1 run could be',
    ],
    ['it has no bytes', Buffer.alloc(0), /\.damaged-[\dT-]+$/, '0 runs could be'],
    ['a newer Procession has written it', newer, /\.newer-[\dT-]+$/, 'newer Procession'],
  ] as const;
  for (const [what, bytes, name, told] of damages) {
    for (const file of readdirSync(history)) rmSync(join(history, file), { recursive: true });
    writeFileSync(database, bytes);
    const startedAt = Date.now();
    const app = await AppDriver.launch([], data);
    const notice = app.page.getByTestId('notice').filter({ hasText: 'The history was set aside' });
    await expect(notice, what).toContainText(told);
    expect(Date.now() - startedAt, what).toBeLessThan(5000 + startMs);
    expect(
      keptAs(name).map((kept) => kept.equals(bytes)),
      what,
    ).toEqual([true]);
    await expect(app.row('long')).toHaveCount(told.startsWith('1') ? 1 : 0);
    await notice.getByRole('button').click();
    await expect(notice).toHaveCount(0);
    await app.quit();
  }
});

/** What Electron itself may take to show a window on a busy machine: a start with a sound history takes as long. */
const startMs = 10_000;

// Only there can a test make a disk of its own.
if (process.platform === 'linux' && process.getuid?.() === 0)
  test('a disk that is full is told within two seconds, nothing further begins, and it goes on when there is room', async ({
    folder,
  }) => {
    const data = join(folder, 'data');
    const disk = join(data, 'history');
    mkdirSync(disk, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', disk]);
    try {
      const jobs = await NotedJobs.write(
        join(folder, 'jobs'),
        notedJob('long', 400, 15) + notedJob('after', 10, 1, '    needs: [long]\n') + notedJob('other', 10, 1),
      );
      const app = await AppDriver.launch([jobs.path], data);
      await app.page.getByRole('option', { name: 'noted.yaml' }).click();
      await app.select('long');
      await app.row('after').click({ modifiers: ['ControlOrMeta'] });
      await app.page.keyboard.press('ControlOrMeta+Enter');
      await app.trust();
      await expect.poll(() => jobs.calls('long').length).toBeGreaterThan(20);
      for (const size of [65_536, 4096])
        try {
          for (;;) appendFileSync(join(disk, 'ballast'), new Uint8Array(size));
        } catch (error) {
          expect(error).toMatchObject({ code: 'ENOSPC' });
        }
      const filledAt = Date.now();
      const notice = app.page.getByTestId('notice').filter({ hasText: 'Nothing can be recorded now' });
      await notice.waitFor();
      expect(Date.now() - filledAt).toBeLessThan(2000);
      // What runs goes on, in memory; nothing further begins, and what cannot be put into the queue is told.
      await app.run('other');
      await expect(app.page.getByText('This job could not be queued')).toBeVisible();
      await expect.poll(() => jobs.calls('long').length, { timeout: 20_000 }).toBe(400);
      await expect(app.row('after')).toHaveAttribute('data-state', 'queued');
      expect(jobs.calls('after')).toEqual([]);

      rmSync(join(disk, 'ballast'));
      await expect(notice).toHaveCount(0, { timeout: 10_000 });
      await expect(app.row('after')).toHaveAttribute('data-state', 'done', { timeout: 20_000 });
      await app.run('other');
      await app.state('done');
      for (const [name, count] of [
        ['long', 400],
        ['after', 10],
        ['other', 10],
      ] as const)
        expect(jobs.calls(name).toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, item) => item));
      await app.quit();
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  });
