import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { actionIds, actionTexts, toAccelerator } from '../../../src/shared/actions';
import { installBridge } from './fake-bridge';

const pressed = (key: string, more: Partial<KeyboardEventInit> = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });

const opened: string[] = [];
beforeAll(() => {
  installBridge({
    openFileDialog: async () => {
      opened.push('dialog');
      return null;
    },
  });
});
afterEach(() => {
  opened.length = 0;
  document.body.replaceChildren();
});

describe('the registry of actions', () => {
  it('gives no keys to two actions', () => {
    const keys = actionIds.flatMap((id) => actionTexts[id].shortcuts ?? []);
    expect(keys.length).toBeGreaterThan(4);
    expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length);
  });

  it('has a behaviour for each, and does one only while it can be done', async () => {
    const { allActions, perform } = await import('../../../src/renderer/actions/registry');
    const { useWindow } = await import('../../../src/renderer/state/store');
    expect(allActions().map(({ id }) => id)).toEqual(actionIds);
    expect(allActions().every(({ run }) => typeof run === 'function')).toBe(true);
    expect(
      allActions()
        .filter(({ isEnabled }) => isEnabled(useWindow.getState()))
        .map(({ id }) => id),
    ).not.toContain('run-all');
    await perform('open-file');
    expect(opened).toEqual(['dialog']);
  });

  it('writes shortcuts as the menu wants them', () => {
    expect(toAccelerator('Mod+Shift+Enter')).toBe('CmdOrCtrl+Shift+Return');
    expect(toAccelerator('Alt+ArrowUp')).toBe('Alt+Up');
    expect(toAccelerator('Mod+.')).toBe('CmdOrCtrl+.');
  });
});

describe('shortcuts', () => {
  it('are told apart by their modifiers', async () => {
    const { actionFor, isShortcut } = await import('../../../src/renderer/actions/shortcuts');
    expect(actionFor(pressed('Enter', { ctrlKey: true }))).toBe('run-selected');
    expect(actionFor(pressed('Enter', { ctrlKey: true, shiftKey: true }))).toBe('run-all');
    expect(actionFor(pressed('Enter'))).toBeUndefined();
    expect(actionFor(pressed('Enter', { ctrlKey: true, altKey: true }))).toBeUndefined();
    expect(actionFor(pressed('o', { ctrlKey: true }))).toBe('open-file');
    // With Shift most keyboards write ">" with the key of the full stop.
    expect(actionFor(pressed('>', { ctrlKey: true, shiftKey: true, code: 'Period' }))).toBe('cancel-all');
    expect(isShortcut('?', pressed('?', { shiftKey: true }))).toBe(true);
    expect(isShortcut('?', pressed('?'))).toBe(true);
    expect(isShortcut('Mod++', pressed('+', { ctrlKey: true }))).toBe(true);
  });

  it('are shown as the keyboard has them', async () => {
    const { hintOf, keysOf } = await import('../../../src/renderer/actions/shortcuts');
    expect(hintOf('cancel-all')).toBe('Ctrl+Shift+.');
    expect(hintOf('open-examples')).toBe('');
    expect(keysOf('Alt+ArrowUp')).toEqual(['Alt', '↑']);
  });

  it('are heard anywhere on the page, but not behind an open dialog', async () => {
    const { onShortcut } = await import('../../../src/renderer/actions/shortcuts');
    window.addEventListener('keydown', onShortcut);
    const field = document.body.appendChild(document.createElement('input'));
    const open = pressed('o', { ctrlKey: true });
    field.dispatchEvent(open);
    expect(open.defaultPrevented).toBe(true);
    expect(opened).toEqual(['dialog']);

    const dialog = document.body.appendChild(document.createElement('div'));
    dialog.setAttribute('role', 'dialog');
    dialog.setAttribute('aria-modal', 'true');
    const again = pressed('o', { ctrlKey: true });
    field.dispatchEvent(again);
    expect(again.defaultPrevented).toBe(false);
    expect(opened).toEqual(['dialog']);
    window.removeEventListener('keydown', onShortcut);
  });
});
