import { app, type Session, shell, type WebContents } from 'electron';
import { isOwnAddress, mayOpenExternally } from './addresses';

/** Keeps every page of the app where it is: no other address, no window, no web view. */
export function confinePages(origin: string): void {
  app.on('web-contents-created', (_event, contents) => confine(contents, origin));
}

function confine(contents: WebContents, origin: string): void {
  const stay = (event: { preventDefault(): void }, address: string): void => {
    if (!isOwnAddress(address, origin)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', (event) => {
    if (!isOwnAddress(event.url, origin)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenExternally(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** Denies every permission and download of a session, and every request that is not for the window's own files. */
export function confineSession(session: Session, origin: string): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  const own = ['blob:', 'data:', 'devtools:', `${origin}/`, `${origin.replace(/^http/, 'ws')}/`];
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !own.some((prefix) => details.url.startsWith(prefix)) });
  });
}
