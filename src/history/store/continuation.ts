import { HistoryError } from '../history-error';
import type { NewRun, RunOwner, RunState } from '../types';
import type { JobRow } from './job-table';
import { releaseDead } from './ownership';
import { addRun, hasEnded, updateCounts } from './queue';
import { toRunRow } from './run-table';
import type { Store } from './store';

/** What a new run takes over of one that did the same for other items. */
export interface Continuation {
  readonly run: NewRun;
  /** The earlier run. */
  readonly of: number;
  readonly jobs: readonly ContinuedJob[];
}

export interface ContinuedJob {
  /** Of the job, which has the same one in both runs. */
  readonly key: string;
  /** Nothing about it has changed: if it had ended, it has ended in the new run too. */
  readonly isSame: boolean;
  /** Items `[from, from + count)` of the earlier run that are `[to, to + count)` of the new one. */
  readonly items: readonly (readonly [from: number, to: number, count: number])[];
}

export type ContinuationOutcome =
  | { readonly ok: true; readonly run: number }
  /** Somebody works on the earlier run. */
  | { readonly ok: false; readonly state: RunState; readonly owner: RunOwner | null };

/**
 * Queues a run that goes on where an earlier one stands: items of it that were done or have failed are so in the new
 * one. The earlier run is over with that, if it was not before. All of it happens, or nothing.
 *
 * @throws HistoryError `ERR_HISTORY_STATE` when there is no such run
 */
export function continueRun(store: Store, { run, of, jobs }: Continuation): ContinuationOutcome {
  releaseDead(store);
  return store.write((revision) => {
    const before = store.runs.find(of);
    if (!before) throw new HistoryError('ERR_HISTORY_STATE', `There is no run ${of} in the history.`);
    if (before.owner !== null)
      return { ok: false, state: before.state, owner: toRunRow(before, store.owners.self).owner };
    const id = addRun(store, run, store.runs.lastPosition + 1, revision);
    for (const job of jobs) copyJob(store, job, store.jobs.find(of, job.key), store.jobs.find(id, job.key));
    updateCounts(store, id, revision);
    if (!hasEnded(before))
      store.runs.setState(of, 'cancelled', { at: store.now(), reason: `continued as run ${id}`, code: null }, revision);
    return { ok: true, run: id };
  });
}

function copyJob(
  store: Store,
  { isSame, items }: ContinuedJob,
  from: JobRow | undefined,
  to: JobRow | undefined,
): void {
  if (!from || !to) return;
  for (const [start, at, count] of items) {
    if (at < 0 || at + count > to.total)
      throw new HistoryError('ERR_HISTORY_STATE', `Job "${to.key}" has ${to.total} items, not ${at + count}.`);
    store.settled.copy(from.id, start, count, to.id, at, store.now());
  }
  store.jobs.setCounts(to.id, store.settled.counts(to.id));
  if (isSame && (from.state === 'done' || from.state === 'failed')) store.jobs.copyEnd(from, to, store.spill);
}
