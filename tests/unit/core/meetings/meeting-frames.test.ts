import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeetingFrame } from '../../../../src/core/meetings/direct-meeting';
import {
  decodeMeetingFrames,
  encodeMark,
  encodeMeetingFrame,
  fitsFrame,
  frameName,
  mostFrameBytes,
} from '../../../../src/core/meetings/meeting-frames';

const id = { jobId: 7, attempt: 2 };
const number = fc.integer({ min: 0, max: 0xffffffff });
const payload = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null });
const sync = fc
  .record({ from: number, call: number, round: number })
  .map((fields): MeetingFrame => ({ kind: 'arrive', ...fields, name: undefined, object: undefined }));
const share = fc
  .record({
    from: number,
    call: number,
    round: number,
    name: fc.string({ maxLength: 60, unit: 'grapheme' }).map(frameName),
    object: fc.record({ version: number, payload }),
  })
  .map((fields): MeetingFrame => ({ kind: 'arrive', ...fields }));
const broken = fc
  .record({ from: number, calls: fc.array(number, { minLength: 1, maxLength: 64 }) })
  .map((fields): MeetingFrame => ({ kind: 'broken', ...fields }));
const frame = fc.oneof(sync, share, broken);

/** Payloads as plain arrays, so that a Buffer equals a Uint8Array. */
const plain = (one: MeetingFrame): unknown =>
  one.kind === 'arrive' && one.object?.payload
    ? { ...one, object: { ...one.object, payload: [...one.object.payload] } }
    : one;

function decode(bytes: Buffer): { frames: unknown[]; marks: number[]; used: number } {
  const frames: unknown[] = [];
  const marks: number[] = [];
  const used = decodeMeetingFrames(
    bytes,
    id,
    (one) => frames.push(plain(one)),
    (mark) => marks.push(mark),
  );
  return { frames, marks, used };
}

describe('frames between ranks', () => {
  it('arrive as they were sent, in their order, also when only a part of the last one is there', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), frame, fc.nat(), (frames, last, cut) => {
        const whole = Buffer.concat(frames.map((one) => encodeMeetingFrame(id, one)));
        const part = encodeMeetingFrame(id, last);
        const bytes = Buffer.concat([whole, part.subarray(0, cut % part.length)]);
        expect(decode(bytes)).toEqual({ frames: frames.map(plain), marks: [], used: whole.length });
      }),
    );
  });

  it('of other jobs and other attempts are left out, and marks are told apart', () => {
    const one: MeetingFrame = { kind: 'arrive', from: 1, call: 1, name: undefined, round: 0, object: undefined };
    const bytes = Buffer.concat([
      encodeMeetingFrame({ jobId: 6, attempt: 2 }, one),
      encodeMark(3),
      encodeMeetingFrame(id, one),
      encodeMeetingFrame({ jobId: 7, attempt: 1 }, one),
      encodeMark(4),
    ]);
    expect(decode(bytes)).toEqual({ frames: [one], marks: [3, 4], used: bytes.length });
  });

  it('hold a copy of the object, since the buffer is read into again', () => {
    const bytes = encodeMeetingFrame(id, {
      kind: 'arrive',
      from: 0,
      call: 1,
      name: 'x',
      round: 0,
      object: { version: 1, payload: Buffer.from('kept') },
    });
    const got: MeetingFrame[] = [];
    decodeMeetingFrames(
      bytes,
      id,
      (one) => got.push(one),
      () => undefined,
    );
    bytes.fill(0);
    expect(got.map(plain)).toEqual([
      expect.objectContaining({ object: { version: 1, payload: [...Buffer.from('kept')] } }),
    ]);
  });

  it('carry short names as they are, and long ones as something that is as different', () => {
    const long = 'a'.repeat(200);
    expect(frameName('mesh')).toBe('mesh');
    expect(frameName(long)).toBe(frameName('a'.repeat(200)));
    expect(frameName(long)).not.toBe(frameName(`${long}a`));
    expect(Buffer.byteLength(frameName('長'.repeat(50)))).toBeLessThanOrEqual(40);
  });

  it.each([
    ['a character that is cut in two', `abc${'😀'.repeat(30)}`],
    ['half a character', 'a\ud83d'],
  ])('carry names with %s as text that arrives as it was sent', (_what, name) => {
    const sent = frameName(name);
    expect(Buffer.from(sent).toString()).toBe(sent);
    expect(frameName('a\ud83d')).not.toBe(frameName('a\ude00'));
  });

  it.each([2, 3, 4, 8, 16, 64])('of %d ranks are so small that a pipe holds eight of each other rank', (total) => {
    // A pipe has 16 pages of 4096 bytes, and a frame that does not fit on a page begins the next one.
    const inPage = Math.floor(4096 / mostFrameBytes(total));
    expect(16 * inPage).toBeGreaterThanOrEqual(Math.min(8 * (total - 1), 16 * 512));
    expect(mostFrameBytes(total)).toBeGreaterThanOrEqual(16 + 4 * 16);
    expect(fitsFrame('x'.repeat(40), new Uint8Array(8), total)).toBe(true);
    expect(fitsFrame('x', new Uint8Array(mostFrameBytes(total)), total)).toBe(false);
  });
});
