/** What V8 may need besides a full heap (young objects, compiled code, copies while it collects), in MiB. */
const headroomMiB = 64;

/** Memory that this process takes up (its resident set), in MiB. Takes about ten microseconds. */
export function readRss(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

/**
 * Tells when a run makes its process too large: heap, buffers, native memory, all that the system counts.
 *
 * What the process took up before is not the run's fault, so only its growth counts, from the least that was seen
 * during the run on.
 */
export class MemoryWatch {
  readonly limitMiB: number;
  #least: number;
  #used = 0;

  /**
   * @param limitMiB how much the run may need
   * @param rssMiB what the process takes up when it begins
   */
  constructor(limitMiB: number, rssMiB: number) {
    this.limitMiB = limitMiB;
    this.#least = rssMiB;
  }

  /** By how much the process had grown when it was last looked at, in MiB. */
  get usedMiB(): number {
    return this.#used;
  }

  /** @param rssMiB what the process takes up now */
  isOver(rssMiB: number): boolean {
    this.#least = Math.min(this.#least, rssMiB);
    this.#used = rssMiB - this.#least;
    return this.#used > this.limitMiB + headroomMiB;
  }
}
