import { isActive, type JobRow } from '../../shared/ipc';
import { bridge } from '../bridge';
import { askToRun } from '../state/actions';
import { useWindow } from '../state/store';
import type { WindowState } from '../state/window-state';
import type { Behaviours } from './action';

/** Keys that the selection stands for: the job, or all jobs of the file. */
export function selectedKeys(state: WindowState): readonly number[] {
  const { selection } = state;
  if (selection === null) return [];
  return selection.kind === 'job'
    ? [selection.key]
    : state.keys.filter((key) => state.rows.get(key)?.fileKey === selection.key);
}

const idleOf = (state: WindowState, keys: readonly number[]): number[] =>
  keys.filter((key) => {
    const row = state.rows.get(key);
    return row !== undefined && !isActive(row.state);
  });

const rowsWhere = (state: WindowState, keys: readonly number[], fits: (row: JobRow) => boolean): number[] =>
  keys.filter((key) => {
    const row = state.rows.get(key);
    return row !== undefined && fits(row);
  });

const cancellableOf = (state: WindowState, keys: readonly number[]): number[] =>
  rowsWhere(state, keys, (row) => isActive(row.state) && row.state !== 'cancelling');

/** Jobs that are called once per process cannot be paused once they have begun. */
const pausableOf = (state: WindowState, keys: readonly number[]): number[] =>
  rowsWhere(
    state,
    keys,
    (row) =>
      row.state === 'queued' || row.state === 'interrupted' || (row.state === 'running' && row.kind !== 'target'),
  );

const resumableOf = (state: WindowState, keys: readonly number[]): number[] =>
  rowsWhere(state, keys, ({ state: is }) => is === 'paused' || is === 'pausing' || is === 'interrupted');

const runJobs = (keys: readonly number[]): Promise<void> => askToRun(() => bridge.runJobs(keys));

const now = (): WindowState => useWindow.getState();

/** What begins and ends jobs. */
export const jobActions: Behaviours<
  'run-selected' | 'run-all' | 'pause-selected' | 'resume-selected' | 'cancel-selected' | 'cancel-all'
> = {
  'run-selected': {
    isEnabled: (state) => idleOf(state, selectedKeys(state)).length > 0,
    run: () => runJobs(idleOf(now(), selectedKeys(now()))),
  },
  'run-all': {
    isEnabled: (state) => idleOf(state, state.keys).length > 0,
    run: () => runJobs(idleOf(now(), now().keys)),
  },
  'pause-selected': {
    isEnabled: (state) => pausableOf(state, selectedKeys(state)).length > 0,
    run: () => bridge.pauseJobs(pausableOf(now(), selectedKeys(now()))),
  },
  'resume-selected': {
    isEnabled: (state) => resumableOf(state, selectedKeys(state)).length > 0,
    run: () => bridge.resumeJobs(resumableOf(now(), selectedKeys(now()))),
  },
  'cancel-selected': {
    isEnabled: (state) => cancellableOf(state, selectedKeys(state)).length > 0,
    run: () => bridge.cancelJobs(cancellableOf(now(), selectedKeys(now()))),
  },
  'cancel-all': {
    isEnabled: (state) => state.tally.queued + state.tally.running > 0,
    run: () => bridge.cancelJobs(cancellableOf(now(), now().keys)),
  },
};
