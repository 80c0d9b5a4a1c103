import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from '@playwright/test';
import { AppDriver, expect, fixture, test } from './app';

const run = promisify(execFile);
const cli = resolve(__dirname, '../bin/procession.js');

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'procession-job-'));
});
test.afterEach(() => rm(folder, { recursive: true, force: true }));

const open = async (app: AppDriver): Promise<void> => {
  await app.page.getByRole('button', { name: 'New job', exact: true }).click();
  await expect(app.page.getByRole('heading', { name: 'New job' })).toBeVisible();
};
const field = (app: AppDriver, name: string): Locator =>
  app.page.getByRole('region', { name: 'New job' }).getByRole('textbox', { name, exact: true });
const yaml = (app: AppDriver): Locator => app.page.getByTestId('job-file');
const preview = (app: AppDriver): Locator => app.page.getByTestId('range-preview');
const kind = (app: AppDriver, name: string): Promise<void> =>
  app.page.getByRole('region', { name: 'New job' }).locator('label').getByText(name, { exact: true }).click();

test('a job made of a built-in target tells its mistakes at the fields, and runs once they are gone', async ({
  app,
}) => {
  await open(app);
  await field(app, 'Folder that paths are relative to').fill(folder);
  await field(app, 'Name').fill('A small picture');
  await field(app, 'Number of rows').fill('40');
  await expect(preview(app)).toContainText('40 items');
  await field(app, 'width').fill('wide');
  await field(app, 'Time limit of an attempt').fill('30');
  await expect(field(app, 'width')).toHaveAccessibleDescription(
    /"width" must be a whole number from 1 to 32768, not "wide"\./,
  );
  await app.page.getByRole('button', { name: 'Add and run' }).click();
  await expect(app.page.getByText('2 errors; nothing was added.')).toBeVisible();
  await expect(field(app, 'width')).toBeFocused();
  await expect(app.row('a-small-picture')).toHaveCount(0);

  // The command line says the same of the same file.
  const file = join(folder, 'wrong.yaml');
  await writeFile(file, await yaml(app).innerText());
  const told = await new Promise<string>((resolveText) => {
    execFile(process.execPath, [cli, 'validate', file], (_error, _stdout, stderr) => resolveText(stderr));
  });
  expect(told).toContain('error E206: "width" must be a whole number from 1 to 32768, not "wide".');
  expect(told).toContain('"timeout" must be a duration with a unit, such as 90s or 10m, not "30".');

  await field(app, 'width').fill('60');
  await field(app, 'Time limit of an attempt').fill('30s');
  await app.page.keyboard.press('Control+Enter');
  await expect(app.job).toHaveAccessibleName('A small picture');
  await app.state('done');
  await expect(app.page.getByTestId('progress')).toContainText('40 of 40');
});

test('what was typed is there after a reload and after a restart', async ({ app }) => {
  await open(app);
  await kind(app, 'Command per item');
  await field(app, 'Program').fill('printf');
  await field(app, 'Argument 1').fill("it's ; touch x $(id)");
  await field(app, 'Name').fill('Half a name');
  // At once, before main has been asked what it comes to.
  await app.page.reload();
  await app.ready();
  await expect(field(app, 'Name')).toHaveValue('Half a name');
  await expect(field(app, 'Argument 1')).toHaveValue("it's ; touch x $(id)");
  await app.quit();

  const again = await AppDriver.launch([], app.dataFolder);
  try {
    await open(again);
    await expect(field(again, 'Name')).toHaveValue('Half a name');
    await expect(field(again, 'Program')).toHaveValue('printf');
    await expect(field(again, 'Argument 1')).toHaveValue("it's ; touch x $(id)");

    await again.page.getByRole('button', { name: 'Clear' }).click();
    await expect(field(again, 'Name')).toHaveValue('');
    await again.page.getByRole('button', { name: 'Bring back' }).click();
    await expect(field(again, 'Name')).toHaveValue('Half a name');
  } finally {
    await again.quit();
  }
});

test('a command over files shows what it finds, and the copied job file does the same from the terminal', async ({
  app,
}) => {
  for (const name of ['s10.txt', 's9.txt', 'note.md']) await writeFile(join(folder, name), `${name}\n`);
  await open(app);
  await kind(app, 'Command per item');
  await field(app, 'Folder that paths are relative to').fill(folder);
  await field(app, 'Program').fill('cp');
  await field(app, 'Argument 1').fill('{item}');
  await field(app, 'Argument 1').press('Enter');
  await expect(field(app, 'Argument 2')).toBeFocused();
  await app.page.keyboard.type('{out}');
  await kind(app, 'Files');
  await field(app, 'Files').fill('*.nii');
  await expect(preview(app)).toContainText('No file matches "*.nii".');
  await field(app, 'Files').fill('*.txt');
  await expect(preview(app)).toContainText('2 files');
  await expect(preview(app)).toContainText('s9.txt, s10.txt');
  await field(app, 'Output file').fill('out/{stem}.copy');
  await expect(yaml(app)).toContainText('output: out/{stem}.copy');

  await app.page.getByRole('button', { name: 'Copy as job file' }).click();
  await expect(app.page.getByText('The job file is on the clipboard.')).toBeVisible();
  await writeFile(join(folder, 'cp.yaml'), await app.clipboard());
  await run(process.execPath, [cli, 'run', '--trust', join(folder, 'cp.yaml')], {
    env: { ...process.env, PROCESSION_DATA: join(folder, 'data') },
  });
  expect(await readFile(join(folder, 'out/s9.copy'), 'utf8')).toBe('s9.txt\n');
  await rm(join(folder, 'out'), { recursive: true });

  await app.page.getByRole('button', { name: 'Add and run' }).click();
  await expect(app.page.getByRole('dialog')).toContainText("cp '{item}'".replaceAll("'", ''));
  await app.trust();
  await app.state('done');
  expect(await readFile(join(folder, 'out/s10.copy'), 'utf8')).toBe('s10.txt\n');
});

test('presets are kept, loaded and deleted', async ({ app }) => {
  await open(app);
  await field(app, 'Number of rows').fill('77');
  await app.page.getByRole('button', { name: 'Presets' }).click();
  await app.page.getByRole('textbox', { name: 'Name of the preset' }).fill('Seventy seven');
  await app.page.getByRole('button', { name: 'Save', exact: true }).click();
  await field(app, 'Number of rows').fill('5');
  await app.quit();

  const again = await AppDriver.launch([], app.dataFolder);
  try {
    await open(again);
    await expect(field(again, 'Number of rows')).toHaveValue('5');
    await again.page.getByRole('button', { name: 'Presets' }).click();
    await again.page.getByRole('button', { name: 'Seventy seven', exact: true }).click();
    await expect(field(again, 'Number of rows')).toHaveValue('77');
    await again.page.getByRole('button', { name: 'Presets' }).click();
    await again.page.getByRole('button', { name: 'Delete preset Seventy seven' }).click();
    await expect(again.page.getByRole('button', { name: 'Seventy seven', exact: true })).toHaveCount(0);
  } finally {
    await again.quit();
  }
});

test.describe('a job of the queue', () => {
  test.use({ jobFiles: [fixture('work.yaml')] });

  test('opens in the form as a copy that can be changed', async ({ app }) => {
    await app.select('squares');
    await app.page.getByRole('button', { name: 'Open in form' }).click();
    await expect(field(app, 'Module')).toHaveValue('./work.mjs');
    await expect(app.page.getByRole('combobox', { name: 'Function' })).toHaveValue('squares');
    await field(app, 'Name').fill('Squares, again');
    await app.page.getByRole('button', { name: 'Add and run' }).click();
    await app.trust();
    await app.state('done');
    await expect(app.job).toHaveAccessibleName('Squares, again');
    await expect(app.row('squares').first()).toHaveAttribute('data-state', 'ready');
    // A file that was never written can be opened in the form as well.
    await app.page.keyboard.press('Control+e');
    await expect(field(app, 'Name')).toHaveValue('Squares, again');
  });
});
