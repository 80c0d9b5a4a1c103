/** A step that comes later than this, and later than twice its time, was held up; in milliseconds. */
const mostLateMs = 100;
/** Bounds of the steps in which time is counted, in milliseconds. */
const [shortestStepMs, longestStepMs] = [50, 5000];

/**
 * Counts the time in which the program was at work. Time in which nothing of it could run does not count: the machine
 * was suspended, or the event loop was held up, and what has come meanwhile lies unread.
 *
 * A plain state machine over a clock that does not go back, in milliseconds.
 */
export class WorkClock {
  readonly #read: () => number;
  #last: number;
  #lostMs = 0;

  constructor(read = (): number => performance.now()) {
    this.#read = read;
    this.#last = read();
  }

  get now(): number {
    return this.#read() - this.#lostMs;
  }

  /**
   * To be called in steps.
   *
   * @param stepMs when it should have been called, counted from the last time
   * @returns the time now
   */
  tick(stepMs: number): number {
    const now = this.#read();
    const lateMs = now - this.#last - stepMs;
    if (lateMs > Math.max(stepMs, mostLateMs)) this.#lostMs += lateMs;
    this.#last = now;
    return now - this.#lostMs;
  }
}

/** Calls `then` once, when so much time has passed in which the program was at work: see {@link WorkClock}. */
export class TimeLimit {
  readonly #clock: WorkClock;
  readonly #endAt: number;
  readonly #stepMs: number;
  readonly #then: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number, then: () => void, clock = new WorkClock()) {
    this.#clock = clock;
    this.#endAt = clock.now + limitMs;
    this.#stepMs = Math.min(Math.max(limitMs / 4, shortestStepMs), longestStepMs);
    this.#then = then;
    this.#wait();
  }

  /** What is left of the time, in milliseconds. */
  get leftMs(): number {
    return Math.max(0, this.#endAt - this.#clock.now);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const stepMs = Math.min(Math.ceil(this.leftMs), this.#stepMs);
    this.#timer = setTimeout(() => {
      if (this.#clock.tick(stepMs) >= this.#endAt) this.#then();
      else this.#wait();
    }, stepMs);
  }
}
