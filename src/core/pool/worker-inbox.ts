import { existsSync, unlink } from 'node:fs';
import { basename } from 'node:path';

/** How often it is looked whether an inbox is still there, in milliseconds. */
const lookMs = 60_000;

/** The inbox of one worker process, as the server knows it: the worker makes it, and says whether it could. */
export class WorkerInbox {
  readonly #path: string | null;
  #isThere: boolean | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param path where the worker is to make it; null when it is to make none */
  constructor(path: string | null) {
    this.#path = path;
  }

  /** Whether the worker has said if there is one. */
  get isDecided(): boolean {
    return this.#isThere !== undefined;
  }

  decide(isThere: boolean): void {
    this.#isThere = isThere;
  }

  /** Undefined when there is none, also when somebody has cleaned up the temporary folder. */
  get name(): string | undefined {
    if (!this.#isThere || this.#path === null) return undefined;
    const now = performance.now();
    if (now - this.#lookedAt > lookMs) {
      this.#lookedAt = now;
      this.#isThere = existsSync(this.#path);
    }
    return this.#isThere ? basename(this.#path) : undefined;
  }

  /** Its worker has ended. */
  remove(): void {
    if (this.#path !== null) unlink(this.#path, () => undefined);
  }
}
