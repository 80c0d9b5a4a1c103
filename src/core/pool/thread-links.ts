import { TimeLimit } from '../time-limit';
import type { DataLink } from './data-link';

/** How long the last messages of a dead process may take to arrive, in milliseconds. */
const drainMs = 1000;

/** The data links of one process's compute threads: that of the thread that works, and those whose last words may be on their way. */
export class ThreadLinks {
  #current: DataLink | undefined;
  /** By generation. */
  readonly #links = new Map<number, DataLink>();

  /** Of the thread that can take a run now. */
  get current(): DataLink | undefined {
    return this.#current;
  }

  add(link: DataLink): void {
    this.#current = link;
    this.#links.set(link.generation, link);
    link.onClose(() => {
      if (this.#current === link) this.#current = undefined;
      if (this.#links.get(link.generation) === link) this.#links.delete(link.generation);
    });
  }

  /** No thread takes a run any more until there is another one. */
  release(): void {
    this.#current = undefined;
  }

  /** The process is gone, with all of them. */
  clear(): void {
    this.#links.clear();
  }

  /** Calls `then` once everything that a thread that has ended had sent has been read. */
  drainThread(generation: number, then: () => void): void {
    this.#drain(this.#links.get(generation), then);
  }

  /** Calls `then` once everything that the last thread had sent has been read. */
  drain(then: () => void): void {
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
