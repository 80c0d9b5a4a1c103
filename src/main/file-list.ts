import { basename } from 'node:path';
import type { FileEntry } from '../shared/ipc';
import type { PlannedRun } from '../shared/plan';
import type { RunOutline } from '../shared/stored-run';

/** What a job file says beside its jobs. */
export type FileFrame = Pick<PlannedRun, 'name' | 'description' | 'maxProcs'>;

export const noFrame: FileFrame = { name: null, description: null, maxProcs: null };

/** The job files of the list: those that somebody has opened, and those that runs of the history name. */
export class FileList {
  readonly #files = new Map<number, FileEntry>();
  readonly #byPath = new Map<string, number>();
  /** Of those that somebody has opened. */
  readonly #frames = new Map<number, FileFrame>();
  readonly #newKey: () => number;
  #hasChanged = false;

  constructor(newKey: () => number) {
    this.#newKey = newKey;
  }

  get all(): readonly FileEntry[] {
    return [...this.#files.values()];
  }

  file(key: number): FileEntry | undefined {
    return this.#files.get(key);
  }

  frame(key: number): FileFrame {
    return this.#frames.get(key) ?? noFrame;
  }

  /** Somebody has opened a file; returns its key. */
  open(entry: Omit<FileEntry, 'key'>, frame: FileFrame): number {
    const key = this.#byPath.get(entry.path) ?? this.#newKey();
    this.#put({ ...entry, key });
    this.#frames.set(key, frame);
    return key;
  }

  /** The file of a run; returns its key. */
  ofRun({ file, name }: Pick<RunOutline, 'file' | 'name'>): number {
    const path = file ?? name;
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const key = this.#newKey();
    const title = name === basename(path) ? null : name;
    this.#put({ key, path, name: basename(path), title, description: null, problems: [] });
    return key;
  }

  remove(key: number): void {
    const file = this.#files.get(key);
    if (file === undefined) return;
    this.#files.delete(key);
    this.#byPath.delete(file.path);
    this.#frames.delete(key);
    this.#hasChanged = true;
  }

  /** One that nobody has opened is only there for its jobs, and has none any more. */
  removeUnopened(key: number): void {
    if (!this.#frames.has(key)) this.remove(key);
  }

  /** The files, if they have changed since the last call. */
  takeChanged(): readonly FileEntry[] | null {
    const files = this.#hasChanged ? this.all : null;
    this.#hasChanged = false;
    return files;
  }

  #put(file: FileEntry): void {
    this.#files.set(file.key, file);
    this.#byPath.set(file.path, file.key);
    this.#hasChanged = true;
  }
}
