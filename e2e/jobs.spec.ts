import { test as alone, expect, fixture } from './app';
import { isAlive } from './processes';
import { shareApp } from './shared-app';

const test = shareApp();
test.use({ jobFiles: [fixture('work.yaml')] });
/** Processes are killed in these, or the app itself. */
alone.use({ jobFiles: [fixture('work.yaml')] });

test('progress and ranges move while a busy loop runs, and never backwards', async ({ app }) => {
  await app.run('steady');
  await app.trust();
  await app.state('running');
  const ranges = await app.page.getByTestId('rank-range').allInnerTexts();
  expect(ranges[0]).toMatch(/^\[0, /);
  expect(ranges.at(-1)).toMatch(/, 4,000\)$/);

  let last = 0;
  for (let step = 0; step < 4; step += 1) {
    await expect.poll(() => app.progress()).toBeGreaterThan(last);
    const now = await app.progress();
    expect(now).toBeGreaterThan(last);
    last = now;
  }
  for (const count of await app.ranksColumn('rank-count')) expect(count).toBeGreaterThan(0);
  for (const pid of await app.ranksColumn('rank-pid')) expect(isAlive(pid)).toBe(true);
  await expect(app.row('steady')).toContainText(/Running, [\d,]+ of 4,000/);
});

test('a cancelled loop without end stops within two seconds, and its processes go on with the next job', async ({
  app,
}) => {
  await app.run('endless');
  await app.trust();
  await app.state('running');
  await expect.poll(() => app.ranksColumn('rank-pid')).not.toContain(Number.NaN);
  const pids = await app.ranksColumn('rank-pid');
  await app.cancel();
  const asked = Date.now();
  await app.state('cancelled');
  expect(Date.now() - asked).toBeLessThan(2000);

  await app.run('squares');
  await app.state('done');
  await app.showAs('Tree');
  await expect(app.page.getByTestId('result')).toContainText('[25, 36, 49, 64, 81]');
  expect((await app.ranksColumn('rank-pid')).toSorted()).toEqual(pids.toSorted());
  await expect(app.page.getByTestId('restarts')).toHaveCount(0);
});

test('a job waits for its turn, and a waiting one can be cancelled', async ({ app }) => {
  await app.run('endless');
  await app.trust();
  await app.state('running');
  await app.run('squares');
  await app.state('queued');
  await app.cancel();
  await app.state('cancelled');
  await expect(app.row('endless')).toHaveAttribute('data-state', 'running');
});

alone(
  'a killed worker is reported, replaced, and the next job works; quitting in busy loops leaves no process',
  async ({ app }) => {
    await app.run('short');
    await app.trust();
    await app.state('running');
    await expect.poll(() => app.progress()).toBeGreaterThan(0);
    const [victim = 0] = await app.ranksColumn('rank-pid');
    app.processes();
    process.kill(victim, 'SIGKILL');

    await expect(app.ranks.first()).toHaveAttribute('data-state', 'lost');
    const error = app.page.getByTestId('error').first();
    await expect(error).toContainText('WorkerDiedError');
    await expect(error).toContainText('ERR_WORKER_DIED');
    await expect(error).toContainText('rank 0');
    await expect(app.page.getByTestId('restarts')).toHaveText('1 restart');
    await app.state('failed');
    await expect(app.row('short')).toContainText('WorkerDiedError');

    await app.run('squares');
    await app.state('done');
    expect(await app.ranksColumn('rank-pid')).not.toContain(victim);
    expect(isAlive(victim)).toBe(false);

    await app.run('endless');
    await app.state('running');
    expect(app.processes().length).toBeGreaterThan(3);
    const asked = Date.now();
    await app.quit();
    expect(Date.now() - asked).toBeLessThan(8000);
  },
);

test('an error shows its class, message, rank and stack', async ({ app }) => {
  await app.run('failing');
  await app.trust();
  await app.state('failed');
  await expect(app.row('failing')).toContainText('TypeError: item 5 is not to be worked on');
  const error = app.page.getByTestId('error').first();
  await expect(error).toContainText('TypeError');
  await expect(error).toContainText('item 5 is not to be worked on');
  await expect(error).toContainText('rank 0');
  const stack = error.getByText('work.mjs');
  await expect(stack).toBeHidden();
  await error.getByText('Stack').click();
  await expect(stack).toBeVisible();
  await app.job.getByRole('button', { name: 'Run again' }).click();
  await app.state('failed');
});

test('code of a folder runs only after one question, which shows it', async ({ app }) => {
  await app.run('squares');
  const dialog = app.page.getByRole('dialog');
  await expect(dialog).toContainText('work.mjs#squares');
  await dialog.getByRole('button', { name: 'Do not run' }).click();
  await expect(dialog).toBeHidden();
  await app.state('ready');

  await app.run('squares');
  await app.trust();
  await app.state('done');
  await app.run('failing');
  await app.state('failed');
});

test('reloading the page in the middle of a job changes nothing', async ({ app }) => {
  await app.run('steady');
  await app.trust();
  await app.state('running');
  await expect.poll(() => app.progress()).toBeGreaterThan(0);
  const before = await app.progress();
  const pids = await app.ranksColumn('rank-pid');
  const details = app.page.getByRole('tab', { name: 'Details' });
  await details.click();

  await app.page.reload();
  await app.ready();
  await expect(app.job).toHaveAccessibleName('Steady work');
  await expect(details).toHaveAttribute('aria-selected', 'true');
  await app.state('running');
  expect(await app.progress()).toBeGreaterThanOrEqual(before);
  await expect.poll(() => app.ranksColumn('rank-pid')).toEqual(pids);
  const after = await app.progress();
  await expect.poll(() => app.progress()).toBeGreaterThan(after);

  await app.cancel();
  await app.state('cancelled');
});

alone(
  'losing the page’s process in the middle of busy loops changes nothing; the app killed then leaves no process',
  async ({ app }) => {
    await app.run('endless');
    await app.trust();
    await app.state('running');
    await app.electron.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      await new Promise((resolve) => {
        contents?.once('did-finish-load', () => resolve(true));
        contents?.forcefullyCrashRenderer();
      });
    });
    // Playwright has lost its page with the process: main is asked what the new one shows.
    const shown = (): Promise<unknown> =>
      app.electron.evaluate(({ BrowserWindow }) => {
        const read = `[
        document.querySelector('[data-testid=job]')?.dataset.state,
        document.querySelectorAll('[data-testid=rank][data-state=running]').length > 0,
        document.querySelector('[data-testid=notice]')?.getAttribute('aria-label')
      ]`;
        return BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(read) as Promise<unknown>;
      });
    await expect.poll(shown).toEqual(['running', true, 'The window was started again']);
    expect(app.processes().length).toBeGreaterThan(3);
    process.kill(app.pid, 'SIGKILL');
    await app.quit();
  },
);
