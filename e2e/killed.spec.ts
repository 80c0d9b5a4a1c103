import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@playwright/test';
import { History } from '../src/history';
import { openSqlite } from '../src/history/sqlite';
import { loadJobFile } from '../src/jobs/load-job-file';
import { newRun } from '../src/runner/stored-runs';
import { builtinTargets } from '../src/workers/targets';
import { AppDriver, expect } from './app';

/*
 * The app is killed with -9 again and again, at moments that a seed decides, with 500 runs that wait (150 when it is killed less often) and eight that run.
 * How often each item was really worked on is in a file to which the items append their names; what was recorded is
 * read from the database as it lies on the disk, by nobody who would mend it.
 */

/** `PROCESSION_KILLS=50` for as many as the product has to survive. */
const kills = Number(process.env.PROCESSION_KILLS ?? 3);
const seed = Number(process.env.PROCESSION_SEED ?? 1);
const running = 8;
const waiting = kills >= 50 ? 500 : 150;
const itemsOfLong = 100 + kills * 50;
const itemsOfShort = 2;
const total = running * itemsOfLong + waiting * itemsOfShort;
/** A short run of this test shares its machine with others; the full one says how long it takes. */
const listedWithinMs = kills >= 50 ? 3000 : 15_000;

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const id = (index: number): string => `${index < running ? 'long' : 'short'}-${index}`;

async function writeJobs(folder: string): Promise<string> {
  const job = (index: number): string =>
    `  - { id: ${id(index)}, map: ./note.mjs#note, numProcs: 1, range: ${index < running ? itemsOfLong : itemsOfShort}, schedule: { kind: dynamic, chunk: 5 }, args: { name: ${id(index)} } }\n`;
  await mkdir(folder);
  await writeFile(join(folder, 'calls'), '');
  await writeFile(
    join(folder, 'note.mjs'),
    `import { appendFileSync } from 'node:fs';
export async function note(item, { args }) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  appendFileSync(${JSON.stringify(join(folder, 'calls'))}, args.name + ' ' + item + '\\n');
  return item;
}
`,
  );
  // The test machine may have fewer processors than there are jobs to run at a time.
  await writeFile(join(folder, 'eight.cjs'), "require('node:os').availableParallelism = () => 8;\n");
  const path = join(folder, 'jobs.yaml');
  const jobs = Array.from({ length: running + waiting }, (_, index) => job(index));
  await writeFile(path, `version: 1\njobs:\n${jobs.join('')}`);
  return path;
}

/** Puts each job of the file into the queue as a run of its own. */
async function queueAll(path: string, folder: string): Promise<void> {
  const loaded = await loadJobFile(path, builtinTargets);
  if (!loaded.ok || loaded.kind !== 'jobs') throw new Error('The job file cannot be read.');
  const { run } = loaded;
  const history = await History.open({ folder, kind: 'test', thread: false });
  const runs = await Promise.all(run.jobs.map((job) => newRun({ ...run, jobs: [job] }, { args: {}, version: 'test' })));
  await history.enqueue(runs);
  await history.close();
}

/** Items that are recorded as done, as `job item`, and how many runs there are in which state. */
function onDisk(folder: string): {
  readonly done: readonly string[];
  readonly states: Readonly<Record<string, number>>;
} {
  const database = openSqlite(join(folder, 'procession.db'), { readOnly: true });
  try {
    const rows = database
      .prepare<{ key: string; start: number; count: number }>(
        "SELECT jobs.key, start, count FROM settled JOIN jobs ON jobs.id = settled.job WHERE settled.state = 'done'",
      )
      .all();
    const states = database
      .prepare<{ state: string; runs: number }>('SELECT state, count(*) AS runs FROM runs GROUP BY state')
      .all();
    return {
      done: rows.flatMap(({ key, start, count }) =>
        Array.from({ length: count }, (_, offset) => `${key} ${start + offset}`),
      ),
      states: Object.fromEntries(states.map(({ state, runs }) => [state, runs])),
    };
  } finally {
    database.close();
  }
}

test(`killed ${kills} times with ${waiting} runs that wait and ${running} that run, the app lists all and does nothing twice`, async () => {
  test.setTimeout(180_000 + kills * 20_000);
  const folder = await mkdtemp(join(tmpdir(), 'procession-killed-'));
  const data = join(folder, 'data');
  const history = join(data, 'history');
  const jobs = await writeJobs(join(folder, 'jobs'));
  await mkdir(history, { recursive: true });
  await queueAll(jobs, history);
  const calls = (): string[] =>
    readFileSync(join(folder, 'jobs', 'calls'), 'utf8')
      .split('\n')
      .filter(Boolean);
  const random = randomOf(seed);
  const listed: number[] = [];
  let recorded = new Set<string>();
  let unrecorded = 0;
  let begun = 0;

  /** The app with all runs on its list, once somebody has said that they go on. */
  const start = async (): Promise<AppDriver> => {
    const started = Date.now();
    const app = await AppDriver.launch([], data, { first: join(folder, 'jobs', 'eight.cjs') });
    // "157 held · 1 done": all are there, and none of them begins by itself.
    const counts = async (): Promise<number> => {
      const text = await app.page.getByTestId('queue-summary').innerText();
      return [...text.matchAll(/(\d+) (?:held|done)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    await expect.poll(counts, { timeout: 20_000, intervals: [20] }).toBe(running + waiting);
    listed.push(Date.now() - started);
    return app;
  };

  /** What this start of the app did: nothing that had been recorded, and nothing twice. */
  const check = (before: readonly string[]): void => {
    const session = calls().slice(before.length);
    const { done, states } = onDisk(history);
    expect(Object.values(states).reduce((sum, runs) => sum + runs, 0)).toBe(running + waiting);
    expect(session.filter((call) => recorded.has(call))).toEqual([]);
    expect(new Set(session).size).toBe(session.length);
    expect(new Set(done).size).toBe(done.length);
    // What was recorded stays so, and nothing is recorded that was not done.
    const worked = new Set(calls());
    expect(done.filter((item) => !worked.has(item))).toEqual([]);
    const now = new Set(done);
    expect([...recorded].filter((item) => !now.has(item))).toEqual([]);
    unrecorded += session.length - (now.size - recorded.size);
    recorded = now;
  };

  for (let kill = 0; kill < kills; kill += 1) {
    const before = calls();
    const app = await start();
    await app.page.getByRole('button', { name: 'Resume all' }).click();
    if (kill === 0) await app.trust();
    if (random() < 0.7) {
      const wanted = before.length + 1 + Math.floor(random() * 200);
      await expect.poll(() => calls().length, { timeout: 30_000, intervals: [5] }).toBeGreaterThan(wanted);
      begun = Math.max(begun, onDisk(history).states.running ?? 0);
    } else {
      const until = Date.now() + random() * 800;
      await expect.poll(() => Date.now(), { intervals: [5] }).toBeGreaterThan(until);
    }
    app.processes();
    process.kill(app.pid, 'SIGKILL');
    await app.quit();
    check(before);
    expect(calls().length).toBeLessThan(running * itemsOfLong);
  }
  expect(begun).toBeGreaterThanOrEqual(running);

  // Left alone, it does exactly the rest.
  const before = calls();
  const app = await start();
  await app.page.getByRole('button', { name: 'Resume all' }).click();
  await expect.poll(() => onDisk(history).states.done, { timeout: 120_000, intervals: [250] }).toBe(running + waiting);
  await app.quit();
  check(before);
  expect(recorded.size).toBe(total);
  expect(new Set(calls()).size).toBe(total);
  // More often than once only what had not been recorded when the app was killed.
  expect(calls().length - total).toBe(unrecorded);
  const sorted = listed.toSorted((a, b) => a - b);
  const figures = `listed after ${sorted[Math.floor(sorted.length / 2)]} ms (median), ${sorted.slice(-3).join(', ')} ms (longest); ${calls().length - total} of ${total} items done again since they were not on the disk yet`;
  test.info().annotations.push({ type: 'figures', description: figures });
  console.log(figures);
  expect(sorted.at(-1)).toBeLessThan(listedWithinMs);
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});
