import { decodeValue } from './serialize';

/** The objects that ranks have stored: name, then rank, then the serialised object. */
export type SharedObjects = ReadonlyMap<string, ReadonlyMap<number, Uint8Array>>;

/**
 * What the ranks of the jobs that run have shared with each other (`proc.shareObject`), seen from the server. Of each
 * rank and name it is the latest object. It is gone when the job ends. A job of one rank shares with nobody.
 */
export class ObjectSharer {
  readonly #find: (jobId: number) => SharedObjects | undefined;

  /** @internal */
  constructor(find: (jobId: number) => SharedObjects | undefined) {
    this.#find = find;
  }

  /** The names under which ranks of a job have stored something. */
  names(jobId: number): string[] {
    return [...(this.#find(jobId)?.keys() ?? [])];
  }

  /**
   * Copies of the objects of one name, by rank; empty when there are none.
   *
   * @param jobId number of a job that runs
   * @returns that the values are of type `T` is a promise of the target's code, not checked
   */
  getObjects<T = unknown>(jobId: number, name: string): Map<number, T> {
    const objects = [...(this.#find(jobId)?.get(name) ?? [])].sort(([a], [b]) => a - b);
    return new Map(objects.map(([rank, payload]) => [rank, decodeValue(payload) as T]));
  }
}
