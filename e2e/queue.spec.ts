import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { AppDriver, expect } from './app';
import { NotedJobs, notedJob } from './durable-files';

const ids = ['first', 'second', 'third'];

/** An app with jobs that write down what is called. */
const test = base.extend<{ queue: { app: AppDriver; jobs: NotedJobs } }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from it what a fixture needs.
  queue: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-queue-'));
    const jobs = await NotedJobs.write(
      join(folder, 'jobs'),
      `${notedJob('long', 600, 10)}${ids.map((id) => notedJob(id, 5, 2)).join('')}${notedJob('picky', 10, 1).replace('ms: 1 }', 'ms: 1, fails: [3, 7] }')}`,
    );
    const app = await AppDriver.launch([jobs.path], join(folder, 'data'));
    await use({ app, jobs });
    await app.quit();
    expect(app.complaints).toEqual([]);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
});

/** Jobs of the list from top to bottom. */
const shown = (app: AppDriver): Promise<string[]> =>
  app.page.locator('[data-job]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-job') ?? ''));

const choose = async (app: AppDriver, item: string): Promise<void> =>
  app.page.getByRole('menuitem', { name: item }).click();

/** Queues each of the three as a run of its own, with the queue paused. */
async function queueThree(app: AppDriver): Promise<void> {
  await app.page.getByRole('button', { name: 'Pause the queue' }).click();
  for (const [index, id] of ids.entries()) {
    await app.run(id);
    if (index === 0) await app.trust();
    await expect(app.row(id)).toContainText('Waiting');
  }
}

test('jobs that wait are moved by keys and by the menu, marked together, and begin in that order', async ({
  queue,
}) => {
  const { app, jobs } = queue;
  await queueThree(app);
  expect((await shown(app)).slice(0, 3)).toEqual(ids);
  await app.select('third');
  await app.page.getByRole('listbox', { name: 'Queue' }).focus();
  await app.page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => shown(app)).toEqual(['first', 'third', 'second', 'long', 'picky']);
  await app.row('second').click({ modifiers: ['ControlOrMeta'] });
  await app.row('second').click({ button: 'right' });
  await choose(app, 'Move to the front');
  await expect.poll(async () => (await shown(app)).slice(0, 3)).toEqual(['third', 'second', 'first']);
  await app.select('first');
  await app.page.getByRole('listbox', { name: 'Queue' }).focus();
  await app.page.keyboard.press('Alt+PageUp');
  await expect.poll(async () => (await shown(app))[0]).toBe('first');
  await expect(app.row('first')).toContainText('priority 1');

  await app.page.getByRole('button', { name: 'Resume the queue' }).click();
  for (const id of ids) await expect(app.row(id)).toHaveAttribute('data-state', 'done');
  for (const id of ids) expect(jobs.calls(id).toSorted()).toEqual([0, 1, 2, 3, 4]);
});

test('a job that runs is paused at the item, gives its processes away, and goes on', async ({ queue }) => {
  const { app, jobs } = queue;
  await app.run('long');
  await app.trust();
  await app.state('running');
  await expect(app.page.locator('[data-section]').first()).toHaveText('Running 1');
  await expect.poll(() => jobs.calls('long').length).toBeGreaterThan(10);
  await app.job.getByRole('button', { name: 'Pause' }).click();
  await app.state('paused');
  const before = jobs.calls('long').length;
  await app.run('first');
  await app.state('done');
  expect(jobs.calls('long')).toHaveLength(before);
  await app.select('long');
  await app.job.getByRole('button', { name: 'Resume' }).click();
  await app.state('done');
  expect(jobs.calls('long').toSorted((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, item) => item));
});

test('what failed is tried again without the rest; duplicates run beside; what ended leaves the list', async ({
  queue,
}) => {
  const { app, jobs } = queue;
  await app.run('picky');
  await app.trust();
  await app.state('failed');
  expect(jobs.calls('picky')).toHaveLength(8);
  await app.row('picky').click({ button: 'right' });
  await choose(app, 'Retry what failed');
  await expect(app.row('picky')).toContainText(/2 failed|Failed/);
  await app.state('failed');
  expect(jobs.calls('picky')).toHaveLength(8);

  await app.select('first');
  await app.page.keyboard.press('ControlOrMeta+d');
  await expect(app.row('first')).toHaveCount(2);
  await expect(app.page.locator('[data-job=first][data-state=done]')).toHaveCount(1);
  await expect(app.page.locator('[data-job=first][data-state=ready]')).toHaveCount(1);

  await app.select('picky');
  await app.page.getByRole('listbox', { name: 'Queue' }).focus();
  await app.page.keyboard.press('Delete');
  await expect(app.row('picky')).toHaveCount(0);
});

test('removing jobs that have not ended asks, and cancels them; a double click does nothing twice', async ({
  queue,
}) => {
  const { app } = queue;
  await queueThree(app);
  await app.row('first').click();
  await app.row('third').click({ modifiers: ['Shift'] });
  await expect(app.page.getByText('3 jobs marked')).toBeVisible();
  await app.page.keyboard.press('Delete');
  await app.page.getByRole('button', { name: 'Keep' }).click();
  await expect(app.page.getByRole('dialog')).toHaveCount(0);
  await expect(app.row('second')).toHaveAttribute('data-state', 'queued');
  await app.page.getByRole('listbox', { name: 'Queue' }).focus();
  await app.page.keyboard.press('Delete');
  await app.page.getByRole('button', { name: 'Cancel and remove' }).click();
  for (const id of ids) await expect(app.row(id)).toHaveCount(0);

  await app.page.getByRole('button', { name: 'Resume the queue' }).click();
  await app.select('long');
  await app.job.getByRole('button', { name: /^Run/ }).dblclick();
  await app.state('running');
  await expect(app.row('long')).toHaveCount(1);
  await app.job.getByRole('button', { name: 'Cancel' }).dblclick();
  await app.state('cancelled');
  await app.page.getByRole('textbox', { name: 'Filter jobs' }).fill('pick');
  await expect.poll(() => shown(app)).toEqual(['picky']);
});
