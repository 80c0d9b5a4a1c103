import { TimeLimit } from '../time-limit';
import type { DataLink } from './data-link';

/** How long the last messages of a dead process may take to arrive, in milliseconds. */
const drainMs = 1000;

/** How long a thread whose link has closed may take to be gone, in milliseconds; the end of its commands counts in. */
const goneMs = 4000;

/** The data links of one process's compute threads: that of the thread that works, and those whose last words may be on their way. */
export class ThreadLinks {
  #current: DataLink | undefined;
  /** By generation. */
  readonly #links = new Map<number, DataLink>();
  readonly #onStuck: () => void;
  #lastGone = 0;
  #ending: TimeLimit | undefined;

  /**
   * @param onStuck a thread has closed its link, and does not come to its end. In Electron 25 one that calls
   *   `process.exit()` may wait for ever for work that nobody does; its process then never gets another thread.
   */
  constructor(onStuck: () => void) {
    this.#onStuck = onStuck;
  }

  /** Of the thread that can take a run now. */
  get current(): DataLink | undefined {
    return this.#current;
  }

  add(link: DataLink): void {
    this.#current = link;
    this.#links.set(link.generation, link);
    link.onClose(() => {
      if (this.#current === link) this.#current = undefined;
      if (this.#links.get(link.generation) === link) {
        this.#links.delete(link.generation);
        this.#ending?.stop();
        if (link.generation > this.#lastGone) this.#ending = new TimeLimit(goneMs, this.#onStuck);
      }
    });
  }

  /** No thread takes a run any more until there is another one. */
  release(): void {
    this.#current = undefined;
  }

  /** The process is gone, with all of them; those of the next one count from 1 again. */
  clear(): void {
    this.#links.clear();
    this.#lastGone = 0;
  }

  /** Calls `then` once everything that a thread that has ended had sent has been read. */
  drainThread(generation: number, then: () => void): void {
    this.#lastGone = generation;
    this.#ending?.stop();
    this.#drain(this.#links.get(generation), then);
  }

  /** The process has ended. Calls `then` once everything that the last thread had sent has been read. */
  drain(then: () => void): void {
    this.#lastGone = Number.POSITIVE_INFINITY;
    this.#ending?.stop();
    this.#drain(this.#current, then);
  }

  #drain(link: DataLink | undefined, then: () => void): void {
    if (!link) {
      then();
      return;
    }
    let isDone = false;
    const done = (): void => {
      if (isDone) return;
      isDone = true;
      limit.stop();
      if (this.#current === link) this.#current = undefined;
      then();
    };
    const limit = new TimeLimit(drainMs, done);
    link.onClose(done);
  }
}
