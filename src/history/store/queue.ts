import { uncovered } from '../ranges';
import type { ItemState, NewRun, RunSplit } from '../types';
import type { JobRow } from './job-table';
import type { QueuePlace } from './queue-order';
import type { JobRef } from './reading';
import type { RawRun } from './run-table';
import type { Store } from './store';

/** Puts runs at the end of the queue, all or none. Returns their ids. */
export function enqueue(store: Store, runs: readonly NewRun[]): number[] {
  return store.write((revision) => {
    const last = store.runs.lastPosition;
    return runs.map((run, index) => addRun(store, run, last + 1 + index, revision));
  });
}

/** Adds a run with its jobs at a place of the queue. Returns its id. */
export function addRun(store: Store, run: NewRun, position: number, revision: number): number {
  const definition = store.definitions.keep(run.source, run.plan);
  const id = store.runs.add(run, definition, position, store.now(), revision);
  store.jobs.add(id, run.jobs);
  return id;
}

/** Puts waiting runs at a place in the queue. Returns those that were moved. */
export function move(
  store: Store,
  { ids, place }: { readonly ids: readonly number[]; readonly place: QueuePlace },
): number[] {
  return store.write((revision) => store.order.move(ids, place, revision));
}

/** Gives waiting runs a priority, and those that this process works on itself. Returns those that got it. */
export function setPriority(
  store: Store,
  { ids, priority }: { readonly ids: readonly number[]; readonly priority: number },
): number[] {
  return change(store, ids, (run, revision) => {
    if ((run.owner !== null && run.owner !== store.owners.self) || hasEnded(run)) return false;
    store.runs.set(run.id, { priority, revision });
    return true;
  });
}

/** Queued runs wait until they are let go; the owner of a running one is asked to pause it. Returns those concerned. */
export function pause(store: Store, ids: readonly number[]): number[] {
  return change(store, ids, (run, revision) => {
    if (run.owner !== null) store.runs.set(run.id, { request: 'pause', revision });
    else if (run.state === 'queued' || run.state === 'interrupted')
      store.runs.setState(run.id, 'paused', null, revision);
    else return false;
    return true;
  });
}

/** Paused and interrupted runs are queued again, where they were. Returns those concerned. */
export function unpause(store: Store, ids: readonly number[]): number[] {
  return change(store, ids, (run, revision) => {
    if (run.owner !== null || (run.state !== 'paused' && run.state !== 'interrupted')) return false;
    store.runs.setState(run.id, 'queued', null, revision);
    return true;
  });
}

/** Waiting runs end as cancelled, with all their items; the owner of a running one is asked to. Returns those concerned. */
export function cancel(store: Store, ids: readonly number[]): number[] {
  return change(store, ids, (run, revision) => {
    if (hasEnded(run)) return false;
    if (run.owner !== null) {
      store.runs.set(run.id, { request: 'cancel', revision });
      return true;
    }
    for (const job of store.jobs.ofRun(run.id)) {
      settleRest(store, job, 'cancelled');
      store.jobs.setCounts(job.id, store.settled.counts(job.id));
    }
    for (const state of ['queued', 'running', 'interrupted'] as const)
      store.jobs.setStates(run.id, state, 'cancelled', store.now());
    store.runs.setState(run.id, 'cancelled', { at: store.now(), reason: 'cancelled', code: null }, revision);
    updateCounts(store, run.id, revision);
    return true;
  });
}

/** Takes ended runs off the list of the queue, or puts them back. Returns those concerned. */
export function clear(
  store: Store,
  { ids, isCleared }: { readonly ids: readonly number[]; readonly isCleared: boolean },
): number[] {
  return change(store, ids, (run, revision) => {
    if (isCleared && !hasEnded(run)) return false;
    store.runs.set(run.id, { cleared: Number(isCleared), revision });
    return true;
  });
}

/** A job that was held back by itself goes on with its run, which nobody works on. */
export function release(store: Store, { run, job }: JobRef): undefined {
  store.write((revision) => {
    const row = store.jobs.find(run, job);
    if (row === undefined || store.runs.find(run)?.owner !== null) return;
    store.jobs.update(row, { isHeld: false });
    store.runs.set(run, { revision });
  });
}

/** Whether the queue is paused as a whole: nothing of it begins by itself. */
export const isQueuePaused = ({ database }: Store): boolean =>
  database.prepare<{ value: string }>("SELECT value FROM meta WHERE name = 'paused'").get() !== undefined;

export function setQueuePaused({ database }: Store, isPaused: boolean): undefined {
  if (isPaused) database.prepare<never>("INSERT OR REPLACE INTO meta VALUES ('paused', 'yes')").run();
  else database.prepare<never>("DELETE FROM meta WHERE name = 'paused'").run();
}

/**
 * Makes a run of its own of some jobs of a run that nobody works on, right behind it, with all that is kept of them.
 *
 * @returns the id of the new run; undefined when somebody works on it, it has ended, or those are not jobs of it but
 *   not all of them either
 */
export function split(store: Store, { run: id, keys, moved, rest }: RunSplit): number | undefined {
  return store.write((revision) => {
    const run = store.runs.find(id);
    if (run?.owner !== null || hasEnded(run)) return undefined;
    const jobs = store.jobs.ofRun(id);
    const leaving = jobs.filter(({ key }) => keys.includes(key));
    if (leaving.length !== keys.length || leaving.length === 0 || leaving.length === jobs.length) return undefined;
    const { source } = store.definitions.get(run.definition) ?? { source: '' };
    const created = store.runs.copy(id, moved.hash, store.definitions.keep(source, moved.plan), revision);
    store.jobs.move(id, created, keys);
    store.order.moveBehind(created, id);
    store.runs.set(id, { hash: rest.hash, definition: store.definitions.keep(source, rest.plan) });
    for (const part of [id, created]) {
      const own = store.jobs.ofRun(part);
      store.runs.set(part, { jobs: own.length, items: own.reduce((sum, { total }) => sum + total, 0) });
      updateCounts(store, part, revision);
    }
    return created;
  });
}

/** Whatever has not ended of a job ends in that way. Returns how many items that are. */
export function settleRest(store: Store, job: Pick<JobRow, 'id' | 'total'>, state: Exclude<ItemState, 'done'>): number {
  let items = 0;
  for (const [start, end] of uncovered(0, job.total, store.settled.ranges(job.id)))
    items += store.settled.record(
      job.id,
      { start, count: end - start, state, attempts: 0, payload: null },
      store.now(),
    );
  return items;
}

/** Adds up the jobs of a run. */
export function updateCounts(store: Store, run: number, revision: number): void {
  store.runs.setCounts(run, store.jobs.summary(run), revision);
}

export const hasEnded = ({ state }: RawRun): boolean => state === 'done' || state === 'failed' || state === 'cancelled';

function change(store: Store, ids: readonly number[], to: (run: RawRun, revision: number) => boolean): number[] {
  return store.write((revision) =>
    ids.filter((id) => {
      const run = store.runs.find(id);
      return run !== undefined && to(run, revision);
    }),
  );
}
