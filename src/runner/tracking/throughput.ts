import type { ThroughputData } from '../../shared/run';

/** Most samples that are kept, and shortest time between two of them at first, in milliseconds. */
const mostSamples = 1200;
const firstIntervalMs = 200;
/** With more ranks than these only the total is kept. */
const mostRanks = 64;

interface Sample {
  readonly at: number;
  readonly counts: readonly number[];
  readonly total: number;
}

/** How many items were done when, in bounded memory: when there are too many samples, every second one goes. */
export class Throughput {
  #samples: Sample[] = [];
  #interval = firstIntervalMs;
  /** What ranks of the same numbers had done before the job went on. */
  #before: readonly number[] = [];

  /** Takes how far a run is. @param now milliseconds since the epoch */
  sample(now: number, total: number, counts: readonly number[]): void {
    const last = this.#samples.at(-1);
    const all = this.#before.length === 0 ? counts : counts.map((count, rank) => count + (this.#before[rank] ?? 0));
    const sample = { at: now, total, counts: counts.length > mostRanks ? [] : all };
    // The latest state always counts: it takes the place of one that is too near to the one before.
    const beforeLast = this.#samples.at(-2);
    if (last !== undefined && beforeLast !== undefined && last.at - beforeLast.at < this.#interval) this.#samples.pop();
    this.#samples.push(sample);
    if (this.#samples.length <= mostSamples) return;
    this.#samples = this.#samples.filter((_, place) => place % 2 === 0);
    this.#interval *= 2;
  }

  /** Another attempt begins: counts go back. */
  clear(): void {
    this.#samples = [];
    this.#before = [];
    this.#interval = firstIntervalMs;
  }

  /**
   * Takes over what was recorded, before anything is sampled.
   *
   * @param goesOn further samples are of new ranks, which count from 0 again
   */
  restore({ at, total, ranks }: ThroughputData, goesOn: boolean): void {
    this.#samples = Array.from(at, (time, place) => ({
      at: time,
      total: total[place] ?? 0,
      counts: ranks.map((counts) => counts[place] ?? Number.NaN),
    }));
    this.#interval = Math.max(firstIntervalMs, ((at.at(-1) ?? 0) - (at[0] ?? 0)) / mostSamples);
    if (goesOn) this.#before = this.#samples.at(-1)?.counts ?? [];
  }

  get data(): ThroughputData {
    const ranks = Math.max(0, ...this.#samples.map(({ counts }) => counts.length));
    return {
      at: Float64Array.from(this.#samples, ({ at }) => at),
      total: Float64Array.from(this.#samples, ({ total }) => total),
      ranks: Array.from({ length: ranks }, (_, rank) =>
        Float64Array.from(this.#samples, ({ counts }) => counts[rank] ?? Number.NaN),
      ),
    };
  }
}
