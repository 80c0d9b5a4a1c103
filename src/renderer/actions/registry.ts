import { type ActionId, type ActionText, actionIds, actionTexts } from '../../shared/actions';
import { useWindow } from '../state/store';
import type { WindowState } from '../state/window-state';
import type { Behaviours } from './action';
import { fileActions } from './file-actions';
import { jobActions } from './job-actions';
import { viewActions } from './view-actions';

/** Something a person can do: menu, palette, shortcuts, context menus and buttons all come here. */
export interface Action extends ActionText {
  readonly id: ActionId;
  readonly isEnabled: (state: WindowState) => boolean;
  readonly run: () => Promise<void> | void;
}

const behaviours: Behaviours<ActionId> = { ...fileActions, ...jobActions, ...viewActions };

/** An action by its name. */
export const actionOf = (id: ActionId): Action => ({
  id,
  ...actionTexts[id],
  isEnabled: behaviours[id].isEnabled ?? (() => true),
  run: behaviours[id].run,
});

/** All of them, in the order of menu and palette. */
export const allActions = (): readonly Action[] => actionIds.map(actionOf);

/** Whether an action can be done now; for components, which are told when that changes. */
export const useEnabled = (id: ActionId): boolean => useWindow((state) => actionOf(id).isEnabled(state));

/** Does an action when it can be done now. */
export async function perform(id: ActionId): Promise<void> {
  const action = actionOf(id);
  if (action.isEnabled(useWindow.getState())) await action.run();
}
