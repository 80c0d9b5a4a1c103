import type { StoredObject } from '../../shared/worker-protocol';

/*
 * 0 lock, 4 bytes used, 8 run, 12 the objects: for each its length, version, whether it is in a file, how many obsolete
 * versions, those, the length of its name, the name and the payload.
 */
const lockWord = 0;
const usedWord = 1;
const runWord = 2;
const headerBytes = 12;
const objectBytes = 20;

/** Size of a shelf in bytes. */
export const shelfBytes = 8 * 1024;

/**
 * Where a compute thread lays out what it has stored in direct exchanges, for the control thread to take from time to
 * time. A message for each would cost more than the exchange itself.
 *
 * Shared memory with a lock. The compute thread may be ended while it holds the lock, so the control thread only takes
 * what it can have at once; see {@link reset}.
 */
export class Shelf {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(shelfBytes)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, headerBytes / Int32Array.BYTES_PER_ELEMENT);
    this.#bytes = Buffer.from(buffer, headerBytes);
  }

  /** Whether everything has been taken. */
  get isEmpty(): boolean {
    return Atomics.load(this.#words, usedWord) === 0;
  }

  /** Compute thread: replaces what is there. Returns whether there was room; else nothing is there. */
  put(runId: number, objects: readonly StoredObject[]): boolean {
    while (Atomics.compareExchange(this.#words, lockWord, 0, 1) !== 0) Atomics.wait(this.#words, lockWord, 1);
    const used = this.#write(objects);
    Atomics.store(this.#words, runWord, runId);
    Atomics.store(this.#words, usedWord, used);
    this.#unlock();
    return used > 0 || objects.length === 0;
  }

  /** Control thread: takes what a run has laid there, unless the compute thread is at it. */
  take(runId: number): StoredObject[] {
    if (this.isEmpty || Atomics.load(this.#words, runWord) !== runId) return [];
    if (Atomics.compareExchange(this.#words, lockWord, 0, 1) !== 0) return [];
    const isOfRun = Atomics.load(this.#words, runWord) === runId;
    const objects = isOfRun ? this.#read(Atomics.load(this.#words, usedWord)) : [];
    if (isOfRun) Atomics.store(this.#words, usedWord, 0);
    this.#unlock();
    return objects;
  }

  /** Control thread: there is no compute thread now that could hold the lock. */
  reset(): void {
    Atomics.store(this.#words, usedWord, 0);
    this.#unlock();
  }

  #unlock(): void {
    Atomics.store(this.#words, lockWord, 0);
    Atomics.notify(this.#words, lockWord);
  }

  /** Returns how many bytes were used; 0 when it is too much. */
  #write(objects: readonly StoredObject[]): number {
    const bytes = this.#bytes;
    let at = 0;
    for (const { name, object, obsolete } of objects) {
      const nameBytes = Buffer.byteLength(name);
      const length = objectBytes + 4 * obsolete.length + nameBytes + (object.payload?.byteLength ?? 0);
      if (at + length > bytes.length) return 0;
      bytes.writeUInt32LE(length, at);
      bytes.writeUInt32LE(object.version, at + 4);
      bytes.writeUInt32LE(object.payload ? 0 : 1, at + 8);
      bytes.writeUInt32LE(obsolete.length, at + 12);
      bytes.writeUInt32LE(nameBytes, at + 16);
      for (const [i, version] of obsolete.entries()) bytes.writeUInt32LE(version, at + objectBytes + 4 * i);
      bytes.write(name, at + objectBytes + 4 * obsolete.length);
      if (object.payload) bytes.set(object.payload, at + length - object.payload.byteLength);
      at += length;
    }
    return at;
  }

  #read(used: number): StoredObject[] {
    // Copied, since text and payloads cannot be views of memory that goes on changing.
    const bytes = Buffer.from(this.#bytes.subarray(0, used));
    const objects: StoredObject[] = [];
    for (let at = 0; at < used; at += bytes.readUInt32LE(at)) {
      const end = at + bytes.readUInt32LE(at);
      const nameAt = at + objectBytes + 4 * bytes.readUInt32LE(at + 12);
      const nameEnd = nameAt + bytes.readUInt32LE(at + 16);
      const obsolete: number[] = [];
      for (let one = at + objectBytes; one < nameAt; one += 4) obsolete.push(bytes.readUInt32LE(one));
      const version = bytes.readUInt32LE(at + 4);
      const payload = bytes.readUInt32LE(at + 8) === 1 ? null : new Uint8Array(bytes.subarray(nameEnd, end));
      objects.push({ name: bytes.toString('utf8', nameAt, nameEnd), object: { version, payload }, obsolete });
    }
    return objects;
  }
}
