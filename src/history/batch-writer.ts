import { HistoryError } from './history-error';
import type { CommitOutcome } from './messages';
import { PendingBatch } from './pending-batch';
import { fromProblem } from './problem';
import type { RunBatch } from './store/commit';

/** Where only progress has changed there is no hurry, in milliseconds. */
const progressMs = 1000;
/** A batch is sent at once when it has grown to so many bytes or blocks. */
const largeBytes = 4 * 1024 * 1024;
const manyBlocks = 5000;

/** What has been recorded of one run and waits to be sent. */
export interface RunLedger {
  readonly pending: PendingBatch;
  /** Says that `pending` has grown; resolves when that is on the disk. */
  recorded(urgency: 'progress' | 'normal' | 'now'): Promise<void>;
  /** Aborted when another process owns the run. */
  readonly signal: AbortSignal;
}

interface Entry {
  readonly run: number;
  readonly fence: number;
  readonly lost: AbortController;
  pending: PendingBatch;
  batch: number;
  settled: Settled;
}

/** A promise that may be ignored: its rejection then harms nobody. */
interface Settled {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Collects what is recorded and sends it ten times a second, for all runs together: one transaction then costs what
 * one record alone would. One is on its way at a time, so that what cannot be written waits here and stays in order.
 */
export class BatchWriter {
  readonly #send: (batches: readonly RunBatch[], transfer: ArrayBuffer[]) => Promise<readonly CommitOutcome[]>;
  readonly #onLost: (run: number) => void;
  readonly #commitMs: number;
  readonly #entries = new Map<number, Entry>();
  #timer: { readonly handle: NodeJS.Timeout; readonly at: number } | undefined;
  #inFlight: Promise<unknown> = Promise.resolve();
  #isSending = false;
  #failure: Error | undefined;

  /** @param commitMs how long what is recorded waits for more to come */
  constructor(
    send: (batches: readonly RunBatch[], transfer: ArrayBuffer[]) => Promise<readonly CommitOutcome[]>,
    onLost: (run: number) => void,
    commitMs: number,
  ) {
    this.#commitMs = commitMs;
    this.#send = send;
    this.#onLost = onLost;
  }

  /** Begins to record a run that has just been claimed. */
  enter(run: number, fence: number): RunLedger {
    const entry: Entry = {
      run,
      fence,
      lost: new AbortController(),
      pending: new PendingBatch(),
      batch: 0,
      settled: newSettled(),
    };
    this.#entries.set(run, entry);
    return {
      get pending() {
        return entry.pending;
      },
      recorded: (urgency) => this.#recorded(entry, urgency),
      signal: entry.lost.signal,
    };
  }

  /** Resolves when everything recorded up to now is on the disk; rejects when some of it cannot be kept. */
  async flush(): Promise<void> {
    const waiting = [...this.#entries.values()]
      .filter(({ pending }) => !pending.isEmpty)
      .map(({ settled }) => settled.promise);
    this.#schedule(0);
    await Promise.all([this.#inFlight, ...waiting]);
  }

  /** Nothing can be sent any more. */
  fail(error: Error): void {
    this.#failure = error;
    clearTimeout(this.#timer?.handle);
    for (const entry of this.#entries.values()) entry.settled.reject(error);
    this.#entries.clear();
  }

  #recorded(entry: Entry, urgency: 'progress' | 'normal' | 'now'): Promise<void> {
    if (this.#failure) return ignorable(Promise.reject(this.#failure));
    if (this.#entries.get(entry.run) !== entry) return ignorable(Promise.reject(lostError(entry.run)));
    const isLarge = entry.pending.bytes > largeBytes || entry.pending.blocks > manyBlocks;
    this.#schedule(urgency === 'now' || isLarge ? 0 : urgency === 'progress' ? progressMs : this.#commitMs);
    return entry.settled.promise;
  }

  #schedule(delay: number): void {
    const at = performance.now() + delay;
    if (this.#failure || (this.#timer && this.#timer.at <= at)) return;
    clearTimeout(this.#timer?.handle);
    this.#timer = { handle: setTimeout(() => this.#onTimer(), delay), at };
  }

  #onTimer(): void {
    this.#timer = undefined;
    // What waits goes when this one has come back.
    if (!this.#isSending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    const sent: Sent[] = [];
    const transfer: ArrayBuffer[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.pending.isEmpty) continue;
      const { pending, settled } = entry;
      entry.pending = new PendingBatch();
      entry.settled = newSettled();
      sent.push({ entry, settled, batch: pending.take(entry.run, entry.fence, ++entry.batch, transfer) });
    }
    if (sent.length > 0) {
      this.#isSending = true;
      this.#inFlight = ignorable(Promise.all(sent.map(({ settled }) => settled.promise)));
      try {
        const outcomes = await this.#send(
          sent.map(({ batch }) => batch),
          transfer,
        );
        for (const [index, one] of sent.entries()) this.#settle(one, outcomes[index] ?? 'lost');
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        for (const { settled } of sent) settled.reject(reason);
      }
    }
    this.#isSending = false;
    if ([...this.#entries.values()].some(({ pending }) => !pending.isEmpty)) this.#schedule(this.#commitMs);
  }

  #settle({ entry, settled, batch }: Sent, outcome: CommitOutcome): void {
    if (outcome === 'kept') {
      if (batch.end && this.#entries.get(entry.run) === entry) this.#entries.delete(entry.run);
      settled.resolve();
    } else if (outcome === 'lost') {
      const error = lostError(entry.run);
      if (this.#entries.get(entry.run) === entry) this.#entries.delete(entry.run);
      settled.reject(error);
      entry.settled.reject(error);
      entry.lost.abort(error);
      this.#onLost(entry.run);
    } else settled.reject(fromProblem(outcome));
  }
}

interface Sent {
  readonly entry: Entry;
  readonly settled: Settled;
  readonly batch: RunBatch;
}

const lostError = (run: number): HistoryError =>
  new HistoryError(
    'ERR_HISTORY_LOST',
    `Run ${run} no longer belongs to this process; what it reports is not recorded.`,
  );

function newSettled(): Settled {
  let resolve = (): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = ignorable(
    new Promise<void>((onKept, onRefused) => {
      resolve = onKept;
      reject = onRefused;
    }),
  );
  return { promise, resolve, reject };
}

/** Who records something need not wait for it. */
function ignorable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
