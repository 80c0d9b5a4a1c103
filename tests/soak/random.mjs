/**
 * Numbers in [0, 1) that a seed replays (mulberry32, by Tommy Ettinger); another row of them for each `stream`.
 *
 * @param {number} seed
 * @param {number} stream
 */
export function seeded(seed, stream) {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param {() => number} random
 * @param {readonly string[]} list
 */
export const pickFrom = (random, list) => list[Math.floor(random() * list.length)] ?? '';
