import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** Bundles the programs of `fixtures` into a folder. What they start is what was built: the thread of the history. */
export async function buildPrograms(...names: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'history-programs-'));
  const library = createRequire(import.meta.url).resolve('@photostructure/sqlite');
  await build({
    entryPoints: names.map((name) => join(import.meta.dirname, 'fixtures', `${name}.ts`)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    external: ['electron'],
    define: { __dirname: JSON.stringify(join(root, 'out/main')) },
    plugins: [
      {
        name: 'native-library',
        setup: (setup) =>
          setup.onResolve({ filter: /^@photostructure\/sqlite$/ }, () => ({ path: library, external: true })),
      },
    ],
    logLevel: 'error',
  });
  return folder;
}

/**
 * A folder of its own, gone after the test. In memory where that can be had: what a killed process has written is there
 * all the same, and a busy disk does not stretch the test.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'history-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Tells how long something took beside what is promised, and fails when it took so long that no load explains it. */
export function expectTook(what: string, tookMs: number, promisedMs: number): void {
  process.stderr.write(`figure: ${what}: ${tookMs.toFixed(0)} ms, promised within ${promisedMs} ms\n`);
  expect(tookMs).toBeLessThan(5 * promisedMs);
}

/** How a program ended, and the lines that it had written by then. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly complaints: string;
}

export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<ProgramEnd>;
  /** Resolves with the first line that fits, also one that has been written already; rejects when it ends without. */
  line(fits: (line: string) => boolean): Promise<string>;
}

/** Starts a program that {@link buildPrograms} has made. */
export function start(folder: string, name: string, args: readonly string[] = [], command = process.execPath): Program {
  const child = spawn(command, [join(folder, `${name}.js`), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  let complaints = '';
  child.stderr.on('data', (piece: Buffer) => {
    complaints = `${complaints}${piece.toString()}`.slice(-4000);
  });
  child.stdout.on('data', (piece: Buffer) => {
    const parts = `${rest}${piece.toString()}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const check of waiting) check();
  });
  const ended = new Promise<ProgramEnd>((settle) => {
    child.on('close', (code, signal) => {
      settle({ code, signal, lines, complaints });
      for (const check of waiting) check();
    });
  });
  const line = (fits: (text: string) => boolean): Promise<string> =>
    new Promise((settle, reject) => {
      const check = (): void => {
        const found = lines.find(fits);
        if (found !== undefined) settle(found);
        else if (child.exitCode !== null || child.signalCode !== null) reject(new Error(`It ended. ${complaints}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  return { child, ended, line };
}

/** The lines of a file that a program wrote one by one; a last one that was cut off is left out. */
export const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
