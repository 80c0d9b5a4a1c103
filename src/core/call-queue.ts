/**
 * Puts calls in a row, so that one runs at a time, in the order in which they came.
 *
 * A plain state machine: it says which call is to be run, and is told when that one has ended.
 */
export class CallQueue<C> {
  #isBusy = false;
  #waiting: C[] = [];

  /** Calls that wait for their turn. */
  get length(): number {
    return this.#waiting.length;
  }

  /** A call comes. Returns it when it is to be run now, undefined when it has to wait. */
  enter(call: C): C | undefined {
    if (!this.#isBusy) {
      this.#isBusy = true;
      return call;
    }
    this.#waiting.push(call);
    return undefined;
  }

  /** The call that ran has ended. Returns the one to run now, if any waits. */
  next(): C | undefined {
    const call = this.#waiting.shift();
    this.#isBusy = call !== undefined;
    return call;
  }

  /** Takes calls out that wait and that nobody wants any more; returns them. The one that runs is not affected. */
  drop(isUnwanted: (call: C) => boolean): C[] {
    const dropped = this.#waiting.filter(isUnwanted);
    this.#waiting = this.#waiting.filter((call) => !isUnwanted(call));
    return dropped;
  }
}
