import type { ArrayFiles } from './array-files';
import { reviveError, toErrorInfo } from './error-info';
import { SerializationError } from './errors';
import { Future } from './future';
import type { JobOutcome, RankOutcome } from './job-life';
import { type ArrayReader, ArraysLater } from './message-arrays';
import { decodeValue } from './serialize';

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

/** How one item of a map job ended: `ok` with its value, or not with its error. */
export type MapResult<T> =
  | {
      /** Its place among the items, from 0. */
      readonly index: number;
      readonly ok: true;
      /** What the target returned for it. */
      readonly value: T;
      /** How often it was tried. */
      readonly attempts: number;
    }
  | {
      /** Its place among the items, from 0. */
      readonly index: number;
      readonly ok: false;
      /** Why its last attempt failed. */
      readonly error: Error;
      /** How often it was tried. */
      readonly attempts: number;
    };

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

/** Sets a map job's Future from its outcome. */
export function settleMapFuture<T>(future: Future<MapResult<T>[]>, outcome: JobOutcome): void {
  if (outcome.kind === 'rejected') future.setObject(outcome.error);
  else if (outcome.kind === 'items') {
    future.setObject(
      outcome.results.map((result, index) => {
        const { attempts } = result;
        if (!result.ok) return { index, ok: false, error: reviveError(result.error), attempts };
        const value = valueOf<T>(`item ${index}`, result);
        return value instanceof SerializationError
          ? { index, ok: false, error: value, attempts }
          : { index, ok: true, value: value as T, attempts };
      }),
    );
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
