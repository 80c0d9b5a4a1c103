import { types } from 'node:util';
import { DefaultDeserializer, DefaultSerializer, serialize } from 'node:v8';
import { toErrorInfo } from '../error-info';
import { SerializationError } from '../errors';
import { isObjectProxy, type ObjectProxy } from '../objects/object-proxy';
import type { ArrayRef } from './array-files';
import type { ArrayReader, ArrayWriter } from './message-arrays';
import { notPlain, readPlain } from './plain-reader';
import { PlainWriter } from './plain-value';
import { isSharedArray, type SharedArrayRef } from './shared-array';
import { makeView, viewKindOf } from './view-kinds';

/**
 * Serialises a value for another process: everything that structured clone takes (Map, Date, BigInt, NaN, typed
 * arrays, circular references, …).
 *
 * It is done here and not by the message channel, since channels lose what they cannot clone without a word.
 *
 * @param value what to send
 * @param name what to call it in messages, for example `result`
 * @param proxies collects the proxies of objects that are found; without it there must be none
 * @param arrays takes large typed arrays out; without it all are copied into the message
 * @throws SerializationError that names the path of what cannot be sent, for example `result.items[3].cb`
 */
export function encodeValue(
  value: unknown,
  name: string,
  proxies?: Set<ObjectProxy>,
  arrays?: ArrayWriter,
): Uint8Array {
  const plain = writePlain(value);
  if (plain) return plain;
  try {
    const serializer = new HandleSerializer(proxies, arrays);
    serializer.writeHeader();
    serializer.writeValue(value);
    return serializer.releaseBuffer();
  } catch (error) {
    if (error instanceof SerializationError) throw error;
    const found = findUnserializable(value, name, proxies !== undefined);
    const what = found ? `${found.path} ${found.reason}` : `${name} cannot be sent: ${toErrorInfo(error).message}`;
    throw new SerializationError(`${what}. Send plain data: objects, arrays, typed arrays, Map, Set, Date, BigInt.`, {
      cause: error,
    });
  }
}

const plainWriter = new PlainWriter();
let isWriting = false;

/** The bytes of a small plain value: most arguments and results are such, and the real serializer costs more than they do. */
function writePlain(value: unknown): Uint8Array | undefined {
  // A getter of the value may serialise something itself.
  if (isWriting) return undefined;
  isWriting = true;
  try {
    return plainWriter.write(value) ? plainWriter.take() : undefined;
  } finally {
    isWriting = false;
  }
}

/**
 * The value that {@link encodeValue} wrote. Typed arrays own their buffer.
 *
 * @param reviveProxy what takes the place of the proxy of an object
 * @param arrays puts large typed arrays back that were taken out
 */
export function decodeValue(
  bytes: Uint8Array,
  reviveProxy: (id: number) => object = refuseProxy,
  arrays?: ArrayReader,
): unknown {
  const plain = readPlain(bytes);
  if (plain !== notPlain) return plain;
  const deserializer = new OwningDeserializer(bytes, reviveProxy, arrays);
  deserializer.readHeader();
  return deserializer.readValue();
}

declare module 'node:v8' {
  interface DefaultSerializer {
    _writeHostObject(view: NodeJS.ArrayBufferView): void;
  }
  interface DefaultDeserializer {
    _readHostObject(): object;
  }
}

/** What stands before each view: an ordinary one, one for an object of the server, or one whose bytes are elsewhere. */
const viewTag = 0;
const proxyTag = 1;
const arrayTag = 2;
const sharedTag = 3;

class HandleSerializer extends DefaultSerializer {
  readonly #proxies: Set<ObjectProxy> | undefined;
  readonly #arrays: ArrayWriter | undefined;

  constructor(proxies: Set<ObjectProxy> | undefined, arrays: ArrayWriter | undefined) {
    super();
    this.#proxies = proxies;
    this.#arrays = arrays;
  }

  override _writeHostObject(view: NodeJS.ArrayBufferView): void {
    if (isObjectProxy(view)) {
      if (!this.#proxies) throw new TypeError(proxyReason);
      this.#proxies.add(view);
      this.writeUint32(proxyTag);
      this.writeUint32(view.id);
      return;
    }
    if (isSharedArray(view)) {
      if (!this.#arrays?.share) throw new TypeError(sharedReason);
      this.writeUint32(sharedTag);
      this.#writeText(JSON.stringify(this.#arrays.share(view)));
      return;
    }
    const ref = this.#arrays?.put(view);
    if (ref) {
      this.#writeRef(view, ref);
      return;
    }
    this.writeUint32(viewTag);
    super._writeHostObject(view);
  }

  #writeRef(view: NodeJS.ArrayBufferView, { root, name, byteLength }: ArrayRef): void {
    this.writeUint32(arrayTag);
    this.writeUint32(viewKindOf(view));
    this.writeUint32(root);
    this.writeDouble(byteLength);
    this.#writeText(name);
  }

  #writeText(text: string): void {
    const bytes = Buffer.from(text);
    this.writeUint32(bytes.length);
    this.writeRawBytes(bytes);
  }
}

function refuseProxy(): never {
  throw new TypeError('The proxy of an object has come where none is expected.');
}

/** Node's own deserialiser hands out views into the message; a result must not depend on a buffer that it shares. */
class OwningDeserializer extends DefaultDeserializer {
  readonly #reviveProxy: (id: number) => object;
  readonly #arrays: ArrayReader | undefined;

  constructor(bytes: Uint8Array, reviveProxy: (id: number) => object, arrays: ArrayReader | undefined) {
    super(bytes);
    this.#reviveProxy = reviveProxy;
    this.#arrays = arrays;
  }

  override _readHostObject(): object {
    const tag = this.readUint32();
    if (tag === proxyTag) return this.#reviveProxy(this.readUint32());
    if (tag === arrayTag) return this.#readRef();
    if (tag === sharedTag) return this.#openShared();
    const view = super._readHostObject() as NodeJS.TypedArray | DataView;
    if (view.byteLength === view.buffer.byteLength) return view;
    if (!Buffer.isBuffer(view) && !(view instanceof DataView)) return view.slice();
    const own = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    // `Buffer.from(view)` would put a small one into the buffer that all small ones share.
    return view instanceof DataView ? new DataView(own) : Buffer.from(own as ArrayBuffer);
  }

  #readRef(): object {
    if (!this.#arrays) throw new TypeError('A large typed array has come where none is expected.');
    const kind = this.readUint32();
    const root = this.readUint32();
    const byteLength = this.readDouble();
    return makeView(kind, this.#arrays.get({ root, name: this.#readText(), byteLength }).buffer);
  }

  #openShared(): object {
    if (!this.#arrays?.open) throw new TypeError('A SharedArray has come where none is expected.');
    return this.#arrays.open(JSON.parse(this.#readText()) as SharedArrayRef);
  }

  #readText(): string {
    return this.readRawBytes(this.readUint32()).toString();
  }
}

interface Unserializable {
  readonly path: string;
  readonly reason: string;
}

/** Looks for the first part of a value that cannot be sent, breadth first, so that the shortest path is named. */
function findUnserializable(root: unknown, name: string, mayHaveProxies: boolean): Unserializable | undefined {
  const queue: { value: unknown; path: string }[] = [{ value: root, path: name }];
  const seen = new Set<object>();
  // The loop meets what is pushed meanwhile. Taking entries off the front would move all others, every time.
  for (const { value, path } of queue) {
    const reason = handleReason(value, mayHaveProxies) ?? reasonAgainst(value);
    if (reason) return { path, reason };
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const child of childrenOf(value, path)) {
      if ('reason' in child) return child;
      queue.push(child);
    }
  }
  return undefined;
}

/** Arguments of jobs may have what others may not. */
function handleReason(value: unknown, isArgument: boolean): string | undefined {
  if (isArgument) return undefined;
  if (isObjectProxy(value)) return proxyReason;
  return isSharedArray(value) ? sharedReason : undefined;
}

const sharedReason = 'is a SharedArray, which only the arguments of a job can carry';
const proxyReason = 'is the proxy of an object, which only the arguments of a job can carry';

function reasonAgainst(value: unknown): string | undefined {
  if (typeof value === 'function')
    return `is a function${value.name ? ` (${value.name})` : ''}, which cannot be sent to another process`;
  if (typeof value === 'symbol') return `is a symbol (${String(value)}), which cannot be sent to another process`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (types.isProxy(value)) return 'is a Proxy, which cannot be sent to another process';
  if (value instanceof Promise) return 'is a promise, which cannot be sent to another process: await it first';
  if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) {
    return `is a ${value.constructor.name}, which cannot be sent to another process`;
  }
  return isOpaque(value)
    ? `is a ${Object.prototype.toString.call(value).slice(8, -1)}, which cannot be sent to another process`
    : undefined;
}

/** Whether it has nothing in it that could be to blame, and still cannot be sent: a generator, a SharedArrayBuffer, a port. */
function isOpaque(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set || Object.keys(value).length > 0)
    return false;
  try {
    serialize(value);
    return false;
  } catch {
    return true;
  }
}

function* childrenOf(value: object, path: string): Generator<{ value: unknown; path: string } | Unserializable> {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return;
  if (value instanceof Map) {
    for (const [key, entry] of value) {
      yield { value: key, path: `${path} (a key of the Map)` };
      yield { value: entry, path: `${path}.get(${describeKey(key)})` };
    }
    return;
  }
  if (value instanceof Set) {
    for (const entry of value) yield { value: entry, path: `${path} (an element of the Set)` };
    return;
  }
  for (const key of Object.keys(value)) {
    const childPath = Array.isArray(value)
      ? `${path}[${key}]`
      : /^[A-Za-z_$][\w$]*$/.test(key)
        ? `${path}.${key}`
        : `${path}[${JSON.stringify(key)}]`;
    try {
      yield { value: (value as Record<string, unknown>)[key], path: childPath };
    } catch (error) {
      yield { path: childPath, reason: `has a getter that throws (${toErrorInfo(error).message})` };
      return;
    }
  }
}

function describeKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key);
  return typeof key === 'object' && key !== null ? 'an object' : String(key);
}
