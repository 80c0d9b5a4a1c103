import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { type Database, inTransaction, type OpenDatabase, type SqlValue } from './database';
import { packText } from './packed-text';
import { checksumOf } from './store/settled-table';
import type { ItemState } from './types';

/** How much of a damaged database was taken over. */
export interface Salvaged {
  readonly runs: number;
  /** Whether every table could be read to its end. */
  readonly isComplete: boolean;
}

type Row = Record<string, SqlValue>;

/** A database is only copied to mend its beginning up to this size, in bytes. */
const mostCopied = 512 * 1024 * 1024;
/** What SQLite keeps about the file as a whole, and its first page, in bytes. */
const headerBytes = 100;
const pageBytes = 4096;
const rowsAtOnce = 200;

/** In the order in which they refer to each other. */
const tables = ['definitions', 'runs', 'jobs', 'errors', 'settled', 'logs', 'timelines'] as const;
type Table = (typeof tables)[number];

/**
 * Takes over what a damaged database still gives into a new one: the runs and jobs first, then what has become of items.
 * Runs that were being worked on are interrupted then. Items whose record is not as it was written are left out, so
 * they are worked on again.
 *
 * @param from the damaged file; it is not changed
 * @param into a new, empty database
 * @param limitMs how long this may take
 */
export function salvage(from: string, into: string, open: OpenDatabase, limitMs: number): Salvaged {
  const until = performance.now() + limitMs;
  const target = open(into);
  const copy = `${into}-copy`;
  const size = sizeOf(from);
  const freshSize = sizeOf(into);
  try {
    for (const mended of [0, headerBytes, pageBytes]) {
      // SQLite would remove the log of an empty file.
      if (mended === 0 && size === 0) continue;
      const path = mended === 0 ? from : mend(from, into, copy, mended);
      const source = path === undefined ? undefined : openReadable(path, open);
      if (!source) continue;
      try {
        const { runs, isComplete } = takeOver(source, target, until);
        return { runs, isComplete: isComplete && size >= freshSize };
      } finally {
        source.close();
      }
    }
    return { runs: 0, isComplete: false };
  } finally {
    target.close();
    for (const part of ['', '-wal', '-shm']) rmSync(copy + part, { force: true });
  }
}

/**
 * A copy whose first bytes are those of the new database, and so is what it lacks to the size of that: the tables of
 * both lie in the same places, as they were made by the same steps.
 */
function mend(from: string, fresh: string, copy: string, bytes: number): string | undefined {
  const size = sizeOf(from);
  if (size > mostCopied) return undefined;
  const base = readFileSync(fresh);
  // SQLite believes the number of pages in the header, which is that of the new file, only when these two agree.
  base.writeUInt32BE(base.readUInt32BE(92) + 1, 24);
  if (size > 0) copyFileSync(from, copy);
  else writeFileSync(copy, '');
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${copy}-wal`);
  rmSync(`${copy}-shm`, { force: true });
  const whole = size - (size % pageBytes);
  const file = openSync(copy, 'r+');
  try {
    writeSync(file, base, 0, bytes, 0);
    if (whole < base.byteLength)
      writeSync(file, base, Math.max(whole, bytes), base.byteLength - Math.max(whole, bytes), Math.max(whole, bytes));
    else ftruncateSync(file, whole);
  } finally {
    closeSync(file);
  }
  return copy;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function openReadable(path: string, open: OpenDatabase): Database | undefined {
  let database: Database | undefined;
  try {
    database = open(path, { readOnly: true, busyMs: 500 });
    database.prepare('SELECT id FROM runs LIMIT 1').get();
    return database;
  } catch {
    database?.close();
    return undefined;
  }
}

function takeOver(source: Database, target: Database, until: number): Salvaged {
  // Rows may refer to others that are lost; what then hangs in the air is removed at the end.
  target.exec('PRAGMA foreign_keys = OFF');
  let isComplete = true;
  inTransaction(target, () => {
    // Without its timeline a job lacks a picture of how it went, and nothing of what it came to.
    for (const table of tables)
      if (!copyTable(source, target, table, until) && table !== 'timelines') isComplete = false;
    repair(target);
  });
  const runs = target.prepare<{ count: number }>('SELECT count(*) AS count FROM runs').get()?.count ?? 0;
  return { runs, isComplete };
}

/** Copies rows from the beginning up to the first that cannot be read, and from the end back to the last such. */
function copyTable(source: Database, target: Database, table: Table, until: number): boolean {
  const columns = commonColumns(source, target, table);
  const key = table === 'timelines' ? 'job' : 'id';
  if (columns.length === 0) return false;
  const insert = target.prepare<never>(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  let isWhole = true;
  const put = (row: Row): void => {
    if (table === 'settled' && !isAsWritten(row)) isWhole = false;
    else if (
      !putRow(
        insert,
        columns.map((column) => valueOf(table, column, row[column] ?? null)),
      )
    )
      isWhole = false;
  };
  for (const [compare, order, start] of [
    ['>', 'ASC', Number.MIN_SAFE_INTEGER],
    ['<', 'DESC', Number.MAX_SAFE_INTEGER],
  ] as const) {
    const end = readRows(
      source,
      `SELECT ${columns.join(', ')} FROM ${table} WHERE ${key} ${compare} ? ORDER BY ${key} ${order} LIMIT ?`,
      key,
      start,
      put,
      until,
    );
    if (end === 'read') return isWhole;
  }
  return false;
}

function readRows(
  source: Database,
  sql: string,
  key: string,
  start: number,
  put: (row: Row) => void,
  until: number,
): 'read' | 'broken' {
  let after = start;
  let limit = rowsAtOnce;
  while (performance.now() < until) {
    try {
      const rows = source.prepare<Row>(sql).all(after, limit);
      for (const row of rows) put(row);
      if (rows.length < limit) return 'read';
      after = Number(rows.at(-1)?.[key]);
    } catch {
      if (limit === 1) return 'broken';
      limit = 1;
    }
  }
  return 'broken';
}

function putRow(insert: { run(...values: readonly SqlValue[]): unknown }, values: readonly SqlValue[]): boolean {
  try {
    insert.run(...values);
    return true;
  } catch {
    // A value of a kind that the column does not take: the row is damaged.
    return false;
  }
}

function commonColumns(source: Database, target: Database, table: Table): string[] {
  const names = (database: Database): string[] => {
    try {
      return database
        .prepare<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
        .all()
        .map(({ name }) => name);
    } catch {
      return [];
    }
  };
  const there = new Set(names(source));
  return names(target).filter((name) => there.has(name));
}

/** Nobody of those who owned the runs can write to the new database. */
function valueOf(table: Table, column: string, value: SqlValue): SqlValue {
  if (table === 'runs' && (column === 'owner' || column === 'request')) return null;
  if ((table === 'runs' || table === 'jobs') && column === 'state' && value === 'running') return 'interrupted';
  return value;
}

function isAsWritten(row: Row): boolean {
  const { job, start, count, attempts, crc, file, payload, state } = row;
  const item = itemState(state);
  if (
    typeof job !== 'number' ||
    typeof start !== 'number' ||
    typeof count !== 'number' ||
    typeof attempts !== 'number' ||
    !item
  )
    return false;
  // What is in a file is checked when it is read.
  if (typeof file === 'string') return true;
  return (
    checksumOf(job, { start, count, state: item, attempts }, payload instanceof Uint8Array ? payload : null) === crc
  );
}

const itemState = (value: unknown): ItemState | undefined =>
  (['done', 'failed', 'skipped', 'cancelled'] as const).find((state) => state === value);

/** Makes a whole of what was taken over. */
function repair(target: Database): void {
  target.exec(`
    DELETE FROM jobs WHERE run NOT IN (SELECT id FROM runs);
    DELETE FROM settled WHERE job NOT IN (SELECT id FROM jobs);
    DELETE FROM timelines WHERE job NOT IN (SELECT id FROM jobs);
    DELETE FROM settled WHERE start + count > (SELECT total FROM jobs WHERE jobs.id = settled.job);
    UPDATE settled SET error = NULL WHERE error NOT IN (SELECT id FROM errors);
    DELETE FROM logs WHERE job NOT IN (SELECT id FROM jobs);
    UPDATE jobs SET
      done = (SELECT coalesce(sum(count), 0) FROM settled WHERE job = jobs.id AND settled.state = 'done'),
      failed = (SELECT coalesce(sum(count), 0) FROM settled WHERE job = jobs.id AND settled.state = 'failed'),
      skipped = (SELECT coalesce(sum(count), 0) FROM settled WHERE job = jobs.id AND settled.state = 'skipped'),
      cancelled = (SELECT coalesce(sum(count), 0) FROM settled WHERE job = jobs.id AND settled.state = 'cancelled');
    UPDATE runs SET
      done = (SELECT coalesce(sum(done), 0) FROM jobs WHERE run = runs.id),
      failed = (SELECT coalesce(sum(failed), 0) FROM jobs WHERE run = runs.id),
      skipped = (SELECT coalesce(sum(skipped), 0) FROM jobs WHERE run = runs.id),
      cancelled = (SELECT coalesce(sum(cancelled), 0) FROM jobs WHERE run = runs.id),
      revision = 1;
    UPDATE revisions SET last = 1;
  `);
  const lost = 'definition NOT IN (SELECT digest FROM definitions)';
  if (!target.prepare(`SELECT 1 FROM runs WHERE ${lost}`).get()) return;
  const empty = packText('');
  target.prepare<never>("INSERT INTO definitions (digest, source, plan) VALUES ('lost', ?, ?)").run(empty, empty);
  target.exec(
    `UPDATE runs SET definition = 'lost', state = iif(state IN ('done', 'cancelled'), state, 'failed'),
       exit_reason = coalesce(exit_reason, 'its definition was lost with a damaged history') WHERE ${lost}`,
  );
}
