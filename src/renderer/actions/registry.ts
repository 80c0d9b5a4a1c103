import { type ActionId, type ActionText, actionIds, actionTexts } from '../../shared/actions';
import { historyActions } from '../history/history-actions';
import { say } from '../state/notices';
import { useWindow } from '../state/store';
import type { WindowState } from '../state/window-state';
import type { Behaviours } from './action';
import { fileActions } from './file-actions';
import { jobActions } from './job-actions';
import { queueActions } from './queue-actions';
import { viewActions } from './view-actions';

/** Something a person can do: menu, palette, shortcuts, context menus and buttons all come here. */
export interface Action extends ActionText {
  readonly id: ActionId;
  readonly isEnabled: (state: WindowState) => boolean;
  readonly run: () => Promise<void> | void;
  readonly isOnce?: boolean;
}

const behaviours: Behaviours<ActionId> = {
  ...fileActions,
  ...jobActions,
  ...queueActions,
  ...historyActions,
  ...viewActions,
};

/** An action by its name. */
export const actionOf = (id: ActionId): Action => ({
  id,
  ...actionTexts[id],
  isEnabled: behaviours[id].isEnabled ?? (() => true),
  run: behaviours[id].run,
  ...(behaviours[id].isOnce === true && { isOnce: true }),
});

/** All of them, in the order of menu and palette. */
export const allActions = (): readonly Action[] => actionIds.map(actionOf);

/** Whether an action can be done now; for components, which are told when that changes. */
export const useEnabled = (id: ActionId): boolean => useWindow((state) => actionOf(id).isEnabled(state));

/** What is being done, and to what: what is asked for again meanwhile was clicked twice. */
const underWay = new Set<string>();
/** Within so many milliseconds a second click belongs to the first. */
const doubleClickMs = 300;

/** Does an action when it can be done now. What goes wrong is said in a corner of the window. */
export async function perform(id: ActionId): Promise<void> {
  const action = actionOf(id);
  const state = useWindow.getState();
  const what = `${id} ${state.selection?.kind} ${state.selection?.key}`;
  if (underWay.has(what) || !action.isEnabled(state)) return;
  underWay.add(what);
  try {
    await action.run();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), 'bad', `${action.title} did not work`);
  } finally {
    if (action.isOnce === true) setTimeout(() => underWay.delete(what), doubleClickMs);
    else underWay.delete(what);
  }
}
