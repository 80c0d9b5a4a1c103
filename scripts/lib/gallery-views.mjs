// What the pictures of the gallery show, and what a person does to see it.

/** @typedef {import('@playwright/test').Page} Page */

const examples = ['brain-histogram', 'heat', 'mandelbrot', 'primes'].map((name) => `examples/${name}.yaml`);

/** Runs a job and waits until it has ended, agreeing to its code. @param {Page} page @param {string} id */
async function run(page, id, until = ['done', 'failed']) {
  await page.locator(`[data-job="${id}"]`).click();
  await page.getByTestId('job').getByRole('button', { name: /^Run/ }).click();
  const trust = page.getByRole('button', { name: 'Trust and run' });
  // Its row may be out of sight by then, and so not in the page.
  const ended = page.locator(until.map((state) => `[data-testid="job"][data-state="${state}"]`).join(', '));
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
 * What a picture shows, the job files that it is of (copies of `examples` and of `e2e/fixtures`), and what a person does
 * to see it.
 * @type {readonly { name: string, text: string, files: readonly string[], prepare: (page: Page) => Promise<void> }[]}
 */
export const views = [
  {
    name: 'window',
    text: 'The examples: three are done, one runs, and the report of a series of scans is open.',
    files: examples,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Run all' }).click();
      await page.getByRole('button', { name: 'Trust and run' }).click();
      for (const id of ['brain', 'heat', 'mandelbrot', 'primes'])
        await page.locator(`[data-job="${id}"][data-state="done"]`).waitFor({ timeout: 60_000 });
      // One job in the picture runs, and says how far it is.
      await page.locator('[data-job="primes"]').click();
      await page.getByRole('button', { name: 'Run again' }).click();
      await page
        .locator('[data-job="primes"][data-state="running"]')
        .getByText(/[1-9]%/)
        .waitFor();
      await page.locator('[data-job="brain"]').click();
      await shown(page, 'Voxel values');
    },
  },
  {
    name: 'queue',
    text: 'The examples, before anything has run: the parts that the ranks of a job would get.',
    files: examples,
    prepare: async (page) => {
      await page.getByTestId('rank').first().waitFor();
      await page.mouse.move(640, 24);
    },
  },
  {
    name: 'begin',
    text: 'An empty queue: where jobs come from, and the examples, each with a button that runs it.',
    files: examples,
    prepare: async (page) => {
      for (const name of examples) {
        await page.getByRole('option', { name: name.replace('examples/', '') }).click();
        await page.getByRole('button', { name: 'Close file' }).click();
      }
      await page.getByTestId('example').first().waitFor();
      await page.mouse.move(640, 24);
    },
  },
  {
    name: 'result',
    text: 'The report of the DICOM series: figures, a histogram, a slice, tags.',
    files: examples,
    prepare: async (page) => {
      await run(page, 'brain');
      await shown(page, 'Voxel values');
    },
  },
  {
    name: 'partial',
    text: 'The Mandelbrot set while it is drawn: rows appear as they are done.',
    files: ['fixtures/gallery.yaml'],
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
    files: ['fixtures/viewers.yaml'],
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
    files: ['fixtures/viewers.yaml'],
    prepare: async (page) => {
      await run(page, 'values');
      await page.getByRole('treeitem', { name: /^map: / }).click();
      await page.getByRole('treeitem', { name: /^odd: / }).click();
    },
  },
  {
    name: 'plots',
    text: 'Lines and a cloud, with the values under the cross hair.',
    files: ['fixtures/viewers.yaml'],
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
    files: ['fixtures/viewers.yaml'],
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
    files: ['fixtures/viewers.yaml'],
    prepare: async (page) => {
      await run(page, 'mesh');
      await shown(page, 'Torus');
    },
  },
  {
    name: 'text',
    text: 'A long text, searched.',
    files: ['fixtures/viewers.yaml'],
    prepare: async (page) => {
      await run(page, 'text');
      await page.getByRole('textbox', { name: 'Search Text' }).fill('12 the quick');
      await page.locator('mark').first().waitFor();
    },
  },
  {
    name: 'items',
    text: 'A job that works item by item: which are done, failed or were tried again, how long each took, and one in full.',
    files: ['fixtures/items.yaml'],
    prepare: async (page) => {
      await run(page, 'heights');
      await page.getByTestId('error').getByRole('button', { name: '101', exact: true }).click();
      await page.getByTestId('item-detail').getByText('place 101 is under water', { exact: true }).waitFor();
    },
  },
  {
    name: 'values',
    text: 'What is done of a job that works item by item, while it goes on.',
    files: ['fixtures/items.yaml'],
    prepare: async (page) => {
      await run(page, 'heights', ['running']);
      await page.getByRole('tab', { name: 'Result' }).click();
      await page
        .getByTestId('result')
        .getByText(/^\d\d+ rows$/)
        .waitFor();
    },
  },
  {
    name: 'commands',
    text: 'A job that runs commands: how each ended and what it wrote.',
    files: ['fixtures/items.yaml'],
    prepare: async (page) => {
      await run(page, 'shell');
      await page.getByRole('tab', { name: 'Items' }).click();
      await page.getByTestId('item').filter({ hasText: 'exit code 7' }).click();
      await shown(page, 'Error output');
    },
  },
  {
    name: 'billion',
    text: 'A thousand million indices, given out piece by piece.',
    files: ['fixtures/items.yaml'],
    prepare: async (page) => {
      await run(page, 'billion', ['running']);
      await page.getByRole('tab', { name: 'Throughput' }).click();
      await page
        .getByTestId('percent')
        .getByText(/^[5-9]%|\d\d%/)
        .waitFor({ timeout: 60_000 });
      await page.getByRole('img', { name: /^Items a second/ }).waitFor();
    },
  },
  {
    name: 'range',
    text: 'The range of a job that lost a process, with a piece of it selected.',
    files: ['fixtures/monitor.yaml'],
    prepare: async (page) => {
      await run(page, 'dies');
      await page.getByTestId('range').click({ position: { x: 60, y: 10 } });
      await page.getByTestId('selection').waitFor();
    },
  },
  {
    name: 'lanes',
    text: 'A job at work: its processes with what they do and cost, and its throughput.',
    files: ['fixtures/monitor.yaml'],
    prepare: async (page) => {
      await run(page, 'talk', ['running']);
      await page.getByRole('tab', { name: 'Throughput' }).click();
      await page
        .getByTestId('percent')
        .getByText(/^(4[5-9]|[5-9]\d)%/)
        .waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'timeline',
    text: 'When each process worked on which piece; tries that failed are red.',
    files: ['fixtures/items.yaml'],
    prepare: async (page) => {
      await run(page, 'heights');
      const toggle = page.getByText('Timeline', { exact: true });
      // In a wide window it is there anyway.
      if (await toggle.isVisible()) await toggle.click();
      await page.getByTestId('timeline').hover({ position: { x: 330, y: 14 } });
      await page.getByTestId('span').waitFor();
    },
  },
  {
    name: 'log',
    text: 'What the ranks have printed.',
    files: ['fixtures/monitor.yaml'],
    prepare: async (page) => {
      await run(page, 'talk');
      await page.getByRole('tab', { name: 'Log' }).click();
      await page.getByTestId('log').getByText('item 390 of rank 1 is done').waitFor();
    },
  },
  {
    name: 'errors',
    text: 'The errors of a job, those of one kind together.',
    files: ['fixtures/monitor.yaml'],
    prepare: async (page) => {
      await run(page, 'fails');
      await page.getByTestId('error').getByText('Stack').click();
    },
  },
  {
    name: 'details',
    text: 'What a job was asked to do, and with which versions.',
    files: ['fixtures/items.yaml'],
    prepare: async (page) => {
      await run(page, 'heights');
      await page.getByRole('tab', { name: 'Details' }).click();
    },
  },
  {
    name: 'form',
    text: 'The form for a new job: what a job file says, in fields, and the job file that it makes.',
    files: examples,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'New job', exact: true }).click();
      await page.getByRole('region', { name: 'New job' }).waitFor();
      await page.mouse.move(640, 24);
    },
  },
  {
    name: 'history',
    text: 'Every run that was recorded: found by what failed, one of them in full.',
    files: ['fixtures/items.yaml', 'fixtures/monitor.yaml'],
    prepare: async (page) => {
      await run(page, 'all');
      await run(page, 'talk');
      await run(page, 'fails');
      await run(page, 'heights');
      await page.getByRole('button', { name: 'History', exact: true }).click();
      await page.getByTestId('history-error').first().waitFor();
      await page.mouse.move(640, 24);
    },
  },
  {
    name: 'compare',
    text: 'Two runs of one job side by side: what differs is marked.',
    files: ['fixtures/items.yaml'],
    prepare: async (page) => {
      await run(page, 'all');
      await run(page, 'heights');
      await page.getByRole('button', { name: 'History', exact: true }).click();
      await page.getByRole('listbox', { name: 'Runs' }).focus();
      for (const key of ['Home', 'Space', 'End', 'Space']) await page.keyboard.press(key);
      await page.getByRole('button', { name: 'Compare two' }).click();
      await page.getByRole('table', { name: 'The runs' }).waitFor();
      await page.mouse.move(640, 24);
    },
  },
  {
    name: 'palette',
    text: 'Every command by its name (Ctrl+K).',
    files: examples,
    prepare: async (page) => {
      await page.keyboard.press('Control+K');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'settings',
    text: 'The settings.',
    files: examples,
    prepare: async (page) => {
      await page.keyboard.press('Control+,');
      await page.getByRole('heading', { name: 'Settings' }).waitFor();
    },
  },
  {
    name: 'about',
    text: 'What this is: its versions to copy for a report of a bug, its licence, and its folders.',
    files: examples,
    prepare: async (page) => {
      await page.keyboard.press('Control+K');
      await page.keyboard.type('about');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Copy the versions' }).waitFor();
    },
  },
  {
    name: 'question',
    text: 'The one question before code of a folder runs.',
    files: ['fixtures/monitor.yaml'],
    prepare: async (page) => {
      await page.locator('[data-job="talk"]').click();
      await page.getByTestId('job').getByRole('button', { name: /^Run/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'mistakes',
    text: 'A job file with mistakes: each with its line, and what to write instead.',
    files: ['fixtures/broken.yaml'],
    prepare: (page) => page.getByTestId('problem').first().waitFor(),
  },
];
