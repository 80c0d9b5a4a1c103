import type { SettledItem } from '../../core/items/item-result';
import type { ItemTracker } from '../../runner/tracking/item-tracker';
import { JobTrace } from '../../runner/tracking/job-trace';
import type { StoredPiece } from '../../runner/tracking/piece-store';
import type { TraceRecord } from '../../runner/tracking/trace-record';
import type { TrackedRange } from '../../runner/tracking/tracked-range';
import type { ServerEvent } from '../../shared/engine-info';
import type { RunPulse } from '../../shared/ipc';
import type { ItemDetail } from '../../shared/items';
import type { PlannedJob } from '../../shared/plan';
import type { RangePiece } from '../../shared/range';
import { combineRank } from '../../shared/run';
import { LiveReport } from '../live/live-report';
import { ItemBook } from './item-book';
import { ItemQueries } from './item-query';
import { LogRing } from './log-ring';
import { RangeFeed } from './range-feed';

/** What is kept of the items of a `map` or `run` job. */
export interface RunItems {
  readonly book: ItemBook;
  readonly tracker: ItemTracker;
  readonly queries: ItemQueries;
}

/** How a run stands of which a record was read. */
export interface RestoredRecord {
  /** Of jobs with items: those that have ended. */
  readonly ended: readonly StoredPiece[] | undefined;
  /** It is about to be worked on again. */
  readonly goesOn: boolean;
  /** Nobody will work on the rest of it. */
  readonly isOver: boolean;
  readonly times: { readonly startedAt: number | null; readonly endedAt: number | null };
}

/** What is kept of one run for those who look at it closely: more than the list of jobs, and in bounded memory. */
export class RunRecord {
  readonly key: number;
  readonly run: number;
  readonly live = new LiveReport();
  readonly log = new LogRing();
  /** Null when the job has no items of its own. */
  readonly items: RunItems | null;
  readonly trace: JobTrace;
  readonly rangeFeed: RangeFeed;
  /** It was read from the history, and nobody works on it here. */
  isStored = false;
  readonly #now: () => number;
  #values: unknown[] | undefined;

  /** @param now clock, in milliseconds since the epoch */
  constructor(key: number, run: number, job: PlannedJob, now: () => number = Date.now) {
    this.key = key;
    this.run = run;
    this.#now = now;
    this.trace = new JobTrace(job.kind, now);
    const tracker = this.trace.items;
    this.items = job.kind === 'target' || tracker === null ? null : itemsOf(new ItemBook(job), tracker);
    this.rangeFeed = new RangeFeed(this.range);
  }

  get range(): TrackedRange {
    return this.trace.range;
  }

  /** Takes an event of the run. Returns whether there is news for somebody who looks at it. */
  onServerEvent(event: ServerEvent): boolean {
    switch (event.type) {
      case 'partial':
        return this.live.add(event.rank, event.value);
      case 'log':
        this.log.add(event.lines, this.#now());
        return true;
      default:
        return this.trace.onServerEvent(event);
    }
  }

  /** Items have ended, each once. */
  onItems(items: readonly SettledItem[]): void {
    this.items?.book.add(items);
    this.trace.onItems(items);
  }

  /**
   * Takes over what was recorded of the run, once its items are in the book.
   *
   * @param trace undefined when how it went was not recorded: then only what has become of its items is known
   */
  restore(trace: TraceRecord | undefined, { ended, goesOn, isOver, times }: RestoredRecord): void {
    this.isStored = !goesOn;
    const unknown: TraceRecord = {
      at: times.endedAt ?? this.#now(),
      range: this.items?.book.length ?? 0,
      began: times.startedAt ?? Number.NaN,
      ended: times.endedAt ?? Number.NaN,
      ranks: [],
      chunksDone: [],
      pieces: [],
      spans: [],
      throughput: { at: new Float64Array(), total: new Float64Array(), ranks: [] },
    };
    this.trace.restore(trace ?? unknown, { goesOn, isOver, ...(ended && { ended }) });
  }

  /** It takes the place of an earlier reading of the same run: whoever has seen that has something new to see. */
  follow({ range, items }: RunRecord): void {
    this.range.version = range.version + 1;
    if (this.items !== null && items !== null) this.items.book.version = items.book.version + 1;
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
