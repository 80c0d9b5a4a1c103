import { setImmediate } from 'node:timers/promises';
import type { TreeHits, TreePath } from '../../shared/result';
import { childrenOf, sizeOf } from './value-tree';

/** Most places that a search names, most values that it looks at, and how long it holds up the app at a time. */
const maxHits = 1000;
const maxVisited = 5_000_000;
const sliceMs = 8;

/** Children of one value that are taken at a time. */
const batch = 500;

interface Child {
  readonly label: string;
  readonly value: unknown;
}

/** A value whose children are being looked at. */
interface Level {
  readonly value: unknown;
  readonly size: number;
  /** Whether its children are called by keys; places in a list are not looked for. */
  readonly isNamed: boolean;
  /** The children from `first` on that have been taken out. */
  children: readonly Child[];
  first: number;
  /** Place of the next child. */
  next: number;
}

/**
 * Looks for a text in the keys and the plain values of a result, whole texts included, from top to bottom.
 *
 * @param text upper and lower case are the same
 * @param isWanted false ends the search: somebody asks for something else meanwhile
 */
export async function searchTree(root: unknown, text: string, isWanted: () => boolean): Promise<TreeHits> {
  const wanted = text.toLowerCase();
  if (wanted === '') return { hits: [], visited: 0, complete: true };
  const hits: { path: TreePath }[] = [];
  const levels: Level[] = [levelOf(root)];
  const around = new Set<unknown>([root]);
  let visited = 0;
  let sliceEnd = performance.now() + sliceMs;
  if (holds(root, wanted)) hits.push({ path: [] });
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const child = nextChild(level);
    if (child === undefined) {
      levels.pop();
      around.delete(level.value);
      continue;
    }
    visited += 1;
    if ((level.isNamed && child.label.toLowerCase().includes(wanted)) || holds(child.value, wanted))
      hits.push({ path: levels.map(({ next }) => next - 1) });
    if (hits.length >= maxHits || visited >= maxVisited) return { hits, visited, complete: false };
    // What contains itself is looked at once on each way down.
    if (sizeOf(child.value) > 0 && !around.has(child.value)) {
      levels.push(levelOf(child.value));
      around.add(child.value);
    }
    if (visited % 256 === 0 && performance.now() > sliceEnd) {
      await setImmediate();
      if (!isWanted()) return { hits: [], visited, complete: false };
      sliceEnd = performance.now() + sliceMs;
    }
  }
  return { hits, visited, complete: true };
}

function levelOf(value: unknown): Level {
  const isNamed = !Array.isArray(value) && !ArrayBuffer.isView(value) && !(value instanceof Set);
  return { value, size: sizeOf(value), isNamed, children: [], first: 0, next: 0 };
}

function nextChild(level: Level): Child | undefined {
  if (level.next >= level.size) return undefined;
  if (level.next >= level.first + level.children.length) {
    level.first = level.next;
    level.children = [...childrenOf(level.value, level.next, batch)];
  }
  const child = level.children[level.next - level.first];
  level.next += 1;
  return child;
}

const holds = (value: unknown, wanted: string): boolean => plainText(value)?.toLowerCase().includes(wanted) ?? false;

/** The text of a value that is shown by itself and not by its parts. */
function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || value === undefined) return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return undefined;
}
