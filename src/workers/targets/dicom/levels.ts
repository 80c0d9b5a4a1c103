/** How often each integer value occurs: `counts[i]` voxels have the value `lowest + i`. */
export interface LevelCounts {
  readonly lowest: number;
  readonly counts: Float64Array;
}

/** Figures of an image, all exact except `mean`, which is rounded once. */
export interface LevelFigures {
  readonly n: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly mean: number;
  readonly zeros: number;
}

/** Values of 16 bits, signed or not, lie in `[first, first + size)`. */
const first = -32_768;
const size = 32_768 + 65_536;

/** Counts the values of slice after slice. Integer counts do not depend on the order in which slices come. */
export class LevelCounter {
  readonly #counts = new Float64Array(size);

  /** Adds the voxels of one slice, each of 16 bits. */
  add(voxels: Int16Array | Uint16Array): void {
    const counts = this.#counts;
    for (const voxel of voxels) {
      const level = voxel - first;
      counts[level] = (counts[level] ?? 0) + 1;
    }
  }

  /** The counts from the lowest to the highest value that occurs; no counts when there was no voxel. */
  result(): LevelCounts {
    let low = 0;
    let high = size;
    while (low < high && this.#counts[low] === 0) low++;
    while (high > low && this.#counts[high - 1] === 0) high--;
    return { lowest: low === size ? 0 : low + first, counts: this.#counts.slice(low, high) };
  }
}

/** Adds up the counts of several ranks. */
export function mergeLevels(parts: readonly LevelCounts[]): LevelCounts {
  const filled = parts.filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) return { lowest: 0, counts: new Float64Array(0) };
  const lowest = Math.min(...filled.map((part) => part.lowest));
  const end = Math.max(...filled.map((part) => part.lowest + part.counts.length));
  const merged = new Float64Array(end - lowest);
  for (const part of filled) {
    for (const [i, count] of part.counts.entries()) {
      const at = part.lowest - lowest + i;
      merged[at] = (merged[at] ?? 0) + count;
    }
  }
  return { lowest, counts: merged };
}

/** Number, sum and extremes of the values. Both sums stay far below 2^53, where doubles count exactly. */
export function figuresOf({ lowest, counts }: LevelCounts): LevelFigures {
  let n = 0;
  let sum = 0;
  for (const [i, count] of counts.entries()) {
    n += count;
    sum += count * (lowest + i);
  }
  return { n, min: lowest, max: lowest + counts.length - 1, sum, mean: sum / n, zeros: counts[-lowest] ?? 0 };
}

/**
 * The sum over all voxels of `(n * value - sum)^2`: `n^2` times the sum of squared deviations from the mean, in
 * integers, so that ranks may add theirs in any order. The population deviation is the root of the total over `n^3`.
 *
 * @param levels the voxels of one rank
 * @param n number of voxels of all ranks
 * @param sum sum of the voxels of all ranks
 */
export function scaledSquares({ lowest, counts }: LevelCounts, n: number, sum: number): bigint {
  const scale = BigInt(n);
  const centre = BigInt(sum);
  let total = 0n;
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    const distance = scale * BigInt(lowest + i) - centre;
    total += BigInt(count) * distance * distance;
  }
  return total;
}

/** How many voxels have the value `threshold` or more. */
export function countAtLeast({ lowest, counts }: LevelCounts, threshold: number): number {
  return counts.reduce((sum, count, i) => (lowest + i >= threshold ? sum + count : sum), 0);
}

/**
 * A histogram with bins of equal width whose edges are multiples of the width, from the bin of the lowest value to the
 * bin of the highest. `counts[i]` values lie in `[edges[i], edges[i + 1])`.
 */
export function binLevels({ lowest, counts }: LevelCounts, width: number): { edges: number[]; counts: number[] } {
  const firstBin = Math.floor(lowest / width);
  const bins = Math.floor((lowest + counts.length - 1) / width) - firstBin + 1;
  const binned = new Array<number>(bins).fill(0);
  for (const [i, count] of counts.entries()) {
    const bin = Math.floor((lowest + i) / width) - firstBin;
    binned[bin] = (binned[bin] ?? 0) + count;
  }
  return { edges: Array.from({ length: bins + 1 }, (_, i) => (firstBin + i) * width), counts: binned };
}

/**
 * The value that best divides the voxels into a dark and a bright class: the first `t` for which the variance between
 * the voxels `<= t` and those `> t` is greatest. An image of one value gives that value.
 *
 * N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and
 * Cybernetics 9(1):62-66, 1979. Every integer value is a level of its own, as in scikit-image's `threshold_otsu` for
 * integer images; with 256 bins instead, as it does for floating-point ones, the result would be another.
 */
export function otsuThreshold(levels: LevelCounts): number {
  const { lowest, counts } = levels;
  const { n, sum } = figuresOf(levels);
  let threshold = lowest;
  let greatest = -1;
  let below = 0;
  let sumBelow = 0;
  for (const [i, count] of counts.entries()) {
    below += count;
    sumBelow += count * (lowest + i);
    const above = n - below;
    if (above === 0) break;
    const difference = sumBelow / below - (sum - sumBelow) / above;
    const between = below * above * difference * difference;
    if (between > greatest) {
      greatest = between;
      threshold = lowest + i;
    }
  }
  return threshold;
}
