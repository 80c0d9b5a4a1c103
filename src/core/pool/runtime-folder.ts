import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endCommandsIn } from '../commands/command-register';
import { hasProcessTable, readProcess } from '../commands/process-table';
import { ownStart } from '../commands/process-tree';

const prefix = 'procession-';
/** Says when the process was started that the folder is named by: pids are given again. */
const ownerFile = 'owner';
/** Where files are in memory, on Linux. */
const sharedMemory = '/dev/shm';

/**
 * A private folder for what lives as long as a server: its local socket and bundled targets. Named by the process,
 * so that what a killed program left behind, commands that run included, is found and ended by the next one.
 */
export class RuntimeFolder {
  readonly path: string;
  readonly #swept: Promise<unknown>;
  readonly #memoryParent: string;
  #memory: RuntimeFolder | null | undefined;

  /** @param memoryParent where a second folder is made when one in memory is asked for */
  constructor(parent: string = tmpdir(), memoryParent: string = sharedMemory) {
    this.#memoryParent = memoryParent;
    this.#swept = Promise.all(findAbandoned(parent).map(removeAbandoned));
    this.path = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
    writeFileSync(join(this.path, ownerFile), String(ownStart()), { mode: 0o600 });
  }

  /** Resolves when nothing is left any more of programs that were killed. */
  get swept(): Promise<unknown> {
    return Promise.all([this.#swept, this.#memory?.swept]);
  }

  /** Where the server's local socket is: a file here, a named pipe on Windows. */
  get socketPath(): string {
    return process.platform === 'win32'
      ? `\\\\.\\pipe\\${this.path.replaceAll(/[\\/:]/g, '-')}`
      : join(this.path, 'data.sock');
  }

  /** Where one incarnation of a worker slot makes its inbox. */
  inboxPath(slot: number, incarnation: number): string {
    return join(this.path, `inbox-${slot}-${incarnation}`);
  }

  /** Folders for large objects, the quickest first: one in memory where there is such a place, and this one. */
  get objectRoots(): string[] {
    if (this.#memory === undefined) this.#memory = makeFolder(this.#memoryParent);
    return this.#memory ? [this.#memory.path, this.path] : [this.path];
  }

  remove(): void {
    this.#memory?.remove();
    // Again when a worker that was killed while it started has left a file in the meantime.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

function makeFolder(parent: string): RuntimeFolder | null {
  try {
    return new RuntimeFolder(parent);
  } catch {
    return null;
  }
}

function findAbandoned(parent: string): string[] {
  return readdirSync(parent).flatMap((name) => {
    const pid = Number(/^procession-(\d+)-/.exec(name)?.[1]);
    const path = join(parent, name);
    return Number.isInteger(pid) && isOurs(path) && !isOwned(path, pid) ? [path] : [];
  });
}

/** Commands are ended before their folder goes, which is what they are found by. Without any it goes at once. */
async function removeAbandoned(path: string): Promise<void> {
  const ending = endCommandsIn(path);
  if (ending) await ending;
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Somebody else is removing it.
  }
}

function isOurs(path: string): boolean {
  if (typeof process.getuid !== 'function') return true;
  return statSync(path, { throwIfNoEntry: false })?.uid === process.getuid();
}

/** Whether the process lives that a folder is named by, and is the one that has made it. */
function isOwned(path: string, pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (!hasProcessTable()) return true;
  const owner = readProcess(pid);
  const startedAt = readOwner(path);
  return owner !== undefined && (startedAt === undefined || startedAt === owner.startedAt);
}

/** Undefined when nothing is said, as it is while the folder is being made. */
function readOwner(path: string): number | undefined {
  try {
    return Number(readFileSync(join(path, ownerFile), 'latin1')) || undefined;
  } catch {
    return undefined;
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
