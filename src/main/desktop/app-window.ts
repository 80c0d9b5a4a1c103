import { join } from 'node:path';
import { type BrowserWindow, nativeTheme } from 'electron';
import { createWindow, windowBackground } from '../window';
import type { AppLog } from './app-log';
import { guardPage } from './page-guard';
import { WindowMemory } from './window-memory';

export interface AppWindowParts {
  /** Address of its page. */
  readonly page: string;
  /** Folder of the pictures of the app. */
  readonly resources: string;
  /** Folder of the user's data. */
  readonly dataFolder: string;
  readonly log: AppLog;
}

/** Who decides about the window. */
export interface WindowOwner {
  /** Somebody wants to close it. */
  readonly onClose: (event: { preventDefault(): void }) => void;
  /** Its page has ended and is started again. */
  readonly onRevived: (reason: string) => void;
}

/**
 * The one window of the app: where it was the last time, shown once its page can be seen. It is made before the rest of
 * the app, which owns it as soon as it is there.
 */
export class AppWindow {
  readonly #parts: AppWindowParts;
  readonly #memory: WindowMemory;
  #window: BrowserWindow | null = null;
  #owner: WindowOwner | null = null;

  constructor(parts: AppWindowParts) {
    this.#parts = parts;
    this.#memory = new WindowMemory(parts.dataFolder);
    nativeTheme.on('updated', () => this.#window?.setBackgroundColor(windowBackground()));
  }

  /** Whom it asks from now on. */
  belongTo(owner: WindowOwner): void {
    this.#owner = owner;
  }

  /** Null before it was opened, and when it has been closed. */
  get current(): BrowserWindow | null {
    return this.#window;
  }

  open(): void {
    const { page, resources, log } = this.#parts;
    const window = createWindow(this.#memory.place, join(resources, 'icons', '256x256.png'));
    this.#window = window;
    window.once('ready-to-show', () => {
      this.#memory.follow(window);
      window.show();
    });
    window.on('close', (event) => this.#owner?.onClose(event));
    window.on('closed', () => {
      this.#window = null;
    });
    guardPage(window, { log, onRevived: (reason) => this.#owner?.onRevived(reason) });
    void window.loadURL(page);
  }

  /** Brings it before the person, wherever it is. */
  show(): void {
    const window = this.#window;
    if (window === null) {
      this.open();
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  hide(): void {
    this.#window?.hide();
  }

  /** Resolves when where it was is on disk. */
  flush(): Promise<void> {
    return this.#memory.flush();
  }
}
