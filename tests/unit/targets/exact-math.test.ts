import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqrtOfRatio } from '../../../src/workers/targets/exact-math';

describe('sqrtOfRatio', () => {
  it('gives the roots that a calculator shows', () => {
    expect(sqrtOfRatio(0n, 1n)).toBe(0);
    expect(sqrtOfRatio(4n, 9n)).toBe(2 / 3);
    expect(sqrtOfRatio(2n, 1n)).toBe(Math.SQRT2);
    expect(sqrtOfRatio(1n, 2n)).toBe(Math.SQRT1_2);
  });

  it('rounds as the square root of the machine does', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger().filter((value) => value >= 0),
        (value) => sqrtOfRatio(BigInt(value), 1n) === Math.sqrt(value),
      ),
    );
  });

  it('gives back a number of any size from its square', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 2n ** 53n),
        fc.bigInt(1n, 10n ** 40n),
        (root, factor) => sqrtOfRatio(root * root * factor, factor) === Number(root),
      ),
    );
  });

  it('does not lose a remainder far below the last digit', () => {
    const half = 2n ** 53n + 1n; // lies exactly between two doubles, so the remainder alone decides
    expect(sqrtOfRatio(half * half, 1n)).toBe(2 ** 53);
    expect(sqrtOfRatio(half * half * 10n ** 30n + 1n, 10n ** 30n)).toBe(2 ** 53 + 2);
  });
});
