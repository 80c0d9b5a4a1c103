import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Barrier } from '../../../../src/core/meetings/barrier';

describe('a barrier', () => {
  it('opens when the last has come, and begins a new generation', () => {
    const barrier = new Barrier(2);
    for (const generation of [0, 1, 2]) {
      barrier.arrive(1);
      expect([barrier.open(), barrier.waiting, barrier.generation]).toEqual([[], [1], generation]);
      barrier.arrive(0);
      expect([barrier.open(), barrier.waiting]).toEqual([[1, 0], []]);
    }
    expect(barrier.generation).toBe(3);
  });

  it('never opens once a rank is gone', () => {
    const barrier = new Barrier(2);
    barrier.arrive(0);
    barrier.abort();
    barrier.arrive(1);
    expect([barrier.open(), barrier.isAborted, barrier.generation]).toEqual([[], true, 0]);
    barrier.withdraw(0);
    expect(barrier.waiting).toEqual([1]);
  });

  it('lets every rank through equally often, in any order of arrival', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(), { maxLength: 100 }), (total, order) => {
        const barrier = new Barrier(total);
        const passed = Array<number>(total).fill(0);
        for (const choice of order) {
          const able = [...passed.keys()].filter((rank) => !barrier.waiting.includes(rank));
          barrier.arrive(able[choice % able.length] ?? 0);
          for (const rank of barrier.open()) passed[rank] = (passed[rank] ?? 0) + 1;
          expect(passed.every((count) => count === barrier.generation)).toBe(true);
        }
      }),
    );
  });
});
