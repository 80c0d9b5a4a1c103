import { describe, expect, it } from 'vitest';
import { pickLeaving, pickReaped, type WorkerStanding } from '../../../../src/core/pool/pool-plan';

const worker = (slot: number, state: WorkerStanding['state'], idleSince = 0): WorkerStanding => ({
  slot,
  state,
  idleSince,
});

describe('a pool that shrinks', () => {
  const workers = [
    worker(0, 'idle'),
    worker(1, 'busy'),
    worker(2, 'resting'),
    worker(3, 'idle'),
    worker(4, 'starting'),
  ];

  it('lets those go first that are missed least, and busy ones last', () => {
    expect(pickLeaving(workers, 1)).toEqual([2]);
    expect(pickLeaving(workers, 3)).toEqual([2, 4, 3]);
    expect(pickLeaving(workers, 5)).toEqual([2, 4, 3, 0, 1]);
  });

  it('lets nobody go when it grows', () => {
    expect(pickLeaving(workers, 0)).toEqual([]);
    expect(pickLeaving(workers, -2)).toEqual([]);
  });
});

describe('idle workers', () => {
  it('end when they have been idle for long enough, and the rest is looked at when it is due', () => {
    const workers = [worker(0, 'idle', 100), worker(1, 'idle', 0), worker(2, 'busy'), worker(3, 'idle', 50)];
    expect(pickReaped(workers, 110, 60, 1)).toEqual({ slots: [1, 3], lookAgainMs: 50 });
  });

  it('stay when there are no more than the minimum', () => {
    const workers = [worker(0, 'idle'), worker(1, 'idle'), worker(2, 'resting')];
    expect(pickReaped(workers, 1000, 10, 2)).toEqual({ slots: [], lookAgainMs: undefined });
    expect(pickReaped(workers, 1000, 10, 1)).toEqual({ slots: [1], lookAgainMs: undefined });
  });

  it('are looked for again while others are being started', () => {
    expect(pickReaped([worker(0, 'starting'), worker(1, 'starting')], 5, 10, 1)).toEqual({
      slots: [],
      lookAgainMs: 10,
    });
  });
});
