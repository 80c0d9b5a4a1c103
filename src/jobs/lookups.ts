import { existsSync, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { type Found, findFiles } from './find-files';
import { isInside, realPathOf } from './inside-folder';
import { maxSearchMs } from './limits';

/**
 * What the plan of one file looks up on disk, each thing once: a thousand jobs often name the same module, folder and
 * glob. All searches together have the time of one.
 */
export class Lookups {
  readonly folder: string;
  readonly #realFolder: string;
  readonly #found = new Map<string, Promise<Found>>();
  readonly #inside = new Map<string, boolean>();
  readonly #exists = new Map<string, boolean>();
  #searchMs = maxSearchMs;

  constructor(folder: string) {
    this.folder = folder;
    this.#realFolder = realPathOf(folder);
  }

  /** The files that globs find, relative to the folder, with `/` between their parts. */
  async findFiles(patterns: readonly string[], exclude: readonly string[]): Promise<Found> {
    const key = JSON.stringify([patterns, exclude]);
    const known = this.#found.get(key) ?? this.#search(patterns, exclude);
    this.#found.set(key, known);
    return await known;
  }

  /**
   * Whether a path leads to somewhere below the folder, through whatever links.
   *
   * @param path absolute
   */
  isReallyInside(path: string): boolean {
    const folder = dirname(path);
    // Of outputs, which mostly do not exist yet, the folder decides, and many share one.
    const target = this.exists(folder) && existsSync(path) ? path : folder;
    const known = this.#inside.get(target);
    if (known !== undefined) return known;
    const real = realPathOf(target);
    const inside = real === this.#realFolder || isInside(this.#realFolder, real);
    this.#inside.set(target, inside);
    return inside;
  }

  exists(path: string): boolean {
    const known = this.#exists.get(path) ?? existsSync(path);
    this.#exists.set(path, known);
    return known;
  }

  isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  }

  async #search(patterns: readonly string[], exclude: readonly string[]): Promise<Found> {
    if (this.#searchMs <= 0)
      return {
        ok: false,
        code: 'E114',
        message: `The globs of the file were still searching after ${maxSearchMs / 1000} s; name deeper folders.`,
      };
    const startedAt = performance.now();
    const found = await findFiles(patterns, exclude, this.folder, this.#searchMs);
    this.#searchMs -= performance.now() - startedAt;
    if (!found.ok) return found;
    const files = found.files.map((path) => {
      const way = relative(this.folder, path);
      return sep === '/' ? way : way.replaceAll(sep, '/');
    });
    return { ok: true, files };
  }
}
