import type { Database } from '../database';

/** When which process worked on what, of each job, in a form that only whoever wrote it knows. */
export class TimelineTable {
  readonly #put;
  readonly #get;

  constructor(database: Database) {
    this.#put = database.prepare<never>('INSERT OR REPLACE INTO timelines (job, bytes) VALUES (?, ?)');
    this.#get = database.prepare<{ bytes: Uint8Array }>('SELECT bytes FROM timelines WHERE job = ?');
  }

  put(job: number, bytes: Uint8Array): void {
    this.#put.run(job, bytes);
  }

  get(job: number): Uint8Array | undefined {
    return this.#get.get(job)?.bytes;
  }
}
