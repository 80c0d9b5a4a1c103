import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../shared/ipc';

/** Sets the menu. Its commands go to the window, which knows what is selected. */
export function setMenu(send: (command: MenuCommand) => void): void {
  const item = (label: string, accelerator: string, command: MenuCommand): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => send(command),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        label: '&File',
        submenu: [
          item('&Open job file…', 'CmdOrCtrl+O', 'open-file'),
          separator,
          { role: 'quit', accelerator: 'CmdOrCtrl+Q' },
        ],
      },
      {
        label: '&Jobs',
        submenu: [
          item('&Run', 'CmdOrCtrl+Return', 'run-selected'),
          item('Run &all', 'CmdOrCtrl+Shift+Return', 'run-all'),
          separator,
          item('&Cancel', 'CmdOrCtrl+.', 'cancel-selected'),
          item('Cancel a&ll', 'CmdOrCtrl+Shift+.', 'cancel-all'),
        ],
      },
      { role: 'editMenu' },
      {
        label: '&View',
        submenu: [
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
    ]),
  );
}
