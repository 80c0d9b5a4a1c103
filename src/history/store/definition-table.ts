import { createHash } from 'node:crypto';
import type { Database } from '../database';
import { packText, unpackText } from '../packed-text';

interface Definition {
  readonly source: string;
  readonly plan: string;
}

/** Source texts and plans. Runs of the same file with the same plan share one. */
export class DefinitionTable {
  readonly #has;
  readonly #insert;
  readonly #get;
  readonly #removeUnused;

  constructor(database: Database) {
    this.#has = database.prepare('SELECT 1 FROM definitions WHERE digest = ?');
    this.#insert = database.prepare<never>('INSERT INTO definitions (digest, source, plan) VALUES (?, ?, ?)');
    this.#get = database.prepare<{ source: Uint8Array; plan: Uint8Array }>(
      'SELECT source, plan FROM definitions WHERE digest = ?',
    );
    this.#removeUnused = database.prepare<never>(
      'DELETE FROM definitions WHERE NOT EXISTS (SELECT 1 FROM runs WHERE runs.definition = definitions.digest)',
    );
  }

  /**
   * Keeps a definition, if it is not there.
   *
   * @returns its digest, by which runs name it: one that is mistaken on the disk leads nowhere, not to another
   */
  keep(source: string, plan: string): string {
    const digest = digestOf(source, plan);
    if (!this.#has.get(digest)) this.#insert.run(digest, packText(source), packText(plan));
    return digest;
  }

  /** Undefined when it is no longer as it was written. */
  get(digest: string): Definition | undefined {
    const row = this.#get.get(digest);
    if (!row) return undefined;
    try {
      const definition = { source: unpackText(row.source), plan: unpackText(row.plan) };
      return digestOf(definition.source, definition.plan) === digest ? definition : undefined;
    } catch {
      return undefined;
    }
  }

  removeUnused(): void {
    this.#removeUnused.run();
  }
}

const digestOf = (source: string, plan: string): string =>
  createHash('sha256').update(`${source.length}\n`).update(source).update(plan).digest('hex');
