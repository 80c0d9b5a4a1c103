import { createHash } from 'node:crypto';
import type { ErrorInfo } from '../../shared/engine-info';
import type { Database } from '../database';

/** Of each text of an error so much is kept, in characters. */
const longestText = 16 * 1024;

/** Errors of items. Thousands of items often fail with the same one, which is kept once. */
export class ErrorTable {
  readonly #find;
  readonly #insert;
  readonly #get;
  readonly #removeUnused;

  constructor(database: Database) {
    this.#find = database.prepare<{ id: number }>('SELECT id FROM errors WHERE digest = ?');
    this.#insert = database.prepare<never>('INSERT INTO errors (digest, info) VALUES (?, ?)');
    this.#get = database.prepare<{ info: string }>('SELECT info FROM errors WHERE id = ?');
    this.#removeUnused = database.prepare<never>(
      'DELETE FROM errors WHERE NOT EXISTS (SELECT 1 FROM settled WHERE settled.error = errors.id)',
    );
  }

  idOf(error: ErrorInfo): number {
    const info = writeError(error);
    const digest = createHash('sha256').update(info).digest('hex');
    return this.#find.get(digest)?.id ?? this.#insert.run(digest, info).lastInsertRowid;
  }

  get(id: number): ErrorInfo | null {
    return readError(this.#get.get(id)?.info ?? null);
  }

  removeUnused(): void {
    this.#removeUnused.run();
  }
}

/** An error as the text of a column, with over-long texts cut. */
export function writeError(error: ErrorInfo): string {
  return JSON.stringify(error, (_key, value: unknown) =>
    typeof value === 'string' && value.length > longestText
      ? `${value.slice(0, longestText)}… (${value.length - longestText} more characters)`
      : value,
  );
}

/** The error that {@link writeError} wrote; one that cannot be read is shown as such. */
export function readError(text: string | null): ErrorInfo | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as ErrorInfo;
  } catch {
    return { name: 'Error', message: 'The record of this error is damaged.' };
  }
}
