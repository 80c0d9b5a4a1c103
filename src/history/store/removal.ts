import type { PruneOptions } from '../types';
import type { Store } from './store';

/** Pages given back to the file system at a time. */
const pagesAtOnce = 2000;

/**
 * Removes runs with all that is kept of them.
 *
 * @returns those that were removed; runs that somebody works on stay
 */
export function remove(store: Store, ids: readonly number[]): number[] {
  const files: string[] = [];
  const removed = store.write((revision) => {
    const free = ids.filter((id) => store.runs.find(id)?.owner === null);
    for (const id of free) {
      for (const job of store.jobs.ofRun(id)) files.push(...store.settled.files(job.id));
      files.push(...store.jobs.resultFiles(id));
      store.runs.remove(id, revision);
    }
    return free;
  });
  // Not before the commit: a run that is still there must have its files.
  store.spill.remove(files);
  tidy(store);
  return removed;
}

/** Removes runs that have ended, the oldest first, as far as the options say. Returns them. */
export function prune(store: Store, options: PruneOptions): number[] {
  const ended = store.runs.select("state IN ('done', 'failed', 'cancelled') ORDER BY ended DESC, runs.id DESC");
  const { endedBefore, keep, maxBytes } = options;
  const chosen = ended.filter(
    (run, index) =>
      (endedBefore !== undefined && (run.ended ?? 0) < endedBefore) || (keep !== undefined && index >= keep),
  );
  const removed =
    chosen.length > 0
      ? remove(
          store,
          chosen.map(({ id }) => id),
        )
      : [];
  if (maxBytes !== undefined) {
    const gone = new Set(removed);
    const left = ended.filter(({ id }) => !gone.has(id));
    while (left.length > 0 && bytesInUse(store) > maxBytes) {
      // A tenth at a time: the size is only known once they are gone.
      const oldest = left.splice(-Math.max(1, Math.ceil(left.length / 10)));
      removed.push(
        ...remove(
          store,
          oldest.map(({ id }) => id),
        ),
      );
    }
  }
  return removed;
}

/** What the database and the files beside it take up, in bytes, without what is free for new rows. */
export function bytesInUse(store: Store): number {
  const read = (name: string): number =>
    store.database.prepare<{ value: number }>(`SELECT ${name} AS value FROM pragma_${name}`).get()?.value ?? 0;
  const files = store.database
    .prepare<{ bytes: number | null }>(
      `SELECT (SELECT coalesce(sum(size), 0) FROM settled WHERE file IS NOT NULL)
         + (SELECT coalesce(sum(result_size), 0) FROM jobs WHERE result_file IS NOT NULL) AS bytes`,
    )
    .get();
  return (read('page_count') - read('freelist_count')) * read('page_size') + (files?.bytes ?? 0);
}

/** Removes what only removed runs needed, and gives the space back. */
function tidy(store: Store): void {
  store.write(() => {
    store.definitions.removeUnused();
    store.errors.removeUnused();
  });
  store.database.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
}

/** Removes files that nothing refers to: a process was killed between writing one and the commit. */
export function removeOrphans(store: Store): void {
  const find = store.database.prepare<{ found: number }>(
    'SELECT EXISTS (SELECT 1 FROM settled WHERE file = ?1) OR EXISTS (SELECT 1 FROM jobs WHERE result_file = ?1) AS found',
  );
  store.spill.removeOrphans((name) => find.get(name)?.found === 1, store.now());
}
