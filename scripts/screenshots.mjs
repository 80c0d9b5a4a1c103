#!/usr/bin/env node
// Takes the README's picture of the window, docs/images/window.png, from the real app: `node scripts/screenshots.mjs`.
// It needs a display (`xvfb-run -a` makes one). `--theme dark` and `--size 1920x1080` with `--out FILE` take others.
// The pictures of each view in both themes are taken by `gallery.mjs`.
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inProject } from './lib/project.mjs';
import { describeError } from './lib/setup-error.mjs';
import { withWindow } from './lib/window-pictures.mjs';

const { values } = parseArgs({
  options: {
    theme: { type: 'string', default: 'light' },
    size: { type: 'string', default: '1280x800' },
    out: { type: 'string', default: inProject('docs', 'images', 'window.png') },
  },
});

/** @param {string} file @param {string} theme @param {string} size */
async function take(file, theme, size) {
  const [width = 1280, height = 800] = size.split('x').map(Number);
  await withWindow({ theme, width, height }, async (page) => {
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
    await page.getByRole('img', { name: /^Voxel values: / }).waitFor();
    await page.getByRole('img', { name: /^Slice / }).waitFor();
    await mkdir(dirname(file), { recursive: true });
    await page.screenshot({ path: file });
  });
}

try {
  const file = resolve(values.out);
  await take(file, values.theme, values.size);
  process.stdout.write(`${file}\n`);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
