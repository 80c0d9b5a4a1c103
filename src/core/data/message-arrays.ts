import { formatMiB } from '../format-size';
import { type ArrayFiles, type ArrayRef, allocate } from './array-files';
import { openSharedArray, type SharedArray, type SharedArrayRef } from './shared-array';

/** Typed arrays of more bytes than this travel by files. */
const largeArrayBytes = 256 * 1024;

/** Takes large typed arrays out of a value that is serialised. */
export interface ArrayWriter {
  /** Where the bytes of a view are from now on; undefined when it is to be copied into the message. */
  put(view: NodeJS.ArrayBufferView): ArrayRef | undefined;
  /** What stands for a SharedArray; left out where there may be none. */
  share?(array: SharedArray): SharedArrayRef;
}

/** Puts large typed arrays back. */
export interface ArrayReader {
  /** The bytes, in a buffer of their own. */
  get(ref: ArrayRef): Uint8Array<ArrayBuffer>;
  /** The SharedArray; left out where there may be none. */
  open?(ref: SharedArrayRef): SharedArray;
}

/** Writes the large arrays of one message, each under a name that begins with `prefix`. */
export class MessageArrays implements ArrayWriter {
  readonly #files: ArrayFiles;
  readonly #prefix: string;
  readonly #written: { readonly view: NodeJS.ArrayBufferView; readonly ref: ArrayRef }[] = [];

  constructor(files: ArrayFiles, prefix: string) {
    this.#files = files;
    this.#prefix = prefix;
  }

  get isEmpty(): boolean {
    return this.#written.length === 0;
  }

  /** How many bytes did not find room in the first of the folders, which is the quickest. */
  get divertedBytes(): number {
    return this.#written.reduce((sum, { ref }) => sum + (ref.root > 0 ? ref.byteLength : 0), 0);
  }

  put(view: NodeJS.ArrayBufferView): ArrayRef | undefined {
    if (view.byteLength <= largeArrayBytes) return undefined;
    const before = this.#written.find((entry) => isSameMemory(entry.view, view));
    if (before) return before.ref;
    const ref = this.#files.write(`${this.#prefix}-${this.#written.length}`, view);
    this.#written.push({ view, ref });
    return ref;
  }

  /** The message is not sent after all. */
  discard(): void {
    for (const { ref } of this.#written.splice(0)) this.#files.remove(ref);
  }
}

/** The same array may be in what is sent to each of many ranks: it is written once. */
function isSameMemory(a: NodeJS.ArrayBufferView, b: NodeJS.ArrayBufferView): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.byteLength === b.byteLength;
}

/** Reads the large arrays of a run's arguments while they are decoded, and opens its shared ones. */
export class ArgumentArrays implements ArrayReader {
  readonly #files: ArrayFiles;
  readonly #memories: readonly SharedArrayBuffer[];
  readonly #opened: SharedArray[] = [];

  /** @param memories those of shared arrays that come beside the message */
  constructor(files: ArrayFiles, memories: readonly SharedArrayBuffer[]) {
    this.#files = files;
    this.#memories = memories;
  }

  get(ref: ArrayRef): Uint8Array<ArrayBuffer> {
    return this.#files.read(ref);
  }

  open(ref: SharedArrayRef): SharedArray {
    const array = openSharedArray(ref, this.#memories);
    this.#opened.push(array);
    return array;
  }

  /** The run is over. */
  close(): void {
    for (const array of this.#opened.splice(0)) array.close();
  }
}

/**
 * Reads the large arrays of a message after it has been decoded, so that a server never waits for them: what is decoded
 * has empty memory in their places until {@link load} has filled it.
 */
export class ArraysLater implements ArrayReader {
  readonly #files: ArrayFiles;
  readonly #wanted: { readonly ref: ArrayRef; readonly bytes: Uint8Array }[] = [];

  constructor(files: ArrayFiles) {
    this.#files = files;
  }

  /** Whether there is nothing to load. */
  get isEmpty(): boolean {
    return this.#wanted.length === 0;
  }

  get(ref: ArrayRef): Uint8Array<ArrayBuffer> {
    const bytes = allocate(ref.byteLength);
    this.#wanted.push({ ref, bytes });
    return bytes;
  }

  /** One after the other: what limits them all is memory. @throws Error of the system when one cannot be read */
  async load(): Promise<void> {
    const wanted = this.#wanted.splice(0);
    for (const { ref, bytes } of wanted) await this.#files.readInto(ref, bytes);
    // Only now: two arrays over the same memory have one file.
    await this.#files.removeLater(wanted.map(({ ref }) => ref));
  }
}

/** What a person is told when large arrays did not find room where they are quickest. */
export function describeDiverted(bytes: number, roots: readonly string[]): string {
  return `${formatMiB(bytes)} of large arrays went through ${roots[1]}, since there is no room for them in ${roots[0]}.`;
}
