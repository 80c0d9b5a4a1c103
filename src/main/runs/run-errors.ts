import type { RunErrors } from '../../shared/items';
import { errorsOf, type ListedJob } from '../listed-job';
import { ErrorGroups } from './error-groups';
import type { RunRecord } from './run-record';

/**
 * The errors of a job's latest run, grouped: its own and those of its ranks, then those of its items.
 *
 * @param record what is kept of the run; without it only the first errors of items are known
 */
export function runErrors(job: Readonly<ListedJob>, record: RunRecord | undefined): RunErrors {
  const items = record?.items?.book.errors.all;
  const groups = new ErrorGroups();
  for (const { rank, item, error } of errorsOf(job))
    if (item === undefined || items === undefined)
      groups.add(error, item === undefined ? { rank } : { rank, item, itemName: String(item) });
  const own = groups.all;
  return { groups: [...own.groups, ...(items?.groups ?? [])], more: own.more + (items?.more ?? 0) };
}
