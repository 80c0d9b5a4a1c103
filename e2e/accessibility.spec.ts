import { expect, fixture, test } from './app';
import { seriousFindings } from './axe';

/** What changes from look to look: the queue beside it is looked at with the whole page. */
const job = '[data-testid=job]';
const dialog = '[role=dialog]';
const menu = '[role=menu]';
const form = '[aria-label="New job"]';

test.describe('results of each kind', () => {
  test.use({ jobFiles: [fixture('viewers.yaml')] });

  test('have nothing serious in either theme', async ({ app }) => {
    test.slow();
    const findings: Record<string, string[]> = {};
    const jobs = ['table', 'records', 'values', 'plots', 'images', 'mesh', 'text', 'broken'];
    for (const [index, id] of jobs.entries()) {
      await app.run(id);
      if (index === 0) await app.trust();
      await app.state('done');
      // The viewer is there once its tools are.
      await expect(app.page.getByTestId('result').locator('section button').first()).toBeVisible();
      findings[id] = await seriousFindings(app, index === 0 ? undefined : job);
      if (id === 'table') {
        const view = app.view('Measurements');
        await view.getByRole('button', { name: 'Filter by column' }).click();
        await view.getByRole('columnheader', { name: 'Height' }).hover();
        await view.getByRole('button', { name: 'Column Height' }).click();
        await expect(app.page.getByRole('menu')).toBeVisible();
        findings.columnMenu = await seriousFindings(app, menu);
        await app.page.keyboard.press('Escape');
      }
    }
    expect(findings).toEqual(Object.fromEntries([...jobs, 'columnMenu'].map((id) => [id, []])));
  });
});

test('form, palette and help have nothing serious in either theme', async ({ app }) => {
  test.slow();
  const { page } = app;
  const findings: Record<string, string[]> = {};
  const look = async (name: string, within?: string): Promise<void> => {
    findings[name] = await seriousFindings(app, within);
  };

  await page.keyboard.press('Control+n');
  await page.getByRole('textbox', { name: 'width' }).fill('wide');
  await expect(page.getByText('must be a whole number from 1 to 32768')).toBeVisible();
  await look('form');
  const region = page.getByRole('region', { name: 'New job' });
  for (const kind of ['Function per process', 'Command per item']) {
    await region.getByText(kind, { exact: true }).click();
    await look(kind, form);
  }
  for (const kind of ['From – to', 'Numbers', 'Files', 'List', 'CSV', 'Lines', 'Once']) {
    await region.locator('label').getByText(kind, { exact: true }).click();
    await look(kind, form);
  }
  await page.getByRole('button', { name: 'Presets' }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the preset' })).toBeVisible();
  await look('presets', dialog);
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Command' })).toBeFocused();
  await page.keyboard.type('mandel');
  await look('palette', dialog);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('listbox', { name: 'Queue' }).focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await look('shortcuts', dialog);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  await page.keyboard.press('Control+,');
  await expect(page.getByTestId('data-folder')).toBeVisible();
  await look('settings');
  await app.electron.evaluate(({ Menu }) => void Menu.getApplicationMenu()?.getMenuItemById('about')?.click());
  await page
    .getByRole('dialog', { name: 'About Procession' })
    .getByText(/^Licence/)
    .click();
  await look('about', dialog);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.evaluate(async () => {
    for (const { key } of (await window.procession.getSnapshot()).files) await window.procession.closeFile(key);
  });
  await page.keyboard.press('Control+1');
  await expect(page.getByTestId('example').first()).toBeVisible();
  await look('empty queue');

  expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
  expect(Object.keys(findings)).toHaveLength(16);
});

test.use({
  jobFiles: ['series.yaml', 'work.yaml', 'broken.yaml', 'items.yaml'].map(fixture),
});

test('axe finds nothing serious in either theme', async ({ app }) => {
  test.slow();
  const findings: Record<string, string[]> = {};
  const { page } = app;
  const look = async (name: string, within?: string): Promise<void> => {
    findings[name] = await seriousFindings(app, within);
  };

  await look('ready');

  await app.run('brain');
  await app.state('done');
  await expect(app.figure('Otsu threshold')).toBeVisible();
  await look('result', job);

  await app.run('lasting');
  await expect(app.page.getByRole('dialog')).toBeVisible();
  await look('question', dialog);
  await app.trust();
  await app.state('running');
  await expect.poll(() => app.progress()).toBeGreaterThan(0);
  for (const name of ['Result', 'Log', 'Errors', 'Throughput', 'Details']) {
    await page.getByRole('tab', { name }).click();
    await look(`running: ${name}`, name === 'Result' ? undefined : job);
  }
  await app.page.getByText('Timeline', { exact: true }).click();
  await app.page.getByTestId('range').click({ position: { x: 40, y: 10 } });
  await expect(app.page.getByTestId('selection')).toBeVisible();
  await look('selection', job);
  await app.cancel();
  await app.state('cancelled');
  await look('cancelled', job);

  await app.run('failing');
  await app.state('failed');
  await app.page.getByText('Stack').click();
  await look('failed');

  // In a list this long it may be out of sight.
  await page.getByRole('textbox', { name: 'Filter jobs' }).fill('broken.yaml');
  await page.getByRole('option', { name: 'broken.yaml' }).click();
  await expect(app.page.getByTestId('problem')).toHaveCount(2);
  await look('invalid');
  await page.getByRole('button', { name: 'Clear the filter' }).click();

  await app.run('heights');
  await app.trust();
  await app.state('failed');
  await page.getByTestId('error').getByRole('button', { name: '101', exact: true }).click();
  await expect(page.getByTestId('item-error')).toBeVisible();
  await look('item', job);

  await page.getByRole('button', { name: 'Pause the queue' }).click();
  for (const id of ['steady', 'short']) await app.run(id);
  await expect(app.row('short')).toHaveAttribute('data-state', 'queued');
  await app.row('steady').click({ modifiers: ['ControlOrMeta'] });
  await expect(page.getByText('2 jobs selected')).toBeVisible();
  await app.row('steady').click({ button: 'right' });
  await expect(page.getByRole('menu')).toBeVisible();
  await look('queue menu');
  await page.keyboard.press('Escape');
  await page.getByRole('listbox', { name: 'Queue' }).focus();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: 'Cancel and remove' })).toBeVisible();
  await look('confirm', dialog);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByTestId('workers').click();
  await expect(page.getByRole('columnheader', { name: 'Restarts' })).toBeVisible();
  await look('workers', dialog);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+,');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await look('settings');

  expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
  expect(Object.keys(findings)).toHaveLength(17);
});
