import { describe, expect, it } from 'vitest';
import { encodeValue } from '../../../../src/core/data/serialize';
import { ObjectSharer } from '../../../../src/core/meetings/object-sharer';
import { Rendezvous } from '../../../../src/core/meetings/rendezvous';

describe('what ranks have shared, seen from the server', () => {
  it('is the latest object of each rank by name, and nothing of a job that is over', () => {
    const meeting = new Rendezvous(2);
    const store = (rank: number, name: string, value: unknown): void =>
      void meeting.arrive(rank, 1, { op: 'share', name, payload: encodeValue(value, name), exchange: false });
    const sharer = new ObjectSharer({
      shared: (jobId) => (jobId === 7 ? meeting.stored : undefined),
      read: (_jobId, _rank, { payload }) => payload ?? new Uint8Array(),
    });
    expect(sharer.names(7)).toEqual([]);
    store(1, 'a', 'old');
    store(1, 'a', new Map([[1, 2n]]));
    store(0, 'a', 'first');
    store(0, 'b', 1);
    meeting.arrive(0, 2, { op: 'get', name: 'asked for, never stored' });
    expect(sharer.names(7)).toEqual(['a', 'b']);
    expect([...sharer.getObjects(7, 'a')]).toEqual([
      [0, 'first'],
      [1, new Map([[1, 2n]])],
    ]);
    expect([sharer.getObjects(7, 'c').size, sharer.names(8), sharer.getObjects(8, 'a').size]).toEqual([0, [], 0]);
  });
});
