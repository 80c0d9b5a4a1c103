/**
 * Square root of the fraction `numerator / denominator`, rounded once to the nearest double.
 *
 * Sums of squares of many integers do not fit into doubles; computed with BigInt they are exact, and this is the only
 * rounding on the way to a deviation. So the result cannot depend on the order of additions.
 *
 * @param numerator at least 0
 * @param denominator at least 1
 */
export function sqrtOfRatio(numerator: bigint, denominator: bigint): number {
  // A root of at least 64 bits leaves room below a double's 53 for one bit that says "and a little more".
  const missing = 128 - (bitLength(numerator) - bitLength(denominator));
  const shift = BigInt(Math.max(0, Math.ceil(missing / 2)));
  const scaled = numerator << (2n * shift);
  const quotient = scaled / denominator;
  const root = floorSqrt(quotient);
  const exact = root * root * denominator === scaled;
  return Number((root << 1n) | (exact ? 0n : 1n)) / 2 ** (Number(shift) + 1);
}

/** Largest integer whose square is at most `value`, by Newton's method from above. */
function floorSqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
