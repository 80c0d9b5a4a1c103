#!/usr/bin/env node
// Takes a picture of each view of the window in both themes into docs/gallery, from the real app with real jobs:
// `npm run gallery`. It needs a display (`xvfb-run -a npm run gallery` where there is none). `-- --only NAME` takes one
// view again, `-- --size 1920x1080 --out FOLDER` takes them elsewhere in another size.
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { views } from './lib/gallery-views.mjs';
import { inProject } from './lib/project.mjs';
import { describeError } from './lib/setup-error.mjs';
import { smallPng } from './lib/small-png.mjs';
import { setTheme, withWindow } from './lib/window-pictures.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1280x800' },
    out: { type: 'string', default: inProject('docs', 'gallery') },
    only: { type: 'string' },
  },
});

/** @param {string} folder @param {string} size */
async function takeAll(folder, size) {
  const [width = 1280, height = 800] = size.split('x').map(Number);
  const wanted = views.filter(({ name }) => values.only === undefined || name === values.only);
  if (wanted.length === 0)
    throw new Error(`There is no view "${values.only}". Take one of ${views.map(({ name }) => name).join(', ')}.`);
  // Paths are in some pictures: they are not to tell where this was taken.
  const jobs = await mkdtemp(join(tmpdir(), 'jobs-'));
  try {
    for (const from of [inProject('examples'), inProject('e2e', 'fixtures')])
      await cp(from, join(jobs, basename(from)), { recursive: true, filter: (path) => basename(path) !== 'out' });
    // The examples take their scans from a package.
    await symlink(inProject('node_modules'), join(jobs, 'node_modules'), 'junction');
    await mkdir(folder, { recursive: true });
    for (const view of wanted) await take(view, folder, jobs, { width, height });
  } finally {
    await rm(jobs, { recursive: true, force: true });
  }
  if (values.only !== undefined) return;
  await writeFile(join(folder, 'README.md'), index());
  const known = new Set(['README.md', ...views.flatMap(({ name }) => themes.map((theme) => fileOf(name, theme)))]);
  for (const name of await readdir(folder)) if (!known.has(name)) await rm(join(folder, name));
}

const themes = /** @type {const} */ (['light', 'dark']);

/** @param {string} name @param {string} theme */
const fileOf = (name, theme) => `${name}-${theme}.png`;

/**
 * @param {(typeof views)[number]} view
 * @param {string} folder of the pictures
 * @param {string} jobs folder of the job files
 * @param {{ readonly width: number, readonly height: number }} size
 */
async function take({ name, files, prepare }, folder, jobs, size) {
  const look = { theme: 'light', ...size, files: files.map((file) => join(jobs, file)) };
  await withWindow(look, async (page, app) => {
    await prepare(page);
    for (const theme of themes) {
      await setTheme(app, page, theme);
      await page.locator('[aria-label^="Loading"]').first().waitFor({ state: 'detached' });
      const png = await page.screenshot({ animations: 'disabled' });
      await writeFile(join(folder, fileOf(name, theme)), smallPng(png));
    }
  });
  process.stdout.write(`${name}\n`);
}

/** A page that shows all pictures. */
function index() {
  const sections = views.map(({ name, text }) => {
    const [light, dark] = themes.map((theme) => `![${text}](${fileOf(name, theme)})`);
    return `## ${name[0]?.toUpperCase()}${name.slice(1)}\n\n${text}\n\n| light | dark |\n|---|---|\n| ${light} | ${dark} |\n`;
  });
  return `# The window, view by view\n\nTaken from the real app by \`npm run gallery\`. How to use it: [The window](../desktop.md).\n\n${sections.join('\n')}`;
}

try {
  await takeAll(resolve(values.out), values.size);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
