import { SerializationError } from '../errors';
import type { TypedArray } from '../results';
import { MemoryStorage, makeStorage, openStorage, type SharedStorage } from './shared-storage';
import { elementTypes } from './view-kinds';

/** What a {@link SharedArray} can hold: a typed array of any of JavaScript's types. */
export type SharedElements = TypedArray | Uint8ClampedArray | BigInt64Array | BigUint64Array;

/** One of JavaScript's types of typed arrays, `Float64Array` for example. */
export interface TypedArrayType<T extends SharedElements> {
  /** Its name. */
  readonly name: string;
  /** Size of one element, in bytes. */
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike): T;
  /** An array of these values. */
  from(values: Iterable<T[number]>): T;
}

/** How a {@link SharedArray} is made. */
export interface SharedArrayOptions {
  /**
   * Who can use it: jobs on any process (`machine`, the default), or only those of one rank that run in the process that
   * made it (`process`), for which it costs nothing.
   */
  readonly within?: 'machine' | 'process';
  /** @internal */
  readonly storage?: SharedStorage;
}

/** A SharedArray as it travels: where it is, or which of the memories beside the message. */
export interface SharedArrayRef {
  readonly type: string;
  readonly length: number;
  readonly path?: string | undefined;
  readonly memory?: number | undefined;
}

/** Takes away what nobody has closed, once nobody has it any more. */
const forgotten = new FinalizationRegistry<SharedStorage>((storage) => storage.close());

/**
 * Numbers that the ranks of a job share: allocated once, passed as an argument, and each rank reads and writes its part.
 * It begins as zeros.
 *
 *   const field = new SharedArray(Float64Array, 1e8);
 *   await server.callProcessFunc(1e8, 0, null, './work.mjs#fill', [field]);
 *   const some = field.read(0, 1000);
 *   field.close();
 *
 *   // work.mjs
 *   export function fill(proc, field) {
 *     const mine = field.read(proc.startVal, proc.endVal);
 *     for (const i of proc.pRange()) mine[i - proc.startVal] = Math.sqrt(i);
 *     field.write(proc.startVal, mine);
 *   }
 *
 * Between processes it is a file in shared memory (`/dev/shm`, else in the temporary folder). Node cannot map a file
 * into memory, so `read` and `write` copy: about as fast as memory is copied, and only what is asked for. Who reads what
 * others write has to wait for them with `sync()`.
 */
export class SharedArray<T extends SharedElements = Float64Array> extends DataView<ArrayBuffer> {
  /** Number of elements. */
  readonly length: number;
  readonly #type: TypedArrayType<T>;
  readonly #storage: SharedStorage;
  readonly #view: T | undefined;
  #holders = 0;
  #isClosed = false;

  /**
   * @param type type of the elements: `Float64Array`, `Uint8Array`, `BigInt64Array`, …
   * @param length number of elements
   * @param options who can use it
   * @throws RangeError when the length makes no sense
   * @throws Error when there is no room for it
   */
  constructor(type: TypedArrayType<T>, length: number, options: SharedArrayOptions = {}) {
    // A view is what the serialiser asks about wherever it meets one, as with the proxies of objects.
    super(new ArrayBuffer(0));
    if (!Number.isSafeInteger(length) || length < 0)
      throw new RangeError(`The length of a SharedArray must be an integer of at least 0, not ${length}.`);
    if (!elementTypes.some((known) => known.name === type.name))
      throw new TypeError(
        `A SharedArray holds elements of a typed array's type, such as Float64Array, not ${type.name}.`,
      );
    this.length = length;
    this.#type = type;
    const bytes = length * type.BYTES_PER_ELEMENT;
    this.#storage =
      options.storage ??
      (options.within === 'process' ? new MemoryStorage(new SharedArrayBuffer(bytes)) : makeStorage(bytes));
    this.#view = this.#storage.memory && new type(this.#storage.memory);
    if (!options.storage) forgotten.register(this, this.#storage, this);
  }

  /** All elements, without a copy, where that is possible: made with `within: 'process'`. Undefined otherwise. */
  get view(): T | undefined {
    return this.#view;
  }

  /**
   * A copy of the elements `[start, end)`; of all when they are left out.
   *
   * @throws RangeError when there are no such elements
   */
  read(start = 0, end = this.length): T {
    this.#requireRange(start, end);
    const size = this.#type.BYTES_PER_ELEMENT;
    const bytes = Buffer.allocUnsafeSlow((end - start) * size);
    this.#storage.read(start * size, bytes);
    return new this.#type(bytes.buffer);
  }

  /**
   * Stores elements from `start` on.
   *
   * @param values of the same type, or numbers that are converted to it
   * @throws RangeError when they do not fit in
   */
  write(start: number, values: T | Iterable<T[number]>): void {
    const typed = isOfType(values, this.#type) ? values : this.#type.from(values as Iterable<T[number]>);
    this.#requireRange(start, start + typed.length);
    const bytes = new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
    this.#storage.write(start * this.#type.BYTES_PER_ELEMENT, bytes);
  }

  /**
   * Gives its memory back, once no job that was given it waits or runs any more. It cannot be used any longer. Without
   * this it is given back when the program has forgotten it, or ends.
   */
  close(): void {
    this.#isClosed = true;
    forgotten.unregister(this);
    if (this.#holders === 0) this.#storage.close();
  }

  /** @internal A job has it among its arguments. @throws SerializationError when it cannot be used there */
  hold(isInProcess: boolean): { readonly memory: SharedArrayBuffer | undefined; readonly ref: SharedArrayRef } {
    if (this.#isClosed) throw new SerializationError('A SharedArray among the arguments has been closed.');
    const { path, memory } = this.#storage;
    if (memory && !isInProcess) {
      throw new SerializationError(
        "A SharedArray among the arguments was made for its own process only (within: 'process'), and the job may run in others. Make it without that option.",
      );
    }
    this.#holders += 1;
    return { memory, ref: { type: this.#type.name, length: this.length, path } };
  }

  /** @internal The job has ended. */
  release(): void {
    this.#holders -= 1;
    if (this.#isClosed && this.#holders === 0) this.#storage.close();
  }

  #requireRange(start: number, end: number): void {
    if (this.#isClosed) throw new Error('This SharedArray has been closed.');
    const isRight =
      Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end >= start && end <= this.length;
    if (!isRight) throw new RangeError(`There are no elements ${start} to ${end} in a SharedArray of ${this.length}.`);
  }
}

export function isSharedArray(value: unknown): value is SharedArray {
  return value instanceof SharedArray;
}

/** The SharedArray of an argument, on the side that got it. @param memories those beside the message */
export function openSharedArray(ref: SharedArrayRef, memories: readonly SharedArrayBuffer[]): SharedArray {
  const type = elementTypes.find((known) => known.name === ref.type);
  const memory = ref.memory === undefined ? undefined : memories[ref.memory];
  const storage = memory ? new MemoryStorage(memory) : openStorage(ref.path ?? '');
  return new SharedArray((type ?? Float64Array) as TypedArrayType<Float64Array>, ref.length, { storage });
}

function isOfType<T extends SharedElements>(values: unknown, type: TypedArrayType<T>): values is T {
  return ArrayBuffer.isView(values) && Object.prototype.toString.call(values) === `[object ${type.name}]`;
}
