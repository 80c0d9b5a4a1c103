import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from './data-folder';

/** A file that nothing refers to is left alone for so long: it may belong to a commit that is on its way. */
const youngMs = 3_600_000;

/** Files beside the database for what is too large to be in it. Names are random, and never those of links. */
export class SpillFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Writes a new file, which is on the disk when this returns.
   *
   * @returns its name
   */
  write(bytes: Uint8Array): string {
    makePrivateFolder(this.#path);
    const name = `${randomUUID()}.bin`;
    const path = join(this.#path, name);
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    return name;
  }

  /**
   * Gives a file a second name, so that each can be removed by itself.
   *
   * @returns the new name
   */
  copy(name: string): string {
    const copy = `${randomUUID()}.bin`;
    const [from, to] = [join(this.#path, name), join(this.#path, copy)];
    try {
      linkSync(from, to);
    } catch {
      // Not every file system has links.
      copyFileSync(from, to, constants.COPYFILE_EXCL);
    }
    return copy;
  }

  /** Throws when it is not there. */
  read(name: string): Uint8Array {
    return readFileSync(join(this.#path, name));
  }

  /** Size of a file in bytes; undefined when it is not there. */
  sizeOf(name: string): number | undefined {
    return statSync(join(this.#path, name), { throwIfNoEntry: false })?.size;
  }

  remove(names: Iterable<string>): void {
    for (const name of names) rmSync(join(this.#path, name), { force: true });
  }

  /** Removes what a killed process has written and nothing refers to. */
  removeOrphans(isUsed: (name: string) => boolean, now: number): void {
    for (const name of this.#names()) {
      const info = statSync(join(this.#path, name), { throwIfNoEntry: false });
      if (info && now - info.mtimeMs > youngMs && !isUsed(name)) this.remove([name]);
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.#path).filter((name) => name.endsWith('.bin'));
    } catch {
      return [];
    }
  }
}
