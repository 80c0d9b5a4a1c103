import { format } from 'node:util';
import type { AlgorithmProcess } from '../core/algorithm-process-types';
import type { ControlBlock } from '../core/control-block';
import { reviveError } from '../core/error-info';
import { JobCancelledError } from '../core/errors';
import { decodeValue, encodeValue } from '../core/serialize';
import type { CallReply, CallRequest, RunRequest } from '../shared/worker-protocol';

/** How a rank reaches the rest of its job; the compute thread's side of the control link. */
export interface RankLink {
  readonly block: ControlBlock;
  /** Asks and sleeps until the answer is there; undefined when the run is cancelled meanwhile. */
  call(request: CallRequest): CallReply | undefined;
  log(line: string): void;
}

/** The {@link AlgorithmProcess} that a target gets: plain synchronous code over the control block and the link. */
export class RankProcess implements AlgorithmProcess {
  readonly index: number;
  readonly total: number;
  readonly startVal: number;
  readonly endVal: number;
  readonly maxVal: number;
  readonly jobId: number;
  readonly #runId: number;
  readonly #link: RankLink;
  #abort: AbortController | undefined;
  #count = 0;

  constructor(request: RunRequest, link: RankLink) {
    this.index = request.run.rank;
    this.total = request.total;
    this.startVal = request.start;
    this.endVal = request.end;
    this.maxVal = request.maxVal;
    this.jobId = request.run.jobId;
    this.#runId = request.run.runId;
    this.#link = link;
  }

  /** Made when it is first asked for: most targets never do, and it costs more than the rest of a short run. */
  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      liveSignal(this.#abort.signal, () => this.isCancelled);
      if (this.isCancelled) this.abort();
    }
    return this.#abort.signal;
  }

  get isCancelled(): boolean {
    return this.#link.block.isCancelled(this.#runId);
  }

  /** Tells those who listen to `signal`; called from the compute thread's event loop. */
  abort(): void {
    this.#abort?.abort(new JobCancelledError('The job was cancelled.'));
  }

  nRange(): Iterable<number> {
    const { startVal, endVal } = this;
    return {
      [Symbol.iterator](): Iterator<number> {
        let next = startVal;
        return { next: () => (next < endVal ? { done: false, value: next++ } : { done: true, value: undefined }) };
      },
    };
  }

  pRange(): Iterable<number> {
    const { startVal, endVal } = this;
    const { block } = this.#link;
    const runId = this.#runId;
    const finished = (count: number): void => {
      this.#count = count;
      block.setCount(count);
    };
    return {
      // Written out, not a generator: this runs once per item, and a generator costs several times as much.
      [Symbol.iterator](): Iterator<number> {
        let next = startVal;
        return {
          next(): IteratorResult<number, undefined> {
            if (next > startVal) finished(next - startVal);
            if (block.isCancelled(runId)) throw new JobCancelledError('The job was cancelled.');
            return next < endVal ? { done: false, value: next++ } : { done: true, value: undefined };
          },
        };
      },
    };
  }

  setProgress(count: number, force = false): void {
    const most = this.endVal - this.startVal;
    if (!(count >= 0 && count <= most))
      throw new RangeError(
        `setProgress takes a number from 0 to ${most}, the length of this rank's part, not ${count}`,
      );
    if (count < this.#count && !force) return;
    this.#count = count;
    this.#link.block.setCount(Math.floor(count));
  }

  sync(): void {
    this.#throwIfCancelled();
    if (this.total > 1) this.#call({ op: 'sync' });
  }

  shareObject<T>(name: string, obj: T, doExchange = true): Map<number, T> {
    this.#throwIfCancelled();
    const payload = encodeValue(obj, `shareObject(${JSON.stringify(name)})`);
    if (this.total === 1) return new Map<number, T>();
    return this.#decode<T>(this.#call({ op: 'share', name, payload, exchange: doExchange }));
  }

  getObjects<T>(name: string): Map<number, T> {
    this.#throwIfCancelled();
    return this.total === 1 ? new Map<number, T>() : this.#decode<T>(this.#call({ op: 'get', name }));
  }

  log(...args: readonly unknown[]): void {
    this.#link.log(format(...args));
  }

  /** Items finished, for the final report. */
  get count(): number {
    return this.#link.block.count;
  }

  #call(request: CallRequest): CallReply & { ok: true } {
    const reply = this.#link.call(request);
    if (!reply) throw new JobCancelledError('The job was cancelled.');
    if (!reply.ok) throw reviveError(reply.error);
    return reply;
  }

  #decode<T>(reply: CallReply & { ok: true }): Map<number, T> {
    return new Map(reply.entries.map(([rank, payload]) => [rank, decodeValue(payload) as T]));
  }

  #throwIfCancelled(): void {
    if (this.isCancelled) throw new JobCancelledError('The job was cancelled.');
  }
}

/**
 * An AbortSignal whose `aborted` is true as soon as the cancel word is set, also in a synchronous loop that lets no
 * event through.
 */
function liveSignal(signal: AbortSignal, isCancelled: () => boolean): void {
  let made: JobCancelledError | undefined;
  const reason = (): JobCancelledError => {
    made ??= new JobCancelledError('The job was cancelled.');
    return made;
  };
  Object.defineProperties(signal, {
    aborted: { get: isCancelled, configurable: true },
    reason: { get: () => (isCancelled() ? reason() : undefined), configurable: true },
    throwIfAborted: {
      value: () => {
        if (isCancelled()) throw reason();
      },
      configurable: true,
    },
  });
}
