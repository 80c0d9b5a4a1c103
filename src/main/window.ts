import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';

/** Colours that the window has before its page has been painted; the same as the page's own. */
const background = (): string => (nativeTheme.shouldUseDarkColors ? '#12151b' : '#f5f6f8');

/**
 * The app's window, shown once its page can be seen.
 *
 * @param page address of the page
 */
export function createWindow(page: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 880,
    minHeight: 560,
    show: false,
    title: 'Procession',
    backgroundColor: background(),
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
  window.once('ready-to-show', () => window.show());
  window.on('page-title-updated', (event) => event.preventDefault());
  reviveAfterCrash(window);
  void window.loadURL(page);
  return window;
}

/** A page that has been there for so many milliseconds has not died of its beginning. */
const steadyMs = 500;

/** A renderer that died is started again; jobs do not notice. One that keeps dying at its beginning is left alone. */
function reviveAfterCrash(window: BrowserWindow): void {
  let crashes: number[] = [];
  let loadedAt = Number.POSITIVE_INFINITY;
  window.webContents.on('did-finish-load', () => {
    loadedAt = Date.now();
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    if (now - loadedAt > steadyMs) crashes = [];
    loadedAt = Number.POSITIVE_INFINITY;
    crashes = [...crashes.filter((time) => now - time < 10_000), now];
    if (crashes.length <= 5) window.webContents.reload();
  });
}
