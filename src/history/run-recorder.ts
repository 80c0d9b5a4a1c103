import type { CommandOutput } from '../shared/command';
import type { ErrorInfo } from '../shared/engine-info';
import type { RunLedger } from './batch-writer';
import { packDurations } from './pack-values';
import type { RunEnd } from './store/commit';
import type { JobUpdate } from './store/job-table';
import type { ItemState, NewJob, StoredLogLine } from './types';

/** What is new about a job; what is left out stays as it is. */
export type JobNews = Omit<JobUpdate, 'result'>;

/**
 * Records what becomes of a run that this process owns.
 *
 * Each method returns a promise that resolves when what it was told is on the disk, about 100 ms later: only then does
 * an item count as done. It rejects with a `HistoryError` when it will never be: `ERR_HISTORY_LOST` when another process
 * has taken the run over, `ERR_HISTORY_STATE` when it makes no sense. It may be ignored.
 */
export class RunRecorder {
  /** The run's id. */
  readonly run: number;
  readonly #ledger: RunLedger;
  readonly #mask: (text: string) => string;

  constructor(run: number, ledger: RunLedger, mask: (text: string) => string = (text) => text) {
    this.run = run;
    this.#ledger = ledger;
    this.#mask = mask;
  }

  /** Aborted when another process has taken the run over: stop working on it. */
  get signal(): AbortSignal {
    return this.#ledger.signal;
  }

  /** A job has come that was not known when the run was queued, behind those that are there. */
  add(job: NewJob): Promise<void> {
    this.#ledger.pending.add(job);
    return this.#ledger.recorded('normal');
  }

  /** Forgets a job that was added, with all that is kept of it. */
  remove(key: string): Promise<void> {
    this.#ledger.pending.remove(key);
    return this.#ledger.recorded('normal');
  }

  /** Changes what is known of a job. Mere progress may take a second. */
  job(key: string, news: JobNews): Promise<void> {
    this.#ledger.pending.update(key, news.error ? { ...news, error: this.#masked(news.error) } : news);
    const isProgress = Object.keys(news).every((name) => name === 'progress');
    return this.#ledger.recorded(isProgress ? 'progress' : 'normal');
  }

  /**
   * A job's result, serialised (`encodeValue`).
   *
   * @param options `transfer`: the bytes are moved, not copied, and are gone here: for large ones
   */
  result(key: string, bytes: Uint8Array, options: { readonly transfer?: boolean } = {}): Promise<void> {
    this.#ledger.pending.result(key, bytes, options.transfer === true);
    return this.#ledger.recorded('normal');
  }

  /** When which process worked on what, in place of what was recorded before; only kept. */
  timeline(key: string, bytes: Uint8Array): Promise<void> {
    this.#ledger.pending.timeline(key, bytes);
    return this.#ledger.recorded('normal');
  }

  /**
   * Items from `start` on are done, one for each value. An item that has ended before keeps what it has.
   *
   * @param values serialised, undefined for undefined; they are copied
   * @param attempts how often each was tried
   * @param durationsMs how long the last try of each took, in milliseconds
   */
  done(
    key: string,
    start: number,
    values: readonly (Uint8Array | undefined)[],
    attempts = 1,
    durationsMs?: readonly (number | undefined)[],
  ): Promise<void> {
    this.#ledger.pending.report(key, { start, state: 'done', attempts, values, ...(durationsMs && { durationsMs }) });
    return this.#ledger.recorded('normal');
  }

  /** An item has failed for good, after so many attempts. */
  failed(key: string, item: number, error: ErrorInfo, attempts = 1, durationMs?: number): Promise<void> {
    return this.#ended(key, [item, item + 1], 'failed', attempts, error, packDurations([durationMs]));
  }

  /** Items `[start, end)` are not worked on, and why. */
  dropped(
    key: string,
    range: readonly [start: number, end: number],
    state: 'skipped' | 'cancelled',
    reason?: ErrorInfo,
  ): Promise<void> {
    return this.#ended(key, range, state, 0, reason);
  }

  /** Whatever has not ended of a job by then ends in this way. */
  rest(key: string, state: 'skipped' | 'cancelled' | 'failed'): Promise<void> {
    this.#ledger.pending.settleRest(key, state);
    return this.#ledger.recorded('normal');
  }

  /**
   * Lines that a job has put out.
   *
   * @param dropped how many more there were that are not given
   */
  log(key: string, lines: readonly StoredLogLine[], dropped = 0): Promise<void> {
    const masked = lines.map((line) => ({ ...line, text: this.#mask(line.text) }));
    this.#ledger.pending.log(key, masked, dropped);
    return this.#ledger.recorded('normal');
  }

  /** The run is over, and no longer this process's: done, failed, cancelled. */
  end(
    state: 'done' | 'failed' | 'cancelled',
    end: { readonly reason?: string; readonly code?: number } = {},
  ): Promise<void> {
    return this.#finish({
      state,
      reason: end.reason === undefined ? null : this.#mask(end.reason),
      code: end.code ?? null,
    });
  }

  /** Lets the run go, to be worked on later by anybody. */
  release(state: 'queued' | 'paused' | 'interrupted' = 'interrupted'): Promise<void> {
    return this.#finish({ state, reason: null, code: null });
  }

  #finish(end: RunEnd): Promise<void> {
    this.#ledger.pending.end(end);
    return this.#ledger.recorded('now');
  }

  #ended(
    key: string,
    [start, end]: readonly [start: number, end: number],
    state: ItemState,
    attempts: number,
    error: ErrorInfo | undefined,
    durations: Uint8Array | null = null,
  ): Promise<void> {
    const count = end - start;
    if (count > 0)
      this.#ledger.pending.range(key, {
        start,
        count,
        state,
        attempts,
        durations,
        ...(error && { error: this.#masked(error) }),
      });
    return this.#ledger.recorded('normal');
  }

  #masked(error: ErrorInfo): ErrorInfo {
    const { message, stack, cause, command } = error;
    return {
      ...error,
      message: this.#mask(message),
      ...(stack !== undefined && { stack: this.#mask(stack) }),
      ...(cause && { cause: this.#masked(cause) }),
      ...(command && {
        command: { ...command, stdout: this.#maskedOutput(command.stdout), stderr: this.#maskedOutput(command.stderr) },
      }),
    };
  }

  #maskedOutput(output: CommandOutput): CommandOutput {
    return { ...output, text: this.#mask(output.text) };
  }
}
