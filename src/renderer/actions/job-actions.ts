import { isActive, type JobRow, type RowState } from '../../shared/ipc';
import { bridge } from '../bridge';
import { askToRun } from '../state/actions';
import { useWindow } from '../state/store';
import type { WindowState } from '../state/window-state';
import type { Behaviours } from './action';

/** Keys that actions are about: the marked jobs in the order of the queue, or all jobs of the selected file. */
export function selectedKeys(state: WindowState): readonly number[] {
  const { selection, marked, order } = state;
  if (selection?.kind === 'file') return order.keys.filter((key) => state.rows.get(key)?.fileKey === selection.key);
  return marked.size < 2 ? [...marked] : order.keys.filter((key) => marked.has(key));
}

/** The rows of jobs that something can be done with. */
export const rowsWhere = (
  state: WindowState,
  keys: readonly number[],
  fits: (row: JobRow) => boolean,
): readonly JobRow[] =>
  keys.flatMap((key) => {
    const row = state.rows.get(key);
    return row !== undefined && fits(row) ? [row] : [];
  });

export const keysOf = (rows: readonly JobRow[]): number[] => rows.map(({ key }) => key);

/** Whether something can be done with any of the selected jobs. */
export function someSelected(state: WindowState, fits: (row: JobRow) => boolean): boolean {
  const keys = state.selection?.kind === 'file' ? state.order.ofFile(state.selection.key) : state.marked;
  for (const key of keys) {
    const row = state.rows.get(key);
    if (row !== undefined && fits(row)) return true;
  }
  return false;
}

const isIdle = ({ state, role }: JobRow): boolean => role !== 'call' && !isActive(state);
const canCancel = ({ state }: JobRow): boolean => isActive(state) && state !== 'cancelling';
/** Jobs that are called once per process cannot be paused once they have begun. */
const canPause = ({ state, kind, role }: JobRow): boolean =>
  role !== 'call' && (state === 'queued' || state === 'interrupted' || (state === 'running' && kind !== 'target'));
const canResume = ({ state }: JobRow): boolean => state === 'paused' || state === 'pausing' || state === 'interrupted';

const runJobs = (keys: readonly number[]): Promise<void> => askToRun(() => bridge.runJobs(keys));

export const now = (): WindowState => useWindow.getState();

/** Keys of the selected jobs that something can be done with. */
export const chosen = (fits: (row: JobRow) => boolean): number[] => keysOf(rowsWhere(now(), selectedKeys(now()), fits));

const cancellable: readonly RowState[] = ['queued', 'running', 'pausing', 'paused', 'interrupted'];

/** What begins, holds and ends jobs. */
export const jobActions: Behaviours<
  'run-selected' | 'run-all' | 'pause-selected' | 'resume-selected' | 'cancel-selected' | 'cancel-all'
> = {
  'run-selected': {
    isEnabled: (state) => someSelected(state, isIdle),
    run: () => runJobs(chosen(isIdle)),
  },
  // What has ended is run again by name only: the list may hold a year of it.
  'run-all': {
    isEnabled: ({ tally }) => tally.ready > 0,
    run: () => runJobs(keysOf(rowsWhere(now(), now().order.keys, ({ state }) => state === 'ready'))),
  },
  'pause-selected': {
    isEnabled: (state) => someSelected(state, canPause),
    run: () => bridge.pauseJobs(chosen(canPause)),
  },
  'resume-selected': {
    isEnabled: (state) => someSelected(state, canResume),
    run: () => bridge.resumeJobs(chosen(canResume)),
  },
  'cancel-selected': {
    isEnabled: (state) => someSelected(state, canCancel),
    run: () => bridge.cancelJobs(chosen(canCancel)),
  },
  'cancel-all': {
    isEnabled: ({ tally }) => cancellable.some((state) => tally[state] > 0),
    run: () => bridge.cancelJobs(keysOf(rowsWhere(now(), now().order.keys, canCancel))),
  },
};
