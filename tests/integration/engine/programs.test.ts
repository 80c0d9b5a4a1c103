import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive, processesOf } from '../../../e2e/processes';

const root = resolve(import.meta.dirname, '../../..');
let folder = '';
const program = join(import.meta.dirname, 'fixtures/server.mjs');
let child: ChildProcess;
let output = '';

function start(...args: string[]): void {
  output = '';
  child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout?.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
}

const ended = (): Promise<number | null> => new Promise((settle) => child.once('exit', settle));
const workers = (): number[] => JSON.parse(/^\[.*\]$/m.exec(output)?.[0] ?? '[]') as number[];
const wait = { timeout: 20_000, interval: 20 };

/** How long it took until the processes were gone, in milliseconds. */
async function untilGone(pids: readonly number[]): Promise<number> {
  const began = performance.now();
  await expect.poll(() => pids.filter(isAlive), wait).toEqual([]);
  return performance.now() - began;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'programs-'));
});

afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('a program with a server', () => {
  test('that is a daemon ends by itself when it has nothing more to do, and takes its workers with it', async () => {
    start(program, 'nothing', 'daemon');
    expect(await ended()).toBe(0);
    expect(workers()).toHaveLength(2);
    await untilGone(workers());
  });

  test('that is a daemon lives for as long as a job runs, on workers and in its own process', async () => {
    start(program, 'work', 'daemon');
    expect(await ended()).toBe(0);
    expect(output.match(/done \d/g)?.sort()).toEqual(['done 1', 'done 2']);
    await untilGone(workers());
  });

  test('leaves no process when it is killed in the middle of busy loops', async () => {
    start(program, 'loop');
    await expect.poll(() => output, wait).toContain('loops');
    expect(workers().filter(isAlive)).toHaveLength(2);
    child.kill('SIGKILL');
    // The promise is two seconds; the rest is for a machine that does something else as well.
    expect(await untilGone(workers())).toBeLessThan(10_000);
  });

  test('that is the command line leaves no process when it is killed in the middle of busy loops', async () => {
    writeFileSync(join(folder, 'loop.mjs'), 'export function loop(proc) { proc.log("loops"); for (;;); }\n');
    writeFileSync(join(folder, 'loop.yaml'), 'version: 1\njobs:\n  - target: ./loop.mjs#loop\n    range: 2\n');
    start(join(root, 'bin/procession.js'), 'run', 'loop.yaml', '--trust', '--json', '--procs', '2');
    await expect.poll(() => output.match(/loops/g)?.length, wait).toBe(2);
    const pids = processesOf(child.pid ?? 0, folder);
    expect(pids.length).toBeGreaterThan(2);
    child.kill('SIGKILL');
    expect(await untilGone(pids)).toBeLessThan(10_000);
  });
});
