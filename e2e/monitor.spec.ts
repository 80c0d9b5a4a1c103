import { type AppDriver, expect, fixture } from './app';
import { shareApp } from './shared-app';

const test = shareApp();
test.use({ jobFiles: [fixture('monitor.yaml')] });

async function start(app: AppDriver, id: string): Promise<void> {
  await app.run(id);
  await app.trust();
}

const strip = (app: AppDriver) => app.page.getByRole('group', { name: /^Range of the job: arrows/ });

test('the range shows what became of each index, and tells it piece by piece to the keyboard', async ({ app }) => {
  await start(app, 'fails');
  await app.state('failed');
  const legend = app.page.getByTestId('piece');
  await expect(legend).toContainText('6 done');
  await expect(legend).toContainText('2 failed');
  await expect(legend).toContainText('12 skipped');
  await expect(app.page.getByTestId('range')).toHaveAccessibleName('Range of 20 indices, 6 of them done');

  await strip(app).focus();
  await app.page.keyboard.press('Shift+ArrowRight');
  await expect(legend).toContainText('[10, 13)');
  await app.page.keyboard.press('Shift+ArrowRight');
  await expect(legend).toHaveText(/^Index 13.*rank 1.*Failed.*item 13 is larger than 12$/);
  await app.page.keyboard.press('Enter');
  const selection = app.page.getByTestId('selection');
  await expect(selection).toContainText('[13, 14)');
  await expect(selection).toContainText('1 failed');
  await selection.getByRole('button', { name: 'Copy indices' }).click();
  await expect.poll(() => app.clipboard()).toBe('[13, 14)');
  await strip(app).focus();
  await app.page.keyboard.press('Escape');
  await expect(selection).toHaveCount(0);
});

test('a piece is selected by a click or by dragging, and the range is zoomed by the wheel and the keys', async ({
  app,
}) => {
  await start(app, 'dies');
  await app.state('failed');
  const range = app.page.getByTestId('range');
  const box = await range.boundingBox();
  if (box === null) throw new Error('The range is not in the page.');
  const selection = app.page.getByTestId('selection');
  await range.click({ position: { x: box.width * 0.75, y: 10 } });
  await expect(selection).toContainText('[10, 20)');
  await expect(selection).toContainText('10 done');

  await app.page.keyboard.down('Shift');
  await app.page.mouse.move(box.x + box.width * 0.33, box.y + 10);
  await app.page.mouse.down();
  await app.page.mouse.move(box.x + box.width * 0.63, box.y + 10, { steps: 4 });
  await app.page.mouse.up();
  await app.page.keyboard.up('Shift');
  await expect(selection).toContainText('[6, 13)');
  await expect(selection).toContainText('3 done · 4 lost');

  const all = app.page.getByRole('button', { name: 'The whole range (0)' });
  await expect(all).toBeDisabled();
  await app.page.mouse.move(box.x + box.width * 0.5, box.y + 10);
  await app.page.mouse.wheel(0, -500);
  await expect(all).toBeEnabled();
  await strip(app).focus();
  await app.page.keyboard.press('0');
  await expect(all).toBeDisabled();
  await app.page.keyboard.press('+');
  await expect(all).toBeEnabled();
});

test('each process has a lane with its item, speed and cost, and a timeline of its pieces', async ({ app }) => {
  await start(app, 'talk');
  await app.state('running');
  const lane = app.ranks.first();
  await expect(lane.getByTestId('rank-item')).toHaveText(/^\d+$/);
  const first = Number(await lane.getByTestId('rank-item').innerText());
  await expect.poll(async () => Number(await lane.getByTestId('rank-item').innerText())).toBeGreaterThan(first);
  await expect(lane).toContainText(/\/s/);
  await expect(lane).toContainText(/\d+%/);
  await expect(lane).toContainText('MiB');
  await app.state('done');

  await app.page.getByText('Timeline', { exact: true }).click();
  const timeline = app.page.getByTestId('timeline');
  await expect(timeline).toHaveAccessibleName(/pieces by rank 0: 1, rank 1: 1$/);
  const box = await timeline.boundingBox();
  await timeline.hover({ position: { x: (box?.width ?? 0) / 2, y: 14 } });
  await expect(app.page.getByTestId('span')).toContainText('[0, 200)');
  await expect(app.page.getByTestId('span')).toContainText('rank 0');
});

test('the log follows, is filtered by rank, searched and copied', async ({ app }) => {
  await start(app, 'talk');
  await app.page.getByRole('tab', { name: 'Log' }).click();
  const log = app.page.getByTestId('log');
  await expect(log.getByText('item 390 of rank 1 is done')).toBeVisible({ timeout: 20_000 });
  await app.state('done');
  await app.page.getByRole('tab', { name: 'Log' }).click();
  await log.getByRole('combobox', { name: 'Lines of' }).click();
  await app.page.getByRole('option', { name: 'Rank 0' }).click();
  await expect(log.getByText('item 190 of rank 0 is done')).toBeVisible();
  await expect(log.getByText('of rank 1 is done')).toHaveCount(0);
  await log.getByRole('textbox', { name: 'Search the log' }).fill('item 50 was');
  await expect(log.locator('mark').first()).toHaveText('item 50 was');
  await log.getByRole('button', { name: 'Copy these lines' }).click();
  await expect.poll(() => app.clipboard()).toMatch(/Z\t0\titem 0 of rank 0 is done\n/);
});

test('a flood of lines does not freeze the window: the log keeps its beginning and its end', async ({ app }) => {
  // Its ranks take all processors that there are; on a busy machine little is left for the rest.
  test.slow();
  await start(app, 'flood');
  await app.page.getByRole('tab', { name: 'Log' }).click();
  await expect(app.page.getByTestId('log')).toBeVisible();
  const lines = async (): Promise<number> => {
    const text = await app.page
      .getByTestId('log')
      .getByText(/lines$/)
      .first()
      .innerText();
    return Number(text.replace(' lines', '').replaceAll(',', ''));
  };
  await expect.poll(lines, { timeout: 20_000 }).toBeGreaterThan(12_000);
  // The page does what it is asked to, with the flood going on.
  const scroller = app.page.getByRole('group', { name: 'Log' });
  await scroller.focus();
  await app.page.keyboard.press('Home');
  await expect(scroller.getByText('line 0 of a flood that nobody can read')).toBeVisible();
  await app.cancel();
  await app.state('cancelled');
  // What is between the beginning and the end was counted.
  const search = app.page.getByTestId('log').getByRole('textbox', { name: 'Search the log' });
  await search.fill('lines were left out');
  await expect(scroller.locator('mark').first()).toHaveText('lines were left out');
  await expect(scroller.getByText(/… \d+ lines were left out/).first()).toBeVisible();
  await scroller.focus();
  await app.page.keyboard.press('End');
  await expect(scroller.getByText(/^line \d{4,} of a flood/).last()).toBeVisible();
});

test('what is no text is shown harmless, and a line without end is cut', async ({ app }) => {
  await start(app, 'hostile');
  await app.state('done');
  await app.page.getByRole('tab', { name: 'Log' }).click();
  const log = app.page.getByRole('group', { name: 'Log' });
  await expect(log.getByText('still here')).toBeVisible();
  const text = await log.innerText();
  expect(text).toContain('red of a window');
  expect(text).toContain('nulhere, backspace, usergpj.exe');
  expect(text).toContain('<img src=x onerror="document.title=1"><b>bold</b>');
  expect(text).toContain('not \ufffd\ufffd utf8');
  expect(text).toContain('… (');
  expect(text.length).toBeLessThan(20_000);
  expect(text).not.toMatch(/(?![\t\n])[\p{Cc}\u202a-\u202e]/u);
  await expect(log.locator('img, b')).toHaveCount(0);
});

test('errors of one kind are one, and the throughput is drawn', async ({ app }) => {
  await start(app, 'fails');
  await app.state('failed');
  await expect(app.page.getByTestId('error')).toHaveCount(1);
  await expect(app.page.getByTestId('error')).toContainText('2 times · all 2 ranks');
  await app.page.getByTestId('error').getByText('1 other message').click();
  await expect(app.page.getByTestId('error')).toContainText('item 13 is larger than 12');

  await app.run('talk');
  await app.page.getByRole('tab', { name: 'Throughput' }).click();
  await expect(app.page.getByTestId('throughput').getByText('Average')).toBeVisible({ timeout: 20_000 });
  await expect(app.page.getByRole('img', { name: /^Items a second: line plot of All/ })).toBeVisible();
  await app.state('done');
});

test('the bar between the panels is moved by the keys, and remembered', async ({ app }) => {
  await app.select('talk');
  const bar = app.page.getByRole('separator', { name: 'Height of the range and the processes' });
  const before = Number(await bar.getAttribute('aria-valuenow'));
  await bar.focus();
  await app.page.keyboard.press('ArrowUp');
  await expect(bar).toHaveAttribute('aria-valuenow', String(before - 24));
  await app.page.reload();
  await app.ready();
  await expect(bar).toHaveAttribute('aria-valuenow', String(before - 24));
  await bar.focus();
  await app.page.keyboard.press('Enter');
  await expect(bar).toHaveAttribute('aria-valuenow', String(before));
});
