/** A page that cannot be shown keeps nothing from beginning for longer than that. */
const longestWaitMs = 5000;

/** The page takes about so long to draw what it has just been told. */
const drawingMs = 200;

/** Tells when the window's page has what it shows first: what can wait begins after that. */
export class FirstView {
  /** Resolves when the page has got its state, or when that takes too long. */
  readonly told: Promise<void>;
  #tell: () => void = () => undefined;

  constructor() {
    this.told = new Promise((resolve) => {
      const timer = setTimeout(resolve, longestWaitMs);
      this.#tell = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The page has got its state, or there will be none. */
  tell(): void {
    this.#tell();
  }

  /** Resolves when it has been drawn too. */
  async drawn(): Promise<void> {
    await this.told;
    await new Promise((resolve) => setTimeout(resolve, drawingMs));
  }
}
