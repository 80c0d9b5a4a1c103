import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '../../../../src/core/pool/framing';

const bytesOf = (messages: readonly object[]): Buffer =>
  Buffer.concat(messages.flatMap((message) => encodeFrame(message)));

/** Gives a reader bytes in pieces of the given sizes, and the rest in one. */
function readInPieces(bytes: Buffer, sizes: readonly number[]): object[] {
  const reader = new FrameReader();
  const messages: object[] = [];
  let offset = 0;
  for (const size of [...sizes, bytes.length]) {
    messages.push(...reader.push(bytes.subarray(offset, offset + size)));
    offset = Math.min(bytes.length, offset + size);
  }
  return messages;
}

describe('frames on the data link', () => {
  test('messages and their payloads arrive whole and in order, however the socket cuts them', () => {
    // Made of its length and first byte: large arrays are slow to draw at random and to compare item by item.
    const payload = fc
      .tuple(fc.nat(40_000), fc.nat(255))
      .map(([length, first]) => Uint8Array.from({ length }, (_, i) => (first + i) % 256));
    const message = fc.record(
      {
        type: fc.string(),
        run: fc.record({ jobId: fc.nat(), rank: fc.nat() }),
        text: fc.string({ unit: 'binary' }),
        payload,
      },
      { requiredKeys: ['type', 'run'] },
    );
    const inWords = (each: { payload?: Uint8Array }): string =>
      JSON.stringify({ ...each, payload: each.payload && Buffer.from(each.payload).toString('base64') });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 40 }),
        (messages, sizes) => {
          expect(readInPieces(bytesOf(messages), sizes).map(inWords)).toEqual(messages.map(inWords));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('payloads of megabytes arrive whole between small messages, cut anywhere', () => {
    const large = (length: number, first: number): Buffer => Buffer.alloc(length, Uint8Array.of(first, 1, 2, 3, 5, 8));
    const messages = [
      { n: 1 },
      { n: 2, payload: large(300_000, 7) },
      { n: 3, payload: large(2 ** 20 + 1, 9) },
      { n: 4, payload: Buffer.alloc(0) },
      { n: 5 },
    ];
    const bytes = bytesOf(messages);
    const cuts = fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(cuts, (sizes) => {
        const read = readInPieces(bytes, sizes) as { n: number; payload?: Buffer }[];
        return (
          read.length === messages.length &&
          read.every(({ n, payload }, i) => {
            const sent = messages[i];
            return n === sent?.n && (payload === sent.payload || payload?.equals(sent.payload ?? payload) === true);
          })
        );
      }),
      { numRuns: 50 },
    );
  });

  test('a frame says how long its text and its payload are', () => {
    expect(encodeFrame({ a: 1 })).toEqual([Buffer.from([7, 0, 0, 0, 0, 0, 0, 0, ...Buffer.from('{"a":1}')])]);
    expect(encodeFrame({ a: 1, payload: Uint8Array.of(9, 8) })).toEqual([
      Buffer.from([7, 0, 0, 0, 3, 0, 0, 0, ...Buffer.from('{"a":1}'), 9, 8]),
    ]);
  });

  test('an empty payload is not the same as none', () => {
    const reader = new FrameReader();
    expect(reader.push(bytesOf([{ payload: new Uint8Array() }, {}]))).toEqual([{ payload: Buffer.alloc(0) }, {}]);
  });

  test('a large payload is not copied', () => {
    const payload = new Uint8Array(100_000);
    expect(encodeFrame({ payload })[1]).toBe(payload);
  });

  test('a message as long as may be is accepted, and one that is a byte longer refused as soon as it says so', () => {
    const [frame] = encodeFrame({ a: 1 });
    const header = Buffer.from(frame ?? []).subarray(0, 8);
    expect(new FrameReader(7).push(bytesOf([{ a: 1 }]))).toEqual([{ a: 1 }]);
    expect(new FrameReader(7).push(header)).toEqual([]);
    const refused = new FrameReader(6);
    expect(refused.push(header.subarray(0, 7))).toEqual([]);
    expect(() => refused.push(header.subarray(7))).toThrow(new RangeError('A message of 7 bytes is too long.'));
  });

  test('a payload counts for the length of its message, its header does not', () => {
    const message = { a: 1, payload: Buffer.from([9, 8]) };
    expect(new FrameReader(9).push(bytesOf([message]))).toEqual([message]);
    expect(() => new FrameReader(8).push(bytesOf([message]))).toThrow('A message of 9 bytes is too long.');
  });

  test('each message may be as long, however many there are, and any length once that is allowed', () => {
    const reader = new FrameReader(7);
    expect(reader.push(bytesOf([{ a: 1 }, { b: 2 }, { c: 3 }]))).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
    reader.mostBytes = Number.POSITIVE_INFINITY;
    const payload = Buffer.alloc(100_000, 5);
    const [large] = reader.push(bytesOf([{ payload }]));
    expect(large && 'payload' in large && payload.equals(Buffer.from(large.payload as Uint8Array))).toBe(true);
  });

  test('the longest frames that their four bytes can tell are refused before anything of them is kept', () => {
    const longest = Buffer.alloc(8, 0xff);
    expect(() => new FrameReader(4096).push(longest)).toThrow(RangeError);
  });

  test('what is not a frame is refused', () => {
    expect(() => new FrameReader().push(Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]))).toThrow(SyntaxError);
    expect(() => new FrameReader().push(Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, ...Buffer.from('null')]))).toThrow(
      SyntaxError,
    );
  });
});
