import type { SharedObject } from '../../shared/worker-protocol';

/** The objects that ranks have stored: name, then rank, then the object. */
export type SharedObjects = ReadonlyMap<string, ReadonlyMap<number, SharedObject>>;

/** Of each name and rank the object that the rank has stored last, in whatever order one hears of them. */
export class LatestObjects {
  readonly #names = new Map<string, Map<number, SharedObject>>();

  get all(): SharedObjects {
    return this.#names;
  }

  /** Keeps an object unless a later one of the same rank and name is known. */
  store(name: string, rank: number, object: SharedObject): void {
    let objects = this.#names.get(name);
    if (!objects) {
      objects = new Map();
      this.#names.set(name, objects);
    }
    if ((objects.get(rank)?.version ?? 0) <= object.version) objects.set(rank, object);
  }

  /** Number for an object that is later than those known. */
  nextVersion(name: string, rank: number): number {
    return (this.#names.get(name)?.get(rank)?.version ?? 0) + 1;
  }

  /** The objects of all ranks but one, by rank. */
  others(name: string, self: number): (readonly [rank: number, object: SharedObject])[] {
    return [...(this.#names.get(name) ?? [])].filter(([rank]) => rank !== self).sort(([a], [b]) => a - b);
  }
}
