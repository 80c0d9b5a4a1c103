import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValue, encodeValue } from '../../../../src/core/data/serialize';
import { SerializationError } from '../../../../src/core/errors';

const across = (value: unknown): unknown => decodeValue(encodeValue(value, 'result'));
const fn = function onDone() {};
const throwing = {
  get value(): number {
    throw new RangeError('not ready');
  },
};

function errorFor(value: unknown, name = 'result'): unknown {
  try {
    encodeValue(value, name);
  } catch (error) {
    return error;
  }
  return undefined;
}

function messageFor(value: unknown, name?: string): string {
  const error = errorFor(value, name);
  if (!(error instanceof SerializationError)) throw new Error('It was sent, or failed otherwise.', { cause: error });
  return error.message;
}

describe('a value that cannot be sent', () => {
  it.each<[string, unknown]>([
    ['result is a function (onDone)', fn],
    ['result.items[3].cb is a function (onDone)', { items: [0, 1, 2, { cb: fn }] }],
    ['result["two words"] is a function', { 'two words': () => 1 }],
    ['result[1][0] is a symbol (Symbol(s))', [0, [Symbol('s')]]],
    ['result.wait is a promise', { wait: Promise.resolve(1) }],
    ['result.get("key").cb is a function (onDone)', new Map([['key', { cb: fn }]])],
    ['result.get(7) is a function (onDone)', new Map([[7, fn]])],
    ['result (a key of the Map) is a function (onDone)', new Map([[fn, 7]])],
    ['result (an element of the Set).cb is a function (onDone)', new Set([{ cb: fn }])],
    ['result.cache is a WeakMap', { cache: new WeakMap() }],
    ['result.seen is a WeakSet', { seen: new WeakSet() }],
    ['result.held is a WeakRef', { held: new WeakRef({}) }],
    ['result.late.value has a getter that throws (not ready)', { late: throwing }],
  ])('is named: %s', (start, value) => {
    expect(messageFor(value)).toContain(start);
    expect(messageFor(value).startsWith(start)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['result.shared is a SharedArrayBuffer, which cannot be sent', { shared: new SharedArrayBuffer(8) }],
    ['result.list[1] is a Proxy, which cannot be sent', { list: [0, new Proxy({}, {})] }],
    ['result.steps is a Generator, which cannot be sent', { steps: (function* () {})() }],
  ])('is named also when it is of a kind that nobody thought of: %s', (start, value) => {
    expect(messageFor(value).startsWith(start)).toBe(true);
  });

  it('is named by the shortest of its paths', () => {
    expect(messageFor({ a: { b: { c: fn } }, z: fn })).toMatch(/^result\.z is a function/);
  });

  it('is named in a structure that goes in a circle', () => {
    const root: Record<string, unknown> = { list: [] };
    root.self = root;
    root.next = { cb: fn, root };
    expect(messageFor(root)).toMatch(/^result\.next\.cb is a function/);
  });

  it('is named after keys that are no text', () => {
    const odd = new Map<unknown, unknown>([
      [Object.create(null), 1],
      [{ id: 1 }, { cb: fn }],
    ]);
    expect(messageFor(odd)).toMatch(/^result\.get\(.*\)\.cb is a function/);
  });

  it('is found among very many', () => {
    const items: unknown[] = Array.from({ length: 300_000 }, (_, i) => ({ i }));
    items.push({ cb: fn });
    expect(messageFor({ items })).toMatch(/^result\.items\[300000\]\.cb is a function/);
  });

  it('is reported with what to send instead, and why', () => {
    expect(messageFor({ cb: fn }, 'args[1]')).toBe(
      'args[1].cb is a function (onDone), which cannot be sent to another process. Send plain data: objects, arrays, typed arrays, Map, Set, Date, BigInt.',
    );
    const error: unknown = errorFor({ cb: fn });
    expect(error).toMatchObject({ code: 'ERR_NOT_SERIALIZABLE' });
    expect(error).toHaveProperty('cause.message', 'function onDone() {} could not be cloned.');
  });
});

describe('a value that is sent', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['BigInt', 12345678901234567890n],
    ['NaN and negative zero', [Number.NaN, -0, Number.NEGATIVE_INFINITY]],
    ['Date', new Date(0)],
    ['Map of Maps', new Map([['a', new Map([[1, { b: 2n }]])]])],
    ['Set', new Set([1, 'two'])],
    ['RegExp', /a+b/giu],
    ['a sparse array', [1, , 3]],
    ['an ArrayBuffer', new Uint8Array([1, 2, 3]).buffer],
    ['a DataView', new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 2)],
    ['text of every kind', 'ä𝄞\u0000\uD800'],
    ['nested objects', { a: [{ b: { c: null } }] }],
  ])('arrives as it was: %s', (_, value) => {
    expect(across(value)).toStrictEqual(value);
  });

  it('keeps its circles and what is shared within it', () => {
    const shared = { n: 1 };
    const root: Record<string, unknown> = { left: shared, right: shared };
    root.self = root;
    const back = across(root) as typeof root;
    expect(back.self).toBe(back);
    expect(back.left).toBe(back.right);
    expect(back.left).toEqual({ n: 1 });
  });

  it('arrives as it was, whatever it is', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        expect(across(value)).toEqual(value);
      }),
    );
  });

  it.each([
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ])('keeps %o, which then owns its buffer', (TypedArray) => {
    const original = new TypedArray([1, 2, 3]);
    const back = across({ before: 'x', array: original, empty: new TypedArray() }) as Record<string, typeof original>;
    expect(back.array).toStrictEqual(original);
    expect(back.array?.buffer.byteLength).toBe(original.byteLength);
    expect(back.empty?.buffer.byteLength).toBe(0);
  });

  it('keeps BigInt arrays, DataViews and Buffers, which then own their buffers', () => {
    const view = new DataView(new ArrayBuffer(16), 4, 8);
    view.setFloat64(0, 1.5);
    const back = across([new BigInt64Array([-1n]), view, Buffer.from('text')]) as [BigInt64Array, DataView, Buffer];
    expect(back[0]).toStrictEqual(new BigInt64Array([-1n]));
    expect(back[1].getFloat64(0)).toBe(1.5);
    expect(Buffer.isBuffer(back[2]) && back[2].toString()).toBe('text');
    expect(back.map((each) => each.buffer.byteLength)).toEqual([8, 8, 4]);
  });

  it('sends of a slice only the slice', () => {
    const large = new Float64Array(100_000);
    expect(encodeValue(large.subarray(10, 12), 'result').length).toBeLessThan(64);
    expect(across(large.subarray(10, 12))).toStrictEqual(new Float64Array(2));
  });

  it('does not change when the message it came in is overwritten', () => {
    const bytes = encodeValue(new Float64Array([1, 2]), 'result');
    const back = decodeValue(bytes);
    bytes.fill(0xff);
    expect(back).toStrictEqual(new Float64Array([1, 2]));
  });
});
