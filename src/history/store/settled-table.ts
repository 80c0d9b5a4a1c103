import type { ErrorInfo } from '../../shared/engine-info';
import { crc32 } from '../checksum';
import type { Database } from '../database';
import { HistoryError } from '../history-error';
import { cutDurations, joinPacked, packValues, unpackDurations, unpackValues } from '../pack-values';
import { uncovered } from '../ranges';
import type { SpillFolder } from '../spill-folder';
import type { ItemCounts, ItemRange, ItemState, SettledRange, SettledValues } from '../types';
import type { ErrorTable } from './error-table';

/**
 * Rows grow to so many bytes of values by what follows them. An item a row would make a million rows of a million
 * items; a larger limit writes more bytes again and again, each time a row grows.
 */
const fullRowBytes = 8192;

/** Items `[start, start + count)` that have ended in the same way. */
export interface SettledBlock {
  readonly start: number;
  readonly count: number;
  readonly state: ItemState;
  /** How often each was tried. */
  readonly attempts: number;
  readonly error?: ErrorInfo;
  /** Values of done items as `packValues` packs them; null when there is none. */
  readonly payload: Uint8Array | null;
  /** How long each took, as `packDurations` packs it; null or left out when that is not known. */
  readonly durations?: Uint8Array | null;
  /** The file in which the payload is, when it is too large for a row. Only blocks of one item have one. */
  readonly file?: string;
}

interface SettledRow {
  readonly id: number;
  readonly start: number;
  readonly count: number;
  readonly state: ItemState;
  readonly attempts: number;
  readonly error: number | null;
  readonly payload: Uint8Array | null;
  readonly file: string | null;
  readonly size: number;
  readonly crc: number;
  readonly at: number;
  readonly durations: Uint8Array | null;
}

type Settled = Omit<SettledRow, 'id' | 'crc'>;

/** Checksum of a row, over everything that says which items are done and with which values. */
export function checksumOf(
  job: number,
  row: Pick<SettledRow, 'start' | 'count' | 'state' | 'attempts'>,
  payload: Uint8Array | null,
): number {
  const head = crc32(Buffer.from(`${job} ${row.start} ${row.count} ${row.state} ${row.attempts}`));
  return payload === null ? head : crc32(payload, head);
}

/** What has become of the items of jobs: ranges that never overlap, so that each item ends once. */
export class SettledTable {
  readonly #errors: ErrorTable;
  readonly #spill: SpillFolder;
  readonly #overlapping;
  readonly #before;
  readonly #after;
  readonly #insert;
  readonly #grow;
  readonly #delete;
  readonly #ranges;
  readonly #withValues;
  readonly #within;
  readonly #ofState;
  readonly #ofAll;
  readonly #reopen;
  readonly #counts;
  readonly #files;

  constructor(database: Database, errors: ErrorTable, spill: SpillFolder) {
    this.#errors = errors;
    this.#spill = spill;
    this.#overlapping = database.prepare<{ start: number; count: number }>(
      `SELECT start, count FROM settled WHERE job = ?1 AND start < ?3 AND start >= coalesce(
         (SELECT start FROM settled WHERE job = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1), ?2) ORDER BY start`,
    );
    const columns = 'id, start, count, state, attempts, error, payload, file, size, crc, at, durations';
    this.#before = database.prepare<SettledRow>(
      `SELECT ${columns} FROM settled WHERE job = ? AND start < ? ORDER BY start DESC LIMIT 1`,
    );
    this.#after = database.prepare<SettledRow>(`SELECT ${columns} FROM settled WHERE job = ? AND start = ?`);
    this.#insert = database.prepare<never>(
      `INSERT INTO settled (job, start, count, state, attempts, error, payload, file, size, crc, at, durations)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#grow = database.prepare<never>(
      'UPDATE settled SET count = ?, payload = ?, size = ?, crc = ?, at = ?, durations = ? WHERE id = ?',
    );
    this.#delete = database.prepare<never>('DELETE FROM settled WHERE id = ?');
    this.#ranges = database.prepare<{ start: number; count: number }>(
      'SELECT start, count FROM settled WHERE job = ? ORDER BY start',
    );
    this.#withValues = database.prepare<SettledRow>(
      `SELECT ${columns} FROM settled WHERE job = ?1 AND state = 'done' AND start >= ?2 ORDER BY start LIMIT ?3`,
    );
    this.#within = database.prepare<SettledRow>(
      `SELECT ${columns} FROM settled WHERE job = ?1 AND start < ?3 AND start + count > ?2 AND start >= coalesce(
         (SELECT start FROM settled WHERE job = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1), ?2) ORDER BY start`,
    );
    this.#ofState = database.prepare<SettledRow>(
      `SELECT id, start, count, state, attempts, error, NULL AS payload, NULL AS file, size, crc, at, durations
       FROM settled WHERE job = ? AND state = ? AND start >= ? ORDER BY start LIMIT ?`,
    );
    this.#ofAll = database.prepare<SettledRow>(
      `SELECT id, start, count, state, attempts, error, NULL AS payload, NULL AS file, size, crc, at, durations
       FROM settled WHERE job = ? AND start >= ? ORDER BY start LIMIT ?`,
    );
    this.#reopen = database.prepare<never>('DELETE FROM settled WHERE job = ? AND state = ?');
    this.#counts = database.prepare<{ state: ItemState; items: number }>(
      'SELECT state, sum(count) AS items FROM settled WHERE job = ? GROUP BY state',
    );
    this.#files = database.prepare<{ file: string }>('SELECT file FROM settled WHERE job = ? AND file IS NOT NULL');
  }

  /**
   * Keeps how items ended. Those that have ended before keep what they have: a report that comes twice changes nothing.
   *
   * @returns how many items it is news for
   */
  record(job: number, block: SettledBlock, now: number): number {
    const end = block.start + block.count;
    const taken = this.#overlapping
      .all(job, block.start, end)
      .map((row): ItemRange => [row.start, row.start + row.count]);
    const free = uncovered(block.start, end, taken);
    const error = block.error && free.length > 0 ? this.#errors.idOf(block.error) : null;
    for (const [from, to] of free)
      this.#keep(job, {
        start: from,
        count: to - from,
        state: block.state,
        attempts: block.attempts,
        error,
        payload: cutPayload(block, from, to),
        file: block.file ?? null,
        size: block.payload?.byteLength ?? 0,
        at: now,
        durations: cutDurations(block.durations ?? null, from - block.start, to - block.start),
      });
    return free.reduce((sum, [from, to]) => sum + to - from, 0);
  }

  /**
   * Items `[start, start + count)` that were done or have failed in one job are so in another, from `at` on. What the
   * disk no longer gives back as it was written is left out, to be done again.
   */
  copy(from: number, start: number, count: number, to: number, at: number, now: number): void {
    const end = start + count;
    for (const row of this.#within.all(from, start, end)) {
      if (row.state !== 'done' && row.state !== 'failed') continue;
      const [first, last] = [Math.max(start, row.start), Math.min(end, row.start + row.count)];
      let payload: Uint8Array | null;
      try {
        payload = row.file === null ? row.payload : this.#spill.read(row.file);
      } catch {
        continue;
      }
      if (checksumOf(from, row, payload) !== row.crc) continue;
      const block: SettledBlock = {
        start: row.start,
        count: row.count,
        state: row.state,
        attempts: row.attempts,
        payload,
      };
      const error = row.error === null ? null : this.#errors.get(row.error);
      this.record(
        to,
        {
          ...block,
          start: at + first - start,
          count: last - first,
          payload: cutPayload(block, first, last),
          durations: cutDurations(row.durations, first - row.start, last - row.start),
          ...(error && { error }),
          ...(row.file !== null && { file: this.#spill.copy(row.file) }),
        },
        now,
      );
    }
  }

  /** Ranges that have ended, in order. */
  ranges(job: number): ItemRange[] {
    return this.#ranges.all(job).map(({ start, count }) => [start, start + count]);
  }

  counts(job: number): ItemCounts {
    const counts = { done: 0, failed: 0, skipped: 0, cancelled: 0 };
    for (const { state, items } of this.#counts.all(job)) counts[state] = items;
    return counts;
  }

  /** At most `limit` ranges in that state, or in any, from an item on, in order. */
  ofState(job: number, state: ItemState | undefined, from: number, limit: number): SettledRange[] {
    const rows = state === undefined ? this.#ofAll.all(job, from, limit) : this.#ofState.all(job, state, from, limit);
    return rows.map((row) => {
      const durationsMs = unpackDurations(row.durations, row.count);
      return {
        start: row.start,
        end: row.start + row.count,
        state: row.state,
        attempts: row.attempts,
        error: row.error === null ? null : this.#errors.get(row.error),
        at: row.at,
        ...(durationsMs && { durationsMs }),
      };
    });
  }

  /**
   * Values of done items from the first row on that begins at `from` or later, at most `limitRows` rows.
   *
   * @throws HistoryError `ERR_HISTORY_DAMAGED` when the disk gives back other bytes than were written
   */
  values(job: number, from: number, limitRows: number): SettledValues[] {
    return this.#withValues.all(job, from, limitRows).map((row) => {
      const { start, count } = row;
      try {
        const payload = row.file === null ? row.payload : this.#spill.read(row.file);
        if (checksumOf(job, row, payload) !== row.crc) throw new RangeError('The checksum differs.');
        return { start, values: unpackValues(payload, count) };
      } catch (error) {
        const message = `The kept values of the items ${start} to ${start + count - 1} cannot be read. Run the job again.`;
        throw new HistoryError('ERR_HISTORY_DAMAGED', message, { cause: error });
      }
    });
  }

  /** Forgets the items that ended in that way, so that they are missing again; their files are left to `removeOrphans`. */
  reopen(job: number, state: ItemState): number {
    return this.#reopen.run(job, state).changes;
  }

  files(job: number): string[] {
    return this.#files.all(job).map(({ file }) => file);
  }

  /** Puts a range in, as part of its neighbours where they are small and of the same kind. */
  #keep(job: number, range: Settled): void {
    let kept = range;
    const after = this.#after.get(job, kept.start + kept.count);
    if (after && isJoinable(kept, after)) {
      this.#delete.run(after.id);
      kept = join(kept, after);
    }
    const before = this.#before.get(job, kept.start);
    if (before && before.start + before.count === kept.start && isJoinable(before, kept)) {
      const { count, payload, size, at, durations } = join(before, kept);
      this.#grow.run(count, payload, size, checksumOf(job, { ...before, count }, payload), at, durations, before.id);
      return;
    }
    const { start, count, state, attempts, error, payload, file, size, at, durations } = kept;
    const crc = checksumOf(job, kept, payload);
    const inRow = file === null ? payload : null;
    this.#insert.run(job, start, count, state, attempts, error, inRow, file, size, crc, at, durations);
  }
}

function isJoinable(first: Settled, second: Settled): boolean {
  return (
    first.state === second.state &&
    first.attempts === second.attempts &&
    first.error === second.error &&
    first.file === null &&
    second.file === null &&
    sizeOfJoined(first, second) <= fullRowBytes
  );
}

const sizeOfJoined = (first: Settled, second: Settled): number =>
  sumOf(first.payload, first.count, second.payload, second.count) +
  sumOf(first.durations, first.count, second.durations, second.count);

/** Bytes of two blocks that become one: of one that is not there a byte for each item, unless neither is. */
function sumOf(first: Uint8Array | null, firstCount: number, second: Uint8Array | null, secondCount: number): number {
  return first === null && second === null
    ? 0
    : (first?.byteLength ?? firstCount) + (second?.byteLength ?? secondCount);
}

function join(first: Settled, second: Settled): Settled {
  const payload = joinPacked(first.payload, first.count, second.payload, second.count);
  const durations = joinPacked(first.durations, first.count, second.durations, second.count);
  const count = first.count + second.count;
  return { ...first, count, payload, size: payload?.byteLength ?? 0, at: Math.max(first.at, second.at), durations };
}

function cutPayload(block: SettledBlock, from: number, to: number): Uint8Array | null {
  const { start, count, payload } = block;
  if (payload === null || (from === start && to === start + count)) return payload;
  return packValues(unpackValues(payload, count).slice(from - start, to - start));
}
