import { join } from 'node:path';
import { type BrowserWindow, screen } from 'electron';
import { JsonStore } from '../stored/json-store';
import { type Area, parsePlace, placeOf, type WindowPlace } from './window-place';

/** While a window is being dragged it is not written at each step, but so many milliseconds after the last. */
const settleMs = 400;

/** Where and how large the window was, from one start to the next. */
export class WindowMemory {
  readonly #store: JsonStore<WindowPlace | null>;
  #note: () => void = () => undefined;

  /** @param dataFolder folder of the user's data */
  constructor(dataFolder: string) {
    this.#store = new JsonStore(join(dataFolder, 'window.json'), { parse: parsePlace }, null);
  }

  /** Where the window opens on the displays that there are now. */
  get place(): Area {
    const first = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== first.id);
    return placeOf(
      this.#store.value,
      [first, ...others].map(({ workArea }) => workArea),
    );
  }

  /** Makes a new window as the last one was, and remembers from now on how it is. */
  follow(window: BrowserWindow): void {
    const last = this.#store.value;
    if (last?.isMaximized === true) window.maximize();
    if (last?.isFullScreen === true) window.setFullScreen(true);
    let timer: NodeJS.Timeout | undefined;
    const note = (): void => {
      clearTimeout(timer);
      if (window.isDestroyed() || window.isMinimized()) return;
      this.#store.set({
        // Of a window that fills the screen: what it goes back to.
        bounds: window.getNormalBounds(),
        isMaximized: window.isMaximized(),
        isFullScreen: window.isFullScreen(),
      });
    };
    const noteSoon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(note, settleMs);
    };
    window.on('resize', noteSoon);
    window.on('move', noteSoon);
    window.on('maximize', noteSoon);
    window.on('unmaximize', noteSoon);
    window.on('enter-full-screen', noteSoon);
    window.on('leave-full-screen', noteSoon);
    this.#note = note;
    window.on('close', note);
    window.on('closed', () => clearTimeout(timer));
  }

  /** Resolves when everything is on disk. */
  flush(): Promise<void> {
    this.#note();
    return this.#store.flush();
  }
}
