import { readSync, rmSync, writeSync } from 'node:fs';

/** Most bytes that the system takes or gives at a time. */
export const mostBytesAtOnce = 2 ** 30;

/** Fills `into` from a file, from `start` on. @throws Error when the file is too short */
export function readFully(file: number, into: Uint8Array, start: number): void {
  for (let done = 0; done < into.length; ) {
    const count = readSync(file, into, done, Math.min(mostBytesAtOnce, into.length - done), start + done);
    if (count === 0) throw new Error(tooShort);
    done += count;
  }
}

export const tooShort = 'The file of an array is shorter than the array.';

/** Writes all of `bytes` to a file, from `start` on. */
export function writeFully(file: number, bytes: Uint8Array, start: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, Math.min(mostBytesAtOnce, bytes.length - done), start + done);
}

/** Removes what may have been made before something failed. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // There is no such place at all.
  }
}
