import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { type Database, type OpenDatabase, troubleOf } from './database';
import { migrate, versionOf } from './migrate';
import { applicationId, migrations, schemaVersion } from './schema';

/** What is wrong with a file that should be the history. `kind` goes into the name under which it is kept. */
export interface Unusable {
  readonly kind: 'damaged' | 'newer';
  readonly reason: string;
}

/** Up to this size all of a database is checked at each start, in bytes; of a larger one what the list needs. */
const fullCheckBytes = 64 * 1024 * 1024;
const listTables = ['runs', 'jobs', 'owners', 'definitions', 'meta', 'revisions'];

/**
 * Looks for what makes a file unusable, without changing it.
 *
 * @param isSuspect whether to check all of it, however large
 * @returns undefined when there is nothing wrong
 */
export function inspectFile(path: string, open: OpenDatabase, isSuspect = false): Unusable | undefined {
  const { size } = statSync(path);
  if (size === 0) return damaged('it is empty');
  if (readStart(path) !== 'SQLite format 3\0') return damaged('it is not a database, or its beginning is lost');
  try {
    return inspectDatabase(path, isSuspect || size <= fullCheckBytes, open);
  } catch (error) {
    const trouble = troubleOf(error);
    // A disk that refuses, or another process that holds it for long, says nothing about the file.
    if (trouble === 'busy' || trouble === 'unwritable') throw error;
    return damaged(error instanceof Error ? error.message : String(error));
  }
}

function inspectDatabase(path: string, isFull: boolean, open: OpenDatabase): Unusable | undefined {
  const database = open(path, { readOnly: true });
  try {
    const id = database.prepare<{ application_id: number }>('PRAGMA application_id').get()?.application_id;
    if (id !== applicationId) return damaged('it is the database of another program');
    const version = versionOf(database);
    if (version > schemaVersion) {
      const reason = `a newer Procession has written it (schema ${version}; this one knows up to ${schemaVersion})`;
      return { kind: 'newer', reason };
    }
    if (schemaOf(database) !== expectedSchema(open, version)) return damaged('its tables are not as they were made');
    const checks = isFull
      ? ['PRAGMA integrity_check(1)']
      : listTables.map((table) => `PRAGMA integrity_check(${table})`);
    for (const check of checks) {
      const found = Object.values(database.prepare<Record<string, string>>(check).get() ?? {})[0];
      if (found !== 'ok') return damaged(`its check says: ${found?.split('\n').at(-1) ?? 'nothing'}`);
    }
    return undefined;
  } finally {
    database.close();
  }
}

/** The check of SQLite reads no more of the texts that define the tables than it needs. */
function schemaOf(database: Database): string {
  const rows = database
    .prepare<{ name: string; sql: string | null }>(
      "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name",
    )
    .all();
  return rows.map(({ name, sql }) => `${name}: ${sql ?? ''}`).join('\n');
}

function expectedSchema(open: OpenDatabase, version: number): string {
  const database = open(':memory:');
  try {
    migrate(database, migrations.slice(0, version));
    return schemaOf(database);
  } finally {
    database.close();
  }
}

const damaged = (reason: string): Unusable => ({ kind: 'damaged', reason });

function readStart(path: string): string {
  const start = Buffer.alloc(16);
  const file = openSync(path, 'r');
  try {
    return start.toString('latin1', 0, readSync(file, start, 0, 16, 0));
  } finally {
    closeSync(file);
  }
}
