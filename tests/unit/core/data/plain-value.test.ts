import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notPlain, readPlain } from '../../../../src/core/data/plain-reader';
import { PlainWriter } from '../../../../src/core/data/plain-value';

function written(value: unknown): Uint8Array | undefined {
  const writer = new PlainWriter();
  return writer.write(value) ? writer.take() : undefined;
}

const primitives = [
  0,
  -0,
  1,
  -1,
  2 ** 30,
  -(2 ** 30),
  2 ** 31,
  1.5,
  Number.NaN,
  -Infinity,
  1e300,
  null,
  true,
  false,
  '',
  'é',
];

describe('small plain values', () => {
  it('are written as V8 would read them', () => {
    const plain = [...primitives, undefined, 'a'.repeat(200), [], {}, [1, [2, null]], { a: 1, b: { c: ['x'] } }];
    for (const value of plain) {
      const bytes = written(value);
      if (!bytes) throw new Error(`${JSON.stringify(value)} should have been taken`);
      expect(deserialize(bytes)).toStrictEqual(value);
    }
  });

  it('are the same bytes as those of V8', () => {
    for (const value of [5, -7, 1.5, 'abc', null, true, undefined, { a: 1, b: 'x' }]) {
      expect(Buffer.from(written(value) ?? [])).toEqual(serialize(value));
    }
  });

  it('are read back whatever they are made of', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.double(),
        fc.integer(),
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('record'),
      ),
      list: fc.array(tie('any'), { maxLength: 5 }),
      record: fc.dictionary(fc.string(), tie('any'), { maxKeys: 5, noNullPrototype: true }),
    })).any;
    fc.assert(
      fc.property(value, (given) => {
        const bytes = written(given);
        if (bytes) expect(deserialize(bytes)).toStrictEqual(deserialize(serialize(given)));
      }),
      { numRuns: 1000 },
    );
  });

  it('stand one behind the other, each to be read for itself', () => {
    const writer = new PlainWriter();
    const ends = [{ n: 1 }, 'two', 3].map((value) => {
      expect(writer.write(value)).toBe(true);
      return writer.length;
    });
    const bytes = writer.take();
    const parts = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
    expect(parts.map((part): unknown => deserialize(part))).toEqual([{ n: 1 }, 'two', 3]);
    expect(writer.length).toBe(0);
  });
});

describe('what is left to the real serializer', () => {
  const shared = { n: 1 };
  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a bigint', 1n],
    ['other letters', '€'],
    ['a long string', 'x'.repeat(1000)],
    ['a date', new Date(0)],
    ['a typed array', new Uint8Array(2)],
    ['an object of a class', new RangeError('far')],
    ['a proxy', new Proxy({}, {})],
    ['an object twice', [shared, shared]],
    ['a circle', circular()],
    ['a hole', [1, , 2]],
    ['an array with properties', Object.assign([1], { index: 0 })],
    ['a key that is a number', { 1: 'one' }],
    ['many elements', Array.from({ length: 100 }, () => 0)],
    [
      'a getter that throws',
      Object.defineProperty({}, 'bad', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
    ],
  ])('%s', (_what, value) => {
    const writer = new PlainWriter();
    writer.write('before');
    const { length } = writer;
    expect(writer.write(value)).toBe(false);
    expect(writer.length).toBe(length);
  });
});

describe('reading', () => {
  it('gives small plain values without the real deserializer, whoever wrote them', () => {
    for (const value of [
      ...primitives,
      undefined,
      'x'.repeat(200),
      [],
      {},
      [1, [null]],
      { a: { b: ['c', 1.5, -3] } },
    ]) {
      expect(readPlain(serialize(value))).toStrictEqual(value);
      expect(readPlain(written(value) ?? new Uint8Array())).toStrictEqual(value);
    }
  });

  it('is left to the real one for everything else', () => {
    const own = JSON.parse('{"__proto__": 1}') as unknown;
    const values = [
      own,
      '€',
      1n,
      new Date(0),
      [1, , 2],
      Object.assign([1], { index: 0 }),
      { 1: 2 },
      new Map(),
      circular(),
    ];
    for (const value of values) expect(readPlain(serialize(value))).toBe(notPlain);
    expect(readPlain(serialize('x'.repeat(10_000)))).toBe(notPlain);
    for (const bytes of [
      Buffer.from([1, 2, 3]),
      Buffer.alloc(0),
      serialize(1.5).subarray(0, 6),
      serialize([1, 2]).subarray(0, 5),
    ])
      expect(readPlain(bytes)).toBe(notPlain);
  });

  it('gives the same as the real one, or leaves it to that', () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        const bytes = serialize(given);
        const value = readPlain(bytes);
        if (value !== notPlain) expect(value).toStrictEqual(deserialize(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});

function circular(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

describe('what small plain values are written from', () => {
  it('loses nothing that an array has besides its elements', () => {
    const withHole = Object.assign([undefined, 1], { note: 'x' });
    Reflect.deleteProperty(withHole, 0);
    expect(Object.keys(withHole)).toHaveLength(withHole.length);
    expect(written(withHole)).toBeUndefined();
  });

  it('is in memory of its own, since a message port sends all of a shared one', () => {
    const bytes = written([1, 'a']);
    expect(bytes?.buffer.byteLength).toBe(bytes?.byteLength);
  });
});
