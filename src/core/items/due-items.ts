/** Items that wait for a moment, the earliest first: a binary heap in two arrays. */
export class DueItems {
  readonly #times: number[] = [];
  readonly #items: number[] = [];

  /** The next moment; undefined when nothing waits. */
  get nextAt(): number | undefined {
    return this.#times[0];
  }

  /** @param at milliseconds, of any clock */
  add(item: number, at: number): void {
    let place = this.#times.length;
    this.#times.push(at);
    this.#items.push(item);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#timeAt(parent) <= at) break;
      this.#swap(place, parent);
      place = parent;
    }
  }

  /** Takes out what is due, in the order of time. */
  takeDue(now: number): number[] {
    const due: number[] = [];
    while (this.#timeAt(0) <= now) due.push(this.#takeFirst());
    return due;
  }

  #takeFirst(): number {
    this.#swap(0, this.#times.length - 1);
    this.#times.pop();
    const item = this.#items.pop() ?? 0;
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const child = this.#timeAt(right) < this.#timeAt(left) ? right : left;
      if (this.#timeAt(child) >= this.#timeAt(place)) return item;
      this.#swap(place, child);
      place = child;
    }
  }

  #timeAt(place: number): number {
    return this.#times[place] ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    for (const list of [this.#times, this.#items]) {
      const kept = list[a] ?? 0;
      list[a] = list[b] ?? 0;
      list[b] = kept;
    }
  }
}
