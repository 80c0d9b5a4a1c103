import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, fixture } from './app';
import { shareApp } from './shared-app';

const test = shareApp();
const examples = join(__dirname, '../examples');

test('opens with the example queue and its workers', async ({ app }) => {
  for (const name of (await readdir(examples)).filter((file) => file.endsWith('.yaml'))) {
    const text = await readFile(join(examples, name), 'utf8');
    await expect(app.page.getByRole('option', { name })).toBeVisible();
    for (const [, label = ''] of text.matchAll(/label: (.+)/g)) {
      await expect(app.page.getByRole('option', { name: label })).toContainText('items');
    }
  }
  await expect(app.page.getByTestId('workers')).toContainText(/\d+ workers?/);
  await expect(app.page.getByTestId('rank').first()).toContainText('Planned');
});

test.describe('the built-in targets', () => {
  test.use({ jobFiles: [fixture('series.yaml')] });

  test('run from the window and show the reference figures', async ({ app }) => {
    await app.page.getByRole('button', { name: 'Run all' }).click();
    await app.select('brain');
    await app.state('done');
    await expect(app.page.getByTestId('percent')).toHaveText('100%');
    expect(await app.progress()).toBe(20);
    await expect(app.figure('Voxels')).toHaveText('1,310,720');
    await expect(app.figure('Sum')).toHaveText('219,593,921');
    await expect(app.figure('Mean')).toHaveText('167.536866');
    await expect(app.figure('Mean')).toHaveAttribute('title', '167.53686599731446');
    await expect(app.figure('Zeros')).toHaveText('340,357');
    await expect(app.figure('Otsu threshold')).toHaveText('237');
    await expect(app.page.getByRole('img', { name: /804251, 47323, 57896, 82590, 204698/ })).toBeVisible();

    await app.select('mandelbrot');
    await app.state('done');
    await expect(app.figure('Sum of counts')).toHaveText('67,311,712');
    await expect(app.figure('Points inside')).toHaveText('243,526');
    await expect(app.page.getByText('e6cff302fce88439a8ed006d68cb0ef5286debe6bf26b58bbe2f4fce72dcee8a')).toBeVisible();
    // The middle of the picture lies inside the set, where the count ends; its corner leaves at the second step.
    const picture = app.page.getByRole('img', { name: 'Escape-time counts' });
    const box = await picture.boundingBox();
    if (box === null) throw new Error('The picture is not in the page.');
    await picture.hover({ position: { x: box.width / 2 - 40, y: box.height / 2 } });
    await expect(app.page.getByTestId('pixel')).toHaveText(/^\(\d+, \d+\) = 256$/);
    await app.page.getByRole('group', { name: /^Escape-time counts: arrows/ }).focus();
    for (let press = 0; press < 3; press += 1) await app.page.keyboard.press('Shift+ArrowLeft');
    await expect(app.page.getByTestId('pixel')).toContainText('= 256');
  });

  test('are driven by the keyboard alone', async ({ app }) => {
    await expect(app.job).toHaveAccessibleName('Brain series');
    await app.page.getByRole('listbox', { name: 'Queue' }).focus();
    await app.page.keyboard.press('End');
    await expect(app.job).toHaveAccessibleName('Mandelbrot set');
    await app.page.keyboard.press('ArrowUp');
    await expect(app.job).toHaveAccessibleName('Brain series');
    await app.page.keyboard.press('Enter');
    await app.state('done');
    await expect(app.page.getByRole('status').filter({ hasText: /^Brain series: done$/ })).toHaveCount(1);
  });
});

test.describe('a file with mistakes', () => {
  test.use({ jobFiles: [fixture('broken.yaml')] });

  test('shows each of them with its place, and runs nothing', async ({ app }) => {
    await expect(app.page.getByText('2 errors in broken.yaml; nothing was run')).toBeVisible();
    const problems = app.page.getByTestId('problem');
    await expect(problems).toHaveCount(2);
    await expect(problems.first()).toContainText('broken.yaml:5:5');
    await expect(problems.first()).toContainText('Did you mean "numProcs"?');
    // The caret line is as wide as the key and stands under it.
    await expect(problems.first().getByLabel('Line 5')).toHaveText(/ {3}5 │ {5}numproc: 4\n {5}│ {5}\^{7}$/, {
      useInnerText: true,
    });
    await expect(problems.last()).toContainText('broken.yaml:8:14');
    await expect(app.page.getByRole('button', { name: 'Run all' })).toBeDisabled();
  });
});

test('opens a file through the dialog of the system', async ({ app }) => {
  await app.electron.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = (...args: unknown[]) => {
      Object.assign(globalThis, { dialogOptions: args.at(-1) });
      return Promise.resolve({ canceled: false, filePaths: [path] });
    };
  }, fixture('work.yaml'));
  await app.page.getByRole('button', { name: 'Open…' }).click();
  await expect(app.job).toHaveAccessibleName('Steady work');
  const options: unknown = await app.electron.evaluate(() => Reflect.get(globalThis, 'dialogOptions') as unknown);
  expect(options).toMatchObject({
    filters: [{ name: 'Job files and scripts', extensions: ['yaml', 'yml', 'json', 'ts', 'mts', 'mjs'] }],
  });
});
