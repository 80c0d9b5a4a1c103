#!/usr/bin/env node
// What the window costs, measured on the real app with a long queue: `npm run build`, then
// npm run bench:window [-- PART… [--jobs=100000] [--rounds=7]]; parts: launch, frames, updates, feedback, flood.
//
// Frames are measured by requestAnimationFrame inside the page, beside an empty page in the same Electron in the same
// run: with a software renderer on a machine that others use, only the ratio says something.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUp } from '../../scripts/lib/setup.mjs';
import { BenchApp, canMeasure } from './app.mjs';
import { beginGapsInPage, endGapsInPage, feedbackInPage, framesInPage } from './in-page.mjs';
import { writeJobFiles } from './job-files.mjs';
import { measureLaunches } from './launch.mjs';

const parts = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const option = (name, otherwise) =>
  Number(
    process.argv
      .find((argument) => argument.startsWith(`--${name}=`))
      ?.split('=')
      .at(1) ?? otherwise,
  );
const jobs = option('jobs', 100_000);
const rounds = option('rounds', 7);
const wants = (part) => parts.length === 0 || parts.includes(part);

if (!canMeasure()) {
  console.error('This benchmark reads figures from /proc, which only Linux has.');
  process.exit(1);
}
if (!process.env.DISPLAY) {
  const { status } = spawnSync('xvfb-run', ['-a', process.execPath, ...process.argv.slice(1)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { electron, env: setUpEnv } = await setUp({ window: true });
if (electron === null) throw new Error('There is no Electron to measure.');
const env = { ...setUpEnv };
delete env.ELECTRON_RUN_AS_NODE;
delete env.NODE_OPTIONS;

const at = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const median = (values) => at(values, 0.5);
const say = (name, text) => console.log(`${name.padEnd(34)} ${text}`);
const frameText = (times) =>
  `p50 ${at(times, 0.5).toFixed(1)}, p95 ${at(times, 0.95).toFixed(1)}, p99 ${at(times, 0.99).toFixed(1)} ms`;
const memoryText = ({ rss, own }) => `${rss.toFixed(0)} MiB resident, ${own.toFixed(0)} MiB its own`;

if (wants('launch')) {
  const { empty, app } = await measureLaunches(electron.binary, env, rounds);
  const ratios = app.map((time, round) => time / empty[round]);
  say('launch to interactive', `${median(app)} ms; Electron's empty window ${median(empty)} ms`);
  say(
    '',
    `median ratio ${median(ratios).toFixed(2)} of ${rounds} pairs (${ratios.map((r) => r.toFixed(2)).join(', ')})`,
  );
}

if (['frames', 'updates', 'feedback', 'flood'].some(wants)) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-window-'));
  const files = writeJobFiles(join(folder, 'jobs'), jobs);
  const app = await BenchApp.launch(electron.binary, env, join(folder, 'data'), [files.watched, ...files.many]);
  try {
    say(
      'jobs in the queue',
      `${jobs}; all listed ${(await app.settled(jobs)).toFixed(1)} s after the window could be used`,
    );
    await measureApp(app);
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function measureApp(app) {
  if (wants('frames')) {
    const idle = await app.during(() => new Promise((resolve) => setTimeout(resolve, 3000)));
    say('idle with this queue', `main ${idle.main.toFixed(1)}%, window ${idle.window.toFixed(1)}% of a core`);
    await frames(app);
    await sayMemory(app, 'after scrolling');
  }
  if (wants('updates')) {
    await updates(app);
    await sayMemory(app, 'after these jobs');
  }
  if (wants('feedback')) await feedback(app);
  if (wants('flood')) {
    await flood(app, 'flood', 'Prints a million', '1e6 log lines a second');
    await flood(app, 'restless', 'Says how far', '1e6 setProgress by each rank');
  }
}

/** What main and the window hold, first as it is, then without what nobody needs any more and is still to be collected. */
async function sayMemory(app, when) {
  const { main, window } = await app.memory();
  say(`memory ${when}`, `main ${memoryText(main)}`);
  say('', `window ${memoryText(window)} (target: below 300)`);
  const { heap, live } = await app.pageHeap();
  say('', `its heap ${heap.toFixed(0)} MiB, of which ${live.toFixed(0)} are in use`);
}

/** Frames while the queue is scrolled and the range is pointed at, with a range of 10^9 at work; in turn with an empty page. */
async function frames(app) {
  await app.select('A range of a thousand million');
  await app.run();
  await app.state('running');
  await app.showAll();
  const opening = app.electron.waitForEvent('window');
  await app.electron.evaluate(({ BrowserWindow }) => {
    const { width, height } = BrowserWindow.getAllWindows()[0].getBounds();
    globalThis.benchEmpty = new BrowserWindow({ width, height });
    void globalThis.benchEmpty.loadURL('data:text/html,<title>Empty</title>');
  });
  const empty = await opening;
  const front = (title) =>
    app.electron.evaluate(({ BrowserWindow }, wanted) => {
      for (const window of BrowserWindow.getAllWindows())
        if (window.getTitle() === wanted) window.show();
        else window.hide();
    }, title);
  const measured = { empty: [], queue: [], range: [], both: [] };
  const ways = {
    queue: { pixels: 120, hover: false },
    range: { pixels: 0, hover: true },
    both: { pixels: 120, hover: true },
  };
  for (let round = 0; round < 4; round += 1) {
    await front('Empty');
    measured.empty.push(...(await empty.evaluate(framesInPage, { ms: 2000, pixels: 0, hover: false })));
    await front('Procession');
    for (const [name, way] of Object.entries(ways))
      measured[name].push(...(await app.page.evaluate(framesInPage, { ms: 2000, ...way })));
  }
  await app.electron.evaluate(() => globalThis.benchEmpty.destroy());
  await front('Procession');
  say('frames of an empty page', frameText(measured.empty));
  for (const [name, title] of [
    ['queue', 'scrolling the queue'],
    ['range', 'hovering the range'],
    ['both', 'both at once'],
  ]) {
    const ratio = at(measured[name], 0.95) / at(measured.empty, 0.95);
    say(`frames while ${title}`, `${frameText(measured[name])}; p95 ${ratio.toFixed(2)} of the empty page's`);
  }
  await cancel(app);
}

/** What the news cost: of one long job, and of a thousand that pass by. */
async function updates(app) {
  await app.select('A range of a thousand million');
  await app.showAll();
  await app.run();
  await app.state('running');
  const long = await app.during(() => new Promise((resolve) => setTimeout(resolve, 8000)));
  say('a job of 10^9 indices at work', `main ${long.main.toFixed(1)}%, window ${long.window.toFixed(1)}% of a core`);
  await cancel(app);

  await app.page.getByRole('textbox', { name: 'Filter jobs' }).fill('stream.yaml');
  await app.page.getByRole('option', { name: 'stream.yaml' }).click();
  await app.showAll();
  await app.page.evaluate(beginGapsInPage);
  const mainGaps = await app.watchMain();
  const stream = await app.during(async () => {
    await app.page.getByRole('main').getByRole('button', { name: /^Run/ }).click();
    await app.page.waitForFunction(
      () => /(^|[^\d])1,\d\d\d done/.test(document.querySelector('[data-testid=queue-summary]')?.textContent ?? ''),
      undefined,
      { timeout: 300_000 },
    );
  });
  const gaps = await app.page.evaluate(endGapsInPage);
  say(
    '1,000 jobs pass by',
    `in ${(stream.elapsed / 1000).toFixed(1)} s: main ${stream.main.toFixed(1)}% (${(stream.mainMs / 1000).toFixed(2)} ms a job), ` +
      `window ${stream.window.toFixed(1)}% of a core; frames ${frameText(gaps)}`,
  );
  const held = await mainGaps();
  say('', `main held up: p99 ${held.p99.toFixed(0)}, at most ${held.max.toFixed(0)} ms`);
}

/** How soon the window shows that it has understood. */
async function feedback(app) {
  const times = { cancel: [], pause: [], resume: [], retry: [] };
  const press = (button, ...states) => app.page.evaluate(feedbackInPage, { button, states });
  await app.select('A range of a thousand million');
  await app.showAll();
  for (let round = 0; round < 5; round += 1) {
    await app.run();
    await app.state('running');
    times.cancel.push(await press('Cancel', 'cancelling', 'cancelled'));
    await app.state('cancelled');
  }
  await app.select('Can be paused');
  await app.showAll();
  await app.run();
  await app.state('running');
  for (let round = 0; round < 5; round += 1) {
    times.pause.push(await press('Pause', 'pausing', 'paused'));
    await app.state('paused');
    times.resume.push(await press('Resume', 'queued', 'running'));
    await app.state('running');
  }
  await cancel(app);
  await app.select('Fails at its last item');
  await app.showAll();
  await app.run();
  for (let round = 0; round < 5; round += 1) {
    await app.state('failed');
    times.retry.push(await press('Run again', 'queued', 'running'));
  }
  await app.state('failed');
  for (const [name, all] of Object.entries(times))
    say(
      `feedback of ${name}`,
      `median ${median(all).toFixed(0)}, at most ${Math.max(...all).toFixed(0)} ms (target: 100)`,
    );
}

/** A job that says more than anybody can read: what it does to main and to the window. */
async function flood(app, id, label, title) {
  await app.select(label);
  await app.showAll();
  if (id === 'flood') await app.page.getByRole('tab', { name: 'Log' }).click();
  const before = await app.memory();
  await app.page.evaluate(beginGapsInPage);
  const mainGaps = await app.watchMain();
  const { main, window, elapsed } = await app.during(async () => {
    await app.run();
    await app.state('done');
  });
  const held = await mainGaps();
  const gaps = await app.page.evaluate(endGapsInPage);
  const after = await app.memory();
  say(
    title,
    `${(elapsed / 1000).toFixed(1)} s; main held up: p99 ${held.p99.toFixed(0)}, at most ${held.max.toFixed(0)} ms; ` +
      `window: p99 ${at(gaps, 0.99).toFixed(0)}, at most ${Math.max(...gaps).toFixed(0)} ms (target: p99 below 100)`,
  );
  const grown = (name) => (after[name].own - before[name].own).toFixed(0);
  say(
    '',
    `main ${main.toFixed(0)}%, window ${window.toFixed(0)}% of a core; grown by ${grown('main')} and ${grown('window')} MiB`,
  );
}

async function cancel(app) {
  await app.page.getByTestId('job').getByRole('button', { name: 'Cancel' }).click();
  await app.state('cancelled');
}
