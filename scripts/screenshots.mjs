#!/usr/bin/env node
// Takes the README's picture of the window, docs/images/window.png, from the real app: `node scripts/screenshots.mjs`.
// It needs a display (`xvfb-run -a` makes one). `--theme dark` and `--size 1920x1080` with `--out FILE` take others.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inProject, isRoot, projectRoot } from './lib/project.mjs';
import { setUp } from './lib/setup.mjs';
import { describeError } from './lib/setup-error.mjs';

const { values } = parseArgs({
  options: {
    theme: { type: 'string', default: 'light' },
    size: { type: 'string', default: '1280x800' },
    out: { type: 'string', default: inProject('docs', 'images', 'window.png') },
  },
});

/** @param {string} file @param {string} theme @param {string} size */
async function take(file, theme, size) {
  const { electron, env } = await setUp({ window: true });
  if (electron === null) throw new Error('There is no Electron to take a picture of.');
  delete env.ELECTRON_RUN_AS_NODE;
  // Only now is it certain to be installed.
  const { _electron } = await import('@playwright/test');
  const [width = 1280, height = 800] = size.split('x').map(Number);
  const dataFolder = await mkdtemp(join(tmpdir(), 'procession-screenshot-'));
  const app = await _electron.launch({
    executablePath: electron.binary,
    args: [...(isRoot() ? ['--no-sandbox'] : []), `--user-data-dir=${dataFolder}`, projectRoot],
    env: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    colorScheme: null,
  });
  try {
    await app.evaluate(
      ({ BrowserWindow, nativeTheme }, look) => {
        nativeTheme.themeSource = look.theme === 'dark' ? 'dark' : 'light';
        BrowserWindow.getAllWindows()[0]?.setContentSize(look.width, look.height);
      },
      { theme, width, height },
    );
    const page = await app.firstWindow();
    await page.locator('[data-ready=true]').waitFor();
    await page.getByRole('button', { name: 'Run all' }).click();
    for (const id of ['brain', 'heat', 'mandelbrot', 'primes']) {
      await page.locator(`[data-job="${id}"][data-state="done"]`).waitFor();
    }
    // One job in the picture runs, and says how far it is.
    await page.locator('[data-job="primes"]').click();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page
      .locator('[data-job="primes"][data-state="running"]')
      .getByText(/[1-9]%/)
      .waitFor();
    await page.locator('[data-job="brain"]').click();
    await page.getByTestId('result').waitFor();
    await mkdir(dirname(file), { recursive: true });
    await page.screenshot({ path: file });
  } finally {
    await app.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

try {
  const file = resolve(values.out);
  await take(file, values.theme, values.size);
  process.stdout.write(`${file}\n`);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
