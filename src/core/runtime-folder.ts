import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'procession-';

/**
 * A private folder for what lives as long as a server: its local socket and bundled targets. Named by the process,
 * so that what a killed program left behind is found and removed by the next one.
 */
export class RuntimeFolder {
  readonly path: string;

  constructor(parent: string = tmpdir()) {
    removeAbandoned(parent);
    this.path = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
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
