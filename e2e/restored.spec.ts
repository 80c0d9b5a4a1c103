import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import type { Bridge } from '../src/shared/ipc';
import { AppDriver, expect, fixture } from './app';
import { NotedJobs, notedJob } from './durable-files';

/** A folder that outlives the apps that a test starts, one after the other. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-restored-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
});

declare const window: { readonly procession: Bridge };

/** All that the window can ask of a job's run, without what only a clock can tell. */
async function answersFor(app: AppDriver, id: string) {
  await expect(app.row(id)).toBeVisible();
  return app.page.evaluate(async (wanted) => {
    const bridge = window.procession;
    const row = (await bridge.getSnapshot()).rows.find((one) => one.id === wanted);
    if (row === undefined) throw new Error(`There is no job ${wanted}.`);
    await bridge.watchJob(row.key);
    const ref = { key: row.key, run: 1 };
    const query = { filter: 'all', order: 'index', text: '', offset: 0 } as const;
    const items = row.kind === 'target' ? null : await bridge.getItems(ref, query);
    const details = await Promise.all((items?.rows ?? []).map(({ index }) => bridge.getItem(ref, index)));
    const range = await bridge.getRange(ref, { from: 0, to: row.range, cells: 64 }, true);
    const timeline = await bridge.getTimeline(ref, 0, Number.MAX_SAFE_INTEGER);
    const throughput = await bridge.getThroughput(ref);
    const log = await bridge.getLog(ref, 0);
    return {
      row: {
        state: row.state,
        progress: row.progress,
        failure: row.failure,
        items: row.items?.failed,
      },
      details: details.map((detail) => detail && { ...detail, ms: undefined }),
      ms: details.map((detail) => detail?.ms ?? -1),
      values: (await bridge.getResult(ref))?.tree,
      errors: await bridge.getErrors(ref),
      log: log && {
        ...log,
        entries: log.entries.map(({ number, rank, stream, text }) => ({ number, rank, stream, text })),
      },
      totals: range?.totals,
      cells: range && [...range.cells.shares],
      cellRanks: range && [...range.cells.ranks],
      lanes: range?.lanes.map(({ chunksDone, item }) => ({ chunksDone, item })),
      spans: timeline?.lanes.map(({ spans, states }) => [[...spans], [...states]]),
      times: timeline && [timeline.began, timeline.ended],
      throughput: throughput && [[...throughput.at], [...throughput.total], throughput.ranks.map((one) => [...one])],
    };
  }, id);
}

test('after a restart a job shows all that it showed: items, output, errors, log, range, processes, timeline, speed', async ({
  folder,
}) => {
  test.setTimeout(120_000);
  const data = join(folder, 'data');
  const first = await AppDriver.launch([fixture('items.yaml'), fixture('work.yaml')], data);
  const ids = ['heights', 'shell', 'failing', 'short'];
  for (const [index, id] of ids.entries()) {
    await first.run(id);
    if (index < 3) await first.trust();
  }
  for (const id of ids) await expect(first.row(id)).toHaveAttribute('data-state', /done|failed/, { timeout: 30_000 });
  const before = new Map<string, Awaited<ReturnType<typeof answersFor>>>();
  for (const id of ids) before.set(id, await answersFor(first, id));
  await first.quit();

  const second = await AppDriver.launch([], data);
  for (const id of ids) {
    // Durations are kept in hundredths of a millisecond.
    const { ms: tookAfter, ...after } = await answersFor(second, id);
    const { ms: tookBefore = [], ...shown } = before.get(id) ?? {};
    expect(after, id).toEqual(shown);
    expect(tookAfter, id).toHaveLength(tookBefore.length);
    for (const [place, ms] of tookAfter.entries()) expect(ms, `${id} ${place}`).toBeCloseTo(tookBefore[place] ?? 0, 1);
  }

  // The same as a person sees it.
  await second.select('shell');
  await second.page.getByRole('tab', { name: 'Items' }).click();
  await expect(second.page.getByTestId('item').filter({ hasText: /exit code 7/ })).toBeVisible();
  await expect(second.ranks.first()).toContainText(/Done/);
  await second.page.getByRole('tab', { name: 'Errors' }).click();
  await expect(second.page.getByTestId('error').first()).toContainText('err 3');
  await second.page.getByRole('tab', { name: 'Log' }).click();
  await expect(second.page.getByTestId('log')).toContainText('out 9');
  await second.select('failing');
  await second.page.getByRole('tab', { name: 'Errors' }).click();
  await expect(second.page.getByTestId('error')).toContainText('item 5 is not to be worked on');
  await expect(second.page.getByTestId('error')).toContainText('work.mjs');
  await second.page.getByRole('tab', { name: 'Details' }).click();
  await expect(second.page.getByText(/^Procession [\d.]+, Node [\d.]+, linux/)).toBeVisible();
  await second.select('heights');
  await second.page.getByRole('tab', { name: 'Throughput' }).click();
  await expect(second.page.getByTestId('throughput')).toContainText('Average');
  await second.quit();
  expect(second.complaints).toEqual([]);
});

test('killed with jobs that run and wait, the app lists all of them, shows what each had done, and goes on at the chunk', async ({
  folder,
}) => {
  const data = join(folder, 'data');
  const jobs = await NotedJobs.write(
    join(folder, 'jobs'),
    notedJob('long', 400, 10) + notedJob('other', 20, 5) + notedJob('after', 10, 5, '    needs: [long]\n'),
  );
  const first = await AppDriver.launch([jobs.path], data);
  await first.run('long');
  await first.trust();
  await expect.poll(() => jobs.calls('long').length).toBeGreaterThan(120);
  // What is acknowledged is on the disk within a tenth of a second of its end.
  await first.run('other');
  await expect(first.row('other')).toContainText(/Waiting|Running|Done/);
  first.processes();
  const killedAt = Date.now();
  process.kill(first.pid, 'SIGKILL');
  await first.quit();

  const second = await AppDriver.launch([], data);
  await expect(second.row('long')).toHaveAttribute('data-state', 'interrupted');
  await expect(second.row('other')).toHaveAttribute('data-state', /interrupted|paused|done/);
  await expect(second.page.getByTestId('notice').filter({ hasText: 'Left from the last time' })).toBeVisible();
  const cut = await answersFor(second, 'long');
  const done = cut.totals?.[2] ?? 0;
  expect(cut.row).toMatchObject({ state: 'interrupted', progress: done });
  expect(done).toBeGreaterThan(60);
  expect(cut.totals?.reduce((sum, count) => sum + count)).toBe(400);
  const known = cut.details.filter((detail) => detail?.state === 'done');
  expect(known).toHaveLength(cut.details.filter((detail) => detail?.text !== '').length);
  expect(known.every((detail) => detail !== null && detail.text === String(detail.index * 2))).toBe(true);
  expect(known.every((detail) => (cut.ms[detail?.index ?? -1] ?? 0) >= 9)).toBe(true);
  await second.select('long');
  await expect(second.ranks.first()).toContainText('Process lost');
  await second.page.getByRole('button', { name: 'Resume all' }).click();
  await expect.poll(() => second.progress()).toBeGreaterThan(done);
  await second.state('done');
  const whole = await answersFor(second, 'long');
  expect(whole.totals?.[2]).toBe(400);
  expect(whole.ms.every((ms) => ms >= 9)).toBe(true);
  // What the processes did before and after stands in one timeline, and the count goes on from where it was.
  const begins = whole.spans?.flatMap(([spans = []]) => spans.filter((_, place) => place % 4 === 0)) ?? [];
  expect(Math.min(...begins)).toBeLessThan(killedAt);
  expect(Math.max(...begins)).toBeGreaterThan(killedAt);
  const totals = (whole.throughput?.[1] ?? []) as number[];
  expect(totals).toEqual(totals.toSorted((a, b) => a - b));
  await expect(second.row('other')).toHaveAttribute('data-state', 'done', { timeout: 20_000 });
  await expect(second.page.getByTestId('notice')).toHaveCount(0);
  const all = jobs.calls('long');
  expect([...new Set(all)].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, item) => item));
  // Of what had ended only what had not reached the disk is done again: a few chunks.
  expect(all.length - 400).toBeLessThan(40);
  await second.quit();

  const third = await AppDriver.launch([], data);
  await expect(third.row('long')).toHaveAttribute('data-state', 'done');
  await expect(third.page.getByTestId('notice')).toHaveCount(0);
  // What it came to is still there: twice each item.
  await third.select('long');
  await third.page.getByTestId('result').getByText('400 points').waitFor();
  await third.page.getByText('Tree', { exact: true }).click();
  await expect(third.page.getByRole('treeitem', { name: '7: 14', exact: true })).toBeVisible();
  await third.quit();
});

test('a paused queue, a paused job, priorities and the order outlive the app', async ({ folder }) => {
  const data = join(folder, 'data');
  const ids = ['first', 'second', 'third', 'fourth'];
  const jobs = await NotedJobs.write(
    join(folder, 'jobs'),
    notedJob('long', 300, 30) + ids.map((id) => notedJob(id, 3, 2)).join(''),
  );
  const first = await AppDriver.launch([jobs.path], data);
  await first.run('long');
  await first.trust();
  await expect.poll(() => jobs.calls('long').length).toBeGreaterThan(10);
  await first.job.getByRole('button', { name: 'Pause' }).click();
  await first.state('paused');
  await first.page.getByRole('button', { name: 'Pause the queue' }).click();
  for (const id of ids) {
    await first.run(id);
    await expect(first.row(id)).toContainText('Waiting');
  }
  await first.select('third');
  await first.page.getByRole('listbox', { name: 'Queue' }).focus();
  await first.page.keyboard.press('Alt+ArrowUp');
  const order = ['first', 'third', 'second', 'fourth'];
  const shown = (app: AppDriver): Promise<string[]> =>
    app.page
      .locator('[data-job]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-job') ?? '').filter((id) => id !== 'long'));
  await expect.poll(() => shown(first)).toEqual(order);
  await first.select('second');
  await first.job.getByRole('button', { name: 'Pause' }).click();
  await first.state('paused');
  const calls = jobs.calls('long').length;
  first.processes();
  process.kill(first.pid, 'SIGKILL');
  await first.quit();

  const second = await AppDriver.launch([], data);
  await expect(second.page.getByRole('button', { name: 'Resume the queue' })).toBeVisible();
  await expect.poll(() => shown(second)).toEqual(order);
  await expect(second.row('long')).toHaveAttribute('data-state', 'paused');
  await second.page.getByRole('button', { name: 'Resume all' }).click();
  await expect(second.row('first')).toContainText('Waiting');
  await second.page.getByRole('button', { name: 'Resume the queue' }).click();
  for (const id of ['first', 'third', 'fourth'])
    await expect(second.row(id)).toHaveAttribute('data-state', 'done', { timeout: 20_000 });
  // What was paused by itself stays so, until a person resumes it.
  await expect(second.row('second')).toHaveAttribute('data-state', 'paused');
  await expect(second.row('long')).toHaveAttribute('data-state', 'paused');
  expect([jobs.calls('second').length, jobs.calls('long').length]).toEqual([0, calls]);
  await second.select('long');
  await second.job.getByRole('button', { name: 'Resume' }).click();
  await second.state('done');
  await second.quit();

  const third = await AppDriver.launch([], data);
  await expect(third.page.getByRole('button', { name: 'Pause the queue' })).toBeVisible();
  await expect(third.row('second')).toHaveAttribute('data-state', 'paused');
  await third.quit();
});
