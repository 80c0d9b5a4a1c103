import { app } from 'electron';
import type { ActionId } from '../../shared/actions';
import type { JobRow } from '../../shared/ipc';
import type { Settings } from '../../shared/settings';
import type { AppLog } from './app-log';
import type { AppWindow, WindowOwner } from './app-window';
import { DesktopSigns } from './desktop-signs';
import { PowerWatch } from './power-watch';
import { TrayIcon } from './tray-icon';
import { trayModel } from './tray-model';

export interface DesktopParts extends WindowOwner {
  /** What is there since the start. */
  readonly window: AppWindow;
  readonly log: AppLog;
  /** Folder of the pictures of the app. */
  readonly resources: string;
  readonly settings: () => Settings;
  readonly isPaused: () => boolean;
  readonly setPaused: (isPaused: boolean) => void;
  /** The machine lives on its battery from now on, or not any more, as far as that is to be minded. */
  readonly saveBattery: (isOnBattery: boolean) => void;
  /** Does an action of the window. */
  readonly perform: (id: ActionId) => void;
}

/** The app's place on the desktop: window, tray, what the taskbar shows, power, and a log of what went wrong. */
export class Desktop {
  readonly window: AppWindow;
  readonly log: AppLog;
  readonly tray: TrayIcon;
  readonly #parts: DesktopParts;
  readonly #signs: DesktopSigns;
  readonly #power: PowerWatch;

  constructor(parts: DesktopParts) {
    const { setPaused, saveBattery, perform } = parts;
    this.#parts = parts;
    this.window = parts.window;
    this.log = parts.log;
    this.window.belongTo(parts);
    this.#power = new PowerWatch(saveBattery);
    this.tray = new TrayIcon({
      pictures: `${parts.resources}/tray`,
      show: () => this.window.show(),
      setQueuePaused: setPaused,
      perform,
      quit: () => app.quit(),
    });
    this.#signs = new DesktopSigns({
      window: () => this.window.current,
      show: () => this.window.show(),
      settings: parts.settings,
    });
    app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
      if (reason !== 'clean-exit') this.log.write(`A process has ended: ${name ?? type}, ${reason}, code ${exitCode}`);
    });
    process.on('uncaughtExceptionMonitor', (error) => this.log.error('Nobody caught', error));
  }

  /** Does as the settings say; to be called whenever they have changed. */
  apply({ pauseOnBattery, trayIcon }: Settings): void {
    this.#power.follow(pauseOnBattery);
    this.tray.want(trayIcon);
    this.update();
  }

  /** Takes rows that have changed, and keys of those that are gone. */
  observe(rows: readonly JobRow[], removed: readonly number[] = []): void {
    this.#signs.observe(rows, removed);
    this.update();
  }

  /** Shows how the work and the queue are now. */
  update(): void {
    this.#signs.update();
    this.tray.update(trayModel(this.#signs.work, this.#parts.isPaused()));
  }

  /** Closing the window leaves the app in the tray. */
  get staysInTray(): boolean {
    return this.#parts.settings().keepInTray && this.tray.isShown;
  }
}
