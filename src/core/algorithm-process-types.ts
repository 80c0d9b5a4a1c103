import type { RandomStream } from './random';

/** What the target of a map job gets with each item. */
export interface ItemContext extends Pick<AlgorithmProcess, 'jobId' | 'signal' | 'log' | 'emit'> {
  /** Place of the item among all items, from 0. */
  readonly index: number;
  /** How often this item has been tried, this time included: 1 the first time. */
  readonly attempt: number;
  /** First index of the chunk that the item was given out with. */
  readonly start: number;
  /** Index after the last one of that chunk. */
  readonly stop: number;
  /** The job's `args`. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The random numbers of this item: see {@link AlgorithmProcess.rng}. */
  rng(seed?: number): RandomStream;
}

/**
 * One rank's view of its job, and its means to report and to talk to the other ranks: the first argument of every
 * target.
 *
 * Everything here is synchronous and blocks where it has to wait, so a target is an ordinary function with ordinary
 * loops. Nothing in it sends a message per item.
 *
 * @example
 * export function sumOfSquares(proc: AlgorithmProcess): number {
 *   let sum = 0;
 *   for (const i of proc.pRange()) sum += i * i;
 *   return sum;
 * }
 */
export interface AlgorithmProcess {
  /** This rank's number, from 0 to `total - 1`. */
  readonly index: number;
  /** How many ranks the job has. */
  readonly total: number;
  /**
   * First index of this rank's part of the range; with a dynamic or guided schedule, of the chunk that it works on,
   * so that it moves.
   */
  readonly startVal: number;
  /** Index after the last one of this rank's part: the part is `[startVal, endVal)` and may be empty. */
  readonly endVal: number;
  /** Length of the whole range, which all ranks together work through: `[0, maxVal)`. */
  readonly maxVal: number;
  /** Number of the job on its server. */
  readonly jobId: number;
  /**
   * Becomes aborted when the job is cancelled. A synchronous loop sees `signal.aborted` change but no events; loops
   * over {@link pRange} need not look, they are ended by it.
   */
  readonly signal: AbortSignal;

  /** The indices of this rank's part in ascending order, without counting progress. */
  nRange(): Iterable<number>;

  /**
   * The indices of this rank's part in ascending order. Each is counted as finished when the loop asks for the next
   * one, so that the progress a person sees is work done, not work begun.
   *
   * With a dynamic or guided schedule it goes on with the next chunk, until the range has run out; going through it
   * once more then gives nothing.
   *
   * @throws JobCancelledError between two items when the job has been cancelled
   */
  pRange(): Iterable<number>;

  /**
   * Reports progress by hand, for work that is not a loop over {@link pRange}.
   *
   * @param count items that this rank has finished, from 0 to as many as it was given so far; a smaller number than
   *   before is ignored unless `force` is set
   * @param force takes the number also when it goes back
   */
  setProgress(count: number, force?: boolean): void;

  /**
   * A barrier: returns when every rank of the job has called it as often as this one. With one rank it returns at once.
   *
   * @throws SiblingError when another rank has failed, so that nobody waits for ever
   * @throws BarrierBrokenError when another rank has returned without calling it
   * @throws JobCancelledError when the job is cancelled meanwhile
   */
  sync(): void;

  /**
   * Gives an object to all other ranks and receives theirs. Every rank must make the same calls in the same order;
   * calls in a loop are kept apart by their round, so values of different rounds never mix.
   *
   * @param name what the object is; ranks exchange objects of the same name
   * @param obj any value that structured clone can copy (arrays, typed arrays, Maps, BigInts, plain objects)
   * @param doExchange `false` only stores the object for {@link getObjects} and neither waits nor receives
   * @returns the other ranks' objects by their index, without this rank's own; empty when there is one rank, or
   *   without an exchange. That the values are of type `T` is a promise of the other ranks' code, not checked.
   * @throws SiblingError, BarrierBrokenError, JobCancelledError as {@link sync} does
   * @throws SerializationError when the object cannot be copied
   */
  shareObject<T>(name: string, obj: T, doExchange?: boolean): Map<number, T>;

  /**
   * The objects that other ranks have stored under a name up to now, by their index. Does not wait: call
   * {@link sync} first to be sure that all are there.
   */
  getObjects<T>(name: string): Map<number, T>;

  /**
   * Gives a partial result out before the end, to show it or to keep it: the server tells its listeners at once, in
   * the order of the calls.
   *
   * @throws SerializationError when the value cannot be copied
   */
  emit(partial: unknown): void;

  /**
   * The random numbers of one item. They depend on the item and the seed alone, so a result does not depend on the
   * number of ranks or on the schedule. Source: Philox 4x32-10 (Salmon and others, SC 2011).
   *
   * @param item index of the item, an integer of at least 0
   * @param seed another seed gives other numbers; 0 by default
   */
  rng(item: number, seed?: number): RandomStream;

  /** Writes a line to the job's log; values are formatted as `console.log` does. */
  log(...args: readonly unknown[]): void;
}
