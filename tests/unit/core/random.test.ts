import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philox4x32, randomStream } from '../../../src/core/random';

const hex = (words: readonly number[]): string => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');
const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const first = (item: number, seed?: number): string => hex(draw(8, randomStream(item, seed).uint32));

describe('philox4x32', () => {
  // The known answers of Random123 (kat_vectors, philox4x32 with 10 rounds).
  it.each([
    ['zeros', [0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      'ones',
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      'the digits of pi',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)('gives the published words for %s', (_, counter, key, words) => {
    expect(hex(philox4x32([...counter], key))).toBe(words);
  });
});

describe('the random numbers of an item', () => {
  it('are the words of the generator, block after block', () => {
    expect(first(0)).toBe(hex([...philox4x32([0, 0, 0, 0], [0, 0]), ...philox4x32([1, 0, 0, 0], [0, 0])]));
    const [item, seed] = [3 * 2 ** 32 + 5, 7];
    expect(first(item, seed)).toBe(hex([...philox4x32([0, 0, 5, 3], [7, 0]), ...philox4x32([1, 0, 5, 3], [7, 0])]));
  });

  it('are the same each time, whatever was drawn for other items meanwhile', () => {
    const [here, there] = [randomStream(41), randomStream(42)];
    const mixed = draw(8, () => {
      there.normal();
      return here.uint32();
    });
    expect(hex(mixed)).toBe(first(41));
  });

  it('begin otherwise for each item and each seed, also where items differ only above 32 bits', () => {
    const items = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 33, Number.MAX_SAFE_INTEGER];
    const seeds = [0, 1, 2, 0xffffffff];
    const words = items.flatMap((item) => seeds.flatMap((seed) => first(item, seed).split(' ')));
    expect(new Set(words).size).toBe(items.length * seeds.length * 8);
  });

  it('lie in [0, 1) and have 53 bits', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 0xffffffff }), (item, seed) => {
        const [high = 0, low = 0] = draw(2, randomStream(item, seed).uint32);
        const value = randomStream(item, seed).random();
        expect(value).toBe(((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
      }),
    );
  });
});

describe('over 100,000 draws', () => {
  const draws = 100_000;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const moment = (values: readonly number[], power: number): number => mean(values.map((value) => value ** power));
  const correlation = (a: readonly number[], b: readonly number[]): number =>
    mean(a.map((value, index) => value * (b[index] ?? 0)));

  // Bounds of about six standard errors; the numbers are fixed, so these either hold or do not.
  it('random has the moments of the uniform distribution', () => {
    const values = draw(draws, randomStream(5).random);
    expect(Math.abs(moment(values, 1) - 1 / 2)).toBeLessThan(0.006);
    expect(Math.abs(moment(values, 2) - 1 / 3)).toBeLessThan(0.006);
    expect(Math.abs(moment(values, 3) - 1 / 4)).toBeLessThan(0.006);
    const tenths = draw(10, () => 0);
    for (const value of values) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    for (const count of tenths) expect(Math.abs(count - draws / 10)).toBeLessThan(600);
  });

  it('normal has mean 0, variance 1, no skew and a kurtosis of 3', () => {
    const values = draw(draws, randomStream(5).normal);
    expect(Math.abs(moment(values, 1))).toBeLessThan(0.02);
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(moment(values, 3))).toBeLessThan(0.08);
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(0.2);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it('the first numbers of neighbouring items have the same moments, and nothing to do with each other', () => {
    const values = Array.from({ length: draws }, (_, item) => randomStream(item).normal());
    expect(Math.abs(moment(values, 1))).toBeLessThan(0.02);
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(correlation(values, values.slice(1)))).toBeLessThan(0.02);
  });

  it('the two values of a pair of normal numbers have nothing to do with each other', () => {
    const values = draw(draws, randomStream(6).normal);
    expect(Math.abs(correlation(values, values.slice(1)))).toBeLessThan(0.02);
  });
});

describe('bad input', () => {
  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('an item %d is refused', (item) => {
    expect(() => randomStream(item)).toThrow(
      new RangeError(`rng takes the index of an item, an integer of at least 0, not ${item}.`),
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 32])('a seed %d is refused', (seed) => {
    expect(() => randomStream(0, seed)).toThrow(
      new RangeError(`The seed must be an integer from 0 to 4294967295, not ${seed}.`),
    );
  });

  it('the largest item and the largest seed are not', () => {
    expect(() => randomStream(Number.MAX_SAFE_INTEGER, 0xffffffff)).not.toThrow();
  });
});
