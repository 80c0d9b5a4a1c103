import type { ArrayFiles } from '../data/array-files';
import { type ArrayReader, ArraysLater } from '../data/message-arrays';
import { decodeValue } from '../data/serialize';
import { reviveError, toErrorInfo } from '../error-info';
import { SerializationError } from '../errors';
import type { ItemResult } from '../items/item-result';
import { Future } from '../tasks/future';
import type { JobOutcome, RankOutcome } from './job-life';

/** The Future of a job: each rank's value, or the Error that ended the rank. */
export class JobFuture<T> extends Future<Map<number, T | Error>> {
  /** The job's number on its server, as in its events and in `server.jobs`. */
  readonly jobId: number;

  /** @internal */
  constructor(jobId: number, onCancel: (reason?: string) => void) {
    super(onCancel);
    this.jobId = jobId;
  }
}

/**
 * How one item of a map job ended: `done` with its value, `failed` with its error, `skipped` without having been worked
 * on to its end, or done in an `earlier` run, whose value is not here.
 */
export type MapResult<T> =
  | {
      /** Its place among the items, from 0. */
      readonly index: number;
      readonly ok: true;
      /** It has a value. */
      readonly state: 'done';
      /** What the target returned for it. */
      readonly value: T;
      /** How often it was tried. */
      readonly attempts: number;
    }
  | {
      /** Its place among the items, from 0. */
      readonly index: number;
      readonly ok: true;
      /** It was named in `MapOptions.done`. */
      /** It was done in an earlier run. */
      readonly state: 'earlier';
      /** It is not here. */
      readonly value: undefined;
      /** None in this run. */
      readonly attempts: 0;
    }
  | {
      /** Its place among the items, from 0. */
      readonly index: number;
      readonly ok: false;
      /** It failed for good, or was left out. */
      readonly state: 'failed' | 'skipped';
      /** Why its last attempt failed; of a skipped one an ItemSkippedError that says why it was skipped. */
      readonly error: Error;
      /** How often it was tried; 0 when it was skipped before that. */
      readonly attempts: number;
    };

/** What a {@link MapFuture} can do to its job; on a job that is over nothing has an effect. */
export interface MapControl {
  /** Ends the job. */
  readonly cancel: (reason?: string) => void;
  /** Begins no further items. */
  readonly finish: (reason: string) => void;
  /** Begins no items for the time being, or goes on. */
  readonly hold: (isHeld: boolean) => void;
  /** Lets items be worked on; returns how many. */
  readonly release: (start: number, end: number) => number;
  /** Leaves items out; returns how many. */
  readonly skip: (start: number, end: number, reason: string) => number;
}

/** A map job's Future: of the results in the order of the items. `jobId` is its number on the server. */
export class MapFuture<T> extends Future<MapResult<T>[]> {
  /** Number of the job on its server, for {@link ProcessServer.cancelJob} and to find it in events. */
  readonly jobId: number;
  readonly #control: MapControl;

  constructor(jobId: number, control: MapControl) {
    super(control.cancel);
    this.jobId = jobId;
    this.#control = control;
  }

  /**
   * Lets the items that are worked on now be the last ones: the Future then gives the results, in which all others are
   * `skipped`. Those that have failed and were to be tried again have failed.
   *
   * @param reason what the errors of the skipped ones say
   */
  finish(reason = 'The job was finished early.'): void {
    this.#control.finish(reason);
  }

  /**
   * Begins no further items until {@link resume}: those that are worked on now end, and their workers are free for other
   * jobs then. What is done stays done. Time limits of the job go on.
   */
  pause(): void {
    this.#control.hold(true);
  }

  /** Goes on after {@link pause}. */
  resume(): void {
    this.#control.hold(false);
  }

  /**
   * Lets items be worked on that `MapOptions.blocked` has held back.
   *
   * @returns how many of `[start, end)` were blocked until now
   * @throws RangeError when that is no part of the items
   */
  release(start: number, end: number): number {
    return this.#control.release(start, end);
  }

  /**
   * Settles items as `skipped` instead of working on them. Those that a worker has already are left alone.
   *
   * @param reason what their errors say
   * @returns how many of `[start, end)` are skipped by this
   * @throws RangeError when that is no part of the items
   */
  skip(start: number, end: number, reason = 'The item was skipped.'): number {
    return this.#control.skip(start, end, reason);
  }
}

/** Results of so many bytes are read one by one, with the server's other work in between. */
const quickBytes = 2 ** 20;

/**
 * Sets a job's Future from its outcome.
 *
 * @param files where large typed arrays are; without it there are none
 * @returns when that takes a while: the end of it
 */
export function settleFuture<T>(
  future: Future<Map<number, T | Error>>,
  outcome: JobOutcome,
  files?: ArrayFiles,
): Promise<void> | undefined {
  if (outcome.kind === 'rejected') future.setObject(outcome.error);
  if (outcome.kind !== 'results') return undefined;
  const entries = [...outcome.results].map(([rank, result]) => ({
    rank,
    reader: new ResultReader<T>(rank, result, files),
  }));
  const bytes = entries.reduce((sum, { reader }) => sum + reader.bytes, 0);
  const set = (): void => future.setObject(new Map(entries.map(({ rank, reader }) => [rank, reader.read()])));
  if (bytes <= quickBytes && entries.every(({ reader }) => reader.isWhole)) {
    set();
    return undefined;
  }
  return Promise.resolve()
    .then(async () => {
      for (const { reader } of entries) await reader.complete();
    })
    .then(set);
}

/** Reads what one rank gave: its message, and then its large typed arrays. */
class ResultReader<T> {
  readonly #rank: number;
  readonly #result: RankOutcome;
  readonly #arrays: ArraysLater | undefined;
  #read: { value: T | Error } | undefined;

  constructor(rank: number, result: RankOutcome, files: ArrayFiles | undefined) {
    this.#rank = rank;
    this.#result = result;
    this.#arrays = files && new ArraysLater(files);
  }

  get bytes(): number {
    return this.#result.ok ? (this.#result.payload?.byteLength ?? 0) : 0;
  }

  /** Whether it has no large typed arrays. */
  get isWhole(): boolean {
    this.read();
    return this.#arrays?.isEmpty ?? true;
  }

  /** The value, once it is complete. */
  read(): T | Error {
    this.#read ??= { value: valueOf<T>(`rank ${this.#rank}`, this.#result, this.#arrays) };
    return this.#read.value;
  }

  async complete(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.read();
    try {
      await this.#arrays?.load();
    } catch (error) {
      this.#read = { value: unreadable(`rank ${this.#rank}`, error) };
    }
  }
}

/** So many results are decoded before others get their turn on the event loop. */
const resultsAtOnce = 2000;

/** Sets a map job's Future from its outcome; that of a long job some turns of the event loop later. */
export function settleMapFuture<T>(future: Future<MapResult<T>[]>, outcome: JobOutcome): void {
  if (outcome.kind === 'rejected') future.setObject(outcome.error);
  else if (outcome.kind === 'items') {
    const iterator = outcome.results[Symbol.iterator]();
    const results: MapResult<T>[] = [];
    const more = (): void => {
      for (let i = 0; i < resultsAtOnce; i += 1) {
        const next = iterator.next();
        if (next.done) {
          future.setObject(results);
          return;
        }
        results.push(resultOf<T>(next.value));
      }
      setImmediate(more);
    };
    more();
  }
}

function resultOf<T>(result: ItemResult): MapResult<T> {
  const { index, attempts } = result;
  switch (result.state) {
    case 'done': {
      const value = itemValue(index, result.payload);
      return value instanceof SerializationError
        ? { index, ok: false, state: 'failed', error: value, attempts }
        : { index, ok: true, state: 'done', value: value as T, attempts };
    }
    case 'earlier':
      return { index, ok: true, state: 'earlier', value: undefined, attempts: 0 };
    case 'failed':
    case 'skipped':
      return { index, ok: false, state: result.state, error: reviveError(result.error), attempts };
  }
}

function itemValue(index: number, payload: Uint8Array | undefined): unknown {
  try {
    return payload && decodeValue(payload);
  } catch (error) {
    return unreadable(`item ${index}`, error);
  }
}

function valueOf<T>(what: string, result: RankOutcome, arrays?: ArrayReader): T | Error {
  if (!result.ok) return result.error;
  try {
    return (result.payload === undefined ? undefined : decodeValue(result.payload, undefined, arrays)) as T;
  } catch (error) {
    return unreadable(what, error);
  }
}

function unreadable(what: string, error: unknown): SerializationError {
  const { message } = toErrorInfo(error);
  return new SerializationError(`The result of ${what} cannot be read: ${message}`, { cause: error });
}
