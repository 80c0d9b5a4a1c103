import type { JobOutcome } from '../jobs/job-life';
import { ArrayFiles, type ArrayRef } from './array-files';
import { type ArrayWriter, MessageArrays } from './message-arrays';
import type { SharedArray, SharedArrayRef } from './shared-array';

/** The typed arrays of one job that do not travel in messages, from its arguments to its results. */
export class JobArrays implements ArrayWriter {
  readonly files: ArrayFiles;
  /** Memory of shared arrays, for a job that runs in this process. */
  readonly memories: SharedArrayBuffer[] = [];
  #args: MessageArrays | undefined;
  #shared: Map<SharedArray, SharedArrayRef> | undefined;
  readonly #isInProcess: boolean;
  readonly #mayRunAgain: boolean;

  /**
   * @param roots folders for large objects
   * @param isInProcess the job runs in this process
   * @param mayRunAgain there may be several attempts, the results of some of which are of no use
   */
  constructor(roots: readonly string[], jobId: number, isInProcess: boolean, mayRunAgain: boolean) {
    this.files = new ArrayFiles(roots, jobId);
    this.#isInProcess = isInProcess;
    this.#mayRunAgain = mayRunAgain;
  }

  /** How many bytes of the arguments did not find room where they are quickest. */
  get divertedBytes(): number {
    return this.#args?.divertedBytes ?? 0;
  }

  put(view: NodeJS.ArrayBufferView): ArrayRef | undefined {
    this.#args ??= new MessageArrays(this.files, 'args');
    return this.#args.put(view);
  }

  share(array: SharedArray): SharedArrayRef {
    this.#shared ??= new Map();
    const before = this.#shared.get(array);
    if (before) return before;
    const { memory, ref } = array.hold(this.#isInProcess);
    const made = memory ? { ...ref, memory: this.memories.push(memory) - 1 } : ref;
    this.#shared.set(array, made);
    return made;
  }

  /**
   * The job is over.
   *
   * @param settle hands the outcome over; the promise is there when large arrays of it have to be read first
   * @returns when that takes a while: the end of it
   */
  settle(outcome: JobOutcome, settle: () => Promise<void> | undefined): Promise<void> | undefined {
    this.#release();
    const reading = settle();
    if (reading) return reading.finally(() => this.files.removeAll());
    // Looking for files costs more than the rest of a short job. Ranks that ended badly may have left some.
    const endedWell = outcome.kind === 'results' && [...outcome.results.values()].every((result) => result.ok);
    if (!endedWell || this.#mayRunAgain || this.#args?.isEmpty === false) this.files.removeAll();
    return undefined;
  }

  /** Nobody needs any of them any more. */
  end(): void {
    this.#release();
    this.files.removeAll();
  }

  #release(): void {
    for (const array of this.#shared?.keys() ?? []) array.release();
  }
}
