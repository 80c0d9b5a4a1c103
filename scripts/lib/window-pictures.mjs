import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRoot, projectRoot } from './project.mjs';
import { setUp } from './setup.mjs';

/**
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {import('@playwright/test').ElectronApplication} ElectronApplication
 * @typedef {{ theme: string, width: number, height: number, files?: readonly string[] }} Look
 */

/**
 * Starts the real app with a data folder of its own, in a theme and size, and ends it afterwards.
 * @param {Look} look `files` are job files; the examples when there are none
 * @param {(page: Page, app: ElectronApplication) => Promise<void>} use
 */
export async function withWindow({ theme, width, height, files = [] }, use) {
  const { electron, env } = await setUp({ window: true });
  if (electron === null) throw new Error('There is no Electron to take a picture of.');
  delete env.ELECTRON_RUN_AS_NODE;
  // Only now is it certain to be installed.
  const { _electron } = await import('@playwright/test');
  const dataFolder = await mkdtemp(join(tmpdir(), 'procession-screenshot-'));
  const app = await _electron.launch({
    executablePath: electron.binary,
    args: [...(isRoot() ? ['--no-sandbox'] : []), `--user-data-dir=${dataFolder}`, projectRoot, ...files],
    env: {
      ...Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      PROCESSION_DATA: join(dataFolder, 'history'),
    },
    colorScheme: null,
  });
  try {
    const page = await app.firstWindow();
    await app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    );
    await setTheme(app, page, theme);
    await page.locator('[data-ready=true]').waitFor();
    await use(page, app);
  } finally {
    // Something may still run; nobody is there to be asked about it.
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    });
    await app.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

/** Resolves once the page has its theme. @param {ElectronApplication} app @param {Page} page @param {string} theme */
export async function setTheme(app, page, theme) {
  await app.evaluate(({ nativeTheme }, source) => {
    nativeTheme.themeSource = source === 'dark' ? 'dark' : 'light';
  }, theme);
  await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor({ state: 'attached' });
}
