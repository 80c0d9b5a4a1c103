import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { app, session } from 'electron';
import { appOrigin, appPage } from './app-assets';
import { declareAppScheme, serveApp } from './app-protocol';
import { AppLog } from './desktop/app-log';
import { AppWindow } from './desktop/app-window';
import { openDoor } from './ipc-door';
import { confinePages, confineSession } from './security';

/**
 * Start of the desktop app: one instance, one window, one server. The window comes first: while its page is
 * reading its scripts and drawing what stands in it always, this process reads the rest of the app, which takes about as
 * long.
 *
 * Under `electron-vite dev` the page comes from its server on this machine, so that changes show at once; a packaged
 * app never looks at that variable.
 */
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
const origin = devServer === undefined ? appOrigin : new URL(devServer).origin;
const page = devServer === undefined ? appPage : `${origin}/index.html`;

/** A page that cannot be shown keeps the rest of the app from beginning for no longer than that. */
const longestWaitMs = 1000;

async function start(): Promise<void> {
  const files: string[] = [];
  let open = (file: string): unknown => files.push(file);
  // On macOS a file that was double-clicked comes as this event, also before the app is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });
  await app.whenReady();
  const log = new AppLog(app.getPath('logs'));
  const resources = join(app.getAppPath(), 'resources');
  const window = new AppWindow({ page, resources, dataFolder: app.getPath('userData'), log });
  serveApp(join(__dirname, '../renderer'));
  confineSession(session.defaultSession, origin);
  const { onAnswer, asked } = openDoor();
  window.open();
  // Until the page has its scripts this process is needed to start it and to hand them over: all of that waits meanwhile.
  await Promise.race([asked, setTimeout(longestWaitMs)]);
  // In parts, so that what the page asks of this process meanwhile does not wait for all of them.
  for (const read of [
    () => import('../core/process-server'),
    () => import('../history'),
    () => import('./ipc-schemas'),
  ]) {
    await read();
    await setImmediate();
  }
  const { DesktopApp } = await import('./desktop-app');
  const desktop = new DesktopApp({ origin, window, resources, log, onAnswer });
  open = (file) => desktop.openFromOutside([file]);
  await desktop.start([...process.argv, ...files], process.cwd());
}

if (app.requestSingleInstanceLock({ argv: process.argv, cwd: process.cwd() })) {
  declareAppScheme();
  confinePages(origin);
  void start();
} else {
  app.quit();
}
