#!/usr/bin/env node
// Takes a picture of each view of the window in both themes into docs/gallery, from the real app with real jobs:
// `node scripts/gallery.mjs`. It needs a display (`xvfb-run -a` makes one). `--size 1920x1080` with `--out FOLDER`
// takes them elsewhere in another size, `--only NAME` takes one view.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inProject } from './lib/project.mjs';
import { describeError } from './lib/setup-error.mjs';
import { withWindow } from './lib/window-pictures.mjs';

/** @typedef {import('@playwright/test').Page} Page */

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1280x800' },
    out: { type: 'string', default: inProject('docs', 'gallery') },
    only: { type: 'string' },
  },
});

const fixture = (/** @type {string} */ name) => inProject('e2e', 'fixtures', name);

/** Runs a job and waits until it has ended, agreeing to its code. @param {Page} page @param {string} id */
async function run(page, id, until = ['done', 'failed']) {
  await page.locator(`[data-job="${id}"]`).click();
  await page.getByTestId('job').getByRole('button', { name: /^Run/ }).click();
  const trust = page.getByRole('button', { name: 'Trust and run' });
  const ended = page.locator(until.map((state) => `[data-job="${id}"][data-state="${state}"]`).join(', '));
  await trust.or(ended).first().waitFor();
  if (await trust.isVisible()) await trust.click();
  await ended.first().waitFor({ timeout: 60_000 });
  // No tool tip of the button is in the picture.
  await page.mouse.move(640, 24);
}

/** A tool is there once its view is. @param {Page} page @param {string} title */
const shown = (page, title) =>
  page
    .getByRole('region', { name: title, exact: true })
    .locator('canvas, [role=grid], [role=tree], [role=group]')
    .first()
    .waitFor();

/**
 * What a picture shows, the job files that it is of, and what a person does to see it.
 * @type {readonly { name: string, text: string, files: readonly string[], prepare: (page: Page) => Promise<void> }[]}
 */
const views = [
  {
    name: 'queue',
    text: 'The examples, before anything has run: the parts that the ranks of a job would get.',
    files: [],
    prepare: (page) => page.getByTestId('rank').first().waitFor(),
  },
  {
    name: 'result',
    text: 'The report of the DICOM series: figures, a histogram, a slice, tags.',
    files: [fixture('series.yaml')],
    prepare: async (page) => {
      await run(page, 'brain');
      await shown(page, 'Voxel values');
    },
  },
  {
    name: 'partial',
    text: 'The Mandelbrot set while it is drawn: rows appear as they are done.',
    files: [fixture('gallery.yaml')],
    prepare: async (page) => {
      await run(page, 'slow', ['running']);
      await page.getByTestId('partial').waitFor();
      await page
        .getByTestId('job')
        .getByTestId('percent')
        .getByText(/^[2-9]\d%/)
        .waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'table',
    text: 'A table of 100,000 rows, sorted, with a few cells selected.',
    files: [fixture('viewers.yaml')],
    prepare: async (page) => {
      await run(page, 'table');
      const grid = page.getByRole('grid', { name: 'Measurements' });
      await page.getByText('100,000 rows', { exact: true }).waitFor();
      await grid.getByRole('button', { name: 'Height', exact: true }).click();
      await grid.focus();
      for (const key of ['ArrowDown', 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowRight'])
        await page.keyboard.press(key);
    },
  },
  {
    name: 'tree',
    text: 'A value of all kinds as a tree.',
    files: [fixture('viewers.yaml')],
    prepare: async (page) => {
      await run(page, 'values');
      await page.getByRole('treeitem', { name: /^map: / }).click();
      await page.getByRole('treeitem', { name: /^odd: / }).click();
    },
  },
  {
    name: 'plots',
    text: 'Lines and a cloud, with the values under the cross hair.',
    files: [fixture('viewers.yaml')],
    prepare: async (page) => {
      await run(page, 'plots');
      await shown(page, 'Two clouds');
      await page
        .getByRole('region', { name: 'Damped waves' })
        .getByRole('img')
        .hover({ position: { x: 200, y: 90 } });
    },
  },
  {
    name: 'image',
    text: 'An image close up: each pixel is sharp, and its value is told.',
    files: [fixture('viewers.yaml')],
    prepare: async (page) => {
      await run(page, 'images');
      await shown(page, 'Ramp');
      await page.getByRole('region', { name: 'Ramp' }).getByRole('button', { name: 'Show only this' }).click();
      await page.getByRole('img', { name: 'Ramp' }).hover();
      await page.mouse.wheel(0, -700);
    },
  },
  {
    name: 'mesh',
    text: 'A surface in space, coloured by its values.',
    files: [fixture('viewers.yaml')],
    prepare: async (page) => {
      await run(page, 'mesh');
      await shown(page, 'Torus');
    },
  },
  {
    name: 'text',
    text: 'A long text, searched.',
    files: [fixture('viewers.yaml')],
    prepare: async (page) => {
      await run(page, 'text');
      await page.getByRole('textbox', { name: 'Search Text' }).fill('12 the quick');
      await page.locator('mark').first().waitFor();
    },
  },
  {
    name: 'range',
    text: 'The range of a job that lost a process, with a piece of it selected.',
    files: [fixture('monitor.yaml')],
    prepare: async (page) => {
      await run(page, 'dies');
      await page.getByTestId('range').click({ position: { x: 60, y: 10 } });
      await page.getByTestId('selection').waitFor();
    },
  },
  {
    name: 'lanes',
    text: 'A job at work: its processes with what they do and cost, and its throughput.',
    files: [fixture('monitor.yaml')],
    prepare: async (page) => {
      await run(page, 'talk', ['running']);
      await page.getByRole('tab', { name: 'Throughput' }).click();
      await page
        .getByTestId('percent')
        .getByText(/^[5-9]\d%/)
        .waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'timeline',
    text: 'When each process worked on what.',
    files: [fixture('monitor.yaml')],
    prepare: async (page) => {
      await run(page, 'fails');
      const toggle = page.getByText('Timeline', { exact: true });
      // In a wide window it is there anyway.
      if (await toggle.isVisible()) await toggle.click();
      await page.getByTestId('timeline').waitFor();
    },
  },
  {
    name: 'log',
    text: 'What the ranks have printed.',
    files: [fixture('monitor.yaml')],
    prepare: async (page) => {
      await run(page, 'talk');
      await page.getByRole('tab', { name: 'Log' }).click();
      await page.getByTestId('log').getByText('item 390 of rank 1 is done').waitFor();
    },
  },
  {
    name: 'errors',
    text: 'The errors of a job, those of one kind together.',
    files: [fixture('monitor.yaml')],
    prepare: async (page) => {
      await run(page, 'fails');
      await page.getByTestId('error').getByText('Stack').click();
    },
  },
  {
    name: 'details',
    text: 'What a job was asked to do, and with which versions.',
    files: [fixture('series.yaml')],
    prepare: async (page) => {
      await run(page, 'mandelbrot');
      await page.getByRole('tab', { name: 'Details' }).click();
    },
  },
  {
    name: 'mistakes',
    text: 'A job file with mistakes: each with its line, and what to write instead.',
    files: [fixture('broken.yaml')],
    prepare: (page) => page.getByTestId('problem').first().waitFor(),
  },
];

/** @param {string} folder @param {string} size */
async function takeAll(folder, size) {
  const [width = 1280, height = 800] = size.split('x').map(Number);
  const wanted = views.filter(({ name }) => values.only === undefined || name === values.only);
  if (wanted.length === 0)
    throw new Error(`There is no view "${values.only}". Take one of ${views.map(({ name }) => name).join(', ')}.`);
  if (values.only === undefined) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, files, prepare } of wanted) {
    for (const theme of ['light', 'dark']) {
      await withWindow({ theme, width, height, files }, async (page) => {
        await prepare(page);
        await page.waitForFunction(`document.querySelector('[aria-label^="Loading"]') === null`);
        await page.screenshot({ path: join(folder, `${name}-${theme}.png`), animations: 'disabled' });
      });
      process.stdout.write(`${name}-${theme}.png\n`);
    }
  }
  if (values.only === undefined) await writeFile(join(folder, 'README.md'), index());
}

/** A page that shows all pictures. */
function index() {
  const sections = views.map(
    ({ name, text }) =>
      `## ${name[0]?.toUpperCase()}${name.slice(1)}\n\n${text}\n\n| light | dark |\n|---|---|\n| ![](${name}-light.png) | ![](${name}-dark.png) |\n`,
  );
  return `# The window\n\nEach view in both themes. \`node scripts/gallery.mjs\` takes these pictures from the real app.\n\n${sections.join('\n')}`;
}

try {
  await takeAll(resolve(values.out), values.size);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
