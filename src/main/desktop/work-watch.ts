import { isActive, type JobRow } from '../../shared/ipc';

/** How far the work is that is under way, as a whole. */
export interface Work {
  /** Jobs that wait or run. */
  readonly active: number;
  /** From 0 to 1; null when nothing is under way. */
  readonly share: number | null;
  readonly hasFailed: boolean;
}

/** Something worth a notification. */
export type News =
  | { readonly kind: 'failed'; readonly label: string; readonly failure: string }
  | { readonly kind: 'over'; readonly ended: number; readonly failed: number };

/**
 * Follows rows of the queue from the time on at which the first of them is under way until none is: that is one piece
 * of work, which has one end and tells of its first failure.
 */
export class WorkWatch {
  readonly #jobs = new Map<number, { readonly share: number; readonly isActive: boolean; readonly failed: boolean }>();

  get work(): Work {
    const jobs = [...this.#jobs.values()];
    const active = jobs.filter((job) => job.isActive).length;
    const share = active === 0 ? null : jobs.reduce((sum, job) => sum + job.share, 0) / jobs.length;
    return { active, share, hasFailed: jobs.some(({ failed }) => failed) };
  }

  /** Takes rows that have changed, and keys of those that are gone. */
  observe(rows: readonly JobRow[], removed: readonly number[] = []): News[] {
    const before = this.work;
    const news: News[] = [];
    for (const row of rows) {
      const active = isActive(row.state);
      if (!active && !this.#jobs.has(row.key)) continue;
      const failed = row.state === 'failed';
      const share = active ? (row.range === 0 ? 0 : row.progress / row.range) : 1;
      this.#jobs.set(row.key, { share, isActive: active, failed });
      if (failed && !before.hasFailed && news.length === 0)
        news.push({ kind: 'failed', label: row.label, failure: row.failure ?? '' });
    }
    for (const key of removed) this.#jobs.delete(key);
    const after = this.work;
    if (before.active > 0 && after.active === 0) {
      const jobs = [...this.#jobs.values()];
      news.push({ kind: 'over', ended: jobs.length, failed: jobs.filter(({ failed }) => failed).length });
    }
    if (after.active === 0) this.#jobs.clear();
    return news;
  }
}
