/** Random numbers for one item: the same whatever rank works on it. */
export interface RandomStream {
  /** Uniform in `[0, 1)`, with 53 random bits. */
  random(): number;
  /** Uniform integer in `[0, 2^32)`. */
  uint32(): number;
  /** Normal with mean 0 and standard deviation 1 (Box and Muller 1958). */
  normal(): number;
}

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;

type Block = [number, number, number, number];

/**
 * Philox 4x32-10, a counter-based generator: its output is a function of a key and a counter, without any state that
 * would depend on what was drawn before. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011.
 *
 * @param counter four words of 32 bits
 * @param key two words of 32 bits
 * @returns four random words of 32 bits
 */
export function philox4x32(counter: Readonly<Block>, key: readonly [number, number]): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round += 1) {
    const high0 = multiplyHigh(multiplier0, c0);
    const low0 = Math.imul(multiplier0, c0) >>> 0;
    const high1 = multiplyHigh(multiplier1, c2);
    const low1 = Math.imul(multiplier1, c2) >>> 0;
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + weyl0) >>> 0;
    k1 = (k1 + weyl1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * The random numbers of one item.
 *
 * @param item index of the item, an integer from 0 to 2^53 - 1
 * @param seed another seed gives other numbers; an integer from 0 to 2^32 - 1
 * @throws RangeError when one of them is not
 */
export function randomStream(item: number, seed = 0): RandomStream {
  if (!Number.isSafeInteger(item) || item < 0)
    throw new RangeError(`rng takes the index of an item, an integer of at least 0, not ${item}.`);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new RangeError(`The seed must be an integer from 0 to 4294967295, not ${seed}.`);
  const low = item >>> 0;
  const high = Math.floor(item / 2 ** 32);
  let drawn = 0;
  let words: number[] = [];
  let spare: number | undefined;
  const uint32 = (): number => {
    if (words.length === 0) {
      words = philox4x32([drawn, 0, low, high], [seed, 0]);
      drawn += 1;
    }
    return words.shift() ?? 0;
  };
  const random = (): number => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { random, uint32, normal };
}

/** High word of the product of two words of 32 bits, in halves that a double holds exactly. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + Math.floor((aLow * bLow) / 0x10000);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}
