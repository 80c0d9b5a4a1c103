import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../src/core/error-info';
import { Rendezvous } from '../../../src/core/meetings/rendezvous';

const failed = { kind: 'failed', error: toErrorInfo(new RangeError('root')) } as const;

/** What a rank is given of the others' objects. */
function seenBy(meeting: Rendezvous, rank: number): string[] {
  return meeting
    .arrive(rank, 0, { op: 'get', name: 'x' })
    .flatMap(({ reply }) =>
      reply.ok ? reply.entries.map(([from, { payload }]) => `${from}:${Buffer.from(payload ?? '').toString()}`) : [],
    );
}

/** How many of the payloads are still in memory once everything that nobody needs is gone. */
async function stillThere(payloads: readonly WeakRef<Uint8Array>[]): Promise<number> {
  setFlagsFromString('--expose-gc');
  await setImmediate();
  runInNewContext('gc()');
  return payloads.filter((payload) => payload.deref() !== undefined).length;
}

describe('what a meeting keeps', () => {
  it('of 100,000 objects published without an exchange is the latest', async () => {
    const meeting = new Rendezvous(2);
    const payloads: WeakRef<Uint8Array>[] = [];
    for (let call = 1; call <= 100_000; call += 1) {
      const payload = Buffer.from(`object ${call}`);
      payloads.push(new WeakRef(payload));
      meeting.arrive(0, call, { op: 'share', name: 'x', payload, exchange: false });
    }
    expect(await stillThere(payloads)).toBe(1);
    expect(seenBy(meeting, 1)).toEqual(['0:object 100000']);
  });

  it('of 1,000 complete rounds is the latest object of each rank', async () => {
    const meeting = new Rendezvous(2);
    const payloads: WeakRef<Uint8Array>[] = [];
    for (let call = 1; call <= 1000; call += 1) {
      for (const rank of [0, 1]) {
        const payload = Buffer.from(`object ${call} of ${rank}`);
        payloads.push(new WeakRef(payload));
        meeting.arrive(rank, call, { op: 'share', name: 'x', payload, exchange: true });
      }
    }
    expect(await stillThere(payloads)).toBe(2);
    expect(seenBy(meeting, 1)).toEqual(['0:object 1000 of 0']);
  });

  it('of 1,000 exchanges that a rank tries though another one has left is the latest object', async () => {
    const meeting = new Rendezvous(2);
    const payloads: WeakRef<Uint8Array>[] = [];
    meeting.depart(1, failed);
    for (let call = 1; call <= 1000; call += 1) {
      const payload = Buffer.from(`object ${call}`);
      payloads.push(new WeakRef(payload));
      const releases = meeting.arrive(0, call, { op: 'share', name: 'x', payload, exchange: true });
      expect(releases[0]?.reply.ok).toBe(false);
    }
    expect(await stillThere(payloads)).toBe(1);
  });
});
