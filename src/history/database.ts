/** What a column can hold. */
export type SqlValue = null | number | string | Uint8Array;

/** A prepared statement; `R` is the row that it gives, which the schema's STRICT tables vouch for. */
export interface Statement<R> {
  /** Runs it; returns how many rows it changed and the key of the row inserted last. */
  run(...values: readonly SqlValue[]): { readonly changes: number; readonly lastInsertRowid: number };
  /** Its first row, if any. */
  get(...values: readonly SqlValue[]): R | undefined;
  all(...values: readonly SqlValue[]): R[];
}

/**
 * The little that the history needs of SQLite: a connection that works synchronously. It has the shape of
 * `node:sqlite`, so that the library behind it can be replaced (see sqlite.ts, the only file that knows it).
 */
export interface Database {
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare<R>(sql: string): Statement<R>;
  close(): void;
}

export interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** How long to wait for another connection that holds a lock, in milliseconds. */
  readonly busyMs?: number;
}

/** Opens a database file. */
export type OpenDatabase = (path: string, options?: DatabaseOptions) => Database;

/** SQLite's own numbers for what went wrong (primary result codes). */
const resultCodes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** What kind of trouble an error of the database tells, as far as the history acts on it. */
export type DatabaseTrouble = 'busy' | 'unwritable' | 'damaged' | 'other';

/**
 * Sorts an error of the database. What the file system refuses (no space, a quota, a lost disk) comes as SQLITE_FULL
 * or as one of the SQLITE_IOERR family, depending on which file of the database it hits.
 */
export function troubleOf(error: unknown): DatabaseTrouble {
  const extended = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  switch (extended & 0xff) {
    case resultCodes.busy:
    case resultCodes.locked:
      return 'busy';
    case resultCodes.full:
    case resultCodes.ioError:
    case resultCodes.cannotOpen:
    case resultCodes.readOnly:
      return 'unwritable';
    case resultCodes.corrupt:
    case resultCodes.notADatabase:
      return 'damaged';
    default:
      return 'other';
  }
}

/**
 * Does something in one transaction that may write: all of it is kept or nothing. The write lock is taken at once, so
 * that what it reads cannot be changed by another process before it writes.
 */
export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
