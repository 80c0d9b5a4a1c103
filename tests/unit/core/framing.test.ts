import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '../../../src/core/framing';

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

  test('what is not a frame is refused', () => {
    expect(() => new FrameReader().push(Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]))).toThrow(SyntaxError);
    expect(() => new FrameReader().push(Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, ...Buffer.from('null')]))).toThrow(
      SyntaxError,
    );
  });
});
