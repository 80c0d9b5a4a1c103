/**
 * Puts calls in a row, so that one runs at a time, in the order in which they came.
 *
 * A plain state machine: it says which call is to be run, and is told when that one has ended.
 */
export class CallQueue<C> {
  #running: C | undefined;
  #waiting: C[] = [];

  /** Calls that wait for their turn. */
  get length(): number {
    return this.#waiting.length;
  }

  /** The call that runs. */
  get running(): C | undefined {
    return this.#running;
  }

  /** A call comes. Returns it when it is to be run now, undefined when it has to wait. */
  enter(call: C): C | undefined {
    if (this.#running === undefined) {
      this.#running = call;
      return call;
    }
    this.#waiting.push(call);
    return undefined;
  }

  /**
   * A call has ended, or is not waited for any longer. Returns the one to run now, if any waits; nothing when the call
   * was not the one that runs, because its turn was over before.
   */
  leave(call: C): C | undefined {
    if (this.#running !== call) return undefined;
    this.#running = this.#waiting.shift();
    return this.#running;
  }

  /** Takes calls out that wait and that nobody wants any more; returns them. The one that runs is not affected. */
  drop(isUnwanted: (call: C) => boolean): C[] {
    const dropped = this.#waiting.filter(isUnwanted);
    this.#waiting = this.#waiting.filter((call) => !isUnwanted(call));
    return dropped;
  }
}
