import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RecentFile } from '../../shared/ipc-opening';
import { JsonStore } from '../stored/json-store';

/** So many are remembered. */
const most = 12;

/** Job files that were opened last, the latest first. */
export class RecentFiles {
  readonly #store: JsonStore<readonly string[]>;
  readonly #onChange: () => void;

  /** @param dataFolder folder of the user's data */
  constructor(dataFolder: string, onChange: () => void) {
    this.#store = new JsonStore(join(dataFolder, 'recent.json'), z.array(z.string()).max(100), []);
    this.#onChange = onChange;
  }

  get all(): RecentFile[] {
    return this.#store.value.map((path) => ({ path, name: basename(path) }));
  }

  has(path: string): boolean {
    return this.#store.value.includes(path);
  }

  /** @param path absolute */
  add(path: string): void {
    if (this.#store.value[0] === path) return;
    this.#set([path, ...this.#store.value.filter((other) => other !== path)].slice(0, most));
  }

  clear(): void {
    this.#set([]);
  }

  /** Resolves when everything is on disk. */
  flush(): Promise<void> {
    return this.#store.flush();
  }

  #set(paths: readonly string[]): void {
    this.#store.set(paths);
    this.#onChange();
  }
}
