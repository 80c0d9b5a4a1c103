import { createHash } from 'node:crypto';
import type { Database } from '../database';
import { packText, unpackText } from '../packed-text';

/** Source texts and plans. Runs of the same file with the same plan share one. */
export class DefinitionTable {
  readonly #find;
  readonly #insert;
  readonly #get;
  readonly #removeUnused;

  constructor(database: Database) {
    this.#find = database.prepare<{ id: number }>('SELECT id FROM definitions WHERE digest = ?');
    this.#insert = database.prepare<never>('INSERT INTO definitions (digest, source, plan) VALUES (?, ?, ?)');
    this.#get = database.prepare<{ source: Uint8Array; plan: Uint8Array }>(
      'SELECT source, plan FROM definitions WHERE id = ?',
    );
    this.#removeUnused = database.prepare<never>(
      'DELETE FROM definitions WHERE NOT EXISTS (SELECT 1 FROM runs WHERE runs.definition = definitions.id)',
    );
  }

  idOf(source: string, plan: string): number {
    const digest = createHash('sha256').update(`${source.length}\n`).update(source).update(plan).digest('hex');
    return this.#find.get(digest)?.id ?? this.#insert.run(digest, packText(source), packText(plan)).lastInsertRowid;
  }

  get(id: number): { readonly source: string; readonly plan: string } {
    const row = this.#get.get(id);
    return row ? { source: unpackText(row.source), plan: unpackText(row.plan) } : { source: '', plan: '' };
  }

  removeUnused(): void {
    this.#removeUnused.run();
  }
}
