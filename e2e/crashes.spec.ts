import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { AppDriver, expect } from './app';
import { NotedJobs, notedJob } from './durable-files';

const ids = ['one', 'two', 'three', 'four'];
/** `PROCESSION_HARMS=20` for as many as the product has to survive; these are more than it bears of a page that dies at once. */
const times = Number(process.env.PROCESSION_HARMS ?? 6);
/** Items of each job: so many that none ends meanwhile. */
const items = 20_000;

/** What the page shows, asked of main: Playwright loses its page with the process of the page. */
const shownBy = (app: AppDriver): Promise<Record<string, number>> =>
  app.electron.evaluate(({ BrowserWindow }) => {
    const read = `document.querySelector('[data-ready=true]') === null ? {} : Object.fromEntries(
      [...document.querySelectorAll('[data-job][data-state=running]')].map((row) => [
        row.dataset.job,
        Number(/([0-9,]+) of [0-9,]+/.exec(row.textContent)?.[1]?.replaceAll(',', '') ?? -1),
      ]),
    )`;
    // A page that is just being loaded cannot answer.
    return BrowserWindow.getAllWindows()[0]
      ?.webContents.executeJavaScript(read)
      .catch(() => ({})) as Promise<Record<string, number>>;
  });

/** A page that dies within half a second of its beginning dies of that, and is not revived for ever. */
const steadyMs = 600;
const isSteady = (app: AppDriver): Promise<boolean> =>
  app.electron.evaluate(({ BrowserWindow }, ms) => {
    const read = `performance.now() - performance.getEntriesByType('navigation')[0].loadEventEnd > ${ms}`;
    return BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(read) as Promise<boolean>;
  }, steadyMs);

test(`${times} reloads and ${times} crashes of the page with four jobs running: the jobs go on, and the page is soon right`, async () => {
  test.setTimeout(60_000 + times * 9000);
  const folder = await mkdtemp(join(tmpdir(), 'procession-crashes-'));
  const jobs = await NotedJobs.write(
    join(folder, 'jobs'),
    ids.map((id) => notedJob(id, items, 20, '    numProcs: 1\n')).join(''),
  );
  // More jobs at a time than the machine may have processors.
  const app = await AppDriver.launch([jobs.path], join(folder, 'data'), {
    first: await jobs.withProcessors(ids.length),
  });
  const done = (): Record<string, number> => Object.fromEntries(ids.map((id) => [id, jobs.calls(id).length]));
  await app.page.getByRole('button', { name: 'Run all' }).click();
  await app.trust();
  await expect.poll(() => Object.keys(done()).filter((id) => (done()[id] ?? 0) > 0)).toEqual(ids);
  const took: number[] = [];

  /** What the page showed after the last harm: the jobs have done more since. */
  let last: Record<string, number> = {};

  const again = async (harm: 'reload' | 'crash', time: number): Promise<void> => {
    if (harm === 'crash') await expect.poll(() => isSteady(app), { intervals: [50] }).toBe(true);
    const before = done();
    const began = Date.now();
    await app.electron.evaluate(async ({ BrowserWindow }, what) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      await new Promise((resolve) => {
        contents?.once('did-finish-load', () => resolve(true));
        if (what === 'reload') contents?.reload();
        else contents?.forcefullyCrashRenderer();
      });
    }, harm);
    // Right is what the items themselves have written down: no less than before, and no more than now.
    await expect
      .poll(
        async () => {
          const shown = await shownBy(app);
          const now = done();
          const isRight = (id: string): boolean => {
            const count = shown[id] ?? -1;
            return count >= (before[id] ?? 0) && count <= (now[id] ?? 0) && count > (last[id] ?? 0);
          };
          const wrong = ids.filter((id) => !isRight(id));
          if (wrong.length === 0) last = shown;
          return wrong;
        },
        { message: `the page after a ${harm}`, intervals: [20], timeout: 10_000 },
      )
      .toEqual([]);
    took.push(Date.now() - began);
    if (time % 5 > 0) return;
    // The page that has come back hears of what is done while it is there.
    const then = done();
    await expect
      .poll(
        async () => {
          const shown = await shownBy(app);
          return ids.filter((id) => !((shown[id] ?? -1) > (then[id] ?? 0)));
        },
        { message: `the jobs go on after a ${harm}`, intervals: [50] },
      )
      .toEqual([]);
  };

  for (let time = 0; time < times; time += 1) await again('reload', time);
  for (let time = 0; time < times; time += 1) await again('crash', time);
  for (const id of ids) {
    const calls = jobs.calls(id);
    expect(new Set(calls).size).toBe(calls.length);
  }
  const sorted = took.toSorted((a, b) => a - b);
  const figures = `the page was right after ${sorted[Math.floor(sorted.length / 2)]} ms (median), ${sorted.at(-1)} ms (longest)`;
  test.info().annotations.push({ type: 'figures', description: figures });
  console.log(figures);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(1000);
  await app.quit();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});
