import type { SettledItem } from '../../core/items/item-result';
import type { RankInfo, ServerEvent } from '../../shared/engine-info';
import { ItemTracker } from './item-tracker';
import { placeOf, type StoredPiece } from './piece-store';
import { RangeTracker } from './range-tracker';
import { Throughput } from './throughput';
import type { TraceRecord } from './trace-record';
import type { TrackedRange } from './tracked-range';

/** How one job goes: what becomes of its range, by whom and when, and how fast. In bounded memory. */
export class JobTrace {
  readonly range: TrackedRange;
  /** The same as `range`, of jobs that work item by item. */
  readonly items: ItemTracker | null;
  readonly throughput = new Throughput();
  readonly #now: () => number;
  #ranks: readonly RankInfo[] = [];
  #attempt = 1;

  /** @param now clock, in milliseconds since the epoch */
  constructor(kind: 'target' | 'map' | 'run', now: () => number = Date.now) {
    this.#now = now;
    this.items = kind === 'target' ? null : new ItemTracker(now);
    this.range = this.items ?? new RangeTracker(now);
  }

  /** Its ranks, as they were last. */
  get ranks(): readonly RankInfo[] {
    return this.#ranks;
  }

  /** Takes an event of the engine's job. Returns whether it is about what is kept here. */
  onServerEvent(event: ServerEvent): boolean {
    switch (event.type) {
      case 'job': {
        this.range.onEvent(event);
        const { attempt = 1, startedAt, endedAt, progress, ranks } = event.job;
        if (attempt !== this.#attempt) this.throughput.clear();
        this.#attempt = attempt;
        this.#ranks = ranks;
        const counts = ranks.map(({ count }) => count);
        if (startedAt !== undefined) this.throughput.sample(endedAt ?? this.#now(), progress, counts);
        return true;
      }
      case 'progress':
        this.range.onEvent(event);
        this.throughput.sample(this.#now(), event.progress, event.counts);
        return true;
      case 'chunk':
        this.range.onEvent(event);
        return true;
      default:
        return false;
    }
  }

  /** Items have ended, each once. */
  onItems(items: readonly SettledItem[]): void {
    this.items?.onItems(items);
  }

  /** What is to be kept of it. */
  record(): TraceRecord {
    const { range, throughput } = this;
    return {
      at: this.#now(),
      range: range.range,
      began: range.began,
      ended: range.ended,
      ranks: this.#ranks.map(({ item: _item, ...rank }) => rank),
      chunksDone: range.lanes.map(({ chunksDone }) => chunksDone),
      pieces: range.pieces(),
      spans: range.spans.map((spans, rank) =>
        spans.between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, range.openSpans(rank)),
      ),
      throughput: throughput.data,
    };
  }

  /**
   * Takes over what was recorded of the job when it was started before.
   *
   * @param how `goesOn`: it is about to be worked on again. What its ranks did stays in the past, and they are new ones; a
   *   job that is called once per process begins from its beginning. `isOver`: nobody will work on the rest. `ended`:
   *   items that have ended, whatever the record says
   */
  restore(
    record: TraceRecord,
    {
      goesOn,
      isOver,
      ended,
    }: { readonly goesOn: boolean; readonly isOver: boolean; readonly ended?: readonly StoredPiece[] },
  ): void {
    const { range, items } = this;
    const skipped = placeOf('skipped');
    const pieces = isOver ? record.pieces : record.pieces.filter(({ state }) => state !== skipped);
    range.version += 1;
    range.began = record.began;
    if (!goesOn) range.ended = Number.isNaN(record.ended) ? record.at : record.ended;
    range.restoreSpans(record.spans, record.at);
    const ranks = record.ranks.map(asLeft);
    if (!goesOn) this.#ranks = ranks;
    if (items !== null)
      items.restore(record.range, ended ? withWorkers(ended, pieces) : pieces, goesOn ? [] : ranks, record.chunksDone);
    else if (!goesOn && range instanceof RangeTracker) range.restore(record.range, pieces, ranks, record.chunksDone);
    if (items !== null || !goesOn) this.throughput.restore(record.throughput, goesOn);
  }
}

/** A rank that was at work when nobody could record its end any more has lost its process. */
const asLeft = (rank: RankInfo): RankInfo => (rank.state === 'running' ? { ...rank, state: 'lost' } : rank);

/** Says of pieces of which it is known how they have ended who had worked on them when, as far as a record knows. */
function withWorkers(ended: readonly StoredPiece[], recorded: readonly StoredPiece[]): StoredPiece[] {
  const known: StoredPiece[] = [];
  let next = 0;
  for (const piece of ended) {
    let at = piece.start;
    for (let before = recorded[next]; before !== undefined && before.end <= piece.start; before = recorded[++next]);
    for (let place = next; at < piece.end; place += 1) {
      const found = recorded[place];
      if (found === undefined || found.start >= piece.end) break;
      if (found.start > at) known.push({ ...piece, start: at, end: found.start });
      const { rank, began, ended: until } = found;
      const isWorked = piece.state !== placeOf('skipped');
      const start = Math.max(at, found.start);
      const end = Math.min(piece.end, found.end);
      known.push(isWorked ? { ...piece, start, end, rank, began, ended: until } : { ...piece, start, end });
      at = end;
    }
    if (at < piece.end) known.push({ ...piece, start: at });
  }
  return known;
}
