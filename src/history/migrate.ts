import { type Database, inTransaction } from './database';
import { migrations } from './schema';

/**
 * Brings the tables up to what this program knows. Cut off in the middle, it has done nothing; of two processes that
 * come at the same moment, one does it.
 */
export function migrate(database: Database, steps: readonly string[] = migrations): void {
  if (versionOf(database) >= steps.length) return;
  inTransaction(database, () => {
    for (const step of steps.slice(versionOf(database))) database.exec(step);
    database.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

/** Number of the schema that a database has. */
export function versionOf(database: Database): number {
  return database.prepare<{ user_version: number }>('PRAGMA user_version').get()?.user_version ?? 0;
}
