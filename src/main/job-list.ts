import type { PlannedJob } from '../jobs/plan';
import type { JobOutcome } from '../runner/outcome';
import type { JobInfo, ServerEvent } from '../shared/engine-info';
import { type FileEntry, isActive, type JobDetail, type JobRow } from '../shared/ipc';
import { type ListedJob, newRun, noItems, tallyOf, toDetail, toRow } from './listed-job';
import { RateMeter } from './rate';

/** What has changed since somebody last asked; keys of jobs that are gone are in `removed`. */
export interface ListChanges {
  readonly rows: readonly JobRow[];
  readonly removed: readonly number[];
  readonly files: readonly FileEntry[] | null;
  readonly more: boolean;
}

/**
 * The jobs and files of the window, and which of them changed.
 *
 * No effects: events of the engine and acts of the person come in as calls, and `takeChanges` gives out what the
 * window has to hear about. A job keeps its key when its file is read again.
 */
export class JobList {
  readonly #jobs = new Map<number, ListedJob>();
  readonly #files = new Map<number, FileEntry>();
  readonly #byEngineId = new Map<number, ListedJob>();
  readonly #now: () => number;
  #nextKey = 1;
  #changed = new Set<number>();
  #removed = new Set<number>();
  #filesChanged = false;

  /** @param now clock, in milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get files(): readonly FileEntry[] {
    return [...this.#files.values()];
  }

  get rows(): readonly JobRow[] {
    return [...this.#jobs.values()].map(toRow);
  }

  file(key: number): FileEntry | undefined {
    return this.#files.get(key);
  }

  job(key: number): Readonly<ListedJob> | undefined {
    return this.#jobs.get(key);
  }

  /** Jobs of a file, in its order. */
  keysOf(fileKey: number): number[] {
    return this.#jobsOf(fileKey).map(({ key }) => key);
  }

  /** The job that the engine reports under a number; undefined when it is none of the list's. */
  jobOfEngine(engineId: number): Readonly<ListedJob> | undefined {
    return this.#byEngineId.get(engineId);
  }

  detail(key: number): JobDetail | null {
    const job = this.#jobs.get(key);
    return job === undefined ? null : toDetail(job);
  }

  /**
   * Lists a file and its jobs, in place of what was listed from the same path.
   * A job that runs stays as it is; one whose plan did not change keeps its last run.
   *
   * @returns key of the file
   */
  putFile(entry: Omit<FileEntry, 'key'>, plans: readonly PlannedJob[]): number {
    const known = this.files.find((file) => file.path === entry.path);
    const fileKey = known?.key ?? this.#nextKey++;
    this.#files.set(fileKey, { ...entry, key: fileKey });
    this.#filesChanged = true;

    const before = new Map(this.#jobsOf(fileKey).map((job) => [job.plan.key, job]));
    for (const plan of plans) {
      const job = before.get(plan.key);
      before.delete(plan.key);
      if (job === undefined) this.#add(fileKey, plan);
      else if (!isActive(job.state) && JSON.stringify(job.plan) !== JSON.stringify(plan)) this.#replace(job, plan);
    }
    for (const job of before.values()) if (!isActive(job.state)) this.#remove(job.key);
    return fileKey;
  }

  /** Takes a file and its jobs off the list, unless one of them runs. */
  removeFile(fileKey: number): boolean {
    const jobs = this.#jobsOf(fileKey);
    if (jobs.some((job) => isActive(job.state))) return false;
    for (const job of jobs) this.#remove(job.key);
    this.#filesChanged = this.#files.delete(fileKey) || this.#filesChanged;
    return true;
  }

  /** Starts a new run of a job that is not active; its last result and errors go. */
  begin(key: number): boolean {
    const job = this.#jobs.get(key);
    if (job === undefined || isActive(job.state)) return false;
    if (job.engineId !== null) this.#byEngineId.delete(job.engineId);
    Object.assign(job, newRun(job.run + 1), { state: 'queued' });
    this.#changed.add(key);
    return true;
  }

  /** Says under which number the engine reports the run, and how the engine sees it now. */
  bind(key: number, engineId: number, info: JobInfo | undefined): void {
    const job = this.#jobs.get(key);
    if (job === undefined) return;
    job.engineId = engineId;
    this.#byEngineId.set(engineId, job);
    if (info !== undefined) this.#onJob(info);
  }

  /** Shows at once that a cancel is on its way. */
  markCancelling(key: number): void {
    const job = this.#jobs.get(key);
    if (job === undefined || !isActive(job.state)) return;
    job.state = 'cancelling';
    this.#changed.add(key);
  }

  /** Ends a run with what came of it. */
  settle(key: number, outcome: JobOutcome): void {
    const job = this.#jobs.get(key);
    if (job === undefined) return;
    job.state = outcome.state;
    job.result = outcome.result;
    job.errors = outcome.state === 'cancelled' ? [] : outcome.errors;
    job.reason = outcome.reason ?? null;
    if (outcome.items !== undefined) {
      job.progress = outcome.items.done + outcome.items.failed + outcome.items.skipped;
      job.tally = { ...(job.tally ?? noItems), ...outcome.items };
    }
    job.output = outcome.output ?? null;
    job.startedAt ??= outcome.startedAt;
    job.endedAt = outcome.endedAt;
    job.meter = null;
    if (outcome.state === 'done') job.progress = job.plan.range;
    this.#changed.add(key);
  }

  /** Takes an event of the engine. Events of jobs that the list does not know are nobody's business here: false. */
  onServerEvent(event: ServerEvent): boolean {
    if (event.type === 'job') return this.#onJob(event.job);
    return event.type === 'progress' && this.#onProgress(event.jobId, event.progress, event.counts);
  }

  /**
   * What changed since the last call, at most `limit` rows of it.
   * `more` says that another call will give the rest.
   */
  takeChanges(limit: number): ListChanges {
    const rows: JobRow[] = [];
    for (const key of this.#changed) {
      if (rows.length === limit) break;
      this.#changed.delete(key);
      const job = this.#jobs.get(key);
      if (job !== undefined) rows.push(toRow(job));
    }
    const removed = [...this.#removed].slice(0, limit);
    for (const key of removed) this.#removed.delete(key);
    const files = this.#filesChanged ? this.files : null;
    this.#filesChanged = false;
    return { rows, removed, files, more: this.#changed.size > 0 || this.#removed.size > 0 };
  }

  #onJob(info: JobInfo): boolean {
    const job = this.#byEngineId.get(info.id);
    if (job === undefined) return false;
    job.ranks = info.ranks;
    job.progress = Math.max(job.progress, info.progress);
    if (job.plan.kind !== 'target') job.tally = tallyOf(info);
    if (info.startedAt !== undefined && job.startedAt === null) {
      job.startedAt = info.startedAt;
      job.meter = new RateMeter(this.#now());
    }
    // The end of the engine's job is not the end of the run: its parts may still have to be combined and written.
    if (info.state === 'running' && job.state === 'queued') job.state = 'running';
    if (info.state === 'cancelling' && isActive(job.state)) job.state = 'cancelling';
    this.#changed.add(job.key);
    return true;
  }

  #onProgress(engineId: number, progress: number, counts: readonly number[]): boolean {
    const job = this.#byEngineId.get(engineId);
    if (job === undefined) return false;
    job.progress = Math.max(job.progress, progress);
    job.ranks = job.ranks.map((rank, index) => ({ ...rank, count: Math.max(rank.count, counts[index] ?? 0) }));
    job.meter?.sample(job.progress, this.#now());
    this.#changed.add(job.key);
    return true;
  }

  #jobsOf(fileKey: number): ListedJob[] {
    return [...this.#jobs.values()].filter((job) => job.fileKey === fileKey);
  }

  #add(fileKey: number, plan: PlannedJob): void {
    const key = this.#nextKey++;
    this.#jobs.set(key, { key, fileKey, plan, state: 'ready', ...newRun(0) });
    this.#changed.add(key);
  }

  #replace(job: ListedJob, plan: PlannedJob): void {
    if (job.engineId !== null) this.#byEngineId.delete(job.engineId);
    Object.assign(job, newRun(job.run), { plan, state: 'ready' });
    this.#changed.add(job.key);
  }

  #remove(key: number): void {
    const engineId = this.#jobs.get(key)?.engineId;
    if (engineId !== null && engineId !== undefined) this.#byEngineId.delete(engineId);
    this.#jobs.delete(key);
    this.#changed.delete(key);
    this.#removed.add(key);
  }
}
