import { create } from 'zustand';
import type { RecentFile } from '../../shared/ipc-opening';
import { bridge } from '../bridge';
import { revealOpened } from '../state/actions';

/** Job files that were opened last, the latest first. */
export const useRecent = create<{ readonly files: readonly RecentFile[] }>()(() => ({ files: [] }));

/** Follows the recent files from now on. */
export async function followRecent(): Promise<void> {
  bridge.onRecent((files) => useRecent.setState({ files }));
  useRecent.setState({ files: await bridge.getRecent() });
}

export const openRecent = (path: string): Promise<void> => revealOpened(bridge.openRecent(path));
