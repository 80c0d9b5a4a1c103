import { closeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { RunPhase } from '../../shared/engine-info';
import type {
  CallReply,
  ComputeEnd,
  ComputeToControl,
  ComputeToServer,
  ControlToCompute,
  ControlToServer,
  DepartedRank,
  RunRef,
  ServerToCompute,
  WorkerIdentity,
} from '../../shared/worker-protocol';
import { toErrorInfo } from '../error-info';
import { Shelf } from '../meetings/shelf';
import { ControlBlock } from './control-block';
import { MemoryWatch, readRss } from './memory-watch';

/** How often a running compute thread's progress is read, in milliseconds. */
const sampleIntervalMs = 50;

/** How long an ended thread may take to be gone, in milliseconds, before it is stuck for good. */
const endLimitMs = 1000;

/** A thread that ends this soon, in milliseconds, without having begun a run, has failed to start. */
const startingMs = 2000;
const mostFailedStarts = 5;

/** What a compute thread is given when it starts. */
export interface ComputeThreadData {
  readonly buffer: SharedArrayBuffer;
  /** Where it lays out what the server has to hear of; see {@link Shelf}. */
  readonly shelf: SharedArrayBuffer;
  readonly generation: number;
  /** Where to connect the data link; null in the server's own process, where the message port serves. */
  readonly identity: WorkerIdentity | null;
  /** Folders for large objects; where there is no room in one, the next is used. */
  readonly objectRoots: readonly string[];
}

export interface ComputeThreadOptions {
  /** Absolute path of the compute thread's script. */
  readonly entry: string;
  readonly identity: WorkerIdentity | null;
  readonly objectRoots: readonly string[];
  readonly memoryMiB: number | null;
  /** Tells the server something over the control link. */
  readonly report: (message: ControlToServer) => void;
  /** Hands on what a thread without a data link says to the server. */
  readonly data?: (message: ComputeToServer) => void;
  /** Makes the pipes that commands write to. */
  readonly openPipes?: (done: (readers: readonly [number, number] | null) => void) => void;
  /** Ends what an ended thread has left; nothing is returned when there is nothing. */
  readonly cleanUp?: () => Promise<void> | undefined;
  /** Nothing can be done for this process: threads end as soon as they start, or one that is too large does not end. */
  readonly onHopeless: (end: ComputeEnd) => void;
}

/**
 * Keeps one compute thread going: starts it, reads its progress, cancels it, and starts a fresh one when it ended.
 *
 * It lives where user code does not run (a worker's control thread, or the server's own event loop for jobs of one
 * rank), so it works whatever the compute thread is doing.
 */
export class ComputeThread {
  readonly #options: ComputeThreadOptions;
  readonly #block = new ControlBlock();
  readonly #shelf = new Shelf();
  #memoryMiB: number | null;
  #worker: Worker | undefined;
  #generation = 0;
  #sampling: NodeJS.Timeout | undefined;
  #watchedRun = 0;
  #graceTimer: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  #closing = false;
  #startedAt = 0;
  #failedStarts = 0;
  #ending: ComputeEnd | undefined;
  #wakeReader: (() => void) | undefined;
  /** Who has left the run's job; a thread that is started for the same run has to hear of it again. */
  #departed: { readonly run: RunRef; readonly ranks: readonly DepartedRank[] } | undefined;

  constructor(options: ComputeThreadOptions) {
    this.#options = options;
    this.#memoryMiB = options.memoryMiB;
    this.#start();
  }

  /** Which thread this is, counted from 1: each fresh one has the next number. */
  get generation(): number {
    return this.#generation;
  }

  /** Begins to report the run's progress, until it ends. */
  watch(run: RunRef): void {
    clearInterval(this.#sampling);
    let last = -1;
    this.#watchedRun = run.runId;
    // In the server's own process it cannot be told whose memory it is.
    const memory =
      this.#options.identity && this.#memoryMiB !== null ? new MemoryWatch(this.#memoryMiB, readRss()) : undefined;
    const sample = (): void => {
      if (this.#block.currentRun !== run.runId) {
        // It may not have begun yet: a fresh thread takes a while to start.
        if (this.#block.begunRun >= run.runId) clearInterval(this.#sampling);
        return;
      }
      if (memory?.isOver(readRss())) {
        clearInterval(this.#sampling);
        this.#endOversized(run, { kind: 'out-of-memory', limitMiB: memory.limitMiB, usedMiB: memory.usedMiB });
        return;
      }
      const objects = this.#shelf.take(run.runId);
      if (objects.length > 0) this.#options.report({ type: 'stored', run, objects, isNote: false });
      const { count } = this.#block;
      if (count === last) return;
      last = count;
      this.#options.report({ type: 'progress', run, count });
    };
    this.#sampling = setInterval(sample, sampleIntervalMs);
    this.#sampling.unref();
    sample();
  }

  /**
   * Ends a run: it is asked at once (`signal`, `pRange`, and blocking calls notice), and when it still runs after
   * `graceMs` its thread is ended and replaced. A run that has not begun yet never will.
   */
  cancel(run: RunRef, graceMs: number): void {
    this.#block.cancel(run.runId);
    this.#post({ type: 'cancel', run });
    this.#wakeIfReading();
    clearTimeout(this.#graceTimer);
    this.#graceTimer = setTimeout(() => {
      if (this.#block.currentRun === run.runId) this.#replace({ kind: 'cancelled' });
    }, graceMs);
  }

  /** Lets a map run end by itself between two items. */
  finish(run: RunRef): void {
    this.#block.finish(run.runId);
  }

  /** Answers a blocked rank. */
  reply(run: RunRef, call: number, reply: CallReply): void {
    this.#post({ type: 'reply', run, call, reply });
    this.#block.announceReply();
  }

  /** Tells a rank that others of its job have left. */
  departed(run: RunRef, ranks: readonly DepartedRank[]): void {
    const before = this.#departed?.run.runId === run.runId ? this.#departed.ranks : [];
    this.#departed = { run, ranks: [...before, ...ranks] };
    this.#post({ type: 'departed', run, ranks });
    this.#block.announceReply();
    this.#wakeIfReading();
  }

  /** There is an inbox, which the thread may sleep over. @param wake ends such a sleep */
  setWakeReader(wake: () => void): void {
    this.#wakeReader = wake;
  }

  /** Hands a request to a thread that has no data link. */
  send(message: ServerToCompute): void {
    this.#post({ type: 'data', message });
  }

  /** Sets the heap limit of the thread; a thread with another one is replaced. Only while it is idle. */
  limit(memoryMiB: number | null): void {
    if (memoryMiB === this.#memoryMiB) return;
    this.#memoryMiB = memoryMiB;
    this.#replace({ kind: 'replaced' });
  }

  /** Ends the thread for good. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#sampling);
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#endTimer);
    await this.#worker?.terminate();
  }

  setRef(keepAlive: boolean): void {
    if (keepAlive) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #start(): void {
    this.#generation += 1;
    this.#startedAt = performance.now();
    const data: ComputeThreadData = {
      buffer: this.#block.buffer,
      shelf: this.#shelf.buffer,
      generation: this.#generation,
      identity: this.#options.identity,
      objectRoots: this.#options.objectRoots,
    };
    const worker = new Worker(this.#options.entry, {
      workerData: data,
      execArgv: [],
      ...(this.#memoryMiB === null ? {} : { resourceLimits: { maxOldGenerationSizeMb: this.#memoryMiB } }),
    });
    this.#worker = worker;
    worker.on('message', (message: ComputeToControl) => this.#receive(message));
    worker.on('error', (error: Error & { code?: string }) => {
      this.#ending ??=
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? { kind: 'out-of-memory', limitMiB: this.#memoryMiB, usedMiB: null }
          : { kind: 'error', error: toErrorInfo(error) };
    });
    worker.once('exit', (code) => this.#exited(worker, code));
    if (this.#departed) this.#post({ type: 'departed', ...this.#departed });
  }

  #receive(message: ComputeToControl): void {
    if (message.type === 'data') this.#options.data?.(message.message);
    else if (message.type === 'pipes') this.#givePipes();
    else this.#options.report(message);
  }

  /** The server hears why at once: a thread that does not end, because it is in a system call, takes the process with it. */
  #endOversized(run: RunRef, end: ComputeEnd): void {
    this.#options.report({ type: 'over-limit', run, end });
    this.#replace(end);
    clearTimeout(this.#endTimer);
    this.#endTimer = setTimeout(() => this.#options.onHopeless(end), endLimitMs);
  }

  #givePipes(): void {
    const { openPipes } = this.#options;
    const generation = this.#generation;
    const give = (readers: readonly [number, number] | null): void => {
      if (generation === this.#generation) this.#post({ type: 'pipes', readers });
      else for (const reader of readers ?? []) closeSync(reader);
    };
    if (openPipes) openPipes(give);
    else give(null);
  }

  #replace(end: ComputeEnd): void {
    this.#ending = end;
    void this.#worker?.terminate();
    // A thread in a system call ends when that does. This thread may be just about to read.
    this.#wakeReader?.();
  }

  /** What was said before has been noted in the block: a thread that is not reading by now looks there first. */
  #wakeIfReading(): void {
    if (this.#block.isReading) this.#wakeReader?.();
  }

  #exited(worker: Worker, code: number): void {
    if (this.#worker !== worker || this.#closing) return;
    const wasAsked = this.#ending?.kind === 'replaced' || this.#ending?.kind === 'cancelled';
    const end = this.#ending ?? { kind: 'exit', code };
    const { begunRun, phase } = this.#block;
    const failedToStart = !wasAsked && begunRun === 0 && performance.now() - this.#startedAt < startingMs;
    this.#failedStarts = failedToStart ? this.#failedStarts + 1 : 0;
    this.#ending = undefined;
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#endTimer);
    if (begunRun >= this.#watchedRun) clearInterval(this.#sampling);
    this.#block.reset();
    this.#shelf.reset();
    const next = (): void => this.#next(begunRun, phase, end);
    const cleaning = this.#options.cleanUp?.();
    if (cleaning) void cleaning.then(next);
    else next();
  }

  #next(runId: number, phase: RunPhase | undefined, end: ComputeEnd): void {
    if (this.#closing) return;
    this.#options.report({ type: 'compute-gone', generation: this.#generation, runId, phase, end });
    if (this.#failedStarts > mostFailedStarts) this.#options.onHopeless(end);
    else this.#start();
  }

  #post(message: ControlToCompute): void {
    this.#worker?.postMessage(message);
  }
}
