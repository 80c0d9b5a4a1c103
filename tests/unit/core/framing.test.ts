import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader } from '../../../src/core/framing';

const message = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true });

/** Cuts bytes at the given places; the same place twice gives an empty piece. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

describe('frames', () => {
  it('are a length of four bytes, little endian, and the message', () => {
    const frame = encodeFrame('abc');
    expect(frame.readUInt32LE(0)).toBe(frame.length - 4);
    expect(new FrameReader().push(frame)).toEqual(['abc']);
  });

  it('come out whole and in order however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 20 }), (messages, places) => {
        const reader = new FrameReader();
        const bytes = Buffer.concat(messages.map(encodeFrame));
        const received = cutAt(bytes, places).flatMap((piece) => reader.push(piece));
        expect(received).toEqual(messages);
      }),
      { numRuns: 500 },
    );
  });

  it('come out when the bytes arrive one by one', () => {
    const reader = new FrameReader();
    const bytes = Buffer.concat([{ a: 1 }, 'two', [3]].map(encodeFrame));
    expect([...bytes].flatMap((byte) => reader.push(Buffer.of(byte)))).toEqual([{ a: 1 }, 'two', [3]]);
  });

  it('are given out with the piece that completes them, not later', () => {
    const reader = new FrameReader();
    const frame = encodeFrame('late');
    expect(reader.push(frame.subarray(0, -1))).toEqual([]);
    expect(reader.push(frame.subarray(-1))).toEqual(['late']);
  });

  it('carry typed arrays that later pieces do not change', () => {
    const reader = new FrameReader();
    const first = encodeFrame(new Float64Array([1.5, 2.5]));
    const [array] = reader.push(first);
    reader.push(encodeFrame(new Float64Array([7, 8])));
    expect(array).toEqual(new Float64Array([1.5, 2.5]));
  });
});
