import { type ActionId, actionIds } from '../../shared/actions';
import type { Bridge } from '../../shared/ipc';
import { useWindow } from '../state/store';
import { actionOf } from './registry';

/** The menu follows the window so many milliseconds after a change, and is told of many changes at once. */
const delayMs = 250;

/** Keeps the menu told which actions can be done, from now on. */
export function tellEnabled(bridge: Pick<Bridge, 'setEnabled'>): void {
  let known = '';
  let isWaiting = false;
  const tell = (): void => {
    isWaiting = false;
    const state = useWindow.getState();
    const enabled: ActionId[] = actionIds.filter((id) => actionOf(id).isEnabled(state));
    const text = enabled.join(' ');
    if (text === known) return;
    known = text;
    void bridge.setEnabled(enabled);
  };
  useWindow.subscribe(() => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(tell, delayMs);
  });
}
