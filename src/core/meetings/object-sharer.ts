import type { SharedObject } from '../../shared/worker-protocol';
import { decodeValue } from '../data/serialize';
import type { SharedObjects } from './latest-objects';

/** What the sharer needs to know of the jobs that run. */
export interface SharingJobs {
  /** What the ranks of a job have stored; undefined when there is no such job. */
  shared(jobId: number): SharedObjects | undefined;
  /** The bytes of an object of a job that runs. */
  read(jobId: number, rank: number, object: SharedObject): Uint8Array;
}

/**
 * What the ranks of the jobs that run have shared with each other (`proc.shareObject`), seen from the server. Of each
 * rank and name it is the latest object; of ranks that meet directly, as it was at most some 50 ms ago. It is gone
 * when the job ends. A job of one rank shares with nobody.
 */
export class ObjectSharer {
  readonly #jobs: SharingJobs;

  /** @internal */
  constructor(jobs: SharingJobs) {
    this.#jobs = jobs;
  }

  /** The names under which ranks of a job have stored something. */
  names(jobId: number): string[] {
    return [...(this.#jobs.shared(jobId)?.keys() ?? [])];
  }

  /**
   * Copies of the objects of one name, by rank; empty when there are none.
   *
   * @param jobId number of a job that runs
   * @returns that the values are of type `T` is a promise of the target's code, not checked
   */
  getObjects<T = unknown>(jobId: number, name: string): Map<number, T> {
    const objects = [...(this.#jobs.shared(jobId)?.get(name) ?? [])].sort(([a], [b]) => a - b);
    return new Map(objects.map(([rank, object]) => [rank, decodeValue(this.#jobs.read(jobId, rank, object)) as T]));
  }
}
