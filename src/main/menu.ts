import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { type ActionGroup, type ActionId, actionIds, actionTexts, toAccelerator } from '../shared/actions';
import type { RecentFile } from '../shared/ipc-opening';

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** Actions that the menu of the app has on a Mac, by its custom, and no other one. */
const ofAppOnMac: readonly ActionId[] = ['about', 'settings'];

export interface MenuParts {
  /** Does an action, in the window. */
  readonly perform: (id: ActionId) => void;
  readonly recent: readonly RecentFile[];
  readonly openRecent: (path: string) => void;
  readonly clearRecent: () => void;
  /** Which actions can be done now; null: that is not known yet. */
  readonly enabled: ReadonlySet<ActionId> | null;
}

/** Shows in the menu which actions can be done now. */
export function enableInMenu(enabled: ReadonlySet<ActionId>): void {
  const menu = Menu.getApplicationMenu();
  for (const id of actionIds) {
    const item = menu?.getMenuItemById(id);
    if (item) item.enabled = enabled.has(id);
  }
}

/** Sets the menu: the actions of the window, group by group. What they do is for the window, which knows what is selected. */
export function setMenu({ perform, recent, openRecent, clearRecent, enabled }: MenuParts): void {
  const isMac = process.platform === 'darwin';
  const itemOf = (id: ActionId): MenuItemConstructorOptions => {
    const { title, shortcuts: [shortcut] = [], where } = actionTexts[id];
    return {
      id,
      label: title,
      enabled: enabled?.has(id) ?? true,
      click: () => perform(id),
      // The page hears the keys itself. A Mac gives them to the menu first, so there it is the menu's to act.
      ...(shortcut !== undefined && {
        accelerator: toAccelerator(shortcut),
        registerAccelerator: isMac && where === undefined,
      }),
    };
  };
  const itemsOf = (group: ActionGroup): MenuItemConstructorOptions[] =>
    actionIds
      .filter((id) => actionTexts[id].group === group && !(isMac && ofAppOnMac.includes(id)))
      .flatMap((id) => (actionTexts[id].line === true ? [separator, itemOf(id)] : [itemOf(id)]));
  const ofApp: MenuItemConstructorOptions = {
    label: app.name,
    submenu: [
      ...ofAppOnMac.flatMap((id) => [itemOf(id), separator]),
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [ofApp] : []),
      {
        label: '&File',
        submenu: [
          ...itemsOf('file'),
          {
            label: 'Open &recent',
            enabled: recent.length > 0,
            submenu: [
              // An ampersand would underline what follows it.
              ...recent.map(({ path }) => ({ label: path.replaceAll('&', '&&'), click: () => openRecent(path) })),
              separator,
              { label: 'Forget all', click: clearRecent },
            ],
          },
          ...(isMac
            ? []
            : [separator, { role: 'quit', accelerator: 'CmdOrCtrl+Q' } satisfies MenuItemConstructorOptions]),
        ],
      },
      { label: '&Jobs', submenu: itemsOf('jobs') },
      { label: 'H&istory', submenu: itemsOf('history') },
      { role: 'editMenu' },
      {
        label: '&View',
        submenu: [
          ...itemsOf('view'),
          separator,
          { role: 'reload' },
          ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
          separator,
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          separator,
          { role: 'togglefullscreen' },
        ],
      },
      { role: 'help', label: '&Help', submenu: itemsOf('help') },
    ]),
  );
}
