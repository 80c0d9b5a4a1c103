import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseProcCount, isSliceable, partitionSequence } from '../../../../src/core/jobs/partition';

const allParts = (length: number, parts: number): [number, number][] =>
  Array.from({ length: parts }, (_, part) => partitionSequence(length, part, parts));

describe('partitionSequence', () => {
  it('cuts 50 items for 4 ranks as documented', () => {
    expect(allParts(50, 4)).toEqual([
      [0, 12],
      [12, 25],
      [25, 37],
      [37, 50],
    ]);
  });

  it('cuts 10 and 20 items for 3 ranks as documented', () => {
    expect(allParts(10, 3)).toEqual([
      [0, 3],
      [3, 6],
      [6, 10],
    ]);
    expect(allParts(20, 3)).toEqual([
      [0, 6],
      [6, 13],
      [13, 20],
    ]);
  });

  it('leaves some parts empty, and loses no item, when there are fewer items than parts', () => {
    expect(allParts(3, 5)).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(allParts(0, 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('is exact where a floating point product is not', () => {
    expect(partitionSequence(9_007_199_254_740_991, 2, 3)).toEqual([6_004_799_503_160_660, 9_007_199_254_740_991]);
    expect(partitionSequence(9_007_199_254_740_991, 6, 7)).toEqual([7_720_456_504_063_706, 9_007_199_254_740_991]);
  });

  it('equals the exact quotient for every length and number of parts', () => {
    const anyCut = fc
      .tuple(fc.maxSafeNat(), fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 2 ** 31 })))
      .chain(([length, parts]) => fc.tuple(fc.constant(length), fc.nat(parts - 1), fc.constant(parts)));
    fc.assert(
      fc.property(anyCut, ([length, part, parts]) => {
        const exact = (numerator: number): number => Number((BigInt(numerator) * BigInt(length)) / BigInt(parts));
        expect(partitionSequence(length, part, parts)).toEqual([exact(part), exact(part + 1)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('puts every item into exactly one part, in order, and no part differs by more than one item', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 100 }), (length, parts) => {
        const cuts = allParts(length, parts);
        const items = cuts.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i));
        expect(items).toEqual(Array.from({ length }, (_, i) => i));
        const sizes = cuts.map(([start, end]) => end - start);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    [-1, 0, 1, 'maxVal must be an integer of at least 0, not -1'],
    [1.5, 0, 1, 'maxVal must be an integer of at least 0, not 1.5'],
    [Number.NaN, 0, 1, 'maxVal must be an integer of at least 0, not NaN'],
    [2 ** 53, 0, 1, 'maxVal must be an integer of at least 0, not 9007199254740992'],
    [10, 0, 0, 'numParts must be an integer of at least 1, not 0'],
    [10, -1, 2, 'part must be an integer of at least 0, not -1'],
    [10, 2, 2, 'part must be less than numParts (2), not 2'],
  ])('refuses %d items, part %d of %d: %s', (length, part, parts, message) => {
    expect(() => partitionSequence(length, part, parts)).toThrow(new RangeError(message));
  });
});

describe('chooseProcCount', () => {
  it('gives one process to work below the threshold', () => {
    expect(chooseProcCount(99, 0, 100, 4)).toBe(1);
    expect(chooseProcCount(3, 0.5, 5, 4)).toBe(1);
  });

  it('gives as many processes as items when there are enough', () => {
    expect(chooseProcCount(3, 99, 100, 4)).toBe(3);
    expect(chooseProcCount(4, 99, 400, 4)).toBe(4);
  });

  it('gives all processes, written 0, to more items than processes', () => {
    expect(chooseProcCount(100, 0, 100, 4)).toBe(0);
    expect(chooseProcCount(5, 99, 100, 4)).toBe(0);
  });
});

describe('isSliceable', () => {
  it('takes arrays, typed arrays, strings and anything with length and slice', () => {
    const alike = { length: 3, slice: (start: number, end: number) => end - start };
    expect([[], new Float64Array(2), '', 'abc', alike].map(isSliceable)).toEqual([true, true, true, true, true]);
  });

  it('refuses what has no length or no slice', () => {
    const without = [null, undefined, 3, {}, new Map(), new ArrayBuffer(3), { length: 3 }, (a: number) => a];
    expect(without.map(isSliceable)).toEqual(without.map(() => false));
  });
});
