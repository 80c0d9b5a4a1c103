import { type AppDriver, expect, fixture } from './app';
import { shareApp } from './shared-app';

const test = shareApp();
test.use({ jobFiles: [fixture('items.yaml')] });
// Apps take it over from the environment that they are started in.
process.env.PROCESSION_E2E_KEY = 'hunter2-hunter2';

async function start(app: AppDriver, id: string): Promise<void> {
  await app.run(id);
  await app.trust();
}

const tab = (app: AppDriver, name: string) => app.page.getByRole('tab', { name });
const list = (app: AppDriver) => app.page.getByRole('grid', { name: 'Items' });
const row = (app: AppDriver, text: RegExp) => app.page.getByTestId('item').filter({ hasText: text });
const only = (app: AppDriver, name: RegExp) =>
  app.page.getByRole('radiogroup', { name: 'Which items' }).getByText(name).click();

test('a map job shows its items as they end, and keeps the values of those that are done', async ({ app }) => {
  await start(app, 'heights');
  await app.state('running');
  await expect(row(app, /^0Done.*\{place: 0, height: 0\}/)).toBeVisible();
  await app.state('failed');

  await expect(app.page.getByTestId('failed')).toHaveText('4');
  await expect(app.page.getByTestId('retried')).toHaveText('8');
  await expect(app.page.getByTestId('percent')).toHaveText('100%');
  await expect(app.page.getByTestId('piece')).toContainText('236 done');
  await expect(app.page.getByTestId('piece')).toContainText('4 failed');

  await tab(app, 'Result').click();
  await expect(app.page.getByTestId('result')).toContainText('236 of 240 items done, 4 failed');
  await expect(app.page.getByTestId('result')).toContainText('236 rows');
});

test('an error leads to its items, and an item to its place in the range', async ({ app }) => {
  await start(app, 'heights');
  await app.state('failed');
  await tab(app, 'Errors').click();
  const error = app.page.getByTestId('error');
  await expect(error).toHaveCount(1);
  await expect(error).toContainText('4 items');
  await error.getByRole('button', { name: '101', exact: true }).click();
  const detail = app.page.getByTestId('item-detail');
  await expect(detail).toContainText('place 101 is under water');
  await expect(detail).toContainText('3 tries');
  await expect(list(app)).toBeFocused();

  await detail.getByRole('button', { name: 'Show it in the range' }).click();
  await expect(app.page.getByTestId('piece')).toHaveText(/^Item 101.*Failed.*3 tries.*place 101 is under water/);
  await app.page.keyboard.press('Enter');
  const selection = app.page.getByTestId('selection');
  await expect(selection).toContainText('1 item');
  await app.page.keyboard.press('Shift+ArrowLeft');
  await expect(app.page.getByTestId('piece')).toHaveText(/^Item 100/);
  await app.page.keyboard.press('Enter');
  await selection.getByRole('button', { name: 'Show in the items' }).click();
  await expect(detail).toContainText('Done');
});

test('items are chosen by the keys, filtered, searched, and ordered by their time', async ({ app }) => {
  await start(app, 'heights');
  await app.state('failed');
  await tab(app, 'Items').click();
  await list(app).focus();
  await app.page.keyboard.press('ArrowDown');
  await app.page.keyboard.press('ArrowDown');
  const detail = app.page.getByTestId('item-detail');
  await expect(detail.getByRole('heading', { level: 3 }).first()).toHaveText('Item 1');
  await expect(detail.getByRole('treeitem', { name: /^height: 1.2/ })).toBeVisible();
  await app.page.keyboard.press('End');
  await expect(detail.getByRole('heading', { level: 3 }).first()).toHaveText('Item 239');
  await app.page.keyboard.press('Escape');
  await expect(detail).toHaveCount(0);
  await expect(list(app)).toBeFocused();

  await only(app, /^Failed 4$/);
  await expect(app.page.getByTestId('item')).toHaveCount(4);
  await expect(row(app, /^190Failed/)).toBeVisible();
  await only(app, /^Retried 8$/);
  await expect(app.page.getByTestId('item')).toHaveCount(8);
  await only(app, /^All$/);
  await app.page.getByRole('textbox', { name: 'Search the items' }).fill('place: 77,');
  await expect(app.page.getByTestId('item')).toHaveCount(1);
  await app.page.getByRole('textbox', { name: 'Search the items' }).fill('');
  await list(app).getByRole('button', { name: 'Took' }).click();
  await expect(list(app).getByRole('columnheader', { name: 'Took' })).toHaveAttribute('aria-sort', 'descending');
});

test('commands show how they ended and what they wrote, also those that failed', async ({ app }) => {
  await start(app, 'shell');
  await app.state('failed');
  await tab(app, 'Items').click();
  await expect(row(app, /^01Done1.*out 1$/)).toBeVisible();
  await expect(row(app, /^45Failed2.*ended by SIGKILL · err 5$/)).toBeVisible();
  await row(app, /^23Failed2.*exit code 7 · err 3$/).click();
  const detail = app.page.getByTestId('item-detail');
  await expect(app.figure('Exit code')).toHaveText('7');
  await expect(detail.getByRole('region', { name: 'Error output', exact: true })).toContainText('err 3');
  await tab(app, 'Result').click();
  const table = app.page.getByRole('grid', { name: 'Commands' });
  await expect(table.getByRole('row').filter({ hasText: 'SIGKILL' })).toHaveCount(1);
  await expect(table.getByRole('gridcell', { name: '7', exact: true }).first()).toBeVisible();
  await tab(app, 'Errors').click();
  await expect(app.page.getByTestId('error')).toHaveCount(2);
});

test('one command is shown by itself', async ({ app }) => {
  await start(app, 'once');
  await app.state('done');
  await expect(app.figure('Exit code')).toHaveText('0');
  await expect(app.view('Output')).toContainText('items.yaml');
});

test('a secret is not shown, whatever the job does with it', async ({ app }) => {
  await start(app, 'leak');
  await app.state('failed');
  await tab(app, 'Errors').click();
  await expect(app.page.getByTestId('error')).toContainText('refused •••');
  await expect(app.page.locator('body')).not.toContainText('hunter2');
  await tab(app, 'Log').click();
  await expect(app.page.getByTestId('log')).toContainText('logged •••');
  await expect(app.page.getByTestId('log')).toContainText('printed •••');
  await expect(app.page.locator('body')).not.toContainText('hunter2');
});

test('an item that ends its process fails alone, and the timeline shows the losses', async ({ app }) => {
  await start(app, 'killer');
  await app.state('failed');
  await expect(app.page.getByTestId('piece')).toContainText('99 done');
  await expect(app.page.getByTestId('piece')).toContainText('1 failed');
  await tab(app, 'Errors').click();
  await expect(app.page.getByTestId('error')).toContainText('WorkerDiedError');
  await expect(app.page.getByTestId('error').getByRole('button', { name: '37' })).toBeVisible();
});

test('a cancelled job keeps what was done', async ({ app }) => {
  await start(app, 'wait');
  await app.state('running');
  await expect(row(app, /^5Done.*item 5/)).toBeVisible();
  await app.cancel();
  await app.state('cancelled');
  await expect(app.page.getByTestId('piece')).toContainText('6 done');
  await expect(app.page.getByTestId('piece')).toContainText('34 skipped');
  await only(app, /^Open 34$/);
  await expect(row(app, /^20Skipped/)).toBeVisible();
  await tab(app, 'Result').click();
  await expect(app.page.getByTestId('result')).toContainText('6 of 40 items done, 34 not worked on');
});

test('a million items are scrolled to their end and searched', async ({ app }) => {
  await start(app, 'squares');
  await app.state('done');
  await tab(app, 'Items').click();
  await list(app).focus();
  await app.page.keyboard.press('End');
  await expect(row(app, /^999,999Done.*999998000001$/)).toBeVisible();
  await app.page.getByRole('textbox', { name: 'Search the items' }).fill('999998000001');
  await expect(app.page.getByTestId('item')).toHaveCount(1, { timeout: 30_000 });
});

test('a thousand million indices come to their end', async ({ app }) => {
  await start(app, 'skim');
  await app.state('done');
  await expect(app.page.getByTestId('piece')).toContainText('1,000,000,000 done');
  await expect(app.page.getByTestId('progress')).toHaveText('1,000,000,000 of 1,000,000,000');
});
