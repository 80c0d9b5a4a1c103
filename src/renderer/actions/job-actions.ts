import { isActive } from '../../shared/ipc';
import { bridge } from '../bridge';
import { runJobs } from '../state/actions';
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

const cancellableOf = (state: WindowState, keys: readonly number[]): number[] =>
  keys.filter((key) => {
    const row = state.rows.get(key);
    return row !== undefined && (row.state === 'queued' || row.state === 'running');
  });

const now = (): WindowState => useWindow.getState();

/** What begins and ends jobs. */
export const jobActions: Behaviours<'run-selected' | 'run-all' | 'cancel-selected' | 'cancel-all'> = {
  'run-selected': {
    isEnabled: (state) => idleOf(state, selectedKeys(state)).length > 0,
    run: () => runJobs(idleOf(now(), selectedKeys(now()))),
  },
  'run-all': {
    isEnabled: (state) => idleOf(state, state.keys).length > 0,
    run: () => runJobs(idleOf(now(), now().keys)),
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
