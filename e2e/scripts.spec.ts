import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { openSqlite } from '../src/history/sqlite';
import { AppDriver, expect, fixture, test } from './app';
import { processesOf } from './processes';

test.use({ jobFiles: [fixture('study.ts')] });

/** Gives the selected script its arguments, one a line. */
const give = (app: AppDriver, ...args: string[]): Promise<void> =>
  app.page.getByRole('textbox', { name: 'Arguments' }).fill(args.join('\n'));

/** A job in the queue; the view of a script lists its jobs too. */
const inQueue = (app: AppDriver, id: string): Locator =>
  app.page.getByRole('listbox', { name: 'Queue' }).locator(`[data-job="${id}"]`);

/** How a job stands in the database, as it lies on the disk. */
function recordedState(data: string, key: string): string | undefined {
  const database = openSqlite(join(data, 'history', 'procession.db'), { readOnly: true });
  try {
    return database.prepare<{ state: string }>('SELECT state FROM jobs WHERE key = ?').get(key)?.state;
  } finally {
    database.close();
  }
}

test('a script is trusted, given arguments, run with its jobs beneath it, cancelled and run again', async ({ app }) => {
  await app.select('study.ts');
  await expect(app.row('study.ts')).toContainText('Script');
  await give(app, 'passes=3', 'name=raven', 'nonsense');
  await expect(app.job).toContainText('Left out: "nonsense" is not name=value.');
  await give(app, 'passes=3', 'name=raven', 'mode=wait');
  await app.job.getByRole('button', { name: 'Run' }).click();
  await expect(app.page.getByRole('dialog')).toContainText('study.ts#default');
  await app.trust();
  await app.state('running');

  // What it asks for stands under it, also what has ended, and is a job to look at like any other.
  await expect(inQueue(app, 'study.ts/4')).toHaveAttribute('data-state', 'running');
  await expect(app.row('study.ts')).toContainText('pass 3 · 3 of 3');
  const calls = app.page.getByRole('list', { name: 'Jobs of the script' }).getByRole('listitem');
  await expect(calls).toHaveText([/squares 1.*Done/s, /squares 2.*Done/s, /squares 3.*Done/s, /endless/]);
  await inQueue(app, 'study.ts/1').click();
  await app.state('done');
  await expect(app.ranks).toHaveCount(2);
  await inQueue(app, 'study.ts/4').click();
  await app.cancel();
  await app.state('cancelled');

  // The script awaits that job, so it fails with it.
  await inQueue(app, 'study.ts').click();
  await app.state('failed');
  await expect(app.page.getByTestId('error').first()).toContainText('JobCancelledError');
  await app.page.getByRole('tab', { name: /Log/ }).click();
  await expect(app.page.getByText('study of raven, 3 passes')).toBeVisible();

  await give(app, 'passes=1', 'name="7"');
  await app.job.getByRole('button', { name: 'Run again' }).click();
  await app.state('done');
  await expect(calls).toHaveText([/squares 1/]);
  await expect(app.page.getByRole('treeitem', { name: 'name: "7"', exact: true })).toBeVisible();

  await give(app, 'mode=throw');
  await app.job.getByRole('button', { name: 'Run again' }).click();
  await app.state('failed');
  await expect(app.row('study.ts').first()).toContainText('RangeError: the study went wrong');
  await app.page.getByRole('tab', { name: /Errors/ }).click();
  await app.page.getByText('Stack').click();
  await expect(app.page.getByTestId('error').first()).toContainText(/study\.ts:\d+/);
});

test('a script in an endless loop is cancelled, dies with the app, and is started anew by the next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'procession-script-'));
  try {
    await copyFile(fixture('study.ts'), join(folder, 'study.ts'));
    await copyFile(fixture('work.mjs'), join(folder, 'work.mjs'));
    const data = join(folder, 'data');
    const first = await AppDriver.launch([join(folder, 'study.ts')], data);
    await first.select('study.ts');
    await give(first, 'mode=hang');
    await first.job.getByRole('button', { name: 'Run' }).click();
    await first.trust();
    await first.state('running');
    await expect(first.page.getByText('study of none, 2 passes')).toBeVisible();
    const before = processesOf(first.pid, data).length;
    await first.cancel();
    const asked = Date.now();
    await first.state('cancelled');
    expect(Date.now() - asked).toBeLessThan(4000);
    await expect.poll(() => processesOf(first.pid, data).length).toBeLessThan(before);

    await give(first, 'mode=lose', 'name=again', 'passes=1');
    await first.job.getByRole('button', { name: 'Run again' }).click();
    await expect(first.page.getByText('study of again, 1 passes')).toBeVisible();
    await expect.poll(() => recordedState(data, 'study.ts/1'), { timeout: 20_000 }).toBe('done');
    first.processes();
    process.kill(first.pid, 'SIGKILL');
    await first.quit();

    const second = await AppDriver.launch([], data);
    const left = second.row('study.ts').and(second.page.locator('[data-state=interrupted]'));
    // What it had asked for is beneath it as it was, and is asked for anew when the script begins anew.
    await inQueue(second, 'study.ts/1').click();
    await second.state('done');
    await expect(second.page.getByRole('heading', { name: 'squares 1' })).toBeVisible();
    await expect(second.ranks).toHaveCount(2);
    await left.click();
    await second.job.getByRole('button', { name: 'Resume' }).click();
    await second.state('running');
    // What it printed before it was cut off stands before what it prints now.
    await expect(second.page.getByText('study of again, 1 passes')).toHaveCount(2);
    await expect(inQueue(second, 'study.ts/1')).toHaveCount(1);
    // Quitting ends it in order, to be resumed.
    await second.quit();
    const third = await AppDriver.launch([], data);
    await expect(third.page.locator('[data-job="study.ts"][data-state=interrupted]')).toBeVisible();
    await third.quit();
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
});
