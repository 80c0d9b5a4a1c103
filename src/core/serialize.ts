import { types } from 'node:util';
import { DefaultDeserializer, DefaultSerializer, serialize } from 'node:v8';
import { toErrorInfo } from './error-info';
import { SerializationError } from './errors';
import { isObjectProxy, type ObjectProxy } from './object-proxy';
import { notPlain, readPlain } from './plain-reader';

/**
 * Serialises a value for another process: everything that structured clone takes (Map, Date, BigInt, NaN, typed
 * arrays, circular references, …).
 *
 * It is done here and not by the message channel, since channels lose what they cannot clone without a word.
 *
 * @param value what to send
 * @param name what to call it in messages, for example `result`
 * @param proxies collects the proxies of objects that are found; without it there must be none
 * @throws SerializationError that names the path of what cannot be sent, for example `result.items[3].cb`
 */
export function encodeValue(value: unknown, name: string, proxies?: Set<ObjectProxy>): Uint8Array {
  try {
    const serializer = new ProxySerializer(proxies);
    serializer.writeHeader();
    serializer.writeValue(value);
    return serializer.releaseBuffer();
  } catch (error) {
    const found = findUnserializable(value, name, proxies !== undefined);
    const what = found ? `${found.path} ${found.reason}` : `${name} cannot be sent: ${toErrorInfo(error).message}`;
    throw new SerializationError(`${what}. Send plain data: objects, arrays, typed arrays, Map, Set, Date, BigInt.`, {
      cause: error,
    });
  }
}

/**
 * The value that {@link encodeValue} wrote. Typed arrays own their buffer.
 *
 * @param reviveProxy what takes the place of the proxy of an object
 */
export function decodeValue(bytes: Uint8Array, reviveProxy: (id: number) => object = refuseProxy): unknown {
  const plain = readPlain(bytes);
  if (plain !== notPlain) return plain;
  const deserializer = new OwningDeserializer(bytes, reviveProxy);
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

/** What stands before each view: an ordinary one, or one that stands for an object of the server. */
const viewTag = 0;
const proxyTag = 1;

class ProxySerializer extends DefaultSerializer {
  readonly #proxies: Set<ObjectProxy> | undefined;

  constructor(proxies: Set<ObjectProxy> | undefined) {
    super();
    this.#proxies = proxies;
  }

  override _writeHostObject(view: NodeJS.ArrayBufferView): void {
    if (isObjectProxy(view)) {
      if (!this.#proxies) throw new TypeError(proxyReason);
      this.#proxies.add(view);
      this.writeUint32(proxyTag);
      this.writeUint32(view.id);
    } else {
      this.writeUint32(viewTag);
      super._writeHostObject(view);
    }
  }
}

function refuseProxy(): never {
  throw new TypeError('The proxy of an object has come where none is expected.');
}

/** Node's own deserialiser hands out views into the message; a result must not depend on a buffer that it shares. */
class OwningDeserializer extends DefaultDeserializer {
  readonly #reviveProxy: (id: number) => object;

  constructor(bytes: Uint8Array, reviveProxy: (id: number) => object) {
    super(bytes);
    this.#reviveProxy = reviveProxy;
  }

  override _readHostObject(): object {
    if (this.readUint32() === proxyTag) return this.#reviveProxy(this.readUint32());
    const view = super._readHostObject() as NodeJS.TypedArray | DataView;
    if (view.byteLength === view.buffer.byteLength) return view;
    if (!Buffer.isBuffer(view) && !(view instanceof DataView)) return view.slice();
    const own = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    // `Buffer.from(view)` would put a small one into the buffer that all small ones share.
    return view instanceof DataView ? new DataView(own) : Buffer.from(own as ArrayBuffer);
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
    const reason = isObjectProxy(value) && !mayHaveProxies ? proxyReason : reasonAgainst(value);
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
