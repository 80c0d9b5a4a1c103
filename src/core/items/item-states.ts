/**
 * Where an item of a map job stands. Open: `ready` to be given to a worker, `given` to one, `blocked` until it is
 * released, `delayed` until it is tried again, `suspect` of having ended its process and to be tried alone.
 * Settled: `done`, `failed`, `skipped`, or done in an `earlier` run.
 */
export type ItemState =
  | 'ready'
  | 'given'
  | 'blocked'
  | 'delayed'
  | 'suspect'
  | 'done'
  | 'failed'
  | 'skipped'
  | 'earlier';

/** In the order of their codes. */
const names: readonly ItemState[] = [
  'ready',
  'given',
  'blocked',
  'delayed',
  'suspect',
  'done',
  'failed',
  'skipped',
  'earlier',
];
const codes = Object.fromEntries(names.map((name, code) => [name, code])) as Readonly<Record<ItemState, number>>;
const readyCode = codes.ready;
const firstSettled = codes.done;
/** Items whose ready ones are counted together, so that long stretches without any are passed over at once. */
const blockSize = 1024;

/** The state of each item of a map job: one byte per item, and the next ready one is found without looking at all. */
export class ItemStates {
  readonly length: number;
  readonly #codes: Uint8Array;
  readonly #readyInBlock: Uint16Array;
  readonly #counts: number[];
  /** No item before this one is ready. */
  #from = 0;

  /** All are ready. @throws RangeError when there is not enough memory */
  constructor(length: number) {
    this.length = length;
    this.#codes = new Uint8Array(length);
    this.#readyInBlock = new Uint16Array(Math.ceil(length / blockSize)).fill(blockSize);
    const last = this.#readyInBlock.length - 1;
    if (last >= 0) this.#readyInBlock[last] = length - last * blockSize;
    this.#counts = names.map((_, code) => (code === readyCode ? length : 0));
  }

  count(state: ItemState): number {
    return this.#counts[codes[state]] ?? 0;
  }

  get settled(): number {
    return this.count('done') + this.count('failed') + this.count('skipped') + this.count('earlier');
  }

  /** @throws RangeError when there is no such item */
  of(index: number): ItemState {
    const name = names[this.#codes[index] ?? names.length];
    if (name === undefined) throw new RangeError(`There are ${this.length} items; there is no item ${index}.`);
    return name;
  }

  is(index: number, state: ItemState): boolean {
    return this.#codes[index] === codes[state];
  }

  isOpen(index: number): boolean {
    return (this.#codes[index] ?? firstSettled) < firstSettled;
  }

  set(index: number, state: ItemState): void {
    const from = this.#codes[index];
    const to = codes[state];
    if (from === undefined || from === to) return;
    this.#codes[index] = to;
    this.#counts[from] = (this.#counts[from] ?? 0) - 1;
    this.#counts[to] = (this.#counts[to] ?? 0) + 1;
    const block = Math.floor(index / blockSize);
    if (to === readyCode) {
      this.#readyInBlock[block] = (this.#readyInBlock[block] ?? 0) + 1;
      this.#from = Math.min(this.#from, index);
    } else if (from === readyCode) this.#readyInBlock[block] = (this.#readyInBlock[block] ?? 0) - 1;
  }

  /** The items of `[start, end)` for which `state` holds, in ascending order; their states may be set meanwhile. */
  *among(start: number, end: number, ...states: readonly ItemState[]): Generator<number> {
    const wanted = states.map((state) => codes[state]);
    for (let index = start; index < end; index += 1)
      if (wanted.includes(this.#codes[index] ?? names.length)) yield index;
  }

  /**
   * Gives out the first ready items: a piece without a gap.
   *
   * @param most how many at most
   * @param belongs whether an item may be in one piece with the one before it
   */
  takeReady(most: number, belongs: (index: number) => boolean): readonly [start: number, end: number] | undefined {
    const start = this.#firstReady();
    if (start === undefined) return undefined;
    let end = start;
    do {
      this.set(end, 'given');
      end += 1;
    } while (end - start < most && this.#codes[end] === readyCode && belongs(end));
    this.#from = end;
    return [start, end];
  }

  #firstReady(): number | undefined {
    if (this.count('ready') === 0) return undefined;
    let index = this.#from;
    while (index < this.length) {
      const block = Math.floor(index / blockSize);
      const end = Math.min((block + 1) * blockSize, this.length);
      if (this.#readyInBlock[block]) {
        const found = this.#codes.subarray(index, end).indexOf(readyCode);
        if (found >= 0) return index + found;
      }
      index = end;
    }
    return undefined;
  }
}
