import { keepsCrashing, nextAttemptDelay, type RetryPolicy } from '../jobs/retry';

/**
 * A target is given up when so many runs have died before their first item, over so many milliseconds in which nothing
 * else was delivered. It could be loaded once, so a few may be chance: others may kill processes faster than they begin.
 */
const mostEarlyDeaths = 20;
const earlyDeathsMs = 10_000;

/** Runs that died before they came to their first item, since the last item that was delivered: no item is to blame. */
export class EarlyDeaths {
  /** When that was. */
  #times: number[] = [];

  note(now: number): void {
    this.#times.push(now);
  }

  /** An item was delivered: the target can be run. */
  clear(): void {
    this.#times.length = 0;
  }

  /** It has gone on for so long that it will not end by itself. */
  isLoop(now: number): boolean {
    const [first = now] = this.#times;
    return this.#times.length >= mostEarlyDeaths && now - first >= earlyDeathsMs;
  }

  /** The process that looked for the target has died; that of a target that always ends it would again. */
  mayProbeAgain(retries: RetryPolicy): boolean {
    return (
      !keepsCrashing(this.#times) && nextAttemptDelay(retries, this.#times.length, { kind: 'crash' }) !== undefined
    );
  }
}
