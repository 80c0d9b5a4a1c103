import { join } from 'node:path';
import { z } from 'zod';
import type { TrustedFolder } from '../../shared/settings';
import { JsonStore } from '../stored/json-store';

/** Most pieces of code that are remembered of one folder; the oldest are asked about again. */
const maxHashes = 20_000;

const schema = z
  .array(
    z.strictObject({
      folder: z.string(),
      hashes: z.array(z.string().length(64)),
      /** Milliseconds since the epoch. */
      agreedAt: z.number(),
    }),
  )
  .readonly();

/** Code that the person has agreed to run, by canonical folder and hash. */
export class TrustedCode {
  readonly #store: JsonStore<z.output<typeof schema>>;

  /** @param dataFolder folder of the user's data */
  constructor(dataFolder: string) {
    this.#store = new JsonStore(join(dataFolder, 'trust.json'), schema, []);
  }

  get folders(): TrustedFolder[] {
    return this.#store.value.map(({ folder, agreedAt }) => ({ folder, agreedAt }));
  }

  has(folder: string, hash: string): boolean {
    return this.#of(folder)?.hashes.includes(hash) === true;
  }

  /** Whether other code of the folder has been agreed to. */
  knows(folder: string): boolean {
    return this.#of(folder) !== undefined;
  }

  add(folder: string, hashes: readonly string[]): void {
    const before = this.#of(folder)?.hashes ?? [];
    const all = [...new Set([...before, ...hashes])].slice(-maxHashes);
    this.#store.set([...this.#others(folder), { folder, hashes: all, agreedAt: Date.now() }]);
  }

  /** What is in the folder is asked about again. */
  forget(folder: string): void {
    this.#store.set(this.#others(folder));
  }

  /** Resolves when everything is on disk. */
  flush(): Promise<void> {
    return this.#store.flush();
  }

  #of(folder: string): z.output<typeof schema>[number] | undefined {
    return this.#store.value.find((entry) => entry.folder === folder);
  }

  #others(folder: string): z.output<typeof schema>[number][] {
    return this.#store.value.filter((entry) => entry.folder !== folder);
  }
}
