import { isActive, type JobRow, type RowState } from '../../shared/ipc';

/** How far the work is that is under way, as a whole. */
export interface Work {
  /** Jobs that were submitted and have not ended. */
  readonly active: number;
  /** Those of them that processes work on. */
  readonly running: number;
  /** Those of them that begin when it is their turn. */
  readonly waiting: number;
  /** From 0 to 1; null when nothing is under way. */
  readonly share: number | null;
  readonly hasFailed: boolean;
}

/** Something worth a notification. */
export type News =
  | { readonly kind: 'failed'; readonly label: string; readonly failure: string }
  | { readonly kind: 'over'; readonly ended: number; readonly failed: number };

interface Watched {
  readonly state: RowState;
  readonly share: number;
}

const isRunning = (state: RowState): boolean => state === 'running' || state === 'cancelling' || state === 'pausing';
/** It goes on only when somebody asks for it. */
const isHeld = (state: RowState): boolean => state === 'paused' || state === 'interrupted';

/**
 * Follows rows of the queue from the time on at which the first of them is under way until none is: that is one piece
 * of work, which has one end and tells of its first failure. What an earlier start has left belongs to it once it goes on.
 *
 * It counts along instead of looking at all jobs, of which there may be a hundred thousand.
 */
export class WorkWatch {
  readonly #jobs = new Map<number, Watched>();
  #active = 0;
  #running = 0;
  #waiting = 0;
  #failed = 0;
  #shares = 0;

  get work(): Work {
    const share = this.#active === 0 ? null : Math.min(1, Math.max(0, this.#shares / this.#jobs.size));
    return {
      active: this.#active,
      running: this.#running,
      waiting: this.#waiting,
      share,
      hasFailed: this.#failed > 0,
    };
  }

  /** Takes rows that have changed, and keys of those that are gone. */
  observe(rows: readonly JobRow[], removed: readonly number[] = []): News[] {
    const { active: before, hasFailed } = this.work;
    const news: News[] = [];
    for (const row of rows) {
      const { key, state } = row;
      const known = this.#jobs.has(key);
      if (!known && (!isActive(state) || isHeld(state))) continue;
      this.#forget(key);
      this.#put(key, { state, share: shareOf(row) });
      if (state === 'failed' && !hasFailed && news.length === 0)
        news.push({ kind: 'failed', label: row.label, failure: row.failure ?? '' });
    }
    for (const key of removed) this.#forget(key);
    if (before > 0 && this.#active === 0) news.push({ kind: 'over', ended: this.#jobs.size, failed: this.#failed });
    if (this.#active === 0) this.#clear();
    return news;
  }

  #put(key: number, job: Watched): void {
    this.#jobs.set(key, job);
    this.#count(job, 1);
  }

  #forget(key: number): void {
    const job = this.#jobs.get(key);
    if (job === undefined) return;
    this.#jobs.delete(key);
    this.#count(job, -1);
  }

  #count({ state, share }: Watched, by: 1 | -1): void {
    if (isActive(state)) this.#active += by;
    if (isRunning(state)) this.#running += by;
    if (state === 'queued') this.#waiting += by;
    if (state === 'failed') this.#failed += by;
    this.#shares += by * share;
  }

  #clear(): void {
    this.#jobs.clear();
    this.#running = 0;
    this.#waiting = 0;
    this.#failed = 0;
    this.#shares = 0;
  }
}

function shareOf({ state, range, progress }: JobRow): number {
  if (!isActive(state)) return 1;
  return range === 0 ? 0 : progress / range;
}
