/*
 * Values of items that follow each other, as one block of bytes: before each its length plus one, 7 bits a byte, lowest
 * first (LEB128); 0 stands for a value that is undefined. Blocks are joined by putting them one behind the other.
 */

/**
 * Packs values that are serialised already.
 *
 * @returns null when none of them is there
 */
export function packValues(values: readonly (Uint8Array | undefined)[]): Uint8Array | null {
  let size = 0;
  let isEmpty = true;
  for (const value of values) {
    if (value !== undefined) isEmpty = false;
    size += value === undefined ? 1 : lengthOfNumber(value.byteLength + 1) + value.byteLength;
  }
  if (isEmpty) return null;
  const packed = new Uint8Array(size);
  let at = 0;
  for (const value of values) {
    at = writeNumber(packed, at, value === undefined ? 0 : value.byteLength + 1);
    if (value !== undefined) {
      packed.set(value, at);
      at += value.byteLength;
    }
  }
  return packed;
}

/**
 * The values that {@link packValues} packed, as views into it.
 *
 * @param count how many there are
 * @throws RangeError when it is not a block of so many values
 */
export function unpackValues(packed: Uint8Array | null, count: number): (Uint8Array | undefined)[] {
  if (packed === null) return Array.from({ length: count }, () => undefined);
  const values: (Uint8Array | undefined)[] = [];
  let at = 0;
  while (values.length < count) {
    const [length, start] = readNumber(packed, at);
    at = start + Math.max(0, length - 1);
    if (at > packed.byteLength) break;
    values.push(length === 0 ? undefined : packed.subarray(start, at));
  }
  if (values.length !== count || at !== packed.byteLength)
    throw new RangeError(`These ${packed.byteLength} bytes are not ${count} values.`);
  return values;
}

/** One block for two that follow each other; null as long as neither holds a value. */
export function joinPacked(
  first: Uint8Array | null,
  firstCount: number,
  second: Uint8Array | null,
  secondCount: number,
): Uint8Array | null {
  if (first === null && second === null) return null;
  const joined = new Uint8Array((first?.byteLength ?? firstCount) + (second?.byteLength ?? secondCount));
  // What is not there is as many zeros, each of which says that a value is undefined.
  if (first) joined.set(first, 0);
  if (second) joined.set(second, first?.byteLength ?? firstCount);
  return joined;
}

/** Durations are kept in steps of so many milliseconds. */
const durationStep = 0.01;

/**
 * Packs how long items that follow each other took: of each one number as above, in hundredths of a millisecond plus
 * one; 0 stands for one that is not known.
 *
 * @returns null when none of them is known
 */
export function packDurations(ms: readonly (number | undefined)[]): Uint8Array | null {
  const numbers = ms.map((one) => (one === undefined || !(one >= 0) ? 0 : Math.round(one / durationStep) + 1));
  if (numbers.every((one) => one === 0)) return null;
  const packed = new Uint8Array(numbers.reduce((sum, one) => sum + lengthOfNumber(one), 0));
  numbers.reduce((at, one) => writeNumber(packed, at, one), 0);
  return packed;
}

/** The durations that {@link packDurations} packed, in milliseconds, NaN for those not known; null when it is no such block. */
export function unpackDurations(packed: Uint8Array | null, count: number): Float32Array | null {
  if (packed === null) return null;
  const ms = new Float32Array(count);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const [number, end] = readNumber(packed, at);
    if (at >= packed.byteLength) return null;
    ms[index] = number === 0 ? Number.NaN : (number - 1) * durationStep;
    at = end;
  }
  return at === packed.byteLength ? ms : null;
}

/** The part of a block of durations that is about some of its items. */
export function cutDurations(packed: Uint8Array | null, from: number, to: number): Uint8Array | null {
  if (packed === null) return null;
  const offsets = [from, to].map((count) => {
    let at = 0;
    for (let index = 0; index < count; index += 1) [, at] = readNumber(packed, at);
    return at;
  });
  return packed.slice(offsets[0], offsets[1]);
}

function lengthOfNumber(value: number): number {
  let length = 1;
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) length += 1;
  return length;
}

function writeNumber(into: Uint8Array, at: number, value: number): number {
  let rest = value;
  while (rest >= 128) {
    into[at++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  into[at++] = rest;
  return at;
}

function readNumber(from: Uint8Array, start: number): readonly [value: number, end: number] {
  let value = 0;
  let scale = 1;
  for (let at = start; at < from.byteLength; at++) {
    const byte = from[at] ?? 0;
    value += (byte % 128) * scale;
    if (byte < 128) return [value, at + 1];
    scale *= 128;
  }
  return [Number.POSITIVE_INFINITY, from.byteLength];
}
