import { create } from 'zustand';
import type { JobRow } from '../../shared/ipc';
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
    return same ? state : { selection, detail: null, pulse: null };
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
