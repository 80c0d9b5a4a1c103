import { app } from 'electron';
import { appOrigin, appPage } from './app-assets';
import { declareAppScheme } from './app-protocol';
import { DesktopApp } from './desktop-app';
import { confinePages } from './security';

/**
 * Start of the desktop app: one instance, one window, one server.
 *
 * Under `electron-vite dev` the page comes from its server on this machine, so that changes show at once; a packaged
 * app never looks at that variable.
 */
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
const origin = devServer === undefined ? appOrigin : new URL(devServer).origin;

if (app.requestSingleInstanceLock({ argv: process.argv, cwd: process.cwd() })) {
  declareAppScheme();
  confinePages(origin);
  const desktop = new DesktopApp(origin, devServer === undefined ? appPage : `${origin}/index.html`);
  void app.whenReady().then(() => desktop.start(process.argv, process.cwd()));
} else {
  app.quit();
}
