import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { AppDriver, expect, fixture } from './app';
import { BusWithTray } from './session-bus';

const test = base.extend<{ bus: BusWithTray; folder: string }>({
  bus: async ({}, use) => {
    const bus = await BusWithTray.start();
    await use(bus);
    await bus.stop();
  },
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-tray-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
});

/** Notes what the tray shows from now on. */
async function watchTray(app: AppDriver): Promise<void> {
  await app.electron.evaluate(({ Menu, Tray }) => {
    const seen = { tooltip: '', menu: Menu.buildFromTemplate([]), removed: 0 };
    Object.assign(globalThis, { seen });
    const { setToolTip, setContextMenu, destroy } = Tray.prototype;
    Tray.prototype.setToolTip = function (text) {
      seen.tooltip = text;
      setToolTip.call(this, text);
    };
    Tray.prototype.setContextMenu = function (menu) {
      if (menu !== null) seen.menu = menu;
      setContextMenu.call(this, menu);
    };
    Tray.prototype.destroy = function () {
      seen.removed += 1;
      destroy.call(this);
    };
  });
}

interface Seen {
  tooltip: string;
  menu: { items: { label: string; click: () => void }[] };
  removed: number;
}

const labels = (app: AppDriver): Promise<string[]> =>
  app.electron.evaluate(() =>
    (Reflect.get(globalThis, 'seen') as Seen).menu.items.map(({ label }) => label).filter((label) => label !== ''),
  );
const tooltip = (app: AppDriver): Promise<string> =>
  app.electron.evaluate(() => (Reflect.get(globalThis, 'seen') as Seen).tooltip);
const choose = (app: AppDriver, wanted: string): Promise<void> =>
  app.electron.evaluate((_electron, label) => {
    (Reflect.get(globalThis, 'seen') as Seen).menu.items.find((item) => item.label === label)?.click();
  }, wanted);
const isVisible = (app: AppDriver): Promise<boolean | undefined> =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
const closeWindow = (app: AppDriver): Promise<void> =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

test('the tray tells how the queue stands, holds it, and keeps the app when its window is closed', async ({
  bus,
  folder,
}) => {
  const app = await AppDriver.launch([fixture('work.yaml')], folder, {
    env: { DBUS_SESSION_BUS_ADDRESS: bus.address },
  });
  try {
    const { page } = app;
    // The icon is registered with whoever watches for icons.
    await expect.poll(() => bus.heard).toContain('StatusNotifier');
    await watchTray(app);
    await app.run('steady');
    await app.trust();
    await app.state('running');
    await expect
      .poll(() => labels(app))
      .toEqual(['1 running, 0 waiting', 'Pause the queue', 'Show the window', 'New job…', 'Quit Procession']);
    await expect.poll(() => tooltip(app)).toMatch(/^Procession\n1 running, 0 waiting\n\d+% done$/);

    await choose(app, 'Pause the queue');
    await expect(page.getByRole('button', { name: 'Resume the queue' })).toBeVisible();
    await expect.poll(() => labels(app)).toContain('1 running, 0 waiting (queue paused)');
    await choose(app, 'Resume the queue');
    await expect(page.getByRole('button', { name: 'Pause the queue' })).toBeVisible();

    // Off at first: closing asks, and offers the tray.
    const asked = app.electron.evaluate(
      ({ dialog }) =>
        new Promise<string[] | undefined>((resolve) => {
          dialog.showMessageBox = (...args: unknown[]) => {
            resolve((args.at(-1) as { buttons?: string[] }).buttons);
            return Promise.resolve({ response: 2, checkboxChecked: false });
          };
        }),
    );
    await closeWindow(app);
    expect(await asked).toEqual(['Stop and quit', 'Keep running', 'Keep running in the tray']);
    await expect.poll(() => isVisible(app)).toBe(false);
    await choose(app, 'Show the window');
    await expect.poll(() => isVisible(app)).toBe(true);
    await app.state('running');
    await app.cancel();
    await app.state('cancelled');

    await page.keyboard.press('Control+,');
    await expect(page.getByText('This desktop has no tray')).toHaveCount(0);
    await page.getByRole('switch', { name: /^Keep running in the tray/ }).check({ force: true });
    await closeWindow(app);
    await expect.poll(() => isVisible(app)).toBe(false);
    await choose(app, 'New job…');
    await expect.poll(() => isVisible(app)).toBe(true);
    await expect(page.getByRole('region', { name: 'New job' })).toBeVisible();

    await page.keyboard.press('Control+,');
    await page.getByRole('switch', { name: 'Icon in the tray' }).uncheck({ force: true });
    await expect.poll(() => app.electron.evaluate(() => (Reflect.get(globalThis, 'seen') as Seen).removed)).toBe(1);
    // Nobody could find a window that is hidden now: closing it ends the app.
    await app.endBy(() => closeWindow(app));
  } finally {
    await app.quit();
  }
  expect(app.complaints).toEqual([]);
});
