/** When a process that works is replaced by a fresh one; always between two jobs. */
export interface RecyclePolicy {
  /** After so many runs. */
  readonly afterRuns: number;
  /** When it takes up more memory than this. */
  readonly aboveMiB: number;
}

/** How much one process has done, and whether it is to be replaced by a fresh one. */
export class ProcessWear {
  readonly #policy: RecyclePolicy;
  #runs = 0;
  #isTooLarge = false;

  constructor(policy: RecyclePolicy) {
    this.#policy = policy;
  }

  /** Whether its memory matters, and has to be measured. */
  get watchesMemory(): boolean {
    return this.#policy.aboveMiB < Number.POSITIVE_INFINITY;
  }

  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  /** A rank has outgrown its limit. Whether all its memory would come back with a fresh thread cannot be told. */
  outgrew(): void {
    this.#isTooLarge = true;
  }

  measured(rssMiB: number): void {
    if (rssMiB > this.#policy.aboveMiB) this.#isTooLarge = true;
  }

  /** A run has ended. @returns whether it was the last one, when the process may do at most `mostRuns` */
  ran(mostRuns: number): boolean {
    this.#runs += 1;
    return this.#isTooLarge || this.#runs >= Math.min(mostRuns, this.#policy.afterRuns);
  }
}
