import { FutureError, JobCancelledError } from '../errors';
import { startTimer } from '../timers';

type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/**
 * A value that will be there later. It can be awaited like a promise, asked whether it is set, and cancelled.
 *
 * A Future is set exactly once, with a value or an error. A failed Future that nobody awaits ends no program:
 * unlike a promise it raises no unhandled rejection.
 */
export class Future<T> implements PromiseLike<T> {
  #settled: Settled<T> | undefined;
  /** The Future or promise that it has been set to and that is still open. */
  #inner: PromiseLike<T> | undefined;
  #waiting: ((settled: Settled<T>) => void)[] = [];
  readonly #onCancel: ((reason?: string) => void) | undefined;

  /** @param onCancel what `cancel()` does; without it, cancel rejects the Future at once */
  constructor(onCancel?: (reason?: string) => void) {
    this.#onCancel = onCancel;
  }

  /** Whether a value or an error has been set. */
  get isSet(): boolean {
    return this.#settled !== undefined;
  }

  /** Whether there is no value to get: nothing set, an error, or undefined. */
  get isEmpty(): boolean {
    return !this.#settled?.ok || this.#settled.value === undefined;
  }

  /**
   * Sets the value; an `Error` makes the Future fail with it; a Future or promise is waited for.
   *
   * @throws FutureError when it has been set before
   */
  setObject(value: T | PromiseLike<T> | Error): void {
    if (value instanceof Error) this.#settle({ ok: false, error: value });
    else if (isThenable(value)) {
      this.#requireUnset();
      this.#inner = value;
      // What comes after a cancel or a clear is not wanted any more.
      const take = (use: () => void): void => {
        if (this.#inner !== value) return;
        this.#inner = undefined;
        use();
      };
      Promise.resolve(value).then(
        (inner) => take(() => this.setObject(inner)),
        (error: unknown) => take(() => this.#settle({ ok: false, error })),
      );
    } else this.#settle({ ok: true, value });
  }

  /** Forgets the value, so that the Future can be set again. Those who wait go on waiting. */
  clear(): void {
    this.#settled = undefined;
    this.#inner = undefined;
  }

  /**
   * Waits for the value, for at most `timeoutMs` milliseconds.
   *
   * @returns the value, or undefined when the time is over; `isSet` tells which
   * @throws the error that was set
   */
  async getObjectWait(timeoutMs: number = Number.POSITIVE_INFINITY): Promise<T | undefined> {
    if (this.#settled) return await this;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = startTimer(timeoutMs, () => resolve(undefined));
    });
    try {
      return await Promise.race([this, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks for the end of what would set this Future; it then fails with {@link JobCancelledError}. Once set, it does nothing. */
  cancel(reason?: string): void {
    if (this.#settled) return;
    if (this.#onCancel) this.#onCancel(reason);
    else {
      this.#inner = undefined;
      this.#settle({ ok: false, error: new JobCancelledError(reason ?? 'Cancelled.') });
    }
  }

  /**
   * Waits for the value, as a promise does; this is what `await` calls.
   *
   * @param onValue called with the value
   * @param onError called with the error
   */
  // A Future is awaited like a promise, by design.
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return new Promise<T>((resolve, reject) => {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- Handed on as it was thrown, also when it is no Error.
      const deliver = (settled: Settled<T>): void => (settled.ok ? resolve(settled.value) : reject(settled.error));
      if (this.#settled) deliver(this.#settled);
      else this.#waiting.push(deliver);
    }).then(onValue, onError);
  }

  /** Calls `onError` when the Future fails, as a promise does. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onError);
  }

  /** Calls `onEnd` when the Future is set, whether with a value or an error. */
  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.then().finally(onEnd);
  }

  /** The value of a Future or promise once it is there; anything else as it is. */
  static async get<V>(value: V | PromiseLike<V>): Promise<V> {
    return await value;
  }

  /**
   * Runs a function that is to set the Future it gets. Its exception becomes the Future's error, and a function
   * that ends without setting it makes it fail with {@link FutureError}.
   */
  static run<V>(fn: (future: Future<V>) => unknown): Future<V> {
    const future = new Future<V>();
    const ended = (): void => {
      if (!future.#isTaken)
        future.setObject(
          new FutureError('The function ended without setting its Future. Call setObject in every path.'),
        );
    };
    const failed = (error: unknown): void => {
      if (!future.#isTaken) future.#settle({ ok: false, error });
    };
    try {
      const outcome = fn(future);
      if (isThenable(outcome)) outcome.then(ended, failed);
      else ended();
    } catch (error) {
      failed(error);
    }
    return future;
  }

  #settle(settled: Settled<T>): void {
    this.#requireUnset();
    this.#settled = settled;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const deliver of waiting) deliver(settled);
  }

  get #isTaken(): boolean {
    return this.#settled !== undefined || this.#inner !== undefined;
  }

  #requireUnset(): void {
    if (this.#isTaken) throw new FutureError('This Future has been set already. Clear it first to use it again.');
  }
}

function isThenable<V>(value: V | PromiseLike<V>): value is PromiseLike<V> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
