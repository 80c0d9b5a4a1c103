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

/** A job that is part of the work. */
interface Part {
  readonly share: number;
  readonly isActive: boolean;
  readonly hasFailed: boolean;
}

/**
 * Follows rows of the queue from the time on at which the first of them is under way until none is: that is one piece
 * of work, which has one end and tells of its first failure. It keeps sums, since the work may be a hundred thousand jobs.
 */
export class WorkWatch {
  readonly #parts = new Map<number, Part>();
  #active = 0;
  #failed = 0;
  #shares = 0;

  get work(): Work {
    const share = this.#active === 0 ? null : Math.max(0, Math.min(1, this.#shares / this.#parts.size));
    return { active: this.#active, share, hasFailed: this.#failed > 0 };
  }

  /** Takes rows that have changed, and keys of those that are gone. */
  observe(rows: readonly JobRow[], removed: readonly number[] = []): News[] {
    const before = this.work;
    const news: News[] = [];
    for (const row of rows) {
      const active = isActive(row.state);
      if (!active && !this.#parts.has(row.key)) continue;
      const failed = row.state === 'failed';
      const share = active ? (row.range === 0 ? 0 : row.progress / row.range) : 1;
      this.#set(row.key, { share, isActive: active, hasFailed: failed });
      if (failed && !before.hasFailed && news.length === 0)
        news.push({ kind: 'failed', label: row.label, failure: row.failure ?? '' });
    }
    for (const key of removed) this.#set(key, null);
    if (before.active > 0 && this.#active === 0)
      news.push({ kind: 'over', ended: this.#parts.size, failed: this.#failed });
    if (this.#active === 0) this.#clear();
    return news;
  }

  #set(key: number, part: Part | null): void {
    const before = this.#parts.get(key);
    if (before !== undefined) this.#count(before, -1);
    if (part === null) {
      this.#parts.delete(key);
      return;
    }
    this.#count(part, 1);
    this.#parts.set(key, part);
  }

  #count({ share, isActive: active, hasFailed }: Part, by: 1 | -1): void {
    this.#shares += by * share;
    if (active) this.#active += by;
    if (hasFailed) this.#failed += by;
  }

  #clear(): void {
    this.#parts.clear();
    [this.#active, this.#failed, this.#shares] = [0, 0, 0];
  }
}
