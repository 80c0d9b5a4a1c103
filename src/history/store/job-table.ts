import type { ErrorInfo } from '../../shared/engine-info';
import type { Database } from '../database';
import type { SpillFolder } from '../spill-folder';
import type { ItemCounts, ItemState, NewJob, StoredJob, StoredJobState } from '../types';
import { readError, writeError } from './error-table';

/** What is new about a job; what is left out stays. */
export interface JobUpdate {
  readonly state?: StoredJobState;
  readonly progress?: number;
  readonly attempts?: number;
  readonly startedAt?: number;
  readonly endedAt?: number | null;
  readonly error?: ErrorInfo | null;
  /** Path of the file that it wrote. */
  readonly output?: string;
  /** A person has paused it, or let it go on. */
  readonly isHeld?: boolean;
  readonly result?: StoredResult;
}

/** A result as it is kept: in the row, in a file, or not at all when it is too large. */
export interface StoredResult {
  readonly bytes: Uint8Array | null;
  readonly file: string | null;
  readonly size: number;
  readonly crc: number;
}

export interface JobRow {
  readonly id: number;
  readonly run: number;
  readonly key: string;
  readonly kind: string;
  readonly label: string;
  readonly target: string;
  readonly total: number;
  readonly state: StoredJobState;
  readonly progress: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  readonly attempts: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly error: string | null;
  readonly has_result: number;
  readonly result_size: number | null;
  readonly output: string | null;
  readonly log_lines: number;
  readonly held: number;
}

const columns = `id, run, key, kind, label, target, total, state, progress, done, failed, skipped, cancelled, attempts,
  started, ended, error, result IS NOT NULL OR result_file IS NOT NULL AS has_result, result_size, output, log_lines, held`;

export class JobTable {
  readonly #insert;
  readonly #append;
  readonly #remove;
  readonly #find;
  readonly #ofRun;
  readonly #ofRuns;
  readonly #move;
  readonly #update;
  readonly #result;
  readonly #setResult;
  readonly #setCounts;
  readonly #addCounts;
  readonly #addLines;
  readonly #setStates;
  readonly #summary;
  readonly #resultFiles;

  constructor(database: Database) {
    this.#insert = database.prepare<never>(
      "INSERT INTO jobs (run, key, place, kind, label, target, total, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued')",
    );
    this.#append = database.prepare<never>(
      `INSERT INTO jobs (run, key, place, kind, label, target, total, state)
       SELECT ?1, ?2, coalesce(max(place), -1) + 1, ?3, ?4, ?5, ?6, 'queued' FROM jobs WHERE run = ?1`,
    );
    this.#remove = database.prepare<never>('DELETE FROM jobs WHERE run = ? AND key = ?');
    this.#find = database.prepare<JobRow>(`SELECT ${columns} FROM jobs WHERE run = ? AND key = ?`);
    this.#ofRun = database.prepare<JobRow>(`SELECT ${columns} FROM jobs WHERE run = ? ORDER BY place`);
    this.#ofRuns = database.prepare<JobRow>(
      `SELECT ${columns} FROM jobs WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, place`,
    );
    this.#move = database.prepare<never>(
      'UPDATE jobs SET run = ?1 WHERE run = ?2 AND key IN (SELECT value FROM json_each(?3))',
    );
    this.#update = database.prepare<never>(
      `UPDATE jobs SET state = ?, progress = ?, attempts = ?, started = ?, ended = ?, error = ?, output = ?, held = ? WHERE id = ?`,
    );
    this.#result = database.prepare<{
      result: Uint8Array | null;
      result_file: string | null;
      result_crc: number | null;
    }>('SELECT result, result_file, result_crc FROM jobs WHERE id = ?');
    this.#setResult = database.prepare<never>(
      'UPDATE jobs SET result = ?, result_file = ?, result_size = ?, result_crc = ? WHERE id = ?',
    );
    this.#setCounts = database.prepare<never>(
      'UPDATE jobs SET done = ?, failed = ?, skipped = ?, cancelled = ? WHERE id = ?',
    );
    this.#addCounts = database.prepare<never>(
      'UPDATE jobs SET done = done + ?, failed = failed + ?, skipped = skipped + ?, cancelled = cancelled + ? WHERE id = ?',
    );
    this.#addLines = database.prepare<never>('UPDATE jobs SET log_lines = log_lines + ? WHERE id = ?');
    this.#setStates = database.prepare<never>(
      'UPDATE jobs SET state = ?, ended = coalesce(ended, ?) WHERE run = ? AND state = ?',
    );
    this.#summary = database.prepare<{
      done: number | null;
      failed: number | null;
      items_done: number | null;
      items_failed: number | null;
      items_skipped: number | null;
      items_cancelled: number | null;
    }>(
      `SELECT sum(state = 'done') AS done, sum(state = 'failed') AS failed, sum(done) AS items_done,
         sum(failed) AS items_failed, sum(skipped) AS items_skipped, sum(cancelled) AS items_cancelled
       FROM jobs WHERE run = ? AND kind <> 'call'`,
    );
    this.#resultFiles = database.prepare<{ file: string }>(
      'SELECT result_file AS file FROM jobs WHERE run = ? AND result_file IS NOT NULL',
    );
  }

  add(run: number, jobs: readonly NewJob[]): void {
    for (const [place, { key, kind, label, target, total }] of jobs.entries())
      this.#insert.run(run, key, place, kind, label, target, total);
  }

  /** Adds a job behind those that the run has. */
  append(run: number, { key, kind, label, target, total }: NewJob): void {
    this.#append.run(run, key, kind, label, target, total);
  }

  /** Forgets a job that has neither items nor a result. */
  remove(run: number, key: string): void {
    this.#remove.run(run, key);
  }

  find(run: number, key: string): JobRow | undefined {
    return this.#find.get(run, key);
  }

  ofRun(run: number): JobRow[] {
    return this.#ofRun.all(run);
  }

  /** Jobs of several runs, those of each in order. */
  ofRuns(runs: readonly number[]): JobRow[] {
    return this.#ofRuns.all(JSON.stringify(runs));
  }

  /** Gives jobs to another run, with all that is kept of them. */
  move(from: number, to: number, keys: readonly string[]): void {
    this.#move.run(to, from, JSON.stringify(keys));
  }

  update(row: JobRow, update: JobUpdate): void {
    const { state = row.state, progress = row.progress, attempts = row.attempts, output = row.output } = update;
    const ended = update.endedAt === undefined ? row.ended : update.endedAt;
    const error = update.error === undefined ? row.error : update.error && writeError(update.error);
    const held = update.isHeld === undefined ? row.held : Number(update.isHeld);
    this.#update.run(state, progress, attempts, update.startedAt ?? row.started, ended, error, output, held, row.id);
    if (update.result) {
      const { bytes, file, size, crc } = update.result;
      this.#setResult.run(bytes, file, size, crc, row.id);
    }
  }

  setCounts(id: number, { done, failed, skipped, cancelled }: ItemCounts): void {
    this.#setCounts.run(done, failed, skipped, cancelled, id);
  }

  addCounts(id: number, { done, failed, skipped, cancelled }: ItemCounts): void {
    if (done + failed + skipped + cancelled > 0) this.#addCounts.run(done, failed, skipped, cancelled, id);
  }

  addLines(id: number, lines: number): void {
    this.#addLines.run(lines, id);
  }

  /** Moves all jobs of a run that are in one state into another. */
  setStates(run: number, from: StoredJobState, to: StoredJobState, now: number | null): void {
    this.#setStates.run(to, now, run, from);
  }

  /** Counts over all jobs of a run, without those that another one of them has asked for. */
  summary(run: number): { readonly done: number; readonly failed: number; readonly items: ItemCounts } {
    const sums = this.#summary.get(run);
    return {
      done: sums?.done ?? 0,
      failed: sums?.failed ?? 0,
      items: {
        done: sums?.items_done ?? 0,
        failed: sums?.items_failed ?? 0,
        skipped: sums?.items_skipped ?? 0,
        cancelled: sums?.items_cancelled ?? 0,
      },
    };
  }

  /** A job that had ended has ended in the same way in another run. */
  copyEnd(from: JobRow, to: JobRow, spill: SpillFolder): void {
    const { state, progress, attempts, started, ended, error, output, id, result_size: size } = from;
    this.#update.run(state, progress, attempts, started, ended, error, output, 0, to.id);
    const { bytes, file, crc } = this.resultOf(id);
    if (size !== null) this.#setResult.run(bytes, file === null ? null : spill.copy(file), size, crc, to.id);
  }

  resultOf(id: number): { readonly bytes: Uint8Array | null; readonly file: string | null; readonly crc: number } {
    const row = this.#result.get(id);
    return { bytes: row?.result ?? null, file: row?.result_file ?? null, crc: row?.result_crc ?? 0 };
  }

  resultFiles(run: number): string[] {
    return this.#resultFiles.all(run).map(({ file }) => file);
  }
}

export function countsOf(row: Pick<JobRow, ItemState>): ItemCounts {
  return { done: row.done, failed: row.failed, skipped: row.skipped, cancelled: row.cancelled };
}

export function toStoredJob(row: JobRow): StoredJob {
  return {
    key: row.key,
    kind: row.kind,
    label: row.label,
    target: row.target,
    total: row.total,
    state: row.state,
    progress: row.progress,
    items: countsOf(row),
    attempts: row.attempts,
    startedAt: row.started,
    endedAt: row.ended,
    error: readError(row.error),
    resultBytes: row.result_size,
    isResultRefused: row.result_size !== null && row.has_result === 0,
    output: row.output,
    logLines: row.log_lines,
    isHeld: row.held !== 0,
  };
}
