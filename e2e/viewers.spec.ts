import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { type AppDriver, expect, fixture } from './app';
import { shareApp } from './shared-app';

const test = shareApp();
test.use({ jobFiles: [fixture('viewers.yaml')] });

/** Runs a job of the fixture and waits for its result. */
async function result(app: AppDriver, id: string): Promise<void> {
  await app.run(id);
  await app.trust();
  await app.state('done');
  await expect(app.page.getByTestId('result')).toBeVisible();
}

/** The colour in the middle of an element of the page, as a picture of the page has it. */
async function shownColor(app: AppDriver, place: Locator, at: { x: number; y: number }): Promise<number[]> {
  const picture = await place.screenshot();
  return app.page.evaluate(
    async ([data, x, y]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.width;
      canvas.height = image.height;
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      const [left, top] = [Math.floor(x * image.width), Math.floor(y * image.height)];
      return [...(context?.getImageData(left, top, 1, 1).data ?? [])];
    },
    [picture.toString('base64'), at.x, at.y] as const,
  );
}

test.describe('a table of 100,000 rows', () => {
  test('is scrolled, sorted, searched and filtered', async ({ app }) => {
    await result(app, 'table');
    const view = app.view('Measurements');
    const grid = view.getByRole('grid');
    await expect(view.getByText('100,000 rows', { exact: true })).toBeVisible();
    await expect(grid).toHaveAttribute('aria-rowcount', '100001');

    await grid.focus();
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('Control+End');
    await expect(grid.getByRole('gridcell', { name: '99999', exact: true })).toBeVisible();
    // Only what is in sight is in the page.
    expect(await grid.getByRole('row').count()).toBeLessThan(60);

    await grid.getByRole('button', { name: 'Hash', exact: true }).click();
    await app.page.keyboard.press('Control+Home');
    const first = grid.locator('[aria-rowindex="2"] [role=gridcell]').last();
    await grid.focus();
    await app.page.keyboard.press('ArrowDown');
    await expect(first).toHaveText('1');
    await grid.getByRole('button', { name: 'Hash', exact: true }).click();
    await expect(first).toHaveText('100002');

    await view.getByRole('textbox', { name: 'Search Measurements' }).fill('item 976');
    await expect(view.getByText('102 of 100,000 rows')).toBeVisible();
    await view.getByRole('textbox', { name: 'Search Measurements' }).fill('');
    await view.getByRole('button', { name: 'Filter by column' }).click();
    await view.getByRole('textbox', { name: 'Filter Number' }).fill('100..109');
    await expect(view.getByText('10 of 100,000 rows')).toBeVisible();
  });

  test('gives its cells to the clipboard and to files', async ({ app }) => {
    await result(app, 'table');
    const grid = app.view('Measurements').getByRole('grid');
    // The whole result may just be taking the place of what was there before the end, and ends what was selected.
    await expect(async () => {
      await grid.focus();
      for (const key of ['Control+Home', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Control+c'])
        await app.page.keyboard.press(key);
      expect(await app.clipboard()).toBe('0\t0\n1\t1.111');
    }).toPass();

    const file = join(app.dataFolder, 'saved.json');
    await app.electron.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, file);
    await app.view('Measurements').getByRole('button', { name: 'Save these rows' }).click();
    await app.page.getByRole('menuitem', { name: 'Save as JSON…' }).click();
    await expect
      .poll(() =>
        readFile(file, 'utf8').then(
          (text) => text.length,
          () => 0,
        ),
      )
      .toBeGreaterThan(1e6);
    const rows = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>[];
    expect([rows.length, rows[11]]).toEqual([
      100_000,
      { Number: 11, Height: 12.222, Name: 'item 11', Third: false, Hash: null },
    ]);
    await expect(app.view('Nothing').getByText('This table has no rows.')).toBeVisible();
  });
});

test('cells that look like formulas are texts in a CSV', async ({ app }) => {
  await result(app, 'formulas');
  const file = join(app.dataFolder, 'saved.csv');
  await app.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await app.page.getByRole('button', { name: 'Save these rows' }).click();
  await app.page.getByRole('menuitem', { name: 'Save as CSV…' }).click();
  await expect
    .poll(() => readFile(file, 'utf8').catch(() => ''))
    .toBe(`Text,Number\n"'=1+2",1\n"'+3",-5\n"'-4",2.5\n"'@sum",\n"say ""hi"", all",4\n`);
});

test('a list of records is a table and a tree', async ({ app }) => {
  await result(app, 'records');
  await expect(app.view('Rows').getByRole('columnheader', { name: 'score' })).toBeVisible();
  await expect(app.view('Rows').getByText('40 rows')).toBeVisible();
  await app.showAs('Tree');
  await expect(app.page.getByRole('treeitem').nth(2)).toContainText('1: {id: 1, name: "record 1"');
});

test('a tree shows values of all kinds, opens by the keys, and is searched', async ({ app }) => {
  await result(app, 'values');
  const tree = app.page.getByRole('tree');
  const line = (text: string) => tree.getByRole('treeitem', { name: text, exact: true });
  await expect(line('big: 12345678901234567890n')).toBeVisible();
  await expect(line('when: 1970-01-01T00:00:00.000Z')).toBeVisible();
  await expect(line('self: → result')).toBeVisible();

  await tree.focus();
  for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight']) await app.page.keyboard.press(key);
  for (const text of ['0: NaN', '1: Infinity', '2: -0', '3: undefined', '4: null'])
    await expect(line(text)).toBeVisible();
  await app.page.keyboard.press('ArrowLeft');
  await expect(line('1: Infinity')).toHaveCount(0);

  await tree.getByText('Float64Array(50000) [').click();
  await tree.getByText('[2,000 … 2,999]').click();
  await tree.focus();
  await expect(line('2000: 500')).toBeVisible();

  await app.page.getByRole('textbox', { name: 'Search Result' }).fill('found in the depth');
  await expect(line('needle: "found in the depth"')).toHaveAttribute('aria-selected', 'true');
  await tree.focus();
  await app.page.keyboard.press('Control+Shift+C');
  await expect.poll(() => app.clipboard()).toBe('result.deep.a.b.c.needle');
  await app.page.keyboard.press('Control+c');
  await expect.poll(() => app.clipboard()).toBe('found in the depth');
});

test('plots are read, zoomed and switched off series by series', async ({ app }) => {
  await result(app, 'plots');
  const lines = app.view('Damped waves');
  const plot = lines.getByRole('group', { name: /^Damped waves: arrows/ });
  await expect(lines.getByRole('img')).toHaveAccessibleName(
    /line plot of slow \(2,000 points\), fast \(2,000 points\); x from 0 to 19\.99/,
  );
  await plot.focus();
  for (const key of ['ArrowRight', 'ArrowRight']) await app.page.keyboard.press(key);
  await expect(lines.getByTestId('plot-note')).toHaveText('Time = 0.01 s');
  await expect(lines.getByRole('button', { name: 'slow' })).toContainText('mm');
  await lines.getByRole('button', { name: 'fast' }).click();
  await expect(lines.getByRole('button', { name: 'fast' })).toHaveAttribute('aria-pressed', 'false');

  const cloud = app.view('Two clouds');
  await expect(cloud.getByTestId('plot-note')).toHaveText('3,000 points');
  const box = await cloud.getByRole('img').boundingBox();
  await cloud.getByRole('img').hover({ position: { x: (box?.width ?? 0) * 0.36, y: (box?.height ?? 0) * 0.62 } });
  await expect(cloud.getByTestId('plot-note')).toHaveText(/^Length = .* cm$/);

  const histogram = app.view('Sizes');
  await histogram.scrollIntoViewIfNeeded();
  await histogram.getByRole('group', { name: /^Sizes: arrows/ }).focus();
  await app.page.keyboard.press('ArrowRight');
  await expect(histogram.getByTestId('bin')).toHaveText('[0, 1) mm: 3 (0.1%)');
  for (let press = 0; press < 3; press += 1) await app.page.keyboard.press('ArrowRight');
  await expect(histogram.getByTestId('bin')).toHaveText('[4, 8) mm: 4,200 (97.2%)');
  await histogram.getByRole('button', { name: 'Log scale' }).click();
  await expect(histogram.getByRole('button', { name: 'Log scale' })).toHaveAttribute('aria-pressed', 'true');

  await expect(app.view('No points').getByText('This plot has no points.')).toBeVisible();
  await lines.getByRole('button', { name: 'Show only this' }).click();
  await expect(cloud).toHaveCount(0);
  await plot.focus();
  await app.page.keyboard.press('Escape');
  await expect(cloud).toBeVisible();
});

test('images tell each pixel, zoom with the wheel and the keys, and keep its edges sharp', async ({ app }) => {
  await result(app, 'images');
  const ramp = app.view('Ramp');
  const canvas = ramp.getByRole('img', { name: 'Ramp' });
  await expect(ramp.getByTestId('pixel')).toHaveText('96 × 64');
  const group = ramp.getByRole('group', { name: /^Ramp: arrows/ });
  await group.focus();
  await app.page.keyboard.press('Shift+ArrowRight');
  // From the middle one to the right.
  await expect(ramp.getByTestId('pixel')).toHaveText('(49, 32) = 522');

  const before = await ramp.getByTestId('scale').innerText();
  await canvas.hover();
  await app.page.mouse.wheel(0, -1200);
  await expect(ramp.getByTestId('scale')).not.toHaveText(before);
  await expect(ramp.getByTestId('pixel')).toHaveText(/^\(4[78], 3[12]\) = 5\d\d$/);
  await group.focus();
  await app.page.keyboard.press('1');
  await expect(ramp.getByTestId('scale')).toHaveText('100%');
  await app.page.keyboard.press('0');
  await expect(ramp.getByTestId('scale')).toHaveText(before);

  const colours = app.view('Colours');
  await colours.getByRole('img', { name: 'Colours' }).hover();
  await expect(colours.getByTestId('pixel')).toHaveText(/^\(\d+, \d+\) = rgba\(\d+, \d+, \d+, 255\)$/);
  // Left above blue, right below yellow-green.
  const [, , blue = 0] = await shownColor(app, colours.getByRole('img'), { x: 0.05, y: 0.1 });
  const [, green = 0] = await shownColor(app, colours.getByRole('img'), { x: 0.95, y: 0.9 });
  expect([blue > 200, green > 200]).toEqual([true, true]);
});

test('a mesh is drawn, turned by the keys, and shows its edges', async ({ app }) => {
  await result(app, 'mesh');
  const mesh = app.view('Torus');
  const frame = mesh.getByRole('img', { name: 'Torus: 4,608 vertices, 9,216 triangles' });
  await expect(frame.locator('canvas')).toBeVisible();
  // Focused from the beginning: the ring around it is in the picture too.
  await mesh.getByRole('group', { name: /^Torus: arrows/ }).focus();
  await app.page.keyboard.press('0');
  const picture = (): Promise<string> =>
    frame.screenshot().then((png) => createHash('sha256').update(png).digest('hex'));
  // Somewhere right of the middle is its surface, in a corner the background.
  await expect
    .poll(() => shownColor(app, frame, { x: 0.5, y: 0.62 }))
    .not.toEqual(await shownColor(app, frame, { x: 0.02, y: 0.02 }));
  const first = await picture();
  for (let press = 0; press < 4; press += 1) await app.page.keyboard.press('ArrowUp');
  await expect.poll(picture).not.toBe(first);
  await app.page.keyboard.press('0');
  await expect.poll(picture).toBe(first);
  await app.page.keyboard.press('w');
  await expect(mesh.getByRole('button', { name: 'Wireframe (W)' })).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(picture).not.toBe(first);
  // Its graphics memory is given back and taken again.
  await app.showAs('Data');
  await app.showAs('Report');
  await expect(frame.locator('canvas')).toBeVisible();
});

test('a long text is searched and wrapped', async ({ app }) => {
  await result(app, 'text');
  const text = app.view('Text');
  await expect(text.getByText('30,001 lines')).toBeVisible();
  await text.getByRole('textbox', { name: 'Search Text' }).fill('very last');
  await expect(text.locator('mark')).toHaveText('very last');
  await expect(text.getByText('30001', { exact: true })).toBeVisible();
  await text.getByRole('button', { name: 'Wrap long lines' }).click();
  await expect(text.getByRole('button', { name: 'Wrap long lines' })).toHaveAttribute('aria-pressed', 'false');
});

test('a report that cannot be shown says why, and shows its plain value', async ({ app }) => {
  await result(app, 'broken');
  await expect(app.page.getByRole('alert')).toContainText(
    'views[0] ("Torn"): an image of 20 x 10 needs 200 values in data, and this has 7',
  );
  await expect(app.page.getByRole('treeitem').first()).toContainText('result: {kind: "procession.report"');
});
