import type { MoreItems } from '../shared/worker-protocol';

/** Where the answers to what a map run has asked for arrive, in the order in which it asked. */
export class ChunkInbox {
  readonly #arrived: MoreItems[] = [];
  #waiting: { readonly take: (answer: MoreItems) => void; readonly fail: (error: Error) => void } | undefined;
  #aborted: Error | undefined;

  put(answer: MoreItems): void {
    if (this.#waiting) this.#waiting.take(answer);
    else this.#arrived.push(answer);
    this.#waiting = undefined;
  }

  /** Nobody is to wait any longer. */
  abort(reason: Error): void {
    this.#aborted ??= reason;
    this.#waiting?.fail(this.#aborted);
    this.#waiting = undefined;
  }

  /** The next answer. @throws (as a rejection) the reason of {@link abort} */
  next(): Promise<MoreItems> {
    if (this.#aborted) return Promise.reject(this.#aborted);
    const answer = this.#arrived.shift();
    if (answer) return Promise.resolve(answer);
    return new Promise((take, fail) => {
      this.#waiting = { take, fail };
    });
  }
}
