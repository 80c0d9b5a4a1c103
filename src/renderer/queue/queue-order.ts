import type { JobRow } from '../../shared/ipc';

/** Parts of the queue, from top to bottom. */
export const sections = ['running', 'waiting', 'ready', 'ended'] as const;

export type Section = (typeof sections)[number];

/** In which part of the queue a job stands: one that a script has asked for beside its script. */
export function sectionOf({ state, scriptState }: Pick<JobRow, 'state' | 'scriptState'>): Section {
  switch (scriptState ?? state) {
    case 'running':
    case 'cancelling':
    case 'pausing':
      return 'running';
    case 'queued':
    case 'paused':
    case 'interrupted':
      return 'waiting';
    case 'ready':
      return 'ready';
    case 'done':
    case 'failed':
    case 'cancelled':
    case 'skipped':
      return 'ended';
  }
}

/**
 * The order in which jobs are shown: what runs by age, what waits as it will begin, what has not been submitted file by
 * file, what has ended with the latest first. Jobs of one run stay together.
 */
function placeOf(row: JobRow): readonly number[] {
  const { key, entry, fileKey, place } = row;
  const section = sectionOf(row);
  const at = sections.indexOf(section);
  const run = entry?.run ?? 0;
  switch (section) {
    case 'running':
      return [at, run, place, key];
    case 'waiting':
      return entry === null
        ? [at, 1, Number.POSITIVE_INFINITY, 0, run, place, key]
        : [at, entry.isActive ? 0 : 1, -entry.priority, entry.position, run, place, key];
    case 'ready':
      return [at, fileKey, place, key];
    case 'ended':
      return [at, -run, place, key];
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

/** Keeps jobs in order while they change: what has not moved is not sorted again. */
export class QueueOrder {
  readonly #places = new Map<number, readonly number[]>();
  readonly #moved = new Set<number>();
  #keys: readonly number[] = [];
  #hasRemoved = false;

  put(row: JobRow): void {
    const place = placeOf(row);
    const before = this.#places.get(row.key);
    if (before !== undefined && compare(before, place) === 0) return;
    this.#places.set(row.key, place);
    this.#moved.add(row.key);
  }

  remove(key: number): void {
    if (this.#places.delete(key)) this.#hasRemoved = true;
    this.#moved.delete(key);
  }

  /** All keys in order; the same array as before when nothing has moved. */
  get keys(): readonly number[] {
    if (this.#moved.size === 0 && !this.#hasRemoved) return this.#keys;
    const rest = this.#keys.filter((key) => this.#places.has(key) && !this.#moved.has(key));
    const moved = [...this.#moved].sort((a, b) => this.#compare(a, b));
    // Also when all stand where they stood: one may have come into another part of the queue.
    this.#keys = this.#merge(rest, moved);
    this.#moved.clear();
    this.#hasRemoved = false;
    return this.#keys;
  }

  #merge(rest: readonly number[], moved: readonly number[]): number[] {
    const merged: number[] = [];
    let at = 0;
    for (const key of moved) {
      for (let next = rest[at]; next !== undefined && this.#compare(next, key) < 0; next = rest[at]) {
        merged.push(next);
        at += 1;
      }
      merged.push(key);
    }
    for (; at < rest.length; at += 1) {
      const next = rest[at];
      if (next !== undefined) merged.push(next);
    }
    return merged;
  }

  #compare(a: number, b: number): number {
    return compare(this.#places.get(a) ?? [], this.#places.get(b) ?? []);
  }
}
