/** Shortest time between two fetches, in milliseconds. */
const restMs = 100;

/**
 * Fetches news each time that some are announced: one request at a time, at most ten a second; what is announced
 * meanwhile comes with the next.
 */
export class Fetcher {
  readonly #fetch: (fresh: boolean) => Promise<boolean>;
  readonly #rest: () => Promise<unknown>;
  #announced = 0;
  /** Null before the first. */
  #fetched: number | null = null;
  #busy = false;
  #ended = false;

  /**
   * @param fetch gets the news; `fresh` says that it is the first time. Resolves to whether there is more at once
   * @param rest resolves when the next request may begin; after a tenth of a second unless a test says otherwise
   */
  constructor(
    fetch: (fresh: boolean) => Promise<boolean>,
    rest = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, restMs)),
  ) {
    this.#fetch = fetch;
    this.#rest = rest;
  }

  /** Main says that there is news: `version` is another number than before. */
  announce(version: number): void {
    this.#announced = version;
    if (!this.#busy) void this.#run();
  }

  /** Nothing is fetched any more, and what is on its way does not count. */
  end(): void {
    this.#ended = true;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (!this.#ended && this.#fetched !== this.#announced) {
      const fresh = this.#fetched === null;
      const version = this.#announced;
      const more = await this.#fetch(fresh);
      this.#fetched = more ? Number.NaN : version;
      await this.#rest();
    }
    this.#busy = false;
  }
}
