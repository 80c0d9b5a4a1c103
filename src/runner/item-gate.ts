/** Items `[start, end)`. */
export type ItemRange = readonly [start: number, end: number];

const barredMark = 0xffff;

/**
 * Which items of a job may be worked on, when each waits for the same item of other jobs. An item opens once it has
 * passed at all of them; it is barred for good when it was not done at one.
 */
export class ItemGate {
  /** Per item: how many jobs it still waits for, or the mark. */
  readonly #waiting: Uint16Array;
  readonly #upstream: number;
  #opened: number[] = [];
  #barred: number[] = [];
  #closedJobs = 0;

  /** @param upstream number of jobs whose items it waits for, at most 65,534 */
  constructor(length: number, upstream: number) {
    this.#waiting = new Uint16Array(length).fill(upstream);
    this.#upstream = upstream;
  }

  /** The item has ended at one of the jobs; it must be told once for each. */
  pass(index: number, isDone: boolean): void {
    const left = this.#waiting[index];
    if (left === undefined || left === 0 || left === barredMark) return;
    if (isDone) {
      this.#waiting[index] = left - 1;
      if (left === 1) this.#opened.push(index);
    } else this.#bar(index);
  }

  /** One of the jobs has ended: what has not passed there by now never will. */
  close(): void {
    this.#closedJobs += 1;
    const stillOpen = this.#upstream - this.#closedJobs;
    this.#waiting.forEach((left, index) => {
      if (left !== 0 && left !== barredMark && left > stillOpen) this.#bar(index);
    });
  }

  /** Items that wait. */
  closed(): ItemRange[] {
    return this.#rangesWhere((left) => left !== 0 && left !== barredMark);
  }

  /** Items that will never open. */
  barred(): ItemRange[] {
    return this.#rangesWhere((left) => left === barredMark);
  }

  /** What has opened and what was barred since the last call. */
  takeChanges(): { readonly opened: readonly ItemRange[]; readonly barred: readonly ItemRange[] } {
    return { opened: toRanges(this.#opened.splice(0)), barred: toRanges(this.#barred.splice(0)) };
  }

  #bar(index: number): void {
    this.#waiting[index] = barredMark;
    this.#barred.push(index);
  }

  #rangesWhere(fits: (left: number) => boolean): ItemRange[] {
    const ranges: ItemRange[] = [];
    let start = -1;
    this.#waiting.forEach((left, index) => {
      if (fits(left)) {
        if (start < 0) start = index;
      } else if (start >= 0) {
        ranges.push([start, index]);
        start = -1;
      }
    });
    if (start >= 0) ranges.push([start, this.#waiting.length]);
    return ranges;
  }
}

/** Neighbours together. */
export function toRanges(indices: readonly number[]): ItemRange[] {
  const ranges: [number, number][] = [];
  for (const index of [...indices].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === index) last[1] = index + 1;
    else ranges.push([index, index + 1]);
  }
  return ranges;
}
