/** Something that can be cut into contiguous parts: an array, a typed array, a string, or anything alike. */
export interface Sliceable {
  /** How many elements it has. */
  readonly length: number;
  /** A copy of the elements `[start, end)`. */
  slice(start: number, end: number): unknown;
}

/**
 * Start and end of one part of `[0, maxVal)` cut into `numParts` contiguous parts: `[floor(i*n/p), floor((i+1)*n/p))`.
 *
 * The division is exact for every safe integer. Parts differ by at most one item; when there are fewer items than
 * parts, some are empty.
 *
 * @param maxVal number of items, an integer of at least 0
 * @param part which part, from 0 to `numParts - 1`
 * @param numParts how many parts, at least 1
 * @returns `[start, end)`
 * @throws RangeError when a value is not an integer or out of its bounds
 */
export function partitionSequence(maxVal: number, part: number, numParts: number): [start: number, end: number] {
  requireInteger('maxVal', maxVal, 0);
  requireInteger('numParts', numParts, 1);
  requireInteger('part', part, 0);
  if (part >= numParts) throw new RangeError(`part must be less than numParts (${numParts}), not ${part}`);
  return [floorOfProduct(part, maxVal, numParts), floorOfProduct(part + 1, maxVal, numParts)];
}

/**
 * How many ranks a piece of work deserves: 1 when it is too small to be worth a process, its own size when that is
 * at most the number of processors, else 0, which means all of them.
 *
 * @param numElems number of items
 * @param refine how often each item is refined; the work is `numElems * (refine + 1)`
 * @param threshold below this much work one process is enough
 * @param realNumProcs how many worker processes there are
 */
export function chooseProcCount(numElems: number, refine: number, threshold: number, realNumProcs: number): number {
  if (Math.floor(numElems * (refine + 1)) < threshold) return 1;
  return numElems <= realNumProcs ? numElems : 0;
}

/** Whether a value can be cut by {@link partitionSequence}. */
export function isSliceable(value: unknown): value is Sliceable {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as { length?: unknown; slice?: unknown };
  return typeof candidate.length === 'number' && typeof candidate.slice === 'function';
}

/** `floor(a * b / c)` without losing the low digits of a large product. */
function floorOfProduct(a: number, b: number, c: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) return Math.floor(product / c);
  return Number((BigInt(a) * BigInt(b)) / BigInt(c));
}

function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be an integer of at least ${least}, not ${value}`);
  }
}
