import type { ErrorInfo } from '../../shared/engine-info';
import { PlainWriter } from '../data/plain-value';
import { encodeValue } from '../data/serialize';
import { toErrorInfo } from '../error-info';
import { SerializationError } from '../errors';

/*
 * A batch is what came of some items that follow each other, in one piece of bytes, little endian:
 *
 *   count  4 bytes
 *   entry  for each item: where its part of the data ends (4 bytes), milliseconds that it took (4, float), kind (1)
 *   data   for each item: its value as `v8.serialize` writes it, or its error as JSON
 */
const countBytes = 4;
const entryBytes = 9;
const kindOfUndefined = 0;
const kindOfValue = 1;
const kindOfError = 2;

/** What one item may give at most, in bytes: places in a batch have four. */
const mostValueBytes = 2 ** 31;
/** A value from this size on is not copied before its batch is put together. */
const largeBytes = 64 * 1024;

/** A batch as it came: it is read where it lies, without an object for each item. */
export class ItemBatch {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #dataStart: number;

  /** @throws RangeError when the bytes are no batch */
  constructor(bytes: Uint8Array) {
    // Parts of a Buffer would be Buffers too, which cost several times as much to make, once for each item.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.count = this.#view.getUint32(0, true);
    this.#dataStart = countBytes + this.count * entryBytes;
    if (this.#dataStart > bytes.byteLength) throw new RangeError('A batch of items is shorter than it says.');
  }

  isOk(place: number): boolean {
    return this.#view.getUint8(this.#entry(place) + 8) !== kindOfError;
  }

  /** Milliseconds that the item took. */
  durationMs(place: number): number {
    return this.#view.getFloat32(this.#entry(place) + 4, true);
  }

  /** The value as it came; undefined when it is undefined, and for an error. */
  payload(place: number): Uint8Array | undefined {
    return this.#view.getUint8(this.#entry(place) + 8) === kindOfValue ? this.#data(place) : undefined;
  }

  error(place: number): ErrorInfo {
    return JSON.parse(Buffer.from(this.#data(place)).toString()) as ErrorInfo;
  }

  #data(place: number): Uint8Array {
    const start = place === 0 ? 0 : this.#view.getUint32(this.#entry(place - 1), true);
    const end = this.#view.getUint32(this.#entry(place), true);
    return this.#bytes.subarray(this.#dataStart + start, this.#dataStart + end);
  }

  #entry(place: number): number {
    return countBytes + place * entryBytes;
  }
}

/** Collects what comes of items, and makes batches of it. */
export class ItemBatchWriter {
  readonly #mostBytes: number;
  /** Data in the order of the items: large values as they are, and what stands between them. */
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;
  readonly #small = new PlainWriter();
  #count = 0;
  /** Those of the items so far, as they stand in the batch. */
  #entries = Buffer.allocUnsafe(256 * entryBytes);

  /** @param mostBytes what one item may give at most */
  constructor(mostBytes = mostValueBytes) {
    this.#mostBytes = mostBytes;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of values and errors that wait. */
  get size(): number {
    return this.#piecesBytes + this.#small.length;
  }

  /**
   * Appends the value of the next item. One that cannot be sent makes the item fail, with the path to what is to blame.
   *
   * @param item its number, for messages
   */
  value(value: unknown, item: number, durationMs: number): void {
    if (value === undefined) this.#enter(kindOfUndefined, durationMs);
    else if (this.#small.write(value)) this.#enter(kindOfValue, durationMs);
    else {
      try {
        this.#append(this.#encode(value, `result of item ${item}`));
        this.#enter(kindOfValue, durationMs);
      } catch (error) {
        this.error(error, durationMs);
      }
    }
  }

  /** Appends the failure of the next item. @param thrown whatever was thrown */
  error(thrown: unknown, durationMs: number): void {
    this.#append(Buffer.from(JSON.stringify(toErrorInfo(thrown))));
    this.#enter(kindOfError, durationMs);
  }

  /** A batch of everything appended since the last time. */
  take(): Uint8Array {
    const dataStart = countBytes + this.#count * entryBytes;
    const batch = Buffer.allocUnsafe(dataStart + this.size);
    batch.writeUInt32LE(this.#count, 0);
    this.#entries.copy(batch, countBytes, 0, this.#count * entryBytes);
    let place = dataStart;
    for (const piece of [...this.#pieces, this.#small.take()]) {
      batch.set(piece, place);
      place += piece.byteLength;
    }
    this.#count = 0;
    this.#pieces = [];
    this.#piecesBytes = 0;
    return batch;
  }

  #encode(value: unknown, name: string): Uint8Array {
    const bytes = encodeValue(value, name);
    if (bytes.byteLength <= this.#mostBytes) return bytes;
    const mib = (size: number): string => (size / 2 ** 20).toFixed(0);
    throw new SerializationError(
      `The ${name} takes ${mib(bytes.byteLength)} MiB, and one item can give at most ${mib(this.#mostBytes)} MiB. Write it to a file, and return the name of that.`,
    );
  }

  #append(bytes: Uint8Array): void {
    if (bytes.byteLength < largeBytes) this.#small.append(bytes);
    else {
      for (const piece of [this.#small.take(), bytes]) {
        this.#pieces.push(piece);
        this.#piecesBytes += piece.byteLength;
      }
    }
  }

  #enter(kind: number, durationMs: number): void {
    const place = this.#count * entryBytes;
    if (place + entryBytes > this.#entries.length)
      this.#entries = Buffer.concat([this.#entries, Buffer.allocUnsafe(this.#entries.length)]);
    this.#entries.writeUInt32LE(this.size, place);
    this.#entries.writeFloatLE(durationMs, place + 4);
    this.#entries[place + 8] = kind;
    this.#count += 1;
  }
}
