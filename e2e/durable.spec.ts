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

test('asks before it quits while something runs, and stops in order', async ({ folder }) => {
  const data = join(folder, 'data');
  const jobs = await NotedJobs.write(join(folder, 'jobs'), notedJob('long', 300, 15));
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
  expect(jobs.calls('long').toSorted((a, b) => a - b)).toEqual(upTo(300));
  await again.quit();
});
