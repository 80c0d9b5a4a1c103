import { mkdirSync, readFileSync, rm, unlink, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SharedObject } from '../../shared/worker-protocol';
import type { MeetingId } from './meeting-frames';

/**
 * Shared objects that are too large for an inbox: each is a file, in a folder for each attempt of each job. Its rank
 * writes it; the server removes it when it hears that nobody needs it any more, and all that are left with the end of
 * the attempt.
 */
export class ObjectFiles {
  readonly #roots: () => readonly string[];

  /** @param roots gives folders of the server; where there is no room in one, the next is used */
  constructor(roots: () => readonly string[]) {
    this.#roots = roots;
  }

  /** @throws Error of the system when there is no room anywhere */
  write(id: MeetingId, rank: number, version: number, payload: Uint8Array): void {
    const failures: unknown[] = [];
    for (const folder of this.#folders(id)) {
      const path = join(folder, nameOf(rank, version));
      try {
        // The roots are private, and so is what is in them.
        mkdirSync(folder, { recursive: true });
        writeFileSync(path, payload);
        return;
      } catch (error) {
        failures.push(error);
        removeNow(path);
      }
    }
    throw failures.at(-1);
  }

  /** The bytes of an object, wherever they are. */
  read(id: MeetingId, rank: number, { payload, version }: SharedObject): Uint8Array {
    if (payload) return payload;
    const failures: unknown[] = [];
    for (const folder of this.#folders(id)) {
      try {
        return readFileSync(join(folder, nameOf(rank, version)));
      } catch (error) {
        failures.push(error);
      }
    }
    throw failures.at(-1);
  }

  remove(id: MeetingId, rank: number, versions: readonly number[]): void {
    for (const folder of this.#folders(id))
      for (const version of versions) unlink(join(folder, nameOf(rank, version)), () => undefined);
  }

  removeAll(id: MeetingId): void {
    for (const folder of this.#folders(id)) rm(folder, { recursive: true, force: true }, () => undefined);
  }

  #folders({ jobId, attempt }: MeetingId): string[] {
    return this.#roots().map((root) => join(root, `objects-${jobId}-${attempt}`));
  }
}

function nameOf(rank: number, version: number): string {
  return `${rank}-${version}`;
}

function removeNow(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not made at all.
  }
}
