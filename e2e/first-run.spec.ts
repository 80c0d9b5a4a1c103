import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppDriver, expect, fixture, test } from './app';
import { NotedJobs, notedJob } from './durable-files';

/** Whether entries of the menu can be chosen, by the ids of their actions. */
const enabled = (app: AppDriver, ids: readonly string[]): Promise<Record<string, boolean | undefined>> =>
  app.electron.evaluate(
    ({ Menu }, names) =>
      Object.fromEntries(names.map((id) => [id, Menu.getApplicationMenu()?.getMenuItemById(id)?.enabled])),
    ids,
  );

const boundsOf = (app: AppDriver): Promise<unknown> =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());

/** What the system's file manager is asked to show, instead of showing it. */
const shownFolders = (app: AppDriver): Promise<string[]> =>
  app.electron.evaluate(({ shell }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    shell.openPath = (path) => {
      shown.push(path);
      return Promise.resolve('');
    };
    return shown;
  });

test('an empty queue offers the examples; the menu, About and the window’s place are as they should be', async ({
  app,
}) => {
  const { page } = app;
  const keys = ['run-selected', 'cancel-all', 'clear-ended', 'new-job', 'about', 'open-data-folder', 'open-logs'];
  await expect
    .poll(() => enabled(app, keys))
    .toEqual({
      'run-selected': true,
      'cancel-all': false,
      'clear-ended': false,
      'new-job': true,
      about: true,
      'open-data-folder': true,
      'open-logs': true,
    });
  for (const name of ['brain-histogram.yaml', 'heat.yaml', 'mandelbrot.yaml', 'primes.yaml']) {
    await page.getByRole('option', { name }).click();
    await page.getByRole('button', { name: 'Close file' }).click();
  }
  await expect(page.getByRole('heading', { name: 'The queue is empty' })).toBeVisible();
  await expect(page.getByText('Jobs that you make or open are listed here.')).toBeVisible();
  await expect.poll(() => enabled(app, ['run-selected'])).toEqual({ 'run-selected': false });
  await expect(page.getByTestId('example')).toHaveCount(4);
  await expect(page.getByTestId('example').filter({ hasText: 'Mandelbrot set' })).toContainText('row by row');
  await page.getByRole('button', { name: 'Run Prime numbers' }).click();
  await expect(app.job).toHaveAccessibleName('Prime numbers below ten million');
  await app.state('done');
  await expect(page.getByTestId('announcement')).toHaveText('Prime numbers below ten million: done');
  await expect.poll(() => enabled(app, ['clear-ended'])).toEqual({ 'clear-ended': true });

  // What has ended leaves the list; its file stays, and can list its job again.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('clear what has ended');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Its jobs are not on the list any more.')).toBeVisible();
  await page.getByRole('button', { name: 'Read again' }).click();
  await expect(app.job).toHaveAttribute('data-state', 'ready');

  await shownFolders(app);
  await app.electron.evaluate(({ Menu }) => void Menu.getApplicationMenu()?.getMenuItemById('about')?.click());
  const about = page.getByRole('dialog', { name: 'About Procession' });
  await expect(about).toContainText('Procession 0.1.0');
  const versions = await app.electron.evaluate(() => process.versions);
  await about.getByRole('button', { name: 'Copy the versions' }).click();
  await expect(about.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await app.clipboard()).toContain(
    `Procession 0.1.0\nElectron ${versions.electron}, Chrome ${versions.chrome}, Node ${versions.node}\n`,
  );
  await about.getByText('Licence: MIT License').click();
  await expect(about).toContainText('Permission is hereby granted');
  await about.getByRole('button', { name: 'Open the data folder' }).click();
  await about.getByRole('button', { name: 'Open the logs' }).click();
  const shown = (): Promise<unknown> => app.electron.evaluate(() => Reflect.get(globalThis, 'shown') as unknown);
  await expect.poll(shown).toEqual([join(app.dataFolder, 'history'), join(app.dataFolder, 'logs')]);
  // The link goes to the person's browser, and nothing opens here.
  await app.electron.evaluate(({ shell }) => {
    shell.openExternal = (url) => {
      Object.assign(globalThis, { external: url });
      return Promise.resolve();
    };
  });
  await about.getByRole('link', { name: 'Release notes' }).click();
  await expect
    .poll(() => app.electron.evaluate(() => Reflect.get(globalThis, 'external') as unknown))
    .toBe(`https://github.com/electron/electron/releases/tag/v${versions.electron}`);
  expect(app.electron.windows()).toHaveLength(1);
  await page.keyboard.press('Escape');

  // Place of the window and of its bar are there at the next start.
  const bar = page.getByRole('separator', { name: 'Width of the queue' });
  await bar.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const width = await bar.getAttribute('aria-valuenow');
  const wanted = { x: 40, y: 30, width: 1000, height: 660 };
  await app.electron.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    wanted,
  );
  await expect.poll(() => boundsOf(app)).toEqual(wanted);
  await app.quit();
  const again = await AppDriver.launch([], app.dataFolder);
  try {
    await expect.poll(() => boundsOf(again)).toEqual(wanted);
    await expect(again.page.getByRole('separator', { name: 'Width of the queue' })).toHaveAttribute(
      'aria-valuenow',
      width ?? '',
    );
  } finally {
    await again.quit();
  }
});

test('settings of the desktop act at once: a processor is kept free, the battery is saved, folders are chosen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'procession-desktop-'));
  const data = join(folder, 'app');
  const jobs = await NotedJobs.write(join(folder, 'jobs'), notedJob('long', 20_000, 15));
  const app = await AppDriver.launch([jobs.path, fixture('series.yaml')], data, {
    env: { PROCESSION_DATA: '', XDG_DATA_HOME: join(folder, 'share'), DBUS_SESSION_BUS_ADDRESS: '' },
  });
  const power = (event: 'on-battery' | 'on-ac'): Promise<boolean> =>
    app.electron.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event);
  try {
    const { page } = app;
    await page.keyboard.press('Control+,');
    // Without a bus there is no tray: that is said, and nothing else happens.
    await expect(page.getByText('This desktop has no tray that an icon could be in')).toBeVisible();
    const all = Number(/^\d+/.exec(await page.getByTestId('workers').innerText())?.[0]);
    await page.getByRole('switch', { name: 'Keep one processor free' }).check({ force: true });
    await expect(page.getByTestId('workers')).toContainText(new RegExp(`^${Math.max(1, all - 1)} worker`));
    await page.getByRole('switch', { name: 'Keep one processor free' }).uncheck({ force: true });
    await expect(page.getByTestId('workers')).toContainText(new RegExp(`^${all} worker`));

    await page.getByRole('switch', { name: /battery/ }).check({ force: true });
    await app.run('long');
    await app.trust();
    await app.state('running');
    await power('on-battery');
    await app.state('paused');
    const notice = page.getByTestId('notice').filter({ hasText: 'Paused while the machine runs on its battery' });
    await expect(notice).toBeVisible();
    await expect(page.getByRole('button', { name: 'Resume the queue' })).toBeVisible();
    await power('on-ac');
    await app.state('running');
    await expect(notice).toHaveCount(0);
    await power('on-battery');
    await app.state('paused');
    // Who resumes the queue wants it on battery too.
    await page.getByRole('button', { name: 'Resume the queue' }).click();
    await app.state('running');
    await expect(notice).toHaveCount(0);
    await app.cancel();
    await app.state('cancelled');

    await page.keyboard.press('Control+,');
    await expect(page.getByTestId('data-folder')).toHaveText(join(folder, 'share/procession'));
    const chosen = join(folder, 'other');
    await app.electron.evaluate(({ app: electron, dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
      electron.relaunch = () => void Object.assign(globalThis, { relaunched: true });
    }, chosen);
    await page.getByRole('button', { name: 'Change…' }).click();
    await expect(page.getByText(`From the next start on: ${chosen}`)).toBeVisible();
    await app.endBy(() => page.getByRole('button', { name: 'Restart now' }).click());

    const again = await AppDriver.launch([], data, {
      env: { PROCESSION_DATA: '', XDG_DATA_HOME: join(folder, 'share') },
    });
    await again.page.keyboard.press('Control+,');
    await expect(again.page.getByTestId('data-folder')).toHaveText(chosen);
    await again.page.getByRole('button', { name: 'Usual place' }).click();
    await expect(again.page.getByText(`From the next start on: ${join(folder, 'share/procession')}`)).toBeVisible();
    await again.quit();
  } finally {
    await app.quit();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
});
