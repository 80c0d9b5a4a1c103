/** Tells when it is time again to give out a partial result: often enough to look live, too seldom to cost anything. */
export class Pace {
  readonly #everyMs: number;
  readonly #now: () => number;
  #last: number;

  /** @param everyMs shortest time between two partial results, and before the first */
  constructor(everyMs = 120, now: () => number = () => performance.now()) {
    this.#everyMs = everyMs;
    this.#now = now;
    this.#last = now();
  }

  /** Whether so much time has passed since this was last true. */
  isDue(): boolean {
    const now = this.#now();
    if (now - this.#last < this.#everyMs) return false;
    this.#last = now;
    return true;
  }
}
