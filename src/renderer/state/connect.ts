import type { Bridge, Delta } from '../../shared/ipc';
import { announcer } from './announcer';
import { useWindow } from './store';
import { type Selection, withDelta, withSnapshot } from './window-state';

const selectionKey = 'selection';

/**
 * Keeps the store equal to main's state: one snapshot, then every delta. A delta that does not follow the one before
 * (something was lost) leads to a new snapshot. The selection outlives a reload of the page.
 *
 * @param asked the first snapshot, when it has been asked for already
 * @returns a promise that settles when the first snapshot is in the store
 */
export function connect(bridge: Bridge, storage: Storage, asked = bridge.getSnapshot()): Promise<void> {
  let early: Delta[] | null = [];

  const refresh = async (asking = bridge.getSnapshot()): Promise<void> => {
    early = [];
    const snapshot = await asking;
    const missed = early;
    early = null;
    useWindow.setState((state) => withSnapshot(state, snapshot));
    const { selection } = useWindow.getState();
    await bridge.watchJob(selection?.kind === 'job' ? selection.key : null);
    for (const delta of missed) receive(delta);
  };

  const receive = (delta: Delta): void => {
    if (early !== null) {
      early.push(delta);
      return;
    }
    announcer.observe(delta.rows, useWindow.getState().rows);
    const next = withDelta(useWindow.getState(), delta);
    if (next === null) void refresh();
    else useWindow.setState(next);
  };

  useWindow.setState({ selection: readSelection(storage) });
  useWindow.subscribe((state, before) => {
    if (state.selection === before.selection || state.seq === null) return;
    storage.setItem(selectionKey, JSON.stringify(state.selection));
    if (before.seq !== null) void bridge.watchJob(state.selection?.kind === 'job' ? state.selection.key : null);
  });
  bridge.onDelta(receive);
  return refresh(asked);
}

function readSelection(storage: Storage): Selection | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(selectionKey) ?? 'null');
    if (typeof value !== 'object' || value === null || !('kind' in value) || !('key' in value)) return null;
    const { kind, key } = value;
    return (kind === 'job' || kind === 'file') && typeof key === 'number' ? { kind, key } : null;
  } catch {
    return null;
  }
}
