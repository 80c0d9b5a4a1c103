import type { JobRow } from '../../shared/ipc';
import type { ItemFilter } from '../../shared/items';

/** How many items of a job there are of each kind. */
export function itemCounts({
  range,
  progress,
  items,
}: Pick<JobRow, 'range' | 'progress' | 'items'>): Readonly<Record<ItemFilter, number>> {
  const { failed = 0, skipped = 0, retried = 0 } = items ?? {};
  return {
    all: range,
    done: Math.max(0, progress - failed - skipped),
    failed,
    skipped,
    retried,
    open: range - progress,
  };
}
