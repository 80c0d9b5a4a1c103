import type { ErrorInfo } from '../shared/engine-info';

/** How one item ended. `attempts` counts how often it was tried. */
export type ItemResult =
  | { readonly ok: true; readonly payload: Uint8Array | undefined; readonly attempts: number }
  | { readonly ok: false; readonly error: ErrorInfo; readonly attempts: number };

/**
 * What has become of each item of a map job: open until it has a result, which it gets exactly once.
 */
export class ItemLedger {
  readonly #results: (ItemResult | undefined)[];
  /** Failed attempts of items that are to be tried again. */
  readonly #failures = new Map<number, number>();
  readonly #retries: number;
  #settled = 0;
  #failed = 0;

  /** @param retries how often an item that failed is tried again */
  constructor(length: number, retries: number) {
    this.#results = Array.from({ length }, () => undefined);
    this.#retries = retries;
  }

  get settled(): number {
    return this.#settled;
  }

  get failed(): number {
    return this.#failed;
  }

  get isComplete(): boolean {
    return this.#settled === this.#results.length;
  }

  isOpen(item: number): boolean {
    return item >= 0 && item < this.#results.length && this.#results[item] === undefined;
  }

  /** How often an item has been tried before. */
  attemptsOf(item: number): number {
    return this.#failures.get(item) ?? 0;
  }

  succeed(item: number, payload: Uint8Array | undefined): void {
    if (this.isOpen(item)) this.#settle(item, { ok: true, payload, attempts: this.attemptsOf(item) + 1 });
  }

  /** An attempt failed. Returns whether the item is to be tried again. */
  fail(item: number, error: ErrorInfo): boolean {
    if (!this.isOpen(item)) return false;
    const attempts = this.attemptsOf(item) + 1;
    this.#failures.set(item, attempts);
    if (attempts <= this.#retries) return true;
    this.#failed += 1;
    this.#settle(item, { ok: false, error, attempts });
    return false;
  }

  /** All results, in the order of the items. Only when complete. */
  get results(): readonly ItemResult[] {
    return this.#results.filter((result): result is ItemResult => result !== undefined);
  }

  #settle(item: number, result: ItemResult): void {
    this.#results[item] = result;
    this.#failures.delete(item);
    this.#settled += 1;
  }
}
