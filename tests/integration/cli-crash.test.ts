import { existsSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandLine, descendants, ended, gone, jsonLines } from './command-line';

/*
 * The command line is killed with -9 again and again, at moments that a seed decides, until its work is done. How often
 * each item was really worked on is in a file to which the items append their names.
 */

/** `PROCESSION_KILLS=50` for as many as the product has to survive. */
const kills = Number(process.env.PROCESSION_KILLS ?? 12);
const seed = Number(process.env.PROCESSION_SEED ?? 1);

let line = new CommandLine();

beforeEach(() => {
  line = new CommandLine();
  line.write(
    'note.mjs',
    `import { appendFileSync } from 'node:fs';
const log = new URL('./log', import.meta.url);
export async function note(item) {
  await new Promise((done) => setTimeout(done, 4));
  appendFileSync(log, 'note ' + item + '\\n');
  return item;
}
`,
  );
  line.write('log', '');
});

afterEach(() => line.remove());

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Row {
  readonly id: number;
  readonly state: string;
  readonly file: string;
  readonly items: { readonly total: number; readonly done: number };
}

async function runsListed(): Promise<Row[]> {
  const { code, stdout } = await line.run('list', '--json');
  expect(code).toBe(0);
  return jsonLines(stdout) as unknown as Row[];
}

const logged = (): string[] => line.read('log').split('\n').filter(Boolean);

/** Starts the command line and kills it once so much has been logged, and a little later. */
async function startAndKill(args: readonly string[], moreLines: number, afterMs: number): Promise<boolean> {
  const sizeOf = (): number => statSync(line.path('log')).size;
  const before = logged().length;
  const child = line.start(...args);
  const result = ended(child);
  const isOver = (): boolean => child.exitCode !== null;
  let size = -1;
  let more = -1;
  while (!isOver() && more < moreLines) {
    if (more >= 0) await delay(3);
    if (sizeOf() === size) continue;
    size = sizeOf();
    more = logged().length - before;
  }
  await delay(afterMs);
  const processes = descendants(child.pid ?? 0);
  const wasKilled = child.kill('SIGKILL') && !isOver();
  await result;
  await gone(processes);
  return wasKilled;
}

const files = ['a.yaml', 'b.yaml'];
const total = 500;

/** Two files with 250 items each, of commands and of functions, some of which wait for others. */
function writeFiles(): void {
  for (const name of files)
    line.write(
      name,
      `version: 1
jobs:
  - { id: run, run: [sh, -c, "echo ${name} run {item} >> log"], range: "1-50" }
  - { id: map, map: "./note.mjs#note", range: { list: [${Array.from({ length: 150 }, (_, item) => `"${name} map ${item}"`).join(', ')}] }, schedule: { kind: dynamic, chunk: 5 } }
  - { id: later, map: "./note.mjs#note", range: { list: [${Array.from({ length: 50 }, (_, item) => `"${name} later ${item}"`).join(', ')}] }, needs: [{ job: run, when: items }] }
`,
    );
}

describe('the command line that is killed again and again', () => {
  it(
    `${kills} times, with 500 items queued and running: all runs are listed, and each item is recorded once`,
    async () => {
      writeFiles();
      const random = randomOf(seed);
      const begin = ['run', '--trust', '--procs', '2', '--quiet'];
      let done = 0;
      let killed = 0;
      let unrecorded = 0;
      for (let attempt = 0; killed < kills; attempt += 1) {
        expect(attempt, 'The work ends before so many kills.').toBeLessThan(kills * 3);
        const listed = await runsListed();
        const isFresh = listed.length === 0 || listed.every(({ state }) => state === 'done');
        if (isFresh) {
          line.write('log', '');
          done = 0;
        }
        const latest = listed.slice(0, files.length);
        const before = logged().length;
        const wait =
          random() < 0.3 ? { lines: 0, ms: random() * 800 } : { lines: 1 + random() * 60, ms: random() * 40 };
        if (!(await startAndKill([...begin, ...(isFresh ? [] : ['--resume']), ...files], wait.lines, wait.ms)))
          continue;
        killed += 1;
        const after = await runsListed();
        if (isFresh && after.length === listed.length) {
          // Killed before it was queued: then nothing has run either.
          expect(logged()).toEqual([]);
          continue;
        }
        const now = after.slice(0, files.length);
        // Both are there, each once, and not forgotten or taken for done.
        expect(now.map(({ file }) => file).sort()).toEqual(files.map((name) => line.path(name)));
        if (!isFresh) expect(now.map(({ id }) => id)).toEqual(latest.map(({ id }) => id));
        const doneNow = now.reduce((sum, { items }) => sum + items.done, 0);
        for (const { state, items } of now) {
          expect(items.total).toBe(total / files.length);
          if (items.done < items.total) expect(['interrupted', 'queued']).toContain(state);
        }
        // What was recorded stays so, and nothing is recorded that was not done.
        expect(doneNow).toBeGreaterThanOrEqual(done);
        const session = logged().slice(before);
        expect(new Set(session).size).toBe(session.length);
        expect(session.length).toBeGreaterThanOrEqual(doneNow - done);
        unrecorded += session.length - (doneNow - done);
        done = doneNow;
      }
      // Left alone, it does exactly the rest.
      const before = logged();
      const isFresh = (await runsListed()).every(({ state }) => state === 'done');
      if (!isFresh) {
        const { code, stdout } = await line.run('run', '--trust', '--procs', '2', '--json', '--resume', ...files);
        expect(code).toBe(0);
        const session = logged().slice(before.length);
        expect(session).toHaveLength(total - done);
        expect(jsonLines(stdout).filter(({ type }) => type === 'item.done')).toHaveLength(total - done);
        expect(new Set(logged()).size).toBe(total);
        const times = new Map<string, number>();
        for (const name of logged()) times.set(name, (times.get(name) ?? 0) + 1);
        // More often than once only what had not been recorded when it was killed.
        expect(logged().length - total).toBeLessThanOrEqual(unrecorded);
      }
      for (const { state, items } of await runsListed()) {
        expect(state).toBe('done');
        expect(items).toMatchObject({ done: 250, total: 250 });
      }
    },
    60_000 + kills * 20_000,
  );

  it('after 40% does exactly the other 60%', async () => {
    const file = line.jobFile(
      `{ id: half, run: [sh, -c, 'test {index} -lt 40 || while ! test -e go; do sleep 0.05; done; echo {index} >> log'], range: 100, schedule: { kind: dynamic, chunk: 1 } }`,
    );
    const child = line.start('run', '--trust', '--procs', '2', file);
    const result = ended(child);
    await vi.waitFor(
      async () => {
        expect(existsSync(`${line.folder}-data`)).toBe(true);
        expect((await runsListed())[0]?.items.done).toBe(40);
      },
      { timeout: 30_000, interval: 200 },
    );
    const processes = descendants(child.pid ?? 0);
    child.kill('SIGKILL');
    await result;
    await gone(processes);
    expect(logged().length).toBe(40);
    line.write('go', '');
    const { code, stdout } = await line.run('run', '--trust', '--procs', '2', '--json', '--resume', file);
    expect(code).toBe(0);
    const indices = jsonLines(stdout)
      .filter(({ type }) => type === 'item.done')
      .map(({ index }) => Number(index));
    expect(indices.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, offset) => 40 + offset));
    expect(
      logged()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});
