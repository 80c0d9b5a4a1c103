import { inTransaction } from './database';
import { releaseDead } from './store/ownership';
import type { Store } from './store/store';
import type { HistoryEvent } from './types';

/** How often the heart of an owner beats, in milliseconds: for those who cannot see its process. */
const beatMs = 5000;

/**
 * Looks for what has changed, by whomever: runs, requests to their owner, owners that are gone. Looking reads one row
 * of the database when nothing has happened.
 */
export class Watcher {
  readonly #store: Store;
  readonly #emit: (event: HistoryEvent) => void;
  readonly #told = new Map<number, string>();
  #revision: number;
  #beatAt: number;

  constructor(store: Store, emit: (event: HistoryEvent) => void) {
    this.#store = store;
    this.#emit = emit;
    this.#revision = store.runs.lastRevision;
    this.#beatAt = store.steadyNow();
  }

  look(): void {
    const interrupted = releaseDead(this.#store);
    if (interrupted.length > 0) this.#emit({ type: 'interrupted', runs: interrupted });
    const { lastRevision } = this.#store.runs;
    if (lastRevision !== this.#revision) {
      const changes = this.#store.runs.changedSince(this.#revision);
      this.#revision = lastRevision;
      this.#emit({ type: 'changed', runs: changes?.runs ?? [], removed: changes?.removed ?? [], all: !changes });
      this.#tellRequests();
    }
    this.#beat();
  }

  #tellRequests(): void {
    const asked = this.#store.runs.select('runs.owner = ? AND request IS NOT NULL', this.#store.owners.self);
    const open = new Set(asked.map(({ id }) => id));
    for (const run of this.#told.keys()) if (!open.has(run)) this.#told.delete(run);
    for (const { id, request } of asked) {
      if (request === null || this.#told.get(id) === request) continue;
      this.#told.set(id, request);
      this.#emit({ type: 'request', run: id, request });
    }
  }

  #beat(): void {
    const now = this.#store.steadyNow();
    if (now - this.#beatAt < beatMs) return;
    this.#beatAt = now;
    if (this.#store.runs.select('runs.owner = ? LIMIT 1', this.#store.owners.self).length > 0)
      inTransaction(this.#store.database, () => this.#store.owners.beat());
  }
}
