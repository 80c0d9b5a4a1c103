import { DatabaseSync } from '@photostructure/sqlite';
import type { Database, DatabaseOptions, SqlValue, Statement } from './database';

/** Opens a database with the library that is in use now. */
export function openSqlite(path: string, options: DatabaseOptions = {}): Database {
  return new SqliteDatabase(path, options);
}

class SqliteDatabase implements Database {
  readonly #inner: InstanceType<typeof DatabaseSync>;

  constructor(path: string, { readOnly = false, busyMs = 5000 }: DatabaseOptions) {
    this.#inner = new DatabaseSync(path, { readOnly, timeout: busyMs, enableForeignKeyConstraints: true });
  }

  get isTransaction(): boolean {
    return this.#inner.isTransaction;
  }

  exec(sql: string): void {
    this.#inner.exec(sql);
  }

  prepare<R>(sql: string): Statement<R> {
    const statement = this.#inner.prepare(sql);
    return {
      run: (...values: readonly SqlValue[]) => {
        const { changes, lastInsertRowid } = statement.run(...values);
        return { changes, lastInsertRowid: Number(lastInsertRowid) };
      },
      get: (...values: readonly SqlValue[]): R | undefined => statement.get(...values) as R | undefined,
      all: (...values: readonly SqlValue[]): R[] => statement.all(...values) as R[],
    };
  }

  close(): void {
    this.#inner.close();
  }
}
