import type { ErrorInfo } from '../../shared/engine-info';
import { type Failure, nextAttemptDelay, type RetryPolicy } from '../jobs/retry';
import type { ItemBatch } from './item-batch';
import type { ItemCounts, ItemResult } from './item-result';
import { ItemStates } from './item-states';

export interface LedgerOptions {
  readonly retries: RetryPolicy;
  /** Whether the values are to be kept until the end. */
  readonly keepsValues: boolean;
  readonly random?: () => number;
}

/** Of so many failed items the stacks are kept; those of a hundred million would fill the memory. */
const mostStacks = 10_000;

/**
 * What has become of each item of a map job: open until it is settled, which happens exactly once.
 *
 * It keeps no object for an item that is done: a byte for its state, four for the batch that its value came in, and
 * that batch as it came. Failures are objects.
 */
export class ItemLedger {
  readonly states: ItemStates;
  readonly #options: LedgerOptions;
  /** Failed attempts by item, once there are any. */
  #failures: Uint32Array | undefined;
  /** The last failure of items that have failed, or are to be tried again. */
  readonly #errors = new Map<number, ErrorInfo>();
  #stacks = 0;
  #retried = 0;
  readonly #batches: { readonly start: number; readonly batch: ItemBatch }[] = [];
  /** By item: the batch that holds its value, or why it was skipped. */
  readonly #sources: Uint32Array | undefined;
  readonly #reasons: ErrorInfo[] = [];

  /** @throws RangeError when there is not enough memory */
  constructor(length: number, options: LedgerOptions) {
    this.#options = options;
    this.states = new ItemStates(length);
    this.#sources = options.keepsValues ? new Uint32Array(length) : undefined;
  }

  get counts(): ItemCounts {
    const { states } = this;
    return {
      done: states.count('done'),
      failed: states.count('failed'),
      skipped: states.count('skipped'),
      earlier: states.count('earlier'),
      blocked: states.count('blocked'),
      retried: this.#retried,
    };
  }

  get isComplete(): boolean {
    return this.states.settled === this.states.length;
  }

  /** How often an item has been tried in vain. */
  failuresOf(item: number): number {
    return this.#failures?.[item] ?? 0;
  }

  /** What an item has failed with last. */
  errorOf(item: number): ErrorInfo | undefined {
    return this.#errors.get(item);
  }

  /** Takes a batch whose values are to be kept; returns its number for {@link succeed}. */
  keep(start: number, batch: ItemBatch): number {
    return this.#sources ? this.#batches.push({ start, batch }) - 1 : 0;
  }

  succeed(item: number, batch: number): void {
    this.#errors.delete(item);
    if (this.#sources) this.#sources[item] = batch;
    this.states.set(item, 'done');
  }

  /**
   * An attempt failed.
   *
   * @returns after how many milliseconds the item is to be tried again; undefined when it has failed for good
   */
  fail(item: number, error: ErrorInfo, failure: Failure, mayRetry: boolean): number | undefined {
    this.#failures ??= new Uint32Array(this.states.length);
    const attempts = this.failuresOf(item) + 1;
    this.#failures[item] = attempts;
    this.#keepError(item, error);
    const delayMs = mayRetry
      ? nextAttemptDelay(this.#options.retries, attempts, failure, this.#options.random)
      : undefined;
    if (delayMs === undefined) this.states.set(item, 'failed');
    else if (attempts === 1) this.#retried += 1;
    return delayMs;
  }

  /** Why items are about to be skipped; returns its number for {@link skip}. */
  addReason(reason: ErrorInfo): number {
    return this.#reasons.push(reason) - 1;
  }

  skip(item: number, reason: number): void {
    this.#errors.delete(item);
    if (this.#sources) this.#sources[item] = reason;
    this.states.set(item, 'skipped');
  }

  /** The failure of the first item that has failed, if any. */
  get firstError(): ErrorInfo | undefined {
    const first = this.#failedItems()[0];
    return first === undefined ? undefined : this.#errors.get(first);
  }

  /** The results in the order of the items; without their values only those of items that have failed. */
  *results(): Generator<ItemResult> {
    if (!this.#sources) {
      for (const item of this.#failedItems()) yield this.#result(item);
      return;
    }
    for (let item = 0; item < this.states.length; item += 1) yield this.#result(item);
  }

  #result(index: number): ItemResult {
    const source = this.#sources?.[index] ?? 0;
    const attempts = this.failuresOf(index);
    switch (this.states.of(index)) {
      case 'done': {
        const kept = this.#batches[source];
        return { index, state: 'done', payload: kept?.batch.payload(index - kept.start), attempts: attempts + 1 };
      }
      case 'failed':
        return { index, state: 'failed', error: this.#errors.get(index) ?? unknownError, attempts };
      case 'skipped':
        return { index, state: 'skipped', error: this.#reasons[source] ?? unknownError, attempts };
      case 'earlier':
        return { index, state: 'earlier', attempts: 0 };
      default:
        throw new RangeError(`Item ${index} has no result yet.`);
    }
  }

  #failedItems(): number[] {
    return [...this.#errors.keys()].filter((item) => this.states.is(item, 'failed')).sort((a, b) => a - b);
  }

  #keepError(item: number, error: ErrorInfo): void {
    this.#stacks += 1;
    if (this.#stacks <= mostStacks) this.#errors.set(item, error);
    else {
      const { stack: _, cause: __, ...rest } = error;
      this.#errors.set(item, rest);
    }
  }
}

const unknownError: ErrorInfo = { name: 'Error', message: 'It is not known why.' };
