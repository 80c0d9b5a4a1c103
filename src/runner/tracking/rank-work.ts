import type { RankInfo } from '../../shared/engine-info';
import { RateMeter } from './rate';

/** A piece of the range that a rank was given and has not finished, as far as is known. */
export interface OpenChunk {
  readonly start: number;
  readonly end: number;
  /** Milliseconds since the epoch; NaN while it waits for the one before. */
  began: number;
}

/** What one rank is at: the chunks that it holds, and how fast it is. */
export class RankWork {
  info: RankInfo;
  /** Oldest first; the first is the one that it works on. */
  chunks: OpenChunk[] = [];
  chunksDone = 0;
  /** Its count when it began the first of its chunks. */
  #base = 0;
  readonly #meter: RateMeter;

  constructor(info: RankInfo, now: number) {
    this.info = info;
    this.#meter = new RateMeter(now);
  }

  get rate(): number | null {
    return this.info.state === 'running' ? this.#meter.rate : null;
  }

  /** Items of its chunk that are done, as far as it has been seen. */
  get doneOfChunk(): number {
    const [chunk] = this.chunks;
    if (chunk === undefined) return 0;
    const { info } = this;
    // Where the engine knows the item it says so: counts of items are not places when some are tried again.
    const at = 'item' in info && typeof info.item === 'number' ? info.item - chunk.start : info.count - this.#base;
    return Math.max(0, Math.min(chunk.end - chunk.start, at));
  }

  /** The index that it works on; null when it works on none. */
  get item(): number | null {
    const [chunk] = this.chunks;
    if (chunk === undefined || this.info.state !== 'running') return null;
    const at = chunk.start + this.doneOfChunk;
    return at < chunk.end ? at : null;
  }

  sample(count: number, now: number): void {
    this.info = { ...this.info, count: Math.max(this.info.count, count) };
    this.#meter.sample(this.info.count, now);
  }

  /** When it is known to run and nothing has said what it was given (that was before anybody listened): its latest chunk. */
  catchUp(now: number): void {
    const { state, start, end, assigned } = this.info;
    if (state !== 'running' || this.chunks.length > 0 || end <= start) return;
    this.chunks = [{ start, end, began: now }];
    this.#base = assigned - (end - start);
  }

  /** Takes what it was given. Returns the chunks that it has finished by that. */
  give(start: number, end: number, isFirst: boolean, now: number): OpenChunk[] {
    const finished: OpenChunk[] = [];
    if (isFirst) {
      this.chunks = [{ start, end, began: now }];
      this.#base = this.info.count;
      return finished;
    }
    // It was given more, or told that there is no more: it has begun the latest of what it had.
    while (this.chunks.length > 1) finished.push(...this.#finishFirst());
    const [current] = this.chunks;
    if (current !== undefined && Number.isNaN(current.began)) current.began = now;
    if (end > start) this.chunks.push({ start, end, began: Number.NaN });
    return finished;
  }

  /** It has ended well: whatever it had is done. */
  finishAll(): OpenChunk[] {
    const finished: OpenChunk[] = [];
    while (this.chunks.length > 0) finished.push(...this.#finishFirst());
    return finished;
  }

  #finishFirst(): OpenChunk[] {
    const chunk = this.chunks.shift();
    if (chunk === undefined) return [];
    this.chunksDone += 1;
    this.#base += chunk.end - chunk.start;
    return [chunk];
  }
}
