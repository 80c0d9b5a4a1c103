import { type ActionId, actionIds, actionTexts } from '../../shared/actions';
import { usePage } from '../state/page';
import { perform } from './registry';

const mac = navigator.platform.startsWith('Mac');

/** What keys are called; on a Mac its signs. */
const signs: Readonly<Record<string, string>> = mac
  ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩', Delete: '⌦', Backspace: '⌫', ArrowUp: '↑', ArrowDown: '↓' }
  : { Mod: 'Ctrl', Delete: 'Del', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', ' ': 'Space' };

/** The keys of a shortcut, one after the other, as a person knows them: `Ctrl`, `Shift`, `Enter`. */
export const keysOf = (shortcut: string): string[] => partsOf(shortcut).map((part) => signs[part] ?? part);

/** A shortcut in one text: `Ctrl+Shift+Enter`, `⇧⌘↩`. */
export const showShortcut = (shortcut: string): string => keysOf(shortcut).join(mac ? '' : '+');

/** The first shortcut of an action in one text, empty when it has none. */
export function hintOf(id: ActionId): string {
  const [first] = actionTexts[id].shortcuts ?? [];
  return first === undefined ? '' : showShortcut(first);
}

/** A key as it was pressed. */
type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Whether these keys are that shortcut. */
export function isShortcut(shortcut: string, event: Pressed): boolean {
  const parts = partsOf(shortcut);
  const key = parts.at(-1) ?? '';
  const wants = (modifier: string): boolean => parts.slice(0, -1).includes(modifier);
  if (wants('Mod') !== (mac ? event.metaKey : event.ctrlKey)) return false;
  if ((mac ? event.ctrlKey : event.metaKey) || wants('Alt') !== event.altKey) return false;
  // Which keys need Shift for a sign such as "?" is the keyboard's business; of letters and named keys it is told apart.
  const sign = key.length === 1 && !/[\p{L}\d.,]/u.test(key);
  if (!sign && wants('Shift') !== event.shiftKey) return false;
  return sameKey(key, event);
}

/** The action whose shortcut these keys are. */
export const actionFor = (event: Pressed): ActionId | undefined =>
  actionIds.find((id) => actionTexts[id].shortcuts?.some((shortcut) => isShortcut(shortcut, event)) === true);

/**
 * Does what the pressed keys stand for. Plain keys are left to fields that are written in, and everything to open
 * dialogs, which are about something else.
 */
export function onShortcut(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const id = actionFor(event);
  if (id === undefined) return;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && isWrittenIn(event.target)) return;
  if (actionTexts[id].where === 'queue' && !isInQueue(event.target)) return;
  if (document.querySelector('[role=dialog][aria-modal=true]') !== null) return;
  event.preventDefault();
  void perform(id);
}

/** In the list of jobs, or nowhere in particular while a job is shown. */
const isInQueue = (target: EventTarget | null): boolean =>
  (target === document.body && usePage.getState().page === 'jobs') ||
  (target instanceof HTMLElement && target.closest('[data-scope=queue] [role=listbox]') !== null);

function isWrittenIn(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'))
  );
}

/** With Shift the key is another sign on many keyboards (`>` for `.`): its place on the board tells as well. */
function sameKey(key: string, { key: pressed, code }: Pressed): boolean {
  if (pressed.toUpperCase() === key.toUpperCase()) return true;
  return code === { '.': 'Period', ',': 'Comma' }[key];
}

/** The last part may be `+` itself. */
const partsOf = (shortcut: string): string[] => shortcut.split(/\+(?=.)/);
