import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { app, session } from 'electron';
import { appOrigin, appPage } from './app-assets';
import { declareAppScheme, serveApp } from './app-protocol';
import { AppLog } from './desktop/app-log';
import { AppWindow } from './desktop/app-window';
import { openDoor } from './ipc-door';
import { confinePages, confineSession } from './security';

/**
 * Start of the desktop app: one instance, one window, one server. The window comes first: while its page is being
 * started by a process of its own, this one reads the rest of the app, which takes about as long.
 *
 * Under `electron-vite dev` the page comes from its server on this machine, so that changes show at once; a packaged
 * app never looks at that variable.
 */
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
const origin = devServer === undefined ? appOrigin : new URL(devServer).origin;
const page = devServer === undefined ? appPage : `${origin}/index.html`;

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
  const onAnswer = openDoor();
  window.open();
  // In parts, between which the page gets its files.
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
