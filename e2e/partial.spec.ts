import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, fixture } from './app';
import { shareApp } from './shared-app';

/** A job file whose job ends when the file `go` is there. */
const test = shareApp().extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-partial-'));
    await writeFile(
      join(folder, 'jobs.yaml'),
      `version: 1
jobs:
  - id: pieces
    target: ./partial.mjs#pieces
    range: 24
    args: { go: ${JSON.stringify(join(folder, 'go'))} }
  - id: wrong
    target: ./partial.mjs#wrong
    range: 4
  - id: slow
    label: A slow picture
    target: builtin:mandelbrot
    range: 600
    args: { width: 900, maxIterations: 20000 }
`,
    );
    await copyFile(fixture('partial.mjs'), join(folder, 'partial.mjs'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  jobFiles: ({ folder }, use) => use([join(folder, 'jobs.yaml')]),
});

test('a picture appears while it is drawn, and stays when the job is cancelled', async ({ app }) => {
  await app.run('slow');
  await app.state('running');
  const partial = app.page.getByTestId('partial');
  await expect(partial.getByText('Partial result: it grows while the job runs.')).toBeVisible();
  const picture = app.view('Escape-time counts').getByRole('img', { name: 'Escape-time counts' });
  await expect(picture).toBeVisible();
  // Rows near the upper edge escape at once, so they are there first: all colours but none.
  const colours = (): Promise<number> =>
    picture.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      const seen = new Set<number>();
      for (let at = 0; at < data.length; at += 4) seen.add((data[at] ?? 0) * 256 + (data[at + 1] ?? 0));
      return seen.size;
    });
  await expect.poll(colours).toBeGreaterThan(3);
  await expect(app.job).toHaveAttribute('data-state', 'running');
  await app.cancel();
  await app.state('cancelled');
  await expect(partial.getByText('Partial result: the job was cancelled before its end.')).toBeVisible();
  await expect(picture).toBeVisible();
});

test('pieces of all ranks become one report, also for a page that was loaded anew', async ({ app, folder }) => {
  await app.run('pieces');
  await app.trust();
  await expect(app.figure('Items done')).toHaveText('24');
  const check = async (): Promise<void> => {
    await expect(app.view('Log').getByText('24 rows')).toBeVisible();
    await expect(app.view('Items').getByTestId('bin')).toHaveText('300 in 24 bins');
    await expect(app.view('Squares').getByTestId('plot-note')).toHaveText('24 points');
    await app.view('Stripes').getByRole('img', { name: 'Stripes' }).hover();
    await expect(app.view('Stripes').getByTestId('pixel')).toHaveText(/^\((\d+), (\d+)\) = [123]\d$/);
  };
  await check();
  await app.page.reload();
  await app.ready();
  await expect(app.figure('Items done')).toHaveText('24');
  await check();

  await writeFile(join(folder, 'go'), '');
  await app.state('done');
  await expect(app.page.getByTestId('result')).toBeVisible();
  await expect(app.page.getByTestId('partial')).toHaveCount(0);
});

test('what cannot be shown is named, also after the job has failed', async ({ app }) => {
  await app.run('wrong');
  await app.trust();
  await app.state('failed');
  await app.page.getByRole('tab', { name: 'Result' }).click();
  await expect(app.page.getByRole('alert')).toContainText(
    '“Torn” is not shown: y must be a whole number from 0 to 3, not 9.',
  );
});
