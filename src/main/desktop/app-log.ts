import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file that has grown beyond so many bytes is put aside; the one before it goes. */
const mostBytes = 1_000_000;

/** What the app itself has gone through, for a report of a bug: starts, ends, and what went wrong. Nothing of any job. */
export class AppLog {
  readonly path: string;

  /** @param folder of the logs; it is made when there is something to write */
  constructor(folder: string) {
    this.path = join(folder, 'main.log');
  }

  /** Adds a line. That it cannot be written stops nothing. */
  write(text: string): void {
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) > mostBytes)
        renameSync(this.path, `${this.path}.1`);
      appendFileSync(this.path, `${new Date().toISOString()} ${text.replaceAll('\n', '\n    ')}\n`);
    } catch {
      // There is nowhere left to say so.
    }
  }

  /** Adds what went wrong, with its stack. */
  error(what: string, error: unknown): void {
    this.write(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
