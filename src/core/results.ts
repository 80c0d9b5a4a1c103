import { pickRootFailure } from './errors';
import type { Sliceable } from './jobs/partition';

/** What a job gives: each rank's value, or the error that ended it. */
export type ResultMap<T> = ReadonlyMap<number, T | Error>;

/** The values in the order of the ranks. An error stays where it is, as a value. */
export function listResults<T>(results: ResultMap<T>): (T | Error)[] {
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, value]) => value);
}

/**
 * Throws when a rank failed.
 *
 * What is thrown is the root failure: the error of a rank that failed by itself, not one that was only released
 * from a barrier because of it. The other ranks' errors are attached as `siblings`, a Map from rank to Error.
 */
export function checkResultMap<T>(results: ResultMap<T>): asserts results is ReadonlyMap<number, T> {
  const failures = [...results.entries()]
    .filter((entry): entry is [number, T & Error] => entry[1] instanceof Error)
    .sort(([a], [b]) => a - b);
  const root = pickRootFailure(failures, ([, error]) => error);
  if (!root) return;
  const siblings = new Map<number, Error>(failures.filter(([rank]) => rank !== root[0]));
  throw Object.assign(root[1], { rank: root[0], siblings });
}

/**
 * Joins the ranks' arrays (or strings, or typed arrays of one kind) in rank order.
 *
 * @throws the root failure, as {@link checkResultMap} does
 * @throws TypeError when typed arrays are of different kinds
 */
export function sumResultMap<T>(results: ResultMap<readonly T[]>): T[];
export function sumResultMap(results: ResultMap<string>): string;
export function sumResultMap<T extends TypedArray>(results: ResultMap<T>): T;
export function sumResultMap(results: ResultMap<Sliceable>): unknown {
  checkResultMap(results);
  const parts = listResults(results);
  const first = parts[0];
  if (parts.length > 0 && parts.every((part): part is string & Sliceable => typeof part === 'string'))
    return parts.join('');
  if (ArrayBuffer.isView(first)) return joinTyped(parts);
  return parts.flatMap((part) => (Array.isArray(part) ? [...(part as readonly unknown[])] : [part]));
}

/** The typed arrays that {@link sumResultMap} can join. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

function joinTyped(parts: readonly unknown[]): TypedArray {
  const arrays = parts as readonly TypedArray[];
  const first = arrays[0];
  if (!first || arrays.some((array) => array.constructor !== first.constructor)) {
    throw new TypeError('sumResultMap can join typed arrays of one kind only; the ranks returned different kinds.');
  }
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const joined = new (first.constructor as new (length: number) => TypedArray)(length);
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}
