import { basename } from 'node:path';
import { loadJobFile } from '../../jobs/load-job-file';
import { formatProblems } from '../../jobs/problem';
import { isScriptName } from '../../jobs/script';
import type { Told } from '../../shared/ipc-opening';
import { builtinTargets } from '../../workers/targets';
import { openJobFile } from '../file-opener';
import { isJobFileName } from '../job-files-of';
import type { JobList } from '../job-list';
import type { RecentFiles } from './recent-files';

/** Lines of a text that are told at most: it covers a part of the window. */
const mostLines = 12;

export interface OpeningParts {
  readonly list: JobList;
  readonly recent: RecentFiles;
  /** The list has changed. */
  readonly changed: () => void;
  readonly tell: (told: Told) => void;
}

/** Opens files that a person has named in whatever way. It runs nothing. */
export class Opening {
  readonly #parts: OpeningParts;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /**
   * Lists the jobs of files, or what is wrong with them. Of a file that is not even called like a job file, and is
   * none, the person is told what the command line would say, and nothing is listed.
   *
   * @param paths absolute
   * @param remember whether they become recent files
   * @returns key of the first that was listed
   */
  async open(paths: readonly string[], remember: boolean): Promise<number | null> {
    let first: number | null = null;
    for (const path of paths) {
      if (!isJobFileName(path) && !isScriptName(path) && !(await this.#isJobFile(path))) continue;
      const key = await openJobFile(path, this.#parts.list);
      if (remember) this.#parts.recent.add(path);
      first ??= key;
      this.#parts.changed();
    }
    return first;
  }

  async #isJobFile(path: string): Promise<boolean> {
    const name = basename(path);
    const loaded = await loadJobFile(path, builtinTargets);
    if (loaded.ok) return true;
    const lines = formatProblems(
      loaded.problems.map((problem) => ({ ...problem, file: name })),
      loaded.text,
    ).split('\n');
    const text = lines.length <= mostLines ? lines : [...lines.slice(0, mostLines - 2), '…', lines.at(-1) ?? ''];
    this.#parts.tell({ tone: 'bad', title: `${name} is no job file`, text: text.join('\n') });
    return false;
  }
}
