import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { type ActionGroup, type ActionId, actionIds, actionTexts, toAccelerator } from '../shared/actions';
import type { RecentFile } from '../shared/ipc-opening';

const separator: MenuItemConstructorOptions = { type: 'separator' };

export interface MenuParts {
  /** Does an action, in the window. */
  readonly perform: (id: ActionId) => void;
  readonly recent: readonly RecentFile[];
  readonly openRecent: (path: string) => void;
  readonly clearRecent: () => void;
}

/** Sets the menu: the actions of the window, group by group. What they do is for the window, which knows what is selected. */
export function setMenu({ perform, recent, openRecent, clearRecent }: MenuParts): void {
  const itemsOf = (group: ActionGroup): MenuItemConstructorOptions[] =>
    actionIds
      .filter((id) => actionTexts[id].group === group)
      .flatMap((id) => {
        const { title, shortcuts: [shortcut] = [], line, where } = actionTexts[id];
        const item: MenuItemConstructorOptions = {
          label: title,
          click: () => perform(id),
          // The page hears the keys itself. A Mac gives them to the menu first, so there it is the menu's to act.
          ...(shortcut !== undefined && {
            accelerator: toAccelerator(shortcut),
            registerAccelerator: process.platform === 'darwin' && where === undefined,
          }),
        };
        return line === true ? [separator, item] : [item];
      });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
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
          separator,
          { role: 'quit', accelerator: 'CmdOrCtrl+Q' },
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
      { label: '&Help', submenu: itemsOf('help') },
    ]),
  );
}
