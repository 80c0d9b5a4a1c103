import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base } from '@playwright/test';
import { openSqlite } from '../src/history/sqlite';
import { AppDriver, expect } from './app';

const program = resolve(__dirname, '../bin/procession.js');
const items = 60;

/**
 * A third of the items can be done at once, the next when there is a file `gate1`, the last when there is `gate2`: what
 * an owner has done before it is killed does not depend on how quick the machine is.
 */
const module = (folder: string): string => `import { appendFileSync, existsSync } from 'node:fs';
export async function note(item) {
  const gate = ${JSON.stringify(folder)} + '/gate' + Math.floor(item / 20);
  while (item >= 20 && !existsSync(gate)) await new Promise((later) => setTimeout(later, 10));
  appendFileSync(${JSON.stringify(join(folder, 'calls'))}, item + '\\n');
  return item;
}
`;

/** Who works on run 1, and how many of its items are recorded, as it lies on the disk. */
function onDisk(data: string): { readonly owner: number | null; readonly state: string; readonly done: number } {
  const database = openSqlite(join(data, 'history', 'procession.db'), { readOnly: true });
  try {
    const row = database
      .prepare<{ owner: number | null; state: string; done: number }>(
        'SELECT owners.pid AS owner, state, done FROM runs LEFT JOIN owners ON owners.id = runs.owner WHERE runs.id = 1',
      )
      .get();
    return row ?? { owner: null, state: 'missing', done: 0 };
  } finally {
    database.close();
  }
}

const started = new Set<Line>();

/** The command line, started, and how it ends. */
class Line {
  readonly #child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly complaints: string }>;

  constructor(folder: string, ...args: string[]) {
    this.#child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, PROCESSION_DATA: join(folder, 'data', 'history') },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaints = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    started.add(this);
    this.ended = once(this.#child, 'close').then(([code]) => ({ code: code as number | null, complaints }));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/** A folder of the test's own; when it goes, nothing that was started in it is left. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'procession-owner-'));
    await use(folder);
    for (const line of started) line.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  },
});

test('a run has one owner when the window and two command lines want it, and the next one soon after that was killed', async ({
  folder,
}) => {
  test.setTimeout(120_000);
  const data = join(folder, 'data');
  const resume = (): Line => new Line(folder, 'resume', '--trust', '--quiet', '--procs', '2', '1');
  const recorded = async (done: number): Promise<void> =>
    expect.poll(() => onDisk(data).done, { timeout: 20_000 }).toBe(done);
  /** One of these gets it within a time in which no owner is given up because nothing is heard of it. */
  const ownerOf = async (pids: readonly number[]): Promise<number> => {
    await expect.poll(() => pids.includes(onDisk(data).owner ?? 0), { timeout: 10_000 }).toBe(true);
    return onDisk(data).owner ?? 0;
  };
  const expectRefused = async (lines: readonly Line[], owner: number): Promise<void> => {
    for (const line of lines)
      if (line.pid !== owner)
        expect(await line.ended).toMatchObject({
          code: 2,
          complaints: expect.stringContaining(`Run 1 is being worked on by process ${owner} `),
        });
  };
  await mkdir(data);
  await writeFile(join(folder, 'note.mjs'), module(folder));
  await writeFile(join(folder, 'calls'), '');
  await writeFile(
    join(folder, 'jobs.yaml'),
    `version: 1\njobs:\n  - { id: note, map: ./note.mjs#note, range: ${items}, schedule: { kind: dynamic, chunk: 5 } }\n`,
  );
  const first = new Line(folder, 'run', '--trust', '--quiet', '--procs', '2', join(folder, 'jobs.yaml'));
  const app = await AppDriver.launch([], data);
  try {
    // The window follows what the command line does, and leaves it alone.
    await expect(app.row('note')).toContainText(`process ${first.pid}`, { timeout: 20_000 });
    await recorded(20);
    process.kill(first.pid, 'SIGKILL');
    await expect(app.row('note')).toHaveAttribute('data-state', 'interrupted', { timeout: 10_000 });

    await app.select('note');
    await app.job.getByRole('button', { name: 'Resume' }).click();
    const question = app.page.getByRole('button', { name: 'Trust and run' });
    await question.waitFor();
    const rivals = [resume(), resume()];
    await question.click();
    const second = await ownerOf([app.pid, ...rivals.map(({ pid }) => pid)]);
    await expectRefused(rivals, second);
    if (second !== app.pid) await expect(app.row('note')).toContainText(`process ${second}`);
    await writeFile(join(folder, 'gate1'), '');
    await recorded(40);
    const kill = (): Promise<true> => Promise.resolve(process.kill(second, 'SIGKILL'));
    const gone = second === app.pid ? app.endBy(kill) : kill();

    const heirs = [resume(), resume()];
    const third = await ownerOf(heirs.map(({ pid }) => pid));
    await expectRefused(heirs, third);
    await gone;
    await writeFile(join(folder, 'gate2'), '');
    for (const heir of heirs) if (heir.pid === third) expect(await heir.ended).toEqual({ code: 0, complaints: '' });
  } finally {
    await app.quit();
  }
  expect(onDisk(data)).toEqual({ owner: null, state: 'done', done: items });
  const calls = readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n').map(Number);
  expect(calls.toSorted((a, b) => a - b)).toEqual(Array.from({ length: items }, (_, item) => item));
});
