import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endCommandsIn } from './command-register';
import { hasProcessTable, readProcess } from './process-table';
import { ownStart } from './process-tree';

const prefix = 'procession-';
/** Says when the process was started that the folder is named by: pids are given again. */
const ownerFile = 'owner';

/**
 * A private folder for what lives as long as a server: its local socket and bundled targets. Named by the process,
 * so that what a killed program left behind, commands that run included, is found and ended by the next one.
 */
export class RuntimeFolder {
  readonly path: string;
  /** Resolves when nothing is left any more of programs that were killed. */
  readonly swept: Promise<unknown>;

  constructor(parent: string = tmpdir()) {
    this.swept = Promise.all(findAbandoned(parent).map(removeAbandoned));
    this.path = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
    writeFileSync(join(this.path, ownerFile), String(ownStart()), { mode: 0o600 });
  }

  /** Where the server's local socket is: a file here, a named pipe on Windows. */
  get socketPath(): string {
    return process.platform === 'win32'
      ? `\\\\.\\pipe\\${this.path.replaceAll(/[\\/:]/g, '-')}`
      : join(this.path, 'data.sock');
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
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
