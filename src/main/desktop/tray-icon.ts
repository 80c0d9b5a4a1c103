import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { ActionId } from '../../shared/actions';
import { hasOwner } from './session-bus';
import type { TrayLook, TrayModel } from './tray-model';

export interface TrayParts {
  /** Folder of the pictures. */
  readonly pictures: string;
  /** Shows the window. */
  readonly show: () => void;
  /** Does an action of the window. */
  readonly perform: (id: ActionId) => void;
  readonly setQueuePaused: (isPaused: boolean) => void;
  readonly quit: () => void;
}

/**
 * Whether there is a place for an icon. Windows and macOS always have one; of Linux desktops those that somebody watches
 * for such icons (GNOME does so only with an extension).
 */
export const isTrayThere = (
  platform: NodeJS.Platform = process.platform,
  busAddress: string | undefined = process.env.DBUS_SESSION_BUS_ADDRESS,
): Promise<boolean> =>
  platform === 'darwin' || platform === 'win32'
    ? Promise.resolve(true)
    : hasOwner(busAddress, 'org.kde.StatusNotifierWatcher');

/** The icon in the tray, with a menu, while it is wanted and there is a place for it. */
export class TrayIcon {
  readonly #parts: TrayParts;
  #tray: Tray | null = null;
  #model: TrayModel | null = null;
  #said = '';
  #isWanted = false;
  #isThere = false;

  constructor(parts: TrayParts) {
    this.#parts = parts;
  }

  /** It can be seen: a window that is hidden can be found again. */
  get isShown(): boolean {
    return this.#tray !== null;
  }

  /** Looks whether there is a place for it, which may have come or gone. */
  async look(): Promise<boolean> {
    this.#isThere = await isTrayThere();
    this.#put();
    return this.#isThere;
  }

  /** Whether the person wants to see it. */
  want(isWanted: boolean): void {
    this.#isWanted = isWanted;
    this.#put();
  }

  /** How things stand now. */
  update(model: TrayModel): void {
    this.#model = model;
    this.#say();
  }

  remove(): void {
    this.#tray?.destroy();
    this.#tray = null;
    this.#said = '';
  }

  #put(): void {
    if (!this.#isWanted || !this.#isThere) {
      this.remove();
      return;
    }
    if (this.#tray !== null) return;
    this.#tray = new Tray(this.#picture(this.#model?.look ?? 'plain'));
    this.#tray.on('click', () => this.#parts.show());
    this.#say();
  }

  #say(): void {
    const tray = this.#tray;
    const model = this.#model;
    if (tray === null || model === null) return;
    const said = JSON.stringify(model);
    // Each call goes to another process.
    if (said === this.#said) return;
    this.#said = said;
    tray.setImage(this.#picture(model.look));
    tray.setToolTip(model.tooltip);
    tray.setContextMenu(Menu.buildFromTemplate(this.#entries(model)));
  }

  #entries({ state, queue }: TrayModel): MenuItemConstructorOptions[] {
    const { show, perform, setQueuePaused, quit } = this.#parts;
    return [
      { label: state, enabled: false },
      { type: 'separator' },
      queue === 'pause'
        ? { label: 'Pause the queue', click: () => setQueuePaused(true) }
        : { label: 'Resume the queue', click: () => setQueuePaused(false) },
      { type: 'separator' },
      { label: 'Show the window', click: show },
      {
        label: 'New job…',
        click: () => {
          show();
          perform('new-job');
        },
      },
      { type: 'separator' },
      { label: 'Quit Procession', click: quit },
    ];
  }

  #picture(look: TrayLook): Electron.NativeImage {
    // A Mac colours the shape itself; a Linux desktop takes one picture and makes it as small as its panel is.
    const suffix = process.platform === 'darwin' ? 'Template' : process.platform === 'win32' ? '' : '@3x';
    return nativeImage.createFromPath(join(this.#parts.pictures, `${look}${suffix}.png`));
  }
}
