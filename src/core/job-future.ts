import { reviveError, toErrorInfo } from './error-info';
import { SerializationError } from './errors';
import { Future } from './future';
import type { JobOutcome, RankOutcome } from './job-life';
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

/** Sets a job's Future from its outcome. */
export function settleFuture<T>(future: Future<Map<number, T | Error>>, outcome: JobOutcome): void {
  if (outcome.kind === 'rejected') future.setObject(outcome.error);
  else if (outcome.kind === 'results') {
    future.setObject(new Map([...outcome.results].map(([rank, result]) => [rank, valueOf<T>(`rank ${rank}`, result)])));
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

function valueOf<T>(what: string, result: RankOutcome): T | Error {
  if (!result.ok) return result.error;
  try {
    return (result.payload === undefined ? undefined : decodeValue(result.payload)) as T;
  } catch (error) {
    return new SerializationError(`The result of ${what} cannot be read: ${toErrorInfo(error).message}`, {
      cause: error,
    });
  }
}
