/** Where a run stands in the queue. */
export interface RunPlace {
  /** Higher goes first. */
  readonly priority: number;
  /** Among those of the same priority the smaller goes first. */
  readonly position: number;
}

/**
 * The runs that begin when it is their turn, in the order of the queue. Sorted only when somebody asks and something
 * has come out of order: a hundred thousand that are queued one after the other are never sorted.
 */
export class WaitingRuns {
  readonly #places = new Map<number, RunPlace>();
  /** In order up to `#sorted`; some have gone meanwhile, or have another place. */
  #order: { readonly id: number; readonly place: RunPlace }[] = [];
  #next = 0;
  #isSorted = true;

  get size(): number {
    return this.#places.size;
  }

  get ids(): readonly number[] {
    return [...this.#places.keys()];
  }

  has(id: number): boolean {
    return this.#places.has(id);
  }

  /** Adds a run, or gives it another place. */
  put(id: number, { priority, position }: RunPlace): void {
    const before = this.#places.get(id);
    if (before?.priority === priority && before.position === position) return;
    const place = { priority, position };
    this.#places.set(id, place);
    const last = this.#order.at(-1);
    if (last !== undefined && compare(last.place, place) > 0) this.#isSorted = false;
    this.#order.push({ id, place });
  }

  remove(id: number): boolean {
    return this.#places.delete(id);
  }

  /** The run whose turn it is, among those that may begin; undefined when there is none. */
  first(mayBegin: (id: number) => boolean = () => true): number | undefined {
    if (!this.#isSorted) {
      this.#order = this.#order.slice(this.#next).filter((entry) => this.#isCurrent(entry));
      this.#order.sort((a, b) => compare(a.place, b.place));
      this.#next = 0;
      this.#isSorted = true;
    }
    for (let at = this.#next; at < this.#order.length; at += 1) {
      const entry = this.#order[at];
      if (entry === undefined || !this.#isCurrent(entry)) {
        if (at === this.#next) this.#next += 1;
        continue;
      }
      if (mayBegin(entry.id)) return entry.id;
    }
    if (this.#places.size === 0) {
      this.#order = [];
      this.#next = 0;
    }
    return undefined;
  }

  #isCurrent({ id, place }: { readonly id: number; readonly place: RunPlace }): boolean {
    return this.#places.get(id) === place;
  }
}

/** Below 0 when the first goes before the second. */
export const compare = (a: RunPlace, b: RunPlace): number => b.priority - a.priority || a.position - b.position;
