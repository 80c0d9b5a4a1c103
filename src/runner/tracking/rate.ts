/** Weight of the past in the smoothed rate: after this many milliseconds a change has come through by 63%. */
const memoryMs = 2500;

/** Shortest time between two samples that says something about speed. */
const minSampleMs = 100;

/** Smoothed items a second of one running job. */
export class RateMeter {
  #rate: number | null = null;
  #lastAt: number;
  #lastCount = 0;
  readonly #startedAt: number;

  /** @param now milliseconds at the start of the run */
  constructor(now: number) {
    this.#startedAt = now;
    this.#lastAt = now;
  }

  /** Null until the first half second of work has been seen. */
  get rate(): number | null {
    return this.#rate !== null && this.#lastAt - this.#startedAt >= 500 ? this.#rate : null;
  }

  /** Takes the number of finished items at a time. */
  sample(count: number, now: number): void {
    const elapsed = now - this.#lastAt;
    if (elapsed < minSampleMs) return;
    const current = ((count - this.#lastCount) / elapsed) * 1000;
    const weight = 1 - Math.exp(-elapsed / memoryMs);
    this.#rate = this.#rate === null ? current : this.#rate + weight * (current - this.#rate);
    this.#lastAt = now;
    this.#lastCount = count;
  }
}
