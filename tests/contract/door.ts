/** A call of `wait` ends when `open` is called here. */
export class Door {
  waiting = 0;
  #open: (() => void)[] = [];

  async wait(): Promise<void> {
    this.waiting += 1;
    await new Promise<void>((resolve) => this.#open.push(resolve));
  }

  open(): void {
    for (const resolve of this.#open.splice(0)) resolve();
  }

  /** Lets everybody through, also those who come later, until something has ended. */
  async openUntil(ended: PromiseLike<unknown>): Promise<void> {
    const opening = setInterval(() => this.open(), 5);
    try {
      await ended;
    } finally {
      clearInterval(opening);
    }
  }
}
