import { HistoryError } from '../history-error';
import type { ItemState, RunOwner, RunState } from '../types';
import { hasEnded, updateCounts } from './queue';
import { type RawRun, toRunRow } from './run-table';
import type { Store } from './store';

/** How a run is taken. */
export interface ClaimOptions {
  /**
   * Items that ended like this are to be worked on again, and their jobs with them. Runs that have ended can only be
   * taken with this.
   */
  readonly reopen?: readonly Exclude<ItemState, 'done'>[];
  /** Keys of the jobs that this is about; all when it is left out. */
  readonly reopenJobs?: readonly string[];
}

/** What became of an attempt to own a run. */
export type ClaimOutcome =
  /** `fence` goes with everything that the owner writes; one that is no longer the newest is refused. */
  | { readonly ok: true; readonly run: number; readonly fence: number }
  /** `owner` has it; null when the run is not in a state to be taken. */
  | { readonly ok: false; readonly state: RunState; readonly owner: RunOwner | null };

/**
 * Makes this process the owner of a run, if nobody else is. One whose owner is gone is taken over.
 *
 * @throws HistoryError `ERR_HISTORY_STATE` when there is no such run
 */
export function claim(
  store: Store,
  { run: id, reopen, reopenJobs }: ClaimOptions & { readonly run: number },
): ClaimOutcome {
  return store.write((revision) => {
    sweep(store, revision);
    const run = store.runs.find(id);
    if (!run) throw new HistoryError('ERR_HISTORY_STATE', `There is no run ${id} in the history.`);
    return take(store, run, { reopen: reopen ?? [], ...(reopenJobs && { reopenJobs }) }, revision);
  });
}

/** Makes this process the owner of the run that is next in the queue; undefined when none waits. */
export function claimNext(store: Store): ClaimOutcome | undefined {
  return store.write((revision) => {
    sweep(store, revision);
    const run = store.order.next();
    return run && take(store, run, {}, revision);
  });
}

/**
 * Marks runs as interrupted whose owner is gone.
 *
 * @returns them
 */
export function releaseDead(store: Store): number[] {
  // Reading first: most of the time nobody is dead, and nothing needs to be written.
  if (store.owners.dead(store.steadyNow()).length === 0) return [];
  return store.write((revision) => sweep(store, revision));
}

/** Gives up everything that this process owns: at its end. */
export function leave(store: Store): void {
  store.write((revision) => interrupt(store, store.owners.self, revision));
}

function sweep(store: Store, revision: number): number[] {
  return store.owners.dead(store.steadyNow()).flatMap((owner) => interrupt(store, owner, revision));
}

function interrupt(store: Store, owner: string, revision: number): number[] {
  const runs = store.runs.select('runs.owner = ?', owner);
  for (const run of runs) {
    store.runs.set(run.id, { state: 'interrupted', owner: null, request: null, fence: run.fence + 1, revision });
    store.jobs.setStates(run.id, 'running', 'interrupted', null);
  }
  store.owners.remove(owner);
  return runs.map(({ id }) => id);
}

function take(store: Store, run: RawRun, { reopen = [], reopenJobs }: ClaimOptions, revision: number): ClaimOutcome {
  if (run.owner !== null) return { ok: false, state: run.state, owner: toRunRow(run, store.owners.self).owner };
  if (hasEnded(run) && reopen.length === 0) return { ok: false, state: run.state, owner: null };
  store.owners.enter();
  const fence = run.fence + 1;
  store.runs.set(run.id, {
    state: 'running',
    owner: store.owners.self,
    fence,
    batch: 0,
    request: null,
    cleared: 0,
    started: run.started ?? store.now(),
    ended: null,
    exit_reason: null,
    exit_code: null,
    starts: run.starts + 1,
    revision,
  });
  if (reopen.length > 0) reopenItems(store, run.id, reopen, reopenJobs);
  updateCounts(store, run.id, revision);
  return { ok: true, run: run.id, fence };
}

function reopenItems(
  store: Store,
  run: number,
  states: readonly Exclude<ItemState, 'done'>[],
  jobs: readonly string[] | undefined,
): void {
  for (const job of store.jobs.ofRun(run)) {
    if (jobs?.includes(job.key) === false) continue;
    if (job.state === 'done' && job.failed + job.skipped + job.cancelled === 0) continue;
    for (const state of states) store.settled.reopen(job.id, state);
    store.jobs.setCounts(job.id, store.settled.counts(job.id));
    store.jobs.update(job, { state: 'queued', endedAt: null, error: null });
  }
}
