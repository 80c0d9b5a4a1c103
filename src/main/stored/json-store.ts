import { readFileSync, renameSync } from 'node:fs';
import { replaceFile } from '../../jobs/replace-file';

/** Tells what a value from outside is, or throws when it is not that; a schema of zod, for one. */
export interface Parser<T> {
  parse(value: unknown): T;
}

/**
 * A value in a JSON file of the user's data folder. It is read once, checked, and written whole or not at all; changes
 * that come while one is being written go to disk together.
 *
 * A file that is damaged, or was written by a version that this one does not know, is set aside as `<name>.bad`, and
 * the value begins anew.
 */
export class JsonStore<T> {
  readonly #path: string;
  #value: T;
  #writing: Promise<void> | null = null;
  #isOld = false;

  /**
   * @param path absolute
   * @param parser reads what the file holds
   * @param initial the value when there is no file
   */
  constructor(path: string, parser: Parser<T>, initial: T) {
    this.#path = path;
    this.#value = readChecked(path, parser) ?? initial;
  }

  get value(): T {
    return this.#value;
  }

  /** Takes a new value at once. It is on disk soon; {@link flush} tells when. */
  set(value: T): void {
    this.#value = value;
    this.#isOld = true;
    this.#writing ??= this.#write();
  }

  /** Resolves when the value is on disk, or cannot be written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#isOld) {
      this.#isOld = false;
      // A full disk must not stop the app: the value is still here, and the next change tries again.
      await replaceFile(this.#path, `${JSON.stringify(this.#value, null, 2)}\n`).catch((error: unknown) =>
        console.error(`${this.#path} could not be written:`, error),
      );
    }
    this.#writing = null;
  }
}

function readChecked<T>(path: string, parser: Parser<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return parser.parse(JSON.parse(text));
  } catch {
    try {
      renameSync(path, `${path}.bad`);
    } catch {
      // It will be overwritten then.
    }
    return undefined;
  }
}
