import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { AppDriver, expect } from './app';
import { NotedJobs, notedJob } from './durable-files';

/** A folder that outlives the apps that a test starts, one after the other. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-durable-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
});

const upTo = (length: number): number[] => Array.from({ length }, (_, item) => item);

test('killed with jobs that run and wait, the app lists all of them at its next start and goes on at the chunk', async ({
  folder,
}) => {
  const data = join(folder, 'data');
  const jobs = await NotedJobs.write(
    join(folder, 'jobs'),
    notedJob('long', 300, 15) + notedJob('other', 20, 5) + notedJob('after', 10, 5, '    needs: [long]\n'),
  );
  const first = await AppDriver.launch([jobs.path], data);
  await first.run('long');
  await first.trust();
  await first.state('running');
  await expect.poll(() => jobs.calls('long').length).toBeGreaterThan(40);
  // What is acknowledged is on the disk within a tenth of a second of its end.
  await first.run('other');
  await expect(first.row('other')).toContainText(/Waiting|Running|Done/);
  first.processes();
  process.kill(first.pid, 'SIGKILL');
  await first.quit();
  const before = jobs.calls('long');

  const second = await AppDriver.launch([], data);
  await expect(second.row('long')).toHaveAttribute('data-state', 'interrupted');
  await expect(second.row('other')).toHaveAttribute('data-state', /interrupted|paused|done/);
  await expect(second.page.getByTestId('notice').filter({ hasText: 'Left from the last time' })).toBeVisible();
  await second.page.getByRole('button', { name: 'Resume all' }).click();
  await second.select('long');
  await second.state('done');
  await expect(second.row('other')).toHaveAttribute('data-state', 'done', { timeout: 20_000 });
  await expect(second.page.getByTestId('notice')).toHaveCount(0);
  const all = jobs.calls('long');
  expect([...new Set(all)].toSorted((a, b) => a - b)).toEqual(upTo(300));
  // Of what had ended only what had not reached the disk is done again: a few chunks.
  expect(all.length - 300).toBeLessThan(40);
  expect(before.length).toBeGreaterThan(40);
  await second.quit();

  const third = await AppDriver.launch([], data);
  await expect(third.row('long')).toHaveAttribute('data-state', 'done');
  await expect(third.page.getByTestId('notice')).toHaveCount(0);
  // What it came to is still there: twice each item.
  await third.select('long');
  await third.page.getByTestId('result').getByText('300 points').waitFor();
  await third.page.getByText('Tree', { exact: true }).click();
  await expect(third.page.getByRole('treeitem', { name: '7: 14', exact: true })).toBeVisible();
  await third.quit();
});

test('asks before it quits while something runs, and stops in order', async ({ folder }) => {
  const data = join(folder, 'data');
  const jobs = await NotedJobs.write(join(folder, 'jobs'), notedJob('long', 500, 15));
  const app = await AppDriver.launch([jobs.path], data);
  await app.run('long');
  await app.trust();
  await app.state('running');
  await expect.poll(() => jobs.calls('long').length).toBeGreaterThan(10);
  const asked = (response: number): Promise<unknown> =>
    app.electron.evaluate(({ app: electron, dialog }, answer) => {
      const question = new Promise((resolve) => {
        dialog.showMessageBox = (...args: unknown[]) => {
          resolve((args.at(-1) as { message: string }).message);
          return Promise.resolve({ response: answer, checkboxChecked: false });
        };
      });
      electron.quit();
      return question;
    }, response);
  expect(await asked(1)).toBe('A run is being worked on.');
  const done = jobs.calls('long').length;
  await expect.poll(() => jobs.calls('long').length).toBeGreaterThan(done + 5);
  await app.state('running');
  await app.quit();

  const again = await AppDriver.launch([], data);
  await expect(again.row('long')).toHaveAttribute('data-state', 'interrupted');
  await again.select('long');
  await again.job.getByRole('button', { name: 'Resume' }).click();
  await again.state('done');
  expect(jobs.calls('long').toSorted((a, b) => a - b)).toEqual(upTo(500));
  await again.quit();
});
