import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'procession-';
/** Where files are in memory, on Linux. */
const sharedMemory = '/dev/shm';

/**
 * A private folder for what lives as long as a server: its local socket and bundled targets. Named by the process,
 * so that what a killed program left behind is found and removed by the next one.
 */
export class RuntimeFolder {
  readonly path: string;
  readonly #memoryParent: string;
  #memory: RuntimeFolder | null | undefined;

  /** @param memoryParent where a second folder is made when one in memory is asked for */
  constructor(parent: string = tmpdir(), memoryParent: string = sharedMemory) {
    this.#memoryParent = memoryParent;
    removeAbandoned(parent);
    this.path = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  }

  /** Where the server's local socket is: a file here, a named pipe on Windows. */
  get socketPath(): string {
    return process.platform === 'win32'
      ? `\\\\.\\pipe\\${this.path.replaceAll(/[\\/:]/g, '-')}`
      : join(this.path, 'data.sock');
  }

  /** Folders for large objects, the quickest first: one in memory where there is such a place, and this one. */
  get objectRoots(): string[] {
    if (this.#memory === undefined) this.#memory = makeFolder(this.#memoryParent);
    return this.#memory ? [this.#memory.path, this.path] : [this.path];
  }

  remove(): void {
    this.#memory?.remove();
    rmSync(this.path, { recursive: true, force: true });
  }
}

function makeFolder(parent: string): RuntimeFolder | null {
  try {
    return new RuntimeFolder(parent);
  } catch {
    return null;
  }
}

function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = Number(/^procession-(\d+)-/.exec(name)?.[1]);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    const path = join(parent, name);
    try {
      if (typeof process.getuid === 'function' && statSync(path).uid !== process.getuid()) continue;
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody else is removing it, or it is not ours to remove.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
