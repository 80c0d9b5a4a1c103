import { createHash, type Hash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ItemList } from '../jobs/plan-items';
import { planToJson } from '../jobs/plan-json';
import { outputFileOf } from '../jobs/plan-outputs';
import type { PlannedJob, PlannedRun } from '../shared/plan';
import { moduleFilesOf } from './module-hash';

/** What a run depends on, as it was at one moment: two that are alike give the same results. */
export interface WatchedState {
  /** The job files themselves, and the modules that they run with what these import. */
  readonly code: string;
  /** What the jobs work on: which items there are, and the contents of files among them. */
  readonly inputs: string;
}

/** One of the files that are run, as it was found. */
export type WatchedFile =
  | { readonly kind: 'jobs'; readonly path: string; readonly run: PlannedRun }
  | { readonly kind: 'script'; readonly path: string }
  /** It cannot be read, or has mistakes. */
  | { readonly kind: 'wrong'; readonly path: string };

/** Files looked at at a time. */
const atOnce = 64;

/**
 * Looks at everything that a run depends on. It looks, and does not listen: file systems tell of changes each in its
 * own way, or not at all, and a glob depends on folders that are not there yet. Nothing is executed.
 */
export class FileWatch {
  readonly #imports = new Map<string, { readonly files: readonly string[]; readonly stamp: string }>();

  /** @param files as they are now; whoever calls has just read them */
  async look(files: readonly WatchedFile[]): Promise<WatchedState> {
    const code = createHash('sha256');
    const inputs = createHash('sha256');
    for (const file of files) {
      code.update(await readFile(file.path).catch(() => 'not there')).update('\0');
      for (const module of modulesOf(file)) code.update(await this.#stampOfModule(module));
      if (file.kind === 'jobs') await addInputs(inputs, file.run);
    }
    return { code: code.digest('hex'), inputs: inputs.digest('hex') };
  }

  /** What a module imports is only looked up again when one of its files has changed. */
  async #stampOfModule(path: string): Promise<string> {
    const known = this.#imports.get(path);
    const stampNow = known && (await stampOf(known.files));
    if (stampNow !== undefined && stampNow === known?.stamp) return stampNow;
    const files = await moduleFilesOf(path);
    const stamp = await stampOf(files);
    this.#imports.set(path, { files, stamp });
    return stamp;
  }
}

function modulesOf(file: WatchedFile): string[] {
  if (file.kind === 'wrong') return [];
  if (file.kind === 'script') return [file.path];
  const targets = file.run.jobs.flatMap((job) => (job.kind === 'run' ? [] : [job.target]));
  const own = targets.filter((target) => !target.startsWith('builtin:'));
  return [...new Set(own.map((target) => target.slice(0, target.lastIndexOf('#'))))];
}

async function addInputs(hash: Hash, run: PlannedRun): Promise<void> {
  // What the run itself writes is no reason to run again.
  const written = new Set(run.jobs.flatMap(outputsOf));
  const jobs = run.jobs.map((job) => withoutWritten(job, written));
  hash.update(planToJson({ ...run, jobs }));
  const folder = dirname(run.file);
  const files = jobs.flatMap(({ items }) => (items.kind === 'files' ? items.paths : []));
  hash.update(await stampOf([...new Set(files)].map((path) => resolve(folder, path))));
}

function outputsOf(job: PlannedJob): string[] {
  if (job.output?.perItem !== true) return [outputFileOf(job) ?? ''];
  const items = new ItemList(job);
  return Array.from({ length: job.range }, (_, index) => outputFileOf(job, index, items) ?? '');
}

function withoutWritten(job: PlannedJob, written: ReadonlySet<string>): PlannedJob {
  const { items } = job;
  if (items.kind !== 'files') return job;
  const folder = dirname(job.file);
  return {
    ...job,
    range: 0,
    hash: '',
    items: { ...items, paths: items.paths.filter((path) => !written.has(resolve(folder, path))) },
  };
}

/** Names, sizes and times of files. */
async function stampOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < paths.length; from += atOnce) {
    const some = paths.slice(from, from + atOnce);
    const stamps = await Promise.all(some.map((path) => stat(path, { bigint: true }).catch(() => undefined)));
    for (const [index, info] of stamps.entries())
      hash.update(`${some[index]}\0${info ? `${info.size} ${info.mtimeNs} ${info.ino}` : 'not there'}\0`);
  }
  return hash.digest('hex');
}
