import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binLevels,
  countAtLeast,
  figuresOf,
  LevelCounter,
  type LevelCounts,
  mergeLevels,
  otsuThreshold,
  scaledSquares,
} from '../../../src/workers/targets/dicom/levels';
import { sqrtOfRatio } from '../../../src/workers/targets/exact-math';

function levelsOf(values: readonly number[]): LevelCounts {
  const counter = new LevelCounter();
  counter.add(Int16Array.from(values));
  return counter.result();
}

describe('level counts', () => {
  it('hold the lowest to the highest value and how often each occurs', () => {
    expect(levelsOf([3, -1, 3, 0])).toEqual({ lowest: -1, counts: Float64Array.of(1, 1, 0, 0, 2) });
  });

  it('take the extremes of signed and of unsigned 16-bit values', () => {
    const counter = new LevelCounter();
    counter.add(Int16Array.of(-32_768));
    counter.add(Uint16Array.of(65_535));
    expect(figuresOf(counter.result())).toMatchObject({ n: 2, min: -32_768, max: 65_535, sum: 32_767 });
  });

  it('are empty without voxels and then add nothing', () => {
    const none = new LevelCounter().result();
    expect(none.counts).toHaveLength(0);
    expect(mergeLevels([none, none])).toEqual(none);
    expect(mergeLevels([none, levelsOf([7])])).toEqual(levelsOf([7]));
  });

  it('give figures that can be counted by hand', () => {
    expect(figuresOf(levelsOf([0, 0, 2, -4]))).toEqual({ n: 4, min: -4, max: 2, sum: -2, mean: -0.5, zeros: 2 });
    expect(figuresOf(levelsOf([5, 6])).zeros).toBe(0);
    expect(figuresOf(levelsOf([-5, -6])).zeros).toBe(0);
    expect(countAtLeast(levelsOf([1, 2, 2, 3]), 2)).toBe(3);
  });

  it('give the population deviation of a textbook sample', () => {
    const levels = levelsOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(sqrtOfRatio(scaledSquares(levels, 8, 40), 8n ** 3n)).toBe(2);
  });

  it('give the same for values in one piece or in several', () => {
    const value = fc.integer({ min: -300, max: 700 });
    const pieces = fc.array(fc.array(value, { maxLength: 20 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        pieces.filter((all) => all.flat().length > 0),
        (all) => {
          const whole = levelsOf(all.flat());
          const parts = all.map(levelsOf);
          expect(mergeLevels(parts)).toEqual(whole);
          const { n, sum } = figuresOf(whole);
          expect(parts.reduce((total, part) => total + scaledSquares(part, n, sum), 0n)).toBe(
            scaledSquares(whole, n, sum),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('binLevels', () => {
  it('has edges at multiples of the width around all values', () => {
    expect(binLevels(levelsOf([0, 99, 100, 250]), 100)).toEqual({ edges: [0, 100, 200, 300], counts: [2, 1, 1] });
    expect(binLevels(levelsOf([-1, 0]), 100)).toEqual({ edges: [-100, 0, 100], counts: [1, 1] });
    expect(binLevels(levelsOf([150]), 100)).toEqual({ edges: [100, 200], counts: [1] });
  });
});

describe('otsuThreshold', () => {
  it('separates two clusters after the last value of the lower one', () => {
    expect(otsuThreshold(levelsOf([10, 11, 12, 12, 200, 201, 203]))).toBe(12);
  });

  it('is the value itself when there is only one', () => {
    expect(otsuThreshold(levelsOf([42, 42]))).toBe(42);
  });

  it('works with negative values', () => {
    expect(otsuThreshold(levelsOf([-1000, -990, 40, 50]))).toBe(-990);
  });
});
