/** Shortest time between two fetches, in milliseconds. */
const restMs = 100;

/**
 * Fetches news each time that some are announced: one request at a time, at most ten a second; what is announced
 * meanwhile comes with the next.
 */
export class Fetcher {
  readonly #fetch: (fresh: boolean) => Promise<boolean>;
  readonly #rest: () => Promise<unknown>;
  #announced: number | string = 0;
  /** Null before the first, and while there is more to be had. */
  #fetched: number | string | null = null;
  #isFirst = true;
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

  /** There is news: `version` is another one than before. */
  announce(version: number | string): void {
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
      const fresh = this.#isFirst;
      this.#isFirst = false;
      const version = this.#announced;
      const more = await this.#fetch(fresh);
      this.#fetched = more ? null : version;
      await this.#rest();
    }
    this.#busy = false;
  }
}
