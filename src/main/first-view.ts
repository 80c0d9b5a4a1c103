/** A page that cannot be shown keeps nothing from beginning for longer than that. */
const longestWaitMs = 5000;

/** The page takes so long to draw what it has just been told. */
const drawingMs = 200;

/** Tells when the window's page has what it shows first: what can wait begins after that. */
export class FirstView {
  readonly #seen: Promise<void>;
  #tell: () => void = () => undefined;

  constructor() {
    this.#seen = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  /** The page has got its state. */
  seen(): void {
    setTimeout(this.#tell, drawingMs);
  }

  /** Resolves when it has been drawn, or when that takes too long. */
  async wait(): Promise<void> {
    const timer = setTimeout(this.#tell, longestWaitMs);
    await this.#seen;
    clearTimeout(timer);
  }
}
