import { glob } from 'tinyglobby';
import { maxItems } from './limits';
import { naturalCompare } from './natural-order';
import type { ProblemCode } from './problem';

/** Limits that keep a glob from running away: its alternatives, its time, what it may find. */
const maxAlternatives = 1000;
const maxBraceGroups = 10;

export type Found =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly code: ProblemCode; readonly message: string };

/**
 * The files that globs find, as absolute paths in natural order.
 *
 * A sorted list is what makes a job give the same result on every machine: file systems list in any order they like.
 *
 * @param patterns relative to `folder`; `/` separates on every platform
 * @param exclude patterns of what to leave out
 * @param maxMs how long the search may take
 */
export async function findFiles(
  patterns: readonly string[],
  exclude: readonly string[],
  folder: string,
  maxMs: number,
): Promise<Found> {
  if ([...patterns, ...exclude].some(isBomb)) {
    return {
      ok: false,
      code: 'E114',
      message: `The glob has too many alternatives in braces; at most ${maxAlternatives} are allowed.`,
    };
  }
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), maxMs);
  try {
    const found = await glob(patterns, {
      cwd: folder,
      ignore: exclude,
      absolute: true,
      expandDirectories: false,
      signal: deadline.signal,
    });
    if (deadline.signal.aborted)
      return {
        ok: false,
        code: 'E114',
        message: `The glob was still searching after ${Math.ceil(maxMs / 1000)} s; name a deeper folder.`,
      };
    if (found.length === 0)
      return {
        ok: false,
        code: 'E205',
        message: `No file matches ${patterns.map((pattern) => JSON.stringify(pattern)).join(', ')}.`,
      };
    if (found.length > maxItems)
      return {
        ok: false,
        code: 'E114',
        message: `The glob finds ${found.length} files; at most ${maxItems} are allowed.`,
      };
    return { ok: true, files: [...found].sort(naturalCompare) };
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the braces of a glob would be expanded into too many patterns. Counts generously: nested groups multiply. */
function isBomb(pattern: string): boolean {
  const groups = pattern.match(/\{/g) ?? [];
  if (groups.length > maxBraceGroups) return true;
  const numbers = [...pattern.matchAll(/(-?\d+)\.\.(-?\d+)/g)].map(
    ([, from, to]) => Math.abs(Number(to) - Number(from)) + 1,
  );
  const lists = [...pattern.matchAll(/\{[^{}]*,[^{}]*\}/g)].map(([group]) => group.split(',').length);
  return [...numbers, ...lists].reduce((product, count) => product * count, 1) > maxAlternatives;
}
