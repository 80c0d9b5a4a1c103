import type { QueueEntry } from '../shared/ipc-queue';
import type { ListedJob } from './listed-job';

const none: readonly ListedJob[] = [];

/** The jobs of the list, by everything that they are looked for. */
export class JobIndex {
  readonly #jobs = new Map<number, ListedJob>();
  readonly #byFile = new Map<number, Set<ListedJob>>();
  readonly #byRun = new Map<number, Set<ListedJob>>();
  readonly #byEngineId = new Map<number, ListedJob>();

  get all(): Iterable<ListedJob> {
    return this.#jobs.values();
  }

  get size(): number {
    return this.#jobs.size;
  }

  job(key: number): ListedJob | undefined {
    return this.#jobs.get(key);
  }

  ofEngine(engineId: number): ListedJob | undefined {
    return this.#byEngineId.get(engineId);
  }

  ofFile(fileKey: number): readonly ListedJob[] {
    const jobs = this.#byFile.get(fileKey);
    return jobs === undefined ? none : [...jobs];
  }

  ofRun(run: number): readonly ListedJob[] {
    const jobs = this.#byRun.get(run);
    return jobs === undefined ? none : [...jobs];
  }

  add(job: ListedJob): void {
    this.#jobs.set(job.key, job);
    put(this.#byFile, job.fileKey, job);
    if (job.entry !== null) put(this.#byRun, job.entry.run, job);
  }

  remove(job: ListedJob): void {
    this.unbind(job);
    this.enter(job, null);
    this.#jobs.delete(job.key);
    take(this.#byFile, job.fileKey, job);
  }

  /** Makes it a part of a run of the history, or of none. */
  enter(job: ListedJob, entry: QueueEntry | null): void {
    const before = job.entry?.run;
    job.entry = entry;
    if (before === entry?.run) return;
    if (before !== undefined) take(this.#byRun, before, job);
    if (entry !== null) put(this.#byRun, entry.run, job);
  }

  bind(job: ListedJob, engineId: number): void {
    this.unbind(job);
    job.engineId = engineId;
    this.#byEngineId.set(engineId, job);
  }

  unbind(job: ListedJob): void {
    if (job.engineId !== null) this.#byEngineId.delete(job.engineId);
    job.engineId = null;
  }
}

function put(map: Map<number, Set<ListedJob>>, at: number, job: ListedJob): void {
  const jobs = map.get(at);
  if (jobs === undefined) map.set(at, new Set([job]));
  else jobs.add(job);
}

function take(map: Map<number, Set<ListedJob>>, at: number, job: ListedJob): void {
  const jobs = map.get(at);
  if (jobs?.delete(job) === true && jobs.size === 0) map.delete(at);
}
