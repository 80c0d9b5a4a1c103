/**
 * Where the ranks of one job wait for each other, as a plain state machine: it decides who may go on and sleeps for
 * nobody. Each time all have met a new generation begins, so one meeting can never be taken for the next; there is
 * one barrier for each job, so nothing of one job can reach another.
 *
 * ```ts
 * const barrier = new Barrier(2);
 * barrier.arrive(0); barrier.open(); // []: rank 0 has to wait
 * barrier.arrive(1); barrier.open(); // [0, 1]: both may go on
 * ```
 */
export class Barrier {
  /** Number of ranks that have to meet. */
  readonly total: number;
  readonly #arrived = new Set<number>();
  #generation = 0;
  #isAborted = false;

  /** @param total number of ranks that have to meet */
  constructor(total: number) {
    this.total = total;
  }

  /** How often all ranks have met. */
  get generation(): number {
    return this.#generation;
  }

  /** The abort word: a rank is gone, and there will be no further meeting. */
  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** The ranks that wait, in the order in which they came. */
  get waiting(): number[] {
    return [...this.#arrived];
  }

  /** A rank comes. */
  arrive(rank: number): void {
    this.#arrived.add(rank);
  }

  /** A rank does not wait any longer. */
  withdraw(rank: number): void {
    this.#arrived.delete(rank);
  }

  /** A rank is gone for good. Those who wait, and all who come, have to be told so and withdrawn. */
  abort(): void {
    this.#isAborted = true;
  }

  /** The ranks that may go on: all of them when the last has come, else none. */
  open(): number[] {
    if (this.#isAborted || this.#arrived.size < this.total) return [];
    const ranks = this.waiting;
    this.#arrived.clear();
    this.#generation += 1;
    return ranks;
  }
}
