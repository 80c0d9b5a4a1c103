import type { Database, SqlValue } from '../database';
import type { ItemCounts, NewRun, RunPage, RunQuery, RunRequest, RunRow, RunState } from '../types';
import { orderOf, whereOf } from './run-query';

/** A row of the table, with its owner. */
export interface RawRun {
  readonly id: number;
  readonly state: RunState;
  readonly name: string;
  readonly file: string | null;
  readonly hash: string;
  readonly definition: string;
  readonly priority: number;
  readonly position: number;
  readonly cleared: number;
  readonly created: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly starts: number;
  readonly jobs: number;
  readonly jobs_done: number;
  readonly jobs_failed: number;
  readonly items: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  readonly exit_reason: string | null;
  readonly exit_code: number | null;
  readonly request: RunRequest | null;
  readonly owner: string | null;
  readonly owner_pid: number | null;
  readonly owner_kind: string | null;
  readonly fence: number;
  readonly batch: number;
}

/** By how much the counts of a run change. */
export interface CountNews {
  readonly items: ItemCounts;
  readonly done: number;
  readonly failed: number;
}

/** Of the names in a run so many characters can be searched. */
const longestSearch = 4000;
const defaultLimit = 100;

const select = `SELECT runs.id, state, name, file, hash, definition, priority, position, cleared, created, runs.started, ended, starts,
  jobs, jobs_done, jobs_failed, items, done, failed, skipped, cancelled, exit_reason, exit_code, request, owner,
  owners.pid AS owner_pid, owners.kind AS owner_kind, fence, batch
  FROM runs LEFT JOIN owners ON owners.id = runs.owner`;

/** The table of runs: the queue and the history are the same list. Every change gives its run a new revision. */
export class RunTable {
  readonly #database: Database;
  readonly #insert;
  readonly #copy;
  readonly #find;
  readonly #texts;
  readonly #nextRevision;
  readonly #lastRevision;
  readonly #touch;
  readonly #setState;
  readonly #setCounts;
  readonly #addCounts;
  readonly #changed;
  readonly #lastPosition;
  readonly #remove;
  readonly #noteRemoved;
  readonly #removedSince;
  readonly #trimRemoved;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare<never>(
      `INSERT INTO runs (state, name, file, hash, definition, args, versions, targets, search, priority, position, created,
         jobs, items, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#copy = database.prepare<never>(
      `INSERT INTO runs (state, name, file, hash, definition, args, versions, targets, search, priority, position, created,
         started, starts, jobs, items, revision)
       SELECT state, name, file, ?, ?, args, versions, targets, search, priority, position, created,
         started, starts, 0, 0, ? FROM runs WHERE id = ?`,
    );
    this.#find = database.prepare<RawRun>(`${select} WHERE runs.id = ?`);
    this.#texts = database.prepare<{ args: string; versions: string }>('SELECT args, versions FROM runs WHERE id = ?');
    this.#nextRevision = database.prepare<{ last: number }>('UPDATE revisions SET last = last + 1 RETURNING last');
    this.#lastRevision = database.prepare<{ last: number }>('SELECT last FROM revisions');
    this.#touch = database.prepare<never>('UPDATE runs SET revision = ? WHERE id = ?');
    this.#setState = database.prepare<never>(
      'UPDATE runs SET state = ?, ended = ?, exit_reason = ?, exit_code = ?, revision = ? WHERE id = ?',
    );
    this.#setCounts = database.prepare<never>(
      `UPDATE runs SET jobs_done = ?, jobs_failed = ?, done = ?, failed = ?, skipped = ?, cancelled = ?, revision = ?
       WHERE id = ?`,
    );
    this.#addCounts = database.prepare<never>(
      `UPDATE runs SET jobs_done = jobs_done + ?, jobs_failed = jobs_failed + ?, done = done + ?, failed = failed + ?,
         skipped = skipped + ?, cancelled = cancelled + ?, batch = ?, revision = ? WHERE id = ?`,
    );
    this.#changed = database.prepare<{ id: number }>(
      'SELECT id FROM runs WHERE revision > ? ORDER BY revision LIMIT ?',
    );
    this.#lastPosition = database.prepare<{ last: number | null }>('SELECT max(position) AS last FROM runs');
    this.#remove = database.prepare<never>('DELETE FROM runs WHERE id = ?');
    this.#noteRemoved = database.prepare<never>('INSERT INTO removed (revision, run) VALUES (?, ?)');
    this.#removedSince = database.prepare<{ run: number }>('SELECT run FROM removed WHERE revision > ? LIMIT ?');
    this.#trimRemoved = database.prepare<never>('DELETE FROM removed WHERE revision < ?');
  }

  /** A number for the changes of one transaction. */
  nextRevision(): number {
    return this.#nextRevision.get()?.last ?? 0;
  }

  get lastRevision(): number {
    return this.#lastRevision.get()?.last ?? 0;
  }

  get lastPosition(): number {
    return this.#lastPosition.get()?.last ?? 0;
  }

  add(run: NewRun, definition: string, position: number, now: number, revision: number): number {
    const targets = [...new Set(run.jobs.map(({ target }) => target.toLowerCase()))].join('\n');
    const labels = run.jobs.map(({ label }) => label).join('\n');
    const search = `${run.name}\n${run.file ?? ''}\n${targets}\n${labels}`.toLowerCase().slice(0, longestSearch);
    const items = run.jobs.reduce((sum, { total }) => sum + total, 0);
    return this.#insert.run(
      run.state ?? 'queued',
      run.name,
      run.file,
      run.hash,
      definition,
      JSON.stringify(run.args),
      JSON.stringify(run.versions),
      targets,
      search,
      run.priority ?? 0,
      position,
      now,
      run.jobs.length,
      items,
      revision,
    ).lastInsertRowid;
  }

  /** Makes a run like another one, with a definition of its own and without any jobs. Returns its id. */
  copy(id: number, hash: string, definition: string, revision: number): number {
    return this.#copy.run(hash, definition, revision, id).lastInsertRowid;
  }

  find(id: number): RawRun | undefined {
    return this.#find.get(id);
  }

  textsOf(id: number): { readonly args: string; readonly versions: string } {
    return this.#texts.get(id) ?? { args: '{}', versions: '{}' };
  }

  list(query: RunQuery, self: string): RunPage {
    const { where, values } = whereOf(query);
    const total = this.#database
      .prepare<{ total: number }>(`SELECT count(*) AS total FROM runs ${where}`)
      .get(...values);
    const rows = this.#database
      .prepare<RawRun>(`${select} ${where} ORDER BY ${orderOf(query)} LIMIT ? OFFSET ?`)
      .all(...values, query.limit ?? defaultLimit, query.offset ?? 0);
    return { rows: rows.map((row) => toRunRow(row, self)), total: total?.total ?? 0 };
  }

  /** All runs that fit, as they are in the table. */
  select(condition: string, ...values: readonly SqlValue[]): RawRun[] {
    return this.#database.prepare<RawRun>(`${select} WHERE ${condition}`).all(...values);
  }

  /** Changes columns of a run. */
  set(id: number, columns: Readonly<Record<string, SqlValue>>): void {
    const names = Object.keys(columns);
    this.#database
      .prepare<never>(`UPDATE runs SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`)
      .run(...Object.values(columns), id);
  }

  touch(id: number, revision: number): void {
    this.#touch.run(revision, id);
  }

  setState(
    id: number,
    state: RunState,
    end: { readonly at: number; readonly reason: string | null; readonly code: number | null } | null,
    revision: number,
  ): void {
    this.#setState.run(state, end?.at ?? null, end?.reason ?? null, end?.code ?? null, revision, id);
  }

  /** What a batch has brought. */
  addCounts(id: number, news: readonly CountNews[], batch: number, revision: number): void {
    const sum = (count: (part: CountNews) => number): number => news.reduce((total, part) => total + count(part), 0);
    this.#addCounts.run(
      sum(({ done }) => done),
      sum(({ failed }) => failed),
      sum(({ items }) => items.done),
      sum(({ items }) => items.failed),
      sum(({ items }) => items.skipped),
      sum(({ items }) => items.cancelled),
      batch,
      revision,
      id,
    );
  }

  setCounts(id: number, { done, failed, items }: CountNews, revision: number): void {
    this.#setCounts.run(done, failed, items.done, items.failed, items.skipped, items.cancelled, revision, id);
  }

  remove(id: number, revision: number): void {
    this.#remove.run(id);
    this.#noteRemoved.run(revision, id);
    this.#trimRemoved.run(revision - keptRemovals);
  }

  /** What has changed after a revision; undefined when that is too much, or too long ago, to say. */
  changedSince(revision: number): { readonly runs: number[]; readonly removed: number[] } | undefined {
    if (this.lastRevision - revision > keptRemovals) return undefined;
    const runs = this.#changed.all(revision, mostChanges + 1).map(({ id }) => id);
    const removed = this.#removedSince.all(revision, mostChanges + 1).map(({ run }) => run);
    return runs.length > mostChanges || removed.length > mostChanges ? undefined : { runs, removed };
  }
}

/** Removals are remembered for so many revisions. */
const keptRemovals = 10_000;
const mostChanges = 1000;

export function toRunRow(row: RawRun, self: string): RunRow {
  return {
    id: row.id,
    state: row.state,
    name: row.name,
    file: row.file,
    hash: row.hash,
    priority: row.priority,
    position: row.position,
    isCleared: row.cleared !== 0,
    createdAt: row.created,
    startedAt: row.started,
    endedAt: row.ended,
    starts: row.starts,
    jobs: { total: row.jobs, done: row.jobs_done, failed: row.jobs_failed },
    items: { total: row.items, done: row.done, failed: row.failed, skipped: row.skipped, cancelled: row.cancelled },
    exitReason: row.exit_reason,
    exitCode: row.exit_code,
    request: row.request,
    owner:
      row.owner === null ? null : { pid: row.owner_pid ?? 0, kind: row.owner_kind ?? '', isSelf: row.owner === self },
  };
}
