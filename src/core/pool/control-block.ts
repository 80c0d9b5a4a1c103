import { type RunPhase, runPhases } from '../../shared/engine-info';

/**
 * The piece of shared memory between a control thread and its compute thread.
 *
 * It is what makes progress live and cancel certain while user code holds the compute thread: the compute thread
 * stores into it without sending anything, the control thread reads it without asking, and the other way round.
 */
const words = 16;
const wordRun = 0;
const wordCountLow = 1;
const wordCountHigh = 2;
const wordCancel = 3;
const wordReply = 4;
const wordBegun = 5;
const wordPhase = 6;
const wordFinish = 7;
const wordReading = 8;

/** Counts are kept in two words, since atomics on doubles do not exist and BigInt costs too much per item. */
const lowRange = 2 ** 30;

export class ControlBlock {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** The high word as this side has written it. */
  #high = 0;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** The run that the compute thread works on, 0 when it is idle. */
  get currentRun(): number {
    return Atomics.load(this.#words, wordRun);
  }

  beginRun(runId: number): void {
    this.#setLargeCount(0);
    this.enter('loading');
    Atomics.store(this.#words, wordBegun, runId);
    Atomics.store(this.#words, wordRun, runId);
  }

  /**
   * The run that the thread has begun last, 0 when none; unlike {@link currentRun} it stays after the run's end, when
   * its result may still be on its way.
   */
  get begunRun(): number {
    return Atomics.load(this.#words, wordBegun);
  }

  /** A fresh thread takes over: it has begun nothing yet. */
  reset(): void {
    this.endRun();
    this.setReading(false);
    Atomics.store(this.#words, wordBegun, 0);
  }

  /** What the run that was begun last does, or did when its thread ended. */
  get phase(): RunPhase | undefined {
    return this.begunRun === 0 ? undefined : runPhases[Atomics.load(this.#words, wordPhase)];
  }

  /** Compute thread only. */
  enter(phase: RunPhase): void {
    Atomics.store(this.#words, wordPhase, runPhases.indexOf(phase));
  }

  endRun(): void {
    Atomics.store(this.#words, wordRun, 0);
  }

  /** Items that the current run has finished. */
  get count(): number {
    // A reader that meets a writer between the two stores may read too little, never too much.
    for (;;) {
      const high = Atomics.load(this.#words, wordCountHigh);
      const low = Atomics.load(this.#words, wordCountLow);
      if (Atomics.load(this.#words, wordCountHigh) === high) return high * lowRange + low;
    }
  }

  /** Compute thread only. One store for the first 2^30 items, which is what a tight loop pays for. */
  setCount(count: number): void {
    if (count < lowRange && this.#high === 0) Atomics.store(this.#words, wordCountLow, count);
    else this.#setLargeCount(count);
  }

  #setLargeCount(count: number): void {
    const high = Math.floor(count / lowRange);
    if (high !== Atomics.load(this.#words, wordCountHigh)) {
      Atomics.store(this.#words, wordCountLow, 0);
      Atomics.store(this.#words, wordCountHigh, high);
    }
    this.#high = high;
    Atomics.store(this.#words, wordCountLow, count - high * lowRange);
  }

  /** Asks one run to end. Later runs are not affected, and a run that has not begun yet is skipped. */
  cancel(runId: number): void {
    Atomics.store(this.#words, wordCancel, runId);
    this.#wake();
  }

  isCancelled(runId: number): boolean {
    return Atomics.load(this.#words, wordCancel) === runId;
  }

  /** Asks one run to end by itself between two items. */
  finish(runId: number): void {
    Atomics.store(this.#words, wordFinish, runId);
  }

  isFinishing(runId: number): boolean {
    return Atomics.load(this.#words, wordFinish) === runId;
  }

  /** Number of replies posted so far; taken before a blocking call, so that no wake is missed. */
  get replies(): number {
    return Atomics.load(this.#words, wordReply);
  }

  /** Control thread: a reply has been posted. */
  announceReply(): void {
    this.#wake();
  }

  /**
   * Compute thread: sleeps until a reply is posted or a cancel comes after `seen` was read.
   *
   * @param limitMs at most so long
   */
  waitForReply(seen: number, limitMs: number = Number.POSITIVE_INFINITY): void {
    Atomics.wait(this.#words, wordReply, seen, limitMs);
  }

  /**
   * Whether the compute thread is about to sleep in a read of its inbox, or does: what ends its other sleeps does not
   * end this one.
   */
  get isReading(): boolean {
    return Atomics.load(this.#words, wordReading) !== 0;
  }

  /** Compute thread. To be set before {@link replies} is looked at for the last time. */
  setReading(isReading: boolean): void {
    Atomics.store(this.#words, wordReading, isReading ? 1 : 0);
  }

  #wake(): void {
    Atomics.add(this.#words, wordReply, 1);
    Atomics.notify(this.#words, wordReply);
  }
}
