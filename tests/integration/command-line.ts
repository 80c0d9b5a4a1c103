import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';

export const root = join(import.meta.dirname, '..', '..');
export const bin = join(root, 'bin', 'procession.js');

/** How long something that must happen is waited for, in milliseconds. */
const patienceMs = 25_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command line, as built, in a folder and with a history of one test's own. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'procession-cli-'));
  /** Arguments of Node that make it the command line. */
  readonly command = [bin] as const;
  readonly #children = new Set<ChildProcess>();

  /** Its environment. */
  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return { ...process.env, PROCESSION_DATA: `${this.folder}-data`, ...more };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return name;
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Writes a job file of jobs in flow style, one a line. */
  jobFile(...jobs: string[]): string {
    return this.write('jobs.yaml', ['version: 1', 'jobs:', ...jobs.map((job) => `  - ${job}`), ''].join('\n'));
  }

  /** Starts the command line in the folder. */
  start(...args: string[]): ChildProcess {
    return this.spawn(process.execPath, [bin, ...args]);
  }

  /** Starts any program there. */
  spawn(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: this.env(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    this.#children.add(child);
    return child;
  }

  run(...args: string[]): Promise<Ended> {
    return ended(this.start(...args));
  }

  /** Ends what still runs, and removes everything. */
  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    this.#children.clear();
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(`${this.folder}-data`, { recursive: true, force: true });
  }
}

/** Waits for the end of a program; call it at once, since what is written before is lost. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...texts };
}

/** Resolves when the child has written a text to standard output. */
export async function written(child: ChildProcess, text: string): Promise<void> {
  let sofar = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer | string) => {
      sofar += chunk.toString();
      if (sofar.includes(text)) resolve();
    });
    child.on('close', () => reject(new Error(`It ended without writing ${JSON.stringify(text)}, but: ${sofar}`)));
  });
}

/** A function that resolves when the child has written a text to standard error, from now on. */
export function hears(child: ChildProcess): (text: string) => Promise<void> {
  let said = '';
  child.stderr?.on('data', (piece: Buffer | string) => {
    said += piece.toString();
  });
  return (text) =>
    vi.waitFor(
      () => {
        if (!said.includes(text)) throw new Error(`It has not said ${JSON.stringify(text)}, but: ${said}`);
      },
      { timeout: patienceMs },
    );
}

/**
 * Resolves when all of the processes are gone. How long that takes is told beside the promise, of which none takes more
 * than five seconds here; the rest is for a machine that does something else as well.
 */
export async function gone(processes: readonly number[], promisedMs = 2000): Promise<void> {
  const began = performance.now();
  await vi.waitFor(() => expect(alive(processes)).toEqual([]), { timeout: patienceMs, interval: 20 });
  const took = performance.now() - began;
  process.stderr.write(`figure: the end of left processes: ${took.toFixed(0)} ms, promised within ${promisedMs} ms\n`);
}

/** Process ids of the children of a process, and theirs. */
export function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name in parentheses may have spaces; the parent is the second field after it.
        return [
          [Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])] as const,
        ];
      } catch {
        return [];
      }
    });
  const own = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  return [...own, ...own.flatMap(descendants)];
}

/** Those of the processes that live. */
export function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    } catch {
      return false;
    }
  });
}

/** The lines that `--json` has written. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
