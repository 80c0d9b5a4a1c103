import type { LiveChange } from '../../shared/live';
import type { Patch } from '../../shared/partial';

/** News of a view, and whether there is more of it than was given out. */
export interface LiveNews {
  readonly change: LiveChange;
  readonly more: boolean;
}

/**
 * One view of a job's partial result: takes what ranks give out, in bounded memory, and tells what has changed since
 * it was asked last.
 */
export interface LiveView {
  /** Memory that it takes, in bytes. */
  readonly bytes: number;
  /** Takes a piece; those for views of other kinds are none of its business. Throws a TypeError when it does not fit. */
  add(patch: Patch): void;
  /** What has changed; null when nothing has. With `fresh` all of it. */
  take(fresh: boolean): LiveNews | null;
}

/** Checks that a view stays what it was when it began. Throws a TypeError that names what has changed. */
export function requireSame(before: object, now: object, keys: readonly string[]): void {
  const other = keys.find((key) => JSON.stringify(Reflect.get(before, key)) !== JSON.stringify(Reflect.get(now, key)));
  if (other !== undefined) {
    const was: unknown = Reflect.get(before, other);
    const is: unknown = Reflect.get(now, other);
    throw new TypeError(`its ${other} was ${JSON.stringify(was)}, and is ${JSON.stringify(is)} now`);
  }
}

/** Checks a whole number. Throws a TypeError that says what it must be. */
export function requireWhole(name: string, value: unknown, least: number, most: number): asserts value is number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new TypeError(`${name} must be a whole number from ${least} to ${most}, not ${String(value)}`);
}
