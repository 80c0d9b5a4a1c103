import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, parse, relative, sep } from 'node:path';
import { closure, type Glob, GlobError, matchesName, matchesPath, parseGlobs } from './glob-pattern';
import { maxItems } from './limits';
import { naturalCompare } from './natural-order';
import type { ProblemCode } from './problem';

export type Found =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly code: ProblemCode; readonly message: string };

/** Longest way down: what is deeper is most likely a circle of links. */
const maxDepth = 200;

/**
 * The files that globs find, as absolute paths in natural order, each once. Links to files and folders are followed.
 *
 * A sorted list is what makes a job give the same result on every machine: file systems list in any order they like.
 *
 * @param patterns relative to `folder`; `/` separates on every platform
 * @param exclude patterns of what to leave out
 * @param maxMs how long the search may take
 */
export async function findFiles(
  patterns: readonly string[],
  exclude: readonly string[],
  folder: string,
  maxMs: number,
): Promise<Found> {
  try {
    const search = new Search(folder, parseGlobs(exclude), performance.now() + maxMs);
    const files = await search.find(parseGlobs(patterns));
    if (files.length === 0)
      return {
        ok: false,
        code: 'E205',
        message: `No file matches ${patterns.map((pattern) => JSON.stringify(pattern)).join(', ')}.`,
      };
    return { ok: true, files: files.sort(naturalCompare) };
  } catch (error) {
    if (error instanceof GlobError) return { ok: false, code: 'E114', message: error.message };
    throw error;
  }
}

/** How far a glob has come on the way to a folder: any of these numbers of its segments may be behind it. */
interface Progress {
  readonly glob: Glob;
  readonly states: ReadonlySet<number>;
}

class Search {
  readonly #folder: string;
  readonly #exclude: readonly Glob[];
  readonly #deadline: number;
  readonly #maxMs: number;
  readonly #found = new Set<string>();

  constructor(folder: string, exclude: readonly Glob[], deadline: number) {
    this.#folder = folder;
    this.#exclude = exclude;
    this.#deadline = deadline;
    this.#maxMs = deadline - performance.now();
  }

  /** @throws GlobError when there are too many files, or when it takes too long */
  async find(globs: readonly Glob[]): Promise<string[]> {
    for (const isAbsolute of [false, true]) {
      const starting = globs.filter((glob) => glob.isAbsolute === isAbsolute);
      const root = isAbsolute ? parse(this.#folder).root : this.#folder;
      const progress = starting.map((glob) => ({ glob, states: closure(new Set([0]), glob.segments) }));
      if (progress.length > 0) await this.#enter(root, progress, [], 0);
    }
    return [...this.#found];
  }

  /** @param links where the links on the way here lead to, to notice when one leads back */
  async #enter(path: string, progress: readonly Progress[], links: readonly string[], depth: number): Promise<void> {
    if (depth > maxDepth) return;
    this.#checkTime();
    const names = fixedNames(progress);
    // A folder whose wanted names are known needs not be listed: it may be huge, or not for us to read.
    if (names) for (const name of names) await this.#visit(path, name, undefined, progress, links, depth);
    else
      for (const entry of await readdir(path, { withFileTypes: true }).catch((): Dirent[] => []))
        await this.#visit(path, entry.name, entry, progress, links, depth);
  }

  async #visit(
    folder: string,
    name: string,
    entry: Dirent | undefined,
    progress: readonly Progress[],
    links: readonly string[],
    depth: number,
  ): Promise<void> {
    this.#checkTime();
    const next = advance(progress, name);
    if (next.length === 0) return;
    const path = join(folder, name);
    const kind = await kindOf(path, entry);
    const isEnd = next.some(({ glob, states }) => states.has(glob.segments.length));
    if (kind === 'file' && isEnd && !this.#isExcluded(path)) this.#add(path);
    if (kind !== 'folder' || !next.some(hasMore) || this.#isExcludedFolder(path)) return;
    const isLink = entry?.isSymbolicLink() ?? false;
    const target = isLink ? await realpath(path).catch(() => path) : path;
    if (isLink && (links.includes(target) || isAbove(target, path))) return;
    await this.#enter(path, next, isLink ? [...links, target] : links, depth + 1);
  }

  #add(path: string): void {
    this.#found.add(path);
    if (this.#found.size > maxItems) throw new GlobError(`The glob finds more than ${maxItems} files.`);
  }

  #checkTime(): void {
    if (performance.now() <= this.#deadline) return;
    const seconds = Math.max(1, Math.round(this.#maxMs / 1000));
    throw new GlobError(`The glob was still searching after ${seconds} s; name a deeper folder.`);
  }

  #isExcluded(path: string): boolean {
    return this.#exclude.some((glob) => matchesPath(glob, this.#namesFor(glob, path)));
  }

  /** A folder of which everything is left out is not entered. */
  #isExcludedFolder(path: string): boolean {
    return this.#exclude.some(
      (glob) => glob.segments.at(-1)?.kind === 'any' && matchesPath(glob, this.#namesFor(glob, path)),
    );
  }

  #namesFor({ isAbsolute }: Glob, path: string): string[] {
    return relative(isAbsolute ? parse(path).root : this.#folder, path).split(sep);
  }
}

/** The only names that can lead on from here, when no wildcard is next. */
function fixedNames(progress: readonly Progress[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { glob, states } of progress)
    for (const state of states) {
      const segment = glob.segments[state];
      if (segment === undefined) continue;
      if (segment.kind !== 'name') return undefined;
      names.add(segment.name);
    }
  return names;
}

function advance(progress: readonly Progress[], name: string): Progress[] {
  return progress.flatMap(({ glob, states }): Progress[] => {
    const next = new Set<number>();
    for (const state of states) {
      const segment = glob.segments[state];
      if (!segment || !matchesName(segment, name, false)) continue;
      next.add(segment.kind === 'any' ? state : state + 1);
    }
    return next.size === 0 ? [] : [{ glob, states: closure(next, glob.segments) }];
  });
}

function hasMore({ glob, states }: Progress): boolean {
  return [...states].some((state) => state < glob.segments.length);
}

async function kindOf(path: string, entry: Dirent | undefined): Promise<'file' | 'folder' | 'other'> {
  const info = entry && !entry.isSymbolicLink() ? entry : await stat(path).catch(() => undefined);
  return info?.isFile() === true ? 'file' : info?.isDirectory() === true ? 'folder' : 'other';
}

/** Whether a folder is one of those that a path lies in. */
function isAbove(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
