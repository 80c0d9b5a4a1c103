/**
 * The times of something that lasts. They begin with the clock of the machine and go on with one that does not jump,
 * so that none is before another and no duration is negative, or a day too long, when somebody sets the clock.
 */
export class Stopwatch {
  /** When it was made, in milliseconds since the epoch. */
  readonly startedAt = Date.now();
  readonly #began = performance.now();

  /** Milliseconds since then. */
  get elapsedMs(): number {
    return performance.now() - this.#began;
  }

  /** Now, in milliseconds since the epoch. */
  get now(): number {
    return this.startedAt + Math.round(this.elapsedMs);
  }
}
