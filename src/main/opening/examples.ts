import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadJobFile } from '../../jobs/load-job-file';
import type { Example } from '../../shared/ipc-desktop';
import { builtinTargets } from '../../workers/targets';
import { isJobFileName } from '../job-files-of';

/** The job files that came with the app. */
export class Examples {
  readonly folder: string;
  #described: Promise<readonly Example[]> | undefined;

  /** @param folder where they lie */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Their paths, in the order of their names. */
  async paths(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names
      .filter(isJobFileName)
      .sort()
      .map((name) => join(this.folder, name));
  }

  /** The path of one of them by the name of its file; undefined when there is none of that name. */
  async path(name: string): Promise<string | undefined> {
    return (await this.paths()).find((path) => basename(path) === name);
  }

  /** What they are, for somebody who chooses one. They do not change while the app runs. */
  describe(): Promise<readonly Example[]> {
    this.#described ??= this.#describe();
    return this.#described;
  }

  async #describe(): Promise<Example[]> {
    const examples: Example[] = [];
    for (const path of await this.paths()) {
      const loaded = await loadJobFile(path, builtinTargets);
      if (!loaded.ok || loaded.kind !== 'jobs') continue;
      const [job] = loaded.run.jobs;
      const name = basename(path);
      examples.push({
        name,
        title: loaded.run.name ?? name,
        text: loaded.run.description ?? job?.label ?? '',
        items: job?.range ?? 0,
      });
    }
    return examples;
  }
}
