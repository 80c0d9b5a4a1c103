import { app, type BrowserWindow, dialog } from 'electron';
import type { AppLog } from './app-log';

/** A page that ends more often than so many times in so many milliseconds is not started again without being asked for. */
const most = { crashes: 5, withinMs: 10_000 } as const;
/** A page that has been there for so many milliseconds has not died of its beginning: its end is not counted with others. */
const steadyMs = 500;

export interface GuardParts {
  readonly log: AppLog;
  /** The page has ended and is started again. */
  readonly onRevived: (reason: string) => void;
}

/**
 * Starts the page of the window again when it has died, and asks when it keeps dying or does not answer. Jobs do not
 * notice any of it: none of them is in the page.
 */
export function guardPage(window: BrowserWindow, { log, onRevived }: GuardParts): void {
  let crashes: number[] = [];
  let loadedAt = Number.POSITIVE_INFINITY;
  let waiting: AbortController | null = null;

  window.webContents.on('did-finish-load', () => {
    loadedAt = Date.now();
  });
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    waiting?.abort();
    log.write(`The page of the window has ended: ${reason}, exit code ${exitCode}`);
    const now = Date.now();
    if (now - loadedAt > steadyMs) crashes = [];
    loadedAt = Number.POSITIVE_INFINITY;
    crashes = [...crashes.filter((time) => now - time < most.withinMs), now];
    if (crashes.length <= most.crashes) revive(reason);
    else void askAgain(reason);
  });

  window.on('unresponsive', () => {
    if (waiting !== null) return;
    log.write('The page of the window does not answer');
    waiting = new AbortController();
    void askToReload(window, waiting.signal).then((isWanted) => {
      waiting = null;
      if (isWanted && !window.isDestroyed()) {
        // One that hangs cannot be reloaded; it is ended, and comes back as after a crash.
        window.webContents.forcefullyCrashRenderer();
      }
    });
  });
  window.on('responsive', () => waiting?.abort());

  const revive = (reason: string): void => {
    onRevived(reason);
    window.webContents.reload();
  };

  const askAgain = async (reason: string): Promise<void> => {
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      title: 'Procession',
      message: 'The window keeps ending by itself.',
      detail: `Its page has ended ${crashes.length} times within seconds (${reason}). Jobs are not affected: they go on, and what they do is recorded. The log (Help, Open the logs) says more.`,
      buttons: ['Start it again', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    });
    if (window.isDestroyed()) return;
    crashes = [];
    if (response === 0) revive(reason);
    else app.quit();
  };
}

/** Asks whether a page that does not answer is to be started again; resolves to no when it answers after all. */
async function askToReload(window: BrowserWindow, signal: AbortSignal): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: 'Procession',
    message: 'The window does not answer.',
    detail:
      'Jobs are not affected: they go on. You can wait, or start the window again; only what is typed in it is lost.',
    buttons: ['Wait', 'Start the window again'],
    defaultId: 0,
    cancelId: 0,
    signal,
  });
  return response === 1 && !signal.aborted;
}
