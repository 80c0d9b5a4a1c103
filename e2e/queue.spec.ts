import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppDriver, expect } from './app';
import { NotedJobs, notedJob } from './durable-files';
import { shareApp } from './shared-app';

const ids = ['first', 'second', 'third'];

/** An app with jobs that write down what is called. */
const test = shareApp().extend<{ jobs: NotedJobs; queue: { app: AppDriver; jobs: NotedJobs } }>({
  jobs: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-queue-'));
    await use(
      await NotedJobs.write(
        folder,
        `${notedJob('long', 600, 10)}${ids.map((id) => notedJob(id, 5, 2)).join('')}${notedJob('picky', 10, 1).replace('ms: 1 }', 'ms: 1, fails: [3, 7] }')}`,
      ),
    );
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
  jobFiles: ({ jobs }, use) => use([jobs.path]),
  queue: async ({ app, jobs }, use) => {
    // Keys go through what is listed, and jobs are listed a moment after the window is there.
    await expect(app.row('picky')).toBeVisible();
    await use({ app, jobs });
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

test('jobs that wait are moved by keys and by the menu, selected together, and begin in that order', async ({
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

/** Drags a job with the mouse onto a half of another one. */
async function drag(app: AppDriver, id: string, to: string, half: 'upper' | 'lower'): Promise<void> {
  const box = await app.row(to).boundingBox();
  if (box === null) throw new Error(`"${to}" is not in sight.`);
  await app.row(id).hover();
  await app.page.mouse.down();
  const [x, y] = [box.x + 90, box.y + box.height * (half === 'upper' ? 0.2 : 0.8)];
  await app.page.mouse.move(x, y, { steps: 5 });
  // The first move over a line only enters it.
  await app.page.mouse.move(x + 2, y);
  await expect(app.page.getByTestId('drop-place')).toBeVisible();
  await app.page.mouse.up();
  await expect(app.page.getByTestId('drop-place')).toHaveCount(0);
}

test('jobs that wait are dragged to another place, one alone or several that are selected with Ctrl and Shift', async ({
  queue,
}) => {
  const { app } = queue;
  await queueThree(app);
  const waiting = async (): Promise<string[]> => (await shown(app)).slice(0, 3);
  await drag(app, 'third', 'second', 'upper');
  await expect.poll(waiting).toEqual(['first', 'third', 'second']);
  await drag(app, 'first', 'second', 'lower');
  await expect.poll(waiting).toEqual(['third', 'second', 'first']);
  // What does not wait is no place for it.
  await app.row('first').hover();
  await app.page.mouse.down();
  await app.row('long').hover();
  await expect(app.page.getByTestId('drop-place')).toHaveCount(0);
  await app.page.mouse.up();
  expect(await waiting()).toEqual(['third', 'second', 'first']);

  await app.row('third').click();
  await app.row('first').click({ modifiers: ['ControlOrMeta'] });
  await expect(app.page.getByText('2 jobs selected')).toBeVisible();
  await drag(app, 'third', 'second', 'lower');
  await expect.poll(waiting).toEqual(['second', 'third', 'first']);
  await app.row('second').click();
  await app.row('third').click({ modifiers: ['Shift'] });
  await expect(app.row('third').locator('..')).toHaveAttribute('aria-selected', 'true');
  await drag(app, 'second', 'first', 'lower');
  await expect.poll(waiting).toEqual(['first', 'second', 'third']);
});

/** Presses Tab until something that fits has the focus. */
async function tabTo(app: AppDriver, selector: string): Promise<void> {
  const isThere = (): Promise<boolean> => app.page.locator(`${selector}:focus`).count().then(Boolean);
  for (let press = 0; press < 60; press += 1) {
    if (await isThere()) return;
    await app.page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector}.`);
}

test('the keys alone lead from the list to a result, its details and the menu of a job', async ({ queue }) => {
  const { app } = queue;
  const { page } = app;
  await page.keyboard.press('ControlOrMeta+1');
  await expect(page.getByRole('listbox', { name: 'Queue' })).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Do not run' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await app.state('done');

  await tabTo(app, '[role=tab]');
  await page.keyboard.press('Home');
  await expect(page.getByRole('tab', { name: 'Result' })).toBeFocused();
  await tabTo(app, '[data-testid=result] [role=group]');
  for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('plot-note')).toHaveText('Index = 3');
  await expect(page.getByTestId('result').getByRole('button', { name: 'Value' })).toContainText('6');

  await page.keyboard.press('ControlOrMeta+1');
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menu', { name: 'Actions for the selected jobs' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: /^Run/ })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: /^Run/ })).not.toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
});

test('a job that runs is paused at the item, gives its processes away, and goes on', async ({ queue }) => {
  const { app, jobs } = queue;
  await app.run('long');
  await app.trust();
  await app.state('running');
  await expect(app.page.locator('[data-section]').first()).toHaveText('Running 1');
  await expect.poll(() => jobs.calls('long').length, { intervals: [50] }).toBeGreaterThan(10);
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
  await expect(app.page.getByText('3 jobs selected')).toBeVisible();
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
  const run = app.job.getByRole('button', { name: /^Run/ });
  const place = await run.boundingBox();
  await run.dblclick();
  await app.state('running');
  // The second press of a slower double click comes upon the button that stands there then.
  await app.page.mouse.move((place?.x ?? 0) + (place?.width ?? 0) / 2, (place?.y ?? 0) + (place?.height ?? 0) / 2);
  await app.page.mouse.down({ clickCount: 2 });
  await app.page.mouse.up({ clickCount: 2 });
  await expect.poll(() => app.progress()).toBeGreaterThan(0);
  await expect(app.row('long')).toHaveCount(1);
  await app.state('running');
  await app.job.getByRole('button', { name: 'Cancel' }).dblclick();
  await app.state('cancelled');
  await app.page.getByRole('textbox', { name: 'Filter jobs' }).fill('pick');
  await expect.poll(() => shown(app)).toEqual(['picky']);
});
