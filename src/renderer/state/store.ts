import { create } from 'zustand';
import type { JobRow } from '../../shared/ipc';
import { type Marks, markOnly } from '../queue/marks';
import { showPage } from './page';
import { initialState, type Selection, type WindowState } from './window-state';

/** The one store of the window. Only `connect` and the actions write to it. */
export const useWindow = create<WindowState>()(() => initialState);

/** A job's row; the component renders again only when this row changes. */
export const useRow = (key: number): JobRow | undefined => useWindow((state) => state.rows.get(key));

/** Sets what is shown beside the queue, and shows it. */
export function select(selection: Selection): void {
  showPage('jobs');
  useWindow.setState((state) => {
    const same = state.selection?.kind === selection.kind && state.selection.key === selection.key;
    const marks = markOnly(selection.kind === 'job' ? selection.key : null);
    return same ? marks : { ...marks, selection, detail: null, pulse: null };
  });
}

/** Resolves when the state is as wanted: what main has answered may come before the news of what it did. */
export async function until(isSo: (state: WindowState) => boolean): Promise<void> {
  if (isSo(useWindow.getState())) return;
  await new Promise<void>((resolve) => {
    const stop = useWindow.subscribe((state) => {
      if (!isSo(state)) return;
      stop();
      resolve();
    });
  });
}

/** Marks jobs; the one that the person is at is shown beside the queue. */
export function mark(key: number, marks: Marks): void {
  showPage('jobs');
  useWindow.setState(({ selection }) =>
    selection?.kind === 'job' && selection.key === key
      ? marks
      : { ...marks, selection: { kind: 'job', key }, detail: null, pulse: null },
  );
}
