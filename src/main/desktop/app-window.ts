import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { createWindow } from '../window';
import { type GuardParts, guardPage } from './page-guard';
import { WindowMemory } from './window-memory';

export interface AppWindowParts extends GuardParts {
  /** Address of its page. */
  readonly page: string;
  /** Folder of the pictures of the app. */
  readonly resources: string;
  /** Folder of the user's data. */
  readonly dataFolder: string;
  /** Somebody wants to close it. */
  readonly onClose: (event: { preventDefault(): void }) => void;
}

/** The one window of the app: where it was the last time, shown once its page can be seen. */
export class AppWindow {
  readonly #parts: AppWindowParts;
  readonly #memory: WindowMemory;
  #window: BrowserWindow | null = null;

  constructor(parts: AppWindowParts) {
    this.#parts = parts;
    this.#memory = new WindowMemory(parts.dataFolder);
  }

  /** Null before it was opened, and when it has been closed. */
  get current(): BrowserWindow | null {
    return this.#window;
  }

  open(): void {
    const { page, resources, onClose } = this.#parts;
    const window = createWindow(this.#memory.place, join(resources, 'icons', '256x256.png'));
    this.#window = window;
    window.once('ready-to-show', () => {
      this.#memory.follow(window);
      window.show();
    });
    window.on('close', onClose);
    window.on('closed', () => {
      this.#window = null;
    });
    guardPage(window, this.#parts);
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
