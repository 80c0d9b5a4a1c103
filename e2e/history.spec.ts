import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base, type Locator } from '@playwright/test';
import { AppDriver, expect } from './app';
import { seriousFindings } from './axe';

/** A folder that outlives the apps that a test starts, one after the other. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-history-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
});

const module = `export function twice(item, { args, log }) {
  if (args.bad?.includes(item)) throw new RangeError('item ' + item + ' is not wanted');
  log('item ' + item);
  return item * 2;
}
`;

const jobFile = (range: number, bad: string): string => `version: 1
name: =Doubles
jobs:
  - id: twice
    label: Twice each
    map: ./twice.mjs#twice
    range: ${range}
    args: { bad: ${bad} }
`;

/** Answers the next question where to save, and gives what was written there. */
async function saved(app: AppDriver, file: string, act: () => Promise<void>): Promise<string> {
  const path = join(app.dataFolder, file);
  await app.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  await act();
  await expect.poll(() => readFile(path, 'utf8').catch(() => '')).not.toBe('');
  return readFile(path, 'utf8');
}

const run = (app: AppDriver, id: number): Locator => app.page.locator(`[data-run="${id}"]`);
const detail = (app: AppDriver): Locator => app.page.locator('[data-history-detail]');

test('runs of the window and of the command line are found again after a restart, compared, exported, run again and deleted', async ({
  folder,
}) => {
  test.slow();
  const data = join(folder, 'data');
  const path = join(folder, 'doubles.yaml');
  await writeFile(join(folder, 'twice.mjs'), module);
  await writeFile(path, jobFile(40, '[7, 8]'));

  const first = await AppDriver.launch([path], data);
  await first.page.keyboard.press('Control+Shift+H');
  await expect(first.page.getByRole('region', { name: 'History' })).toContainText('No runs yet');
  await first.page.keyboard.press('Control+1');
  await first.run('twice');
  await first.trust();
  await first.state('failed');
  // A trace of a job that is on the list, with the processes that worked on it.
  const live = await saved(first, 'live.json', async () => {
    await first.page.keyboard.press('Control+K');
    await first.page.keyboard.type('trace of the job');
    await first.page.keyboard.press('Enter');
  });
  const pids = new Set(
    (JSON.parse(live) as { traceEvents: { ph: string; cat?: string; pid: number }[] }).traceEvents
      .filter(({ ph, cat }) => ph === 'X' && cat === 'work')
      .map(({ pid }) => pid),
  );
  expect(pids.size).toBeGreaterThan(0);
  expect([...pids].every((pid) => pid > 2)).toBe(true);
  await first.quit();

  await writeFile(path, jobFile(50, '[]'));
  const { status } = spawnSync(process.execPath, [resolve(__dirname, '../bin/procession.js'), 'run', '--trust', path], {
    env: { ...process.env, PROCESSION_DATA: join(data, 'history') },
  });
  expect(status).toBe(0);

  const second = await AppDriver.launch([], data);
  const { page } = second;
  await page.getByRole('button', { name: 'History', exact: true }).click();
  const list = page.getByRole('listbox', { name: 'Runs' });
  await expect(list.getByRole('option')).toHaveCount(2);
  await expect(run(second, 2)).toContainText('Done');
  await expect(run(second, 1)).toContainText('2 of 40 items failed');

  // Found by its state, then by words.
  await page
    .getByRole('group', { name: 'States' })
    .getByRole('button', { name: /^Failed/ })
    .click();
  await expect(list.getByRole('option')).toHaveCount(1);
  await expect(detail(second)).toHaveAttribute('aria-label', 'Run 1');
  await expect(page.getByTestId('history-error')).toContainText('item 7 is not wanted');
  await expect(page.getByTestId('history-error')).toContainText('2 items: 7, 8');
  await expect(detail(second).getByRole('group', { name: 'Log' })).toContainText('item 39');
  await expect(detail(second).getByRole('group', { name: 'Job file', exact: true })).toContainText('bad: [7, 8]');
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('no such run');
  await expect(page.getByText('No run fits')).toBeVisible();
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('TWICE.mjs doubles');
  await expect(list.getByRole('option')).toHaveCount(2);
  // What was looked for is still there after a look at the queue.
  await page.keyboard.press('Control+1');
  await page.keyboard.press('Control+Shift+H');
  await expect(page.getByRole('textbox', { name: 'Search runs' })).toHaveValue('TWICE.mjs doubles');

  // By keys alone: both marked, compared.
  await list.focus();
  for (const key of ['Home', 'Space', 'End', 'Space']) await page.keyboard.press(key);
  await expect(page.getByText('2 marked', { exact: false })).toBeVisible();
  await page.keyboard.press('Control+K');
  await page.keyboard.type('compare two');
  await page.keyboard.press('Enter');
  const compared = page.getByRole('region', { name: 'Compare two runs' });
  await expect(compared.getByRole('row', { name: /twice\.args\.bad\[0\] 7 not there/ })).toBeVisible();
  await expect(compared.getByRole('row', { name: /State Failed Done/ }).first()).toHaveAttribute(
    'data-differs',
    'true',
  );
  await expect(compared.getByRole('group', { name: 'Job files line by line' })).toContainText('range: 50');
  const findings: Record<string, string[]> = {};
  const look = async (name: string): Promise<void> => {
    findings[name] = await seriousFindings(second);
  };
  await look('compare');
  await page.keyboard.press('Escape');
  await look('list');

  // Both marked runs as CSV: cells that begin with a sign are text for every spreadsheet.
  const csv = await saved(second, 'runs.csv', async () => {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Export runs as CSV…' }).click();
  });
  expect(csv.split('\n').map((line) => line.split(',').slice(0, 3).join(','))).toEqual([
    'run,name,state',
    `2,"'=Doubles",done`,
    `1,"'=Doubles",failed`,
    '',
  ]);
  await list.focus();
  await page.keyboard.press('Escape');
  const trace = await saved(second, 'trace.json', async () => {
    await page.keyboard.press('Control+K');
    await page.keyboard.type('chrome trace');
    await page.keyboard.press('Enter');
  });
  expect(JSON.parse(trace)).toMatchObject({
    displayTimeUnit: 'ms',
    traceEvents: expect.arrayContaining([expect.objectContaining({ ph: 'X', name: 'Twice each', cat: 'job' })]),
  });

  // Run again as it was then, although the file is another one now. That code is trusted already.
  await run(second, 1).click();
  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(run(second, 3)).toContainText('2 of 40 items failed', { timeout: 20_000 });
  await run(second, 3).click();
  // What failed of it is tried once more, and fails once more. That needs the file as it was: results must fit together.
  await writeFile(path, jobFile(40, '[7, 8]'));
  await page.getByRole('button', { name: 'Retry what failed' }).click();
  await expect(detail(second)).toContainText('(2 times)');
  await expect(detail(second)).toHaveAttribute('data-state', 'failed', { timeout: 20_000 });
  await page.getByRole('button', { name: 'Show in the queue' }).click();
  await second.state('failed');
  await expect(second.job).toContainText('40 items');

  // Deleted: one by key, after a question; then whatever is old enough.
  await page.keyboard.press('Control+Shift+H');
  await list.focus();
  await page.keyboard.press('End');
  await expect(detail(second)).toHaveAttribute('aria-label', 'Run 1');
  await page.keyboard.press('Delete');
  await page.getByRole('dialog', { name: 'Delete this run?' }).getByRole('button', { name: 'Delete' }).click();
  await expect(list.getByRole('option')).toHaveCount(2);
  await page.getByRole('button', { name: 'Delete older…' }).click();
  const older = page.getByRole('dialog', { name: 'Delete older runs' });
  await expect(older).toContainText('No run is that old.');
  await older.getByRole('textbox').fill('0');
  await older.getByRole('button', { name: 'Delete 2 runs' }).click();
  await page.getByRole('textbox', { name: 'Search runs' }).fill('');
  await expect(page.getByText('No runs yet')).toBeVisible();
  await look('empty');
  expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
  expect(Object.keys(findings)).toHaveLength(3);
  expect(second.complaints).toEqual([]);
  await second.quit();
});
