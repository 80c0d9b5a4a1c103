/**
 * Those who want to hear of something. What one of them throws is its own business: the others are told all the same,
 * whoever tells goes on, and the exception goes where one of a timer would go, to `uncaughtException`.
 */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** Calls `listener` from now on. Returns a function that ends this. */
  add(listener: (value: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(value: T): void {
    for (const listener of [...this.#all]) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
