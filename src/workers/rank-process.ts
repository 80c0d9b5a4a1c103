import { format } from 'node:util';
import type { AlgorithmProcess } from '../core/algorithm-process-types';
import { decodeValue, encodeValue } from '../core/data/serialize';
import { reviveError } from '../core/error-info';
import { JobCancelledError } from '../core/errors';
import type { ControlBlock } from '../core/pool/control-block';
import { type RandomStream, randomStream } from '../core/random';
import type { CallReply, CallRequest, RunRequest } from '../shared/worker-protocol';

/** How a rank meets the others without the server; see {@link DirectRun}. */
export interface DirectMeetings {
  meet(name?: string, payload?: Uint8Array): CallReply | undefined;
  nextVersion(): number;
  merge(name: string, reply: Answer): Answer;
}

type Answer = CallReply & { readonly ok: true };

/** How a rank reaches the rest of its job; the compute thread's side of the control link. */
export interface RankLink {
  readonly block: ControlBlock;
  /** Undefined when the ranks meet on the server. */
  readonly direct: DirectMeetings | undefined;
  /** Asks, without waiting for the answer. Returns the number of the call. */
  ask(request: CallRequest): number;
  /** Sleeps until the answer to a call is there; undefined when the run is cancelled meanwhile. */
  answer(call: number): CallReply | undefined;
  emit(payload: Uint8Array): void;
  log(line: string): void;
}

/** The {@link AlgorithmProcess} that a target gets: plain synchronous code over the control block and the link. */
export class RankProcess implements AlgorithmProcess {
  readonly index: number;
  readonly total: number;
  readonly maxVal: number;
  readonly jobId: number;
  readonly #runId: number;
  readonly #link: RankLink;
  #abort: AbortController | undefined;
  readonly #isChunked: boolean;
  /** The part, or the chunk, that is worked on. */
  #chunk: readonly [start: number, end: number];
  /** The call that asks for the chunk after this one. */
  #nextChunk: number | undefined;
  /** Items of the chunks before this one. */
  #before = 0;
  #count = 0;

  constructor(request: RunRequest, link: RankLink) {
    this.index = request.run.rank;
    this.total = request.total;
    this.#isChunked = request.isChunked;
    this.#chunk = [request.start, request.end];
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

  /** Whether a map run is to end after the item that it works on. */
  get isFinishing(): boolean {
    return this.#link.block.isFinishing(this.#runId);
  }

  /** Tells those who listen to `signal`; called from the compute thread's event loop. */
  abort(): void {
    this.#abort?.abort(new JobCancelledError('The job was cancelled.'));
  }

  get startVal(): number {
    return this.#chunk[0];
  }

  get endVal(): number {
    return this.#chunk[1];
  }

  nRange(): Iterable<number> {
    return { [Symbol.iterator]: () => this.#iterate(() => undefined) };
  }

  pRange(): Iterable<number> {
    const { block } = this.#link;
    return {
      [Symbol.iterator]: () =>
        this.#iterate((count) => {
          this.#count = count;
          block.setCount(count);
        }),
    };
  }

  /** Written out, not a generator: this runs once per item, and a generator costs several times as much. */
  #iterate(finished: (count: number) => void): Iterator<number, undefined> {
    const { block } = this.#link;
    const runId = this.#runId;
    let [start, end] = this.#chunk;
    let next = start;
    let before = this.#before;
    if (this.#isChunked) this.#askForChunk();
    return {
      next: (): IteratorResult<number, undefined> => {
        if (next > start) finished(before + next - start);
        if (block.isCancelled(runId)) throw new JobCancelledError('The job was cancelled.');
        if (next < end) return { done: false, value: next++ };
        if (!this.#takeChunk()) return { done: true, value: undefined };
        [start, end] = this.#chunk;
        before = this.#before;
        next = start;
        return { done: false, value: next++ };
      },
    };
  }

  /** Asks for the next chunk as soon as this one is begun, so that it is there when this one is finished. */
  #askForChunk(): void {
    this.#nextChunk ??= this.#link.ask({ op: 'chunk', count: this.#before });
  }

  #takeChunk(): boolean {
    if (this.#nextChunk === undefined) return false;
    const { chunk } = this.#answer(this.#nextChunk);
    this.#nextChunk = undefined;
    const [start, end] = this.#chunk;
    this.#before += end - start;
    this.#chunk = chunk ?? [end, end];
    if (chunk) this.#askForChunk();
    return chunk !== undefined;
  }

  setProgress(count: number, force = false): void {
    const most = this.#before + this.endVal - this.startVal;
    if (!(count >= 0 && count <= most))
      throw new RangeError(
        `setProgress takes a number from 0 to ${most}, the items that this rank was given so far, not ${count}`,
      );
    if (count < this.#count && !force) return;
    this.#count = count;
    this.#link.block.setCount(Math.floor(count));
  }

  sync(): void {
    this.#throwIfCancelled();
    if (this.total > 1) this.#meet({ op: 'sync' });
  }

  shareObject<T>(name: string, obj: T, doExchange = true): Map<number, T> {
    this.#throwIfCancelled();
    const payload = encodeValue(obj, `shareObject(${JSON.stringify(name)})`);
    if (this.total === 1) return new Map<number, T>();
    const request = { op: 'share', name, payload, exchange: doExchange } as const;
    return this.#decode<T>(doExchange ? this.#meet(request) : this.#store(request));
  }

  getObjects<T>(name: string): Map<number, T> {
    this.#throwIfCancelled();
    if (this.total === 1) return new Map<number, T>();
    const reply = this.#call({ op: 'get', name });
    return this.#decode<T>(this.#link.direct?.merge(name, reply) ?? reply);
  }

  emit(partial: unknown): void {
    this.#link.emit(encodeValue(partial, 'emit()'));
  }

  rng(item: number, seed = 0): RandomStream {
    return randomStream(item, seed);
  }

  log(...args: readonly unknown[]): void {
    this.#link.log(format(...args));
  }

  /** Items finished, for the final report. */
  get count(): number {
    return this.#link.block.count;
  }

  #meet(request: CallRequest & { op: 'sync' | 'share' }): Answer {
    const { direct } = this.#link;
    if (!direct) return this.#call(request);
    return this.#accept(request.op === 'sync' ? direct.meet() : direct.meet(request.name, request.payload));
  }

  #store(request: CallRequest & { op: 'share' }): Answer {
    const version = this.#link.direct?.nextVersion();
    return this.#call(version === undefined ? request : { ...request, version });
  }

  #call(request: CallRequest): Answer {
    return this.#answer(this.#link.ask(request));
  }

  #answer(call: number): Answer {
    return this.#accept(this.#link.answer(call));
  }

  #accept(reply: CallReply | undefined): Answer {
    if (!reply) throw new JobCancelledError('The job was cancelled.');
    if (!reply.ok) throw reviveError(reply.error);
    return reply;
  }

  #decode<T>(reply: Answer): Map<number, T> {
    return new Map(
      reply.entries.flatMap(([rank, { payload }]) => (payload ? [[rank, decodeValue(payload) as T] as const] : [])),
    );
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
