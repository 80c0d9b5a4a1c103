import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makePrivateFolder } from './data-folder';
import type { Database, OpenDatabase } from './database';
import { HistoryError } from './history-error';
import { inspectFile, type Unusable } from './inspect-file';
import { migrate } from './migrate';
import { withOpenLock } from './open-lock';
import { salvage } from './salvage';
import { applicationId } from './schema';
import type { Notice } from './types';

/** Name of the database in the data folder. */
const databaseName = 'procession.db';

/** A file that says that the database was found damaged while it was open: all of it is checked at the next start. */
export const suspectName = `${databaseName}.suspect`;

/** A database, its write-ahead log, and the index of that. */
const parts = ['', '-wal', '-shm'];

/** Time that may be spent on taking over what a damaged database still gives, in milliseconds. */
const salvageMs = 3000;

/**
 * A commit returns when it is on the disk (FULL), so that not even a power failure takes what was acknowledged. Inside
 * transactions of 100 ms that costs less than one percent of the time (measured in bench/history). The log is kept
 * small after a large transaction.
 */
const settings = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA journal_size_limit = 16777216;
PRAGMA cache_size = -8000;
PRAGMA temp_store = MEMORY;
PRAGMA trusted_schema = OFF;
`;

/**
 * Opens the database in a data folder, or makes one. A file that cannot be used is kept aside, and what can be read of
 * it is taken over into a new one; `readNotice` then says so.
 *
 * @throws HistoryError `ERR_HISTORY_IN_USE` when a newer Procession has the file open
 */
export function openDatabase(folder: string, open: OpenDatabase, now: Date = new Date()): Database {
  makePrivateFolder(folder);
  const path = join(folder, databaseName);
  if (inspect(path, open) !== 'sound')
    withOpenLock(join(folder, 'procession.lock'), () => {
      // Another process may have done it while this one waited for the lock.
      const found = inspect(path, open);
      if (found !== 'sound') putInPlace(path, found, open, now);
    });
  for (const part of parts) if (process.platform !== 'win32' && existsSync(path + part)) chmodSync(path + part, 0o600);
  const database = open(path);
  try {
    database.exec(settings);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What somebody still has to be told about how this database came about. */
export function readNotice(database: Database): Notice | undefined {
  const row = database.prepare<{ value: string }>("SELECT value FROM meta WHERE name = 'notice'").get();
  if (!row) return undefined;
  return JSON.parse(row.value) as Notice;
}

/** Somebody has been told. */
export function dismissNotice(database: Database): void {
  database.exec("DELETE FROM meta WHERE name = 'notice'");
}

function inspect(path: string, open: OpenDatabase): 'sound' | 'missing' | Unusable {
  const suspect = join(dirname(path), suspectName);
  if (existsSync(path)) {
    const found = inspectFile(path, open, existsSync(suspect));
    if (!found) rmSync(suspect, { force: true });
    return found ?? 'sound';
  }
  // SQLite would take a log that is left over for one of the new file.
  const isLogLeft = parts.slice(1).some((part) => existsSync(path + part));
  return isLogLeft ? { kind: 'damaged', reason: 'it is gone, and only its log is left' } : 'missing';
}

/**
 * Puts a database where there is none that can be used. The new one is whole before anything is moved, and carries the
 * notice about what it replaces: killed at any point, the next start goes on from there and nothing is forgotten.
 */
function putInPlace(path: string, found: 'missing' | Unusable, open: OpenDatabase, now: Date): void {
  const next = `${path}.next`;
  if (found === 'missing' && existsSync(next)) {
    renameSync(next, path);
    return;
  }
  if (found !== 'missing' && found.kind === 'newer' && isOpenElsewhere(path, open))
    throw new HistoryError(
      'ERR_HISTORY_IN_USE',
      `The history ${path} cannot be opened: ${found.reason}, and has it open now. Close that one, or use it instead.`,
    );
  removeUnfinished(path);
  const made = create(path, open);
  if (found !== 'missing') {
    const movedTo = freeName(`${path}.${found.kind}-${now.toISOString().slice(0, 19).replaceAll(':', '-')}`);
    const { runs, isComplete } =
      found.kind === 'newer' ? { runs: 0, isComplete: false } : salvage(path, made, open, salvageMs);
    const reason = `The history could not be used: ${found.reason}.`;
    leaveNotice(made, { type: 'set-aside', reason, movedTo, salvagedRuns: runs, isComplete }, open);
    renameSync(made, next);
    // The file itself goes last: as long as it is there, the next start sees what is the matter.
    for (const part of [...parts].reverse()) if (existsSync(path + part)) renameSync(path + part, movedTo + part);
    renameSync(next, path);
    rmSync(join(dirname(path), suspectName), { force: true });
  } else renameSync(made, path);
}

/** Makes an empty database under a name of its own, so that it is never seen half made. */
function create(path: string, open: OpenDatabase): string {
  const made = `${path}.new-${randomUUID()}`;
  // SQLite would make it readable for others; its log gets the same rights as the file.
  closeSync(openSync(made, 'wx', 0o600));
  const database = open(made);
  try {
    database.exec(
      `PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${applicationId}; PRAGMA journal_mode = WAL`,
    );
    migrate(database);
    database.prepare<never>("INSERT INTO meta VALUES ('id', ?)").run(randomUUID());
  } finally {
    database.close();
  }
  return made;
}

function leaveNotice(made: string, notice: Notice, open: OpenDatabase): void {
  const database = open(made);
  try {
    database.prepare<never>("INSERT INTO meta VALUES ('notice', ?)").run(JSON.stringify(notice));
  } finally {
    database.close();
  }
}

/** What a process that was killed in the middle of this has left. */
function removeUnfinished(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder))
    if (name.startsWith(`${basename(path)}.new-`) || name === `${basename(path)}.next`) rmSync(join(folder, name));
}

/** In WAL mode every connection holds a shared lock, so an exclusive one is only to be had by the only one. */
function isOpenElsewhere(path: string, open: OpenDatabase): boolean {
  const database = open(path, { busyMs: 200 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch {
    return true;
  } finally {
    database.close();
  }
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let number = 2; existsSync(name); number += 1) name = `${wanted}-${number}`;
  return name;
}
