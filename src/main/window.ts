import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { type Area, leastSize } from './desktop/window-place';

/** The colour that the window has before its page has been painted; the same as the page's own. */
export const windowBackground = (): string => (nativeTheme.shouldUseDarkColors ? '#12151b' : '#f5f6f8');

/**
 * The app's window, which is not shown yet.
 *
 * @param place where it is and how large
 * @param icon path of its icon; elsewhere than on Linux it has that of the program
 */
export function createWindow(place: Area, icon: string): BrowserWindow {
  const window = new BrowserWindow({
    ...place,
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    show: false,
    title: 'Procession',
    backgroundColor: windowBackground(),
    ...(process.platform === 'linux' && { icon }),
    webPreferences: {
      preload: join(__dirname, '../preload/index.js'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.on('page-title-updated', (event) => event.preventDefault());
  return window;
}
