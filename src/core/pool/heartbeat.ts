/** How often a worker process is asked for a sign of life, in milliseconds. */
export const beatIntervalMs = 2000;
/** One that has not answered for so long does not respond, in milliseconds. */
const silentAfterMs = 4000;

/**
 * Whether a worker process responds. Only its control thread is asked, which never runs user code: one that does not
 * answer is stopped (SIGSTOP, a debugger), starved or hung, whatever its target does.
 *
 * A plain state machine. `now` is in milliseconds, of a clock that does not go back.
 */
export class Heartbeat {
  #lastBeat: number;
  #askedAt: number | undefined;
  #isSilent = false;

  constructor(now: number) {
    this.#lastBeat = now;
  }

  /** It has not answered for too long. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /**
   * To be called at every {@link beatIntervalMs}.
   *
   * @returns `ask`: send a question; `silent`: it has just been found not to respond; `wait`: nothing is to be done
   */
  beat(now: number): 'ask' | 'silent' | 'wait' {
    const sinceLast = now - this.#lastBeat;
    this.#lastBeat = now;
    if (this.#askedAt === undefined) {
      this.#askedAt = now;
      return 'ask';
    }
    // The server itself was held up, and answers may lie unread: that time does not count.
    if (sinceLast > 2 * beatIntervalMs) this.#askedAt += sinceLast - beatIntervalMs;
    if (this.#isSilent || now - this.#askedAt < silentAfterMs) return 'wait';
    this.#isSilent = true;
    return 'silent';
  }

  /** Something came from the process. @returns whether it had been silent */
  heard(): boolean {
    const wasSilent = this.#isSilent;
    this.#askedAt = undefined;
    this.#isSilent = false;
    return wasSilent;
  }
}
