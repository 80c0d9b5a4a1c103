import type { SettledItem } from '../../core/items/item-result';
import type { ServerEvent } from '../../shared/engine-info';
import type { RunPulse } from '../../shared/ipc';
import type { ItemDetail } from '../../shared/items';
import type { PlannedJob } from '../../shared/plan';
import type { RangePiece } from '../../shared/range';
import { combineRank } from '../../shared/run';
import { LiveReport } from '../live/live-report';
import { ItemBook } from './item-book';
import { ItemQueries } from './item-query';
import { ItemTracker } from './item-tracker';
import { LogRing } from './log-ring';
import { RangeFeed } from './range-feed';
import { RangeTracker } from './range-tracker';
import { Throughput } from './throughput';
import type { TrackedRange } from './tracked-range';

/** What is kept of the items of a `map` or `run` job. */
export interface RunItems {
  readonly book: ItemBook;
  readonly tracker: ItemTracker;
  readonly queries: ItemQueries;
}

/** What is kept of one run for those who look at it closely: more than the list of jobs, and in bounded memory. */
export class RunRecord {
  readonly key: number;
  readonly run: number;
  readonly live = new LiveReport();
  readonly log = new LogRing();
  readonly throughput = new Throughput();
  /** Null when the job has no items of its own. */
  readonly items: RunItems | null;
  readonly range: TrackedRange;
  readonly rangeFeed: RangeFeed;
  readonly #now: () => number;
  #values: unknown[] | undefined;
  #attempt = 1;

  /** @param now clock, in milliseconds since the epoch */
  constructor(key: number, run: number, job: PlannedJob, now: () => number = Date.now) {
    this.key = key;
    this.run = run;
    this.#now = now;
    this.items = job.kind === 'target' ? null : itemsOf(new ItemBook(job), new ItemTracker(now));
    this.range = this.items?.tracker ?? new RangeTracker(now);
    this.rangeFeed = new RangeFeed(this.range);
  }

  /** Takes an event of the run. Returns whether there is news for somebody who looks at it. */
  onServerEvent(event: ServerEvent): boolean {
    switch (event.type) {
      case 'partial':
        return this.live.add(event.rank, event.value);
      case 'log':
        this.log.add(event.lines, this.#now());
        return true;
      case 'job': {
        this.range.onEvent(event);
        const { attempt = 1, startedAt, progress, ranks } = event.job;
        if (attempt !== this.#attempt) this.throughput.clear();
        this.#attempt = attempt;
        const counts = ranks.map(({ count }) => count);
        if (startedAt !== undefined) this.throughput.sample(event.job.endedAt ?? this.#now(), progress, counts);
        return true;
      }
      case 'progress':
        this.range.onEvent(event);
        this.throughput.sample(this.#now(), event.progress, event.counts);
        return true;
      case 'chunk':
        this.range.onEvent(event);
        return true;
      case 'queue':
      case 'worker':
        return false;
    }
  }

  /** Items have ended, each once. */
  onItems(items: readonly SettledItem[]): void {
    this.items?.book.add(items);
    this.items?.tracker.onItems(items);
  }

  /** What is known of one index of the range. */
  piece(index: number): RangePiece | null {
    const piece = this.range.piece(index);
    return piece && { ...piece, item: this.items?.queries.row(index) ?? null };
  }

  /** The values of the items that have ended; with `fresh` as they are now, else as they were when last asked for. */
  valuesSoFar(fresh: boolean): unknown[] | undefined {
    if (fresh || this.#values === undefined) this.#values = this.items?.book.values();
    return this.#values;
  }

  /** All that is known of one item; null when there is no such item. */
  item(index: number): ItemDetail | null {
    if (this.items === null || index >= this.items.book.length) return null;
    const { book, tracker, queries } = this.items;
    return {
      ...queries.row(index),
      rank: tracker.rankOf(index),
      hasValue: book.hasValue(index),
      error: book.error(index) ?? null,
    };
  }

  /** About how many bytes its larger parts take up. */
  get weight(): number {
    return this.items?.book.weight ?? 0;
  }

  /** Takes an event of the small job that combines what the ranks of this one have returned: only its output counts. */
  onCombineEvent(event: ServerEvent): boolean {
    if (event.type !== 'log') return false;
    const lines = event.lines.map((line) => ({ ...line, rank: combineRank }));
    this.log.add(lines, this.#now());
    return true;
  }

  /** Which of its parts have changed: numbers that grow. */
  get pulse(): RunPulse {
    const { key, run } = this;
    return {
      key,
      run,
      live: this.live.version,
      log: this.log.total,
      range: this.range.version,
      items: this.items?.book.version ?? 0,
    };
  }
}

function itemsOf(book: ItemBook, tracker: ItemTracker): RunItems {
  return { book, tracker, queries: new ItemQueries(book, (index) => tracker.stateOf(index)) };
}
