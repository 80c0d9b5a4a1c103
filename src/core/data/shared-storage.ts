import { closeSync, ftruncateSync, openSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorInfo } from '../error-info';
import { formatMiB } from '../format-size';
import { RuntimeFolder } from '../pool/runtime-folder';
import { readFully, removeQuietly, writeFully } from './file-bytes';

/** Bytes that several ranks read and write. Offsets are in bytes. */
export interface SharedStorage {
  /** The bytes themselves, where all who have them are in one process. */
  readonly memory: SharedArrayBuffer | undefined;
  /** The file that holds them, where not. */
  readonly path: string | undefined;
  read(start: number, into: Uint8Array): void;
  write(start: number, bytes: Uint8Array): void;
  /** No use is made of it here any more; whoever has made it takes it away. */
  close(): void;
}

/** Shared memory of one process: several threads have it at no cost. */
export class MemoryStorage implements SharedStorage {
  readonly path = undefined;
  readonly memory: SharedArrayBuffer;
  readonly #bytes: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#bytes = new Uint8Array(memory);
  }

  read(start: number, into: Uint8Array): void {
    into.set(this.#bytes.subarray(start, start + into.length));
  }

  write(start: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, start);
  }

  close(): void {
    // It is gone when nobody has it any more.
  }
}

/** A file, in memory where the system has a place for such. Node cannot map it: every access copies. */
export class FileStorage implements SharedStorage {
  readonly memory = undefined;
  readonly path: string;
  readonly #remove: () => void;
  #file: number | undefined;

  /** @param remove takes the file away when it is closed here */
  constructor(path: string, file: number, remove: () => void) {
    this.path = path;
    this.#file = file;
    this.#remove = remove;
  }

  read(start: number, into: Uint8Array): void {
    readFully(this.#open(), into, start);
  }

  write(start: number, bytes: Uint8Array): void {
    writeFully(this.#open(), bytes, start);
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    this.#remove();
  }

  #open(): number {
    if (this.#file === undefined) throw new Error('This SharedArray has been closed.');
    return this.#file;
  }
}

/** Opens what another process has made. */
export function openStorage(path: string): SharedStorage {
  return new FileStorage(path, openSync(path, 'r+'), () => undefined);
}

/** The files of this process: in a folder of their own, which is gone when the last of them is. */
let folder: RuntimeFolder | undefined;
let files = 0;
let made = 0;
const removeFolder = (): void => {
  folder?.remove();
  folder = undefined;
};

/**
 * A new file of zeros, where there is room for it.
 *
 * @throws Error when there is none
 */
export function makeStorage(byteLength: number): SharedStorage {
  if (!folder) process.once('exit', removeFolder);
  folder ??= new RuntimeFolder();
  const failures: string[] = [];
  for (const root of folder.objectRoots) {
    const path = join(root, `shared-${made++}`);
    try {
      requireRoom(root, byteLength);
      const file = openSync(path, 'wx+', 0o600);
      ftruncateSync(file, byteLength);
      files += 1;
      return new FileStorage(path, file, () => removeFile(path));
    } catch (error) {
      failures.push(`${root}: ${toErrorInfo(error).message}`);
      removeQuietly(path);
    }
  }
  if (files === 0) removeAll();
  throw new Error(`There is no room for a SharedArray of ${formatMiB(byteLength)} (${failures.join('; ')}).`);
}

function removeFile(path: string): void {
  removeQuietly(path);
  files -= 1;
  if (files === 0) removeAll();
}

function removeAll(): void {
  process.removeListener('exit', removeFolder);
  removeFolder();
}

/** A file of zeros takes up no room until it is written, when it is too late to find some elsewhere. */
function requireRoom(root: string, byteLength: number): void {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize < byteLength) throw new Error(`only ${formatMiB(bavail * bsize)} are free`);
}
