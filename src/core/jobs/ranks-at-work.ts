import type { Executor } from '../pool/executor';

/**
 * The ranks of one job that have a worker, and what they do. Made when the first of them is asked for: of ten thousand
 * jobs that wait none has any.
 */
export class RanksAtWork {
  #executors: Map<number, Executor> | undefined;
  #runIds: Map<number, number> | undefined;
  #unwatched: Set<number> | undefined;
  #lastBlocks: Map<number, number | undefined> | undefined;

  /** By rank, from the start until the rank is freed. */
  get executors(): Map<number, Executor> {
    this.#executors ??= new Map();
    return this.#executors;
  }

  /** The runs that are under way, by rank. */
  get runIds(): Map<number, number> {
    this.#runIds ??= new Map();
    return this.#runIds;
  }

  /** Ranks whose runs are too young to be watched. */
  get unwatched(): Set<number> {
    this.#unwatched ??= new Set();
    return this.#unwatched;
  }

  /** Of a map job, by rank: the last block of items that its run was sent. */
  get lastBlocks(): Map<number, number | undefined> {
    this.#lastBlocks ??= new Map();
    return this.#lastBlocks;
  }
}
