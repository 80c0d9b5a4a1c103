import { closeSync, mkdirSync, openSync, promises, rm } from 'node:fs';
import { join } from 'node:path';
import { toErrorInfo } from '../error-info';
import { SerializationError } from '../errors';
import { formatMiB } from '../format-size';
import { mostBytesAtOnce, readFully, removeQuietly, tooShort, writeFully } from './file-bytes';

/** Where the bytes of a large typed array are. */
export interface ArrayRef {
  /** Which of the folders for large objects. */
  readonly root: number;
  readonly name: string;
  readonly byteLength: number;
}

/**
 * The large typed arrays of one job: files in shared memory, or in the temporary folder where that is full. Whoever
 * sends one writes it once; whoever gets it reads it into a buffer of its own. They are private: the folders are.
 */
export class ArrayFiles {
  readonly #roots: readonly string[];
  readonly #jobId: number;

  /** @param roots folders for large objects; where there is no room in one, the next is used */
  constructor(roots: readonly string[], jobId: number) {
    this.#roots = roots;
    this.#jobId = jobId;
  }

  /** Most jobs have no large arrays, so they are not made before. */
  get #folders(): readonly string[] {
    return this.#roots.map((root) => join(root, `arrays-${this.#jobId}`));
  }

  /**
   * Writes an array.
   *
   * @param name letters, digits and dashes; never used twice
   * @throws SerializationError when there is no room for it
   */
  write(name: string, view: NodeJS.ArrayBufferView): ArrayRef {
    const failures: string[] = [];
    for (const [root, folder] of this.#folders.entries()) {
      const path = join(folder, name);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFile(path, bytesOf(view));
        return { root, name, byteLength: view.byteLength };
      } catch (error) {
        failures.push(`${folder}: ${toErrorInfo(error).message}`);
        removeQuietly(path);
      }
    }
    throw new SerializationError(
      `There is no room for a typed array of ${formatMiB(view.byteLength)} (${failures.join('; ')}). Free some, or send less at a time.`,
    );
  }

  /** Reads an array, holding up whoever calls. */
  read(ref: ArrayRef): Uint8Array<ArrayBuffer> {
    const bytes = allocate(ref.byteLength);
    const file = openSync(this.#path(ref), 'r');
    try {
      readFully(file, bytes, 0);
    } finally {
      closeSync(file);
    }
    return bytes;
  }

  /** Fills `bytes` with an array, beside the event loop. */
  async readInto(ref: ArrayRef, bytes: Uint8Array): Promise<void> {
    const file = await promises.open(this.#path(ref), 'r');
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, done, Math.min(mostBytesAtOnce, bytes.length - done), done);
        if (bytesRead === 0) throw new Error(tooShort);
        done += bytesRead;
      }
    } finally {
      await file.close();
    }
  }

  remove(ref: ArrayRef): void {
    removeQuietly(this.#path(ref));
  }

  /** Removes the files of some arrays, beside the event loop. */
  async removeLater(refs: readonly ArrayRef[]): Promise<void> {
    await Promise.all(refs.map((ref) => promises.rm(this.#path(ref), { force: true })));
  }

  /** Removes what is left of all of them, beside the event loop. */
  removeAll(): void {
    for (const folder of this.#folders) rm(folder, { recursive: true, force: true }, () => undefined);
  }

  /** Names come from workers, where other code than ours runs. */
  #path({ root, name }: ArrayRef): string {
    const folder = this.#folders[root];
    if (folder === undefined || !/^[\w-]+$/.test(name)) throw new Error('This is not the place of a large array.');
    return join(folder, name);
  }
}

function writeFile(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFully(file, bytes, 0);
  } finally {
    closeSync(file);
  }
}

function bytesOf(view: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Memory that is written over anyway is not cleared first. */
export function allocate(byteLength: number): Uint8Array<ArrayBuffer> {
  const { buffer } = Buffer.allocUnsafeSlow(byteLength);
  return new Uint8Array(buffer);
}
