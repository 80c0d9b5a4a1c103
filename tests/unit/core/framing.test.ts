import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '../../../src/core/framing';

const bytesOf = (messages: readonly object[]): Buffer => Buffer.concat(messages.flatMap((message) => encodeFrame(message)));

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
    const message = fc.record(
      {
        type: fc.string(),
        run: fc.record({ jobId: fc.nat(), rank: fc.nat() }),
        text: fc.string({ unit: 'binary' }),
        payload: fc.uint8Array({ maxLength: 40_000, size: 'max' }),
      },
      { requiredKeys: ['type', 'run'] },
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 40 }), (messages, sizes) => {
        const read = readInPieces(bytesOf(messages), sizes);
        expect(read.map((each) => ('payload' in each ? { ...each, payload: Uint8Array.from(each.payload as Buffer) } : each))).toEqual(
          messages.map((each) => JSON.parse(JSON.stringify({ ...each, payload: undefined })) as object).map((each, i) => {
            const payload = messages[i]?.payload;
            return payload ? { ...each, payload } : each;
          }),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('a frame says how long its text and its payload are', () => {
    expect(encodeFrame({ a: 1 })).toEqual([Buffer.from([7, 0, 0, 0, 0, 0, 0, 0, ...Buffer.from('{"a":1}')])]);
    expect(encodeFrame({ a: 1, payload: Uint8Array.of(9, 8) })).toEqual([Buffer.from([7, 0, 0, 0, 3, 0, 0, 0, ...Buffer.from('{"a":1}'), 9, 8])]);
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
  });
});
