import type { PlannedJob } from '../jobs/plan';
import type { JobOutcome } from '../runner/outcome';
import type { JobInfo, ServerEvent } from '../shared/engine-info';
import { type FileEntry, isActive, type JobDetail, type JobRow, type RowState } from '../shared/ipc';
import type { QueueEntry } from '../shared/ipc-queue';
import type { RunOutline } from '../shared/stored-run';
import { type FileFrame, FileList, noFrame } from './file-list';
import { JobIndex } from './job-index';
import {
  isSame,
  type ListedJob,
  newRun,
  noItems,
  type RestoredParts,
  shownTarget,
  takeInfo,
  takeProgress,
  toDetail,
  toRow,
} from './listed-job';
import { entryOf, hashesOf, outlineOf, restoredRun } from './queue/stored-rows';

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
 * No effects: events of the engine, acts of the person and what the history says come in as calls, and `takeChanges`
 * gives out what the window has to hear about. A job keeps its key when its file is read again.
 */
export class JobList {
  readonly #index = new JobIndex();
  readonly #files = new FileList(() => this.#nextKey++);
  /** By file: the jobs that it describes. */
  readonly #described = new Map<number, readonly number[]>();
  readonly #now: () => number;
  #nextKey = 1;
  #changed = new Set<number>();
  #removed = new Set<number>();

  /** @param now clock, in milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get files(): readonly FileEntry[] {
    return this.#files.all;
  }

  get rows(): readonly JobRow[] {
    return [...this.#index.all].map(toRow);
  }

  get size(): number {
    return this.#index.size;
  }

  file(key: number): FileEntry | undefined {
    return this.#files.file(key);
  }

  /** What an opened file says beside its jobs. */
  frame(fileKey: number): FileFrame {
    return this.#files.frame(fileKey);
  }

  job(key: number): Readonly<ListedJob> | undefined {
    return this.#index.job(key);
  }

  /** The jobs that an opened file describes, in its order; of those that have been submitted several times one. */
  keysOf(fileKey: number): readonly number[] {
    return (this.#described.get(fileKey) ?? []).filter((key) => this.#index.job(key) !== undefined);
  }

  /** The job that the engine reports under a number; undefined when it is none of the list's. */
  jobOfEngine(engineId: number): Readonly<ListedJob> | undefined {
    return this.#index.ofEngine(engineId);
  }

  /** Jobs of a run of the history, in the order in which they were listed. */
  jobsOfRun(run: number): readonly Readonly<ListedJob>[] {
    return this.#index.ofRun(run);
  }

  /** Whether the list has jobs of a run. */
  hasRun(run: number): boolean {
    return this.#index.ofRun(run).length > 0;
  }

  detail(key: number): JobDetail | null {
    const job = this.#index.job(key);
    return job === undefined ? null : toDetail(job);
  }

  /**
   * Lists a file and its jobs, in place of what was listed from the same path. A job that has not ended stays as it is;
   * one whose definition did not change keeps its last run.
   *
   * @returns key of the file
   */
  putFile(entry: Omit<FileEntry, 'key'>, plans: readonly PlannedJob[], frame: FileFrame = noFrame): number {
    const fileKey = this.#files.open(entry, frame);
    const before = new Map<string, ListedJob[]>();
    for (const job of this.#index.ofFile(fileKey)) before.set(job.plan.key, [...(before.get(job.plan.key) ?? []), job]);
    const described = plans.map((plan, place) => {
      const known = before.get(plan.key) ?? [];
      before.delete(plan.key);
      return this.#putPlan(fileKey, place, plan, known);
    });
    this.#described.set(fileKey, described);
    for (const jobs of before.values())
      for (const job of jobs) if (job.entry === null && !isActive(job.state)) this.#remove(job);
    return fileKey;
  }

  /** Takes a file and its jobs off the list, unless one of them has been submitted and has not ended. */
  removeFile(fileKey: number): boolean {
    const jobs = this.#index.ofFile(fileKey);
    if (jobs.some((job) => isActive(job.state))) return false;
    for (const job of jobs) this.#remove(job);
    this.#files.remove(fileKey);
    this.#described.delete(fileKey);
    return true;
  }

  /** Lists a further job like another one; returns its key. */
  copy(key: number): number | undefined {
    const job = this.#index.job(key);
    return job && this.#add(job.fileKey, job.plan, job.place, job.isOutline, job.target).key;
  }

  /** Takes a job off the list, unless it has been submitted and has not ended. */
  remove(key: number): boolean {
    const job = this.#index.job(key);
    if (job === undefined || isActive(job.state)) return false;
    this.#remove(job);
    this.#forgetEmptyFile(job.fileKey);
    return true;
  }

  /** Starts a new run of a job that is not active; its last result and errors go. */
  begin(key: number): boolean {
    const job = this.#index.job(key);
    if (job === undefined || isActive(job.state)) return false;
    this.#index.unbind(job);
    this.#index.enter(job, null);
    Object.assign(job, newRun(job.run + 1), { state: 'queued' });
    this.#changed.add(key);
    return true;
  }

  /** Works on a job of a run again: what was done of it stays done. */
  beginAgain(key: number, entry: QueueEntry): void {
    const job = this.#index.job(key);
    if (job === undefined) return;
    const kept = job.plan.kind === 'target' ? 0 : job.progress - (job.tally?.failed ?? 0) - (job.tally?.skipped ?? 0);
    if (!this.begin(key)) return;
    job.progress = kept;
    this.#index.enter(job, { ...entry, isActive: false, owner: null });
  }

  /** Says to which run of the history the job's run belongs, and where that stands. */
  enter(key: number, entry: QueueEntry, place?: number): void {
    const job = this.#index.job(key);
    if (job === undefined) return;
    this.#index.enter(job, entry);
    if (place !== undefined) job.place = place;
    this.#changed.add(key);
  }

  /** Says where a run stands in the queue, for all of its jobs. */
  enterRun(run: number, entry: QueueEntry): void {
    for (const job of this.#index.ofRun(run)) this.enter(job.key, entry);
  }

  /** Says under which number the engine reports the run, and how the engine sees it now. */
  bind(key: number, engineId: number, info: JobInfo | undefined): void {
    const job = this.#index.job(key);
    if (job === undefined) return;
    this.#index.bind(job, engineId);
    if (info !== undefined) this.#onJob(info);
  }

  /** The plan of a job of which only an outline was known. */
  plan(key: number, plan: PlannedJob): void {
    const job = this.#index.job(key);
    if (!job?.isOutline) return;
    job.plan = plan;
    job.isOutline = false;
    job.target = shownTarget(plan);
    this.#changed.add(key);
  }

  /** Shows at once what is on its way: a cancel, a pause, or that it goes on. */
  mark(key: number, state: Extract<RowState, 'cancelling' | 'pausing' | 'paused' | 'queued' | 'interrupted'>): void {
    const job = this.#index.job(key);
    if (job === undefined || !isActive(job.state) || (job.state === 'cancelling' && state !== 'interrupted')) return;
    job.state = state;
    if (state === 'queued') job.isHeld = false;
    if (state === 'paused' || state === 'interrupted') job.meter = null;
    this.#changed.add(key);
  }

  /** A run could not be submitted: it is as if nobody had asked for it. */
  giveUp(key: number): void {
    const job = this.#index.job(key);
    if (job === undefined) return;
    this.#index.enter(job, null);
    Object.assign(job, newRun(job.run), { state: 'ready' });
    this.#changed.add(key);
  }

  /** Ends a run with what came of it. */
  settle(key: number, outcome: JobOutcome): void {
    const job = this.#index.job(key);
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

  /**
   * Lists a run of the history that is not worked on here, or what has become of it. Jobs of the same file that have
   * not been submitted stand for those of a run that has ended.
   *
   * @param isDue the window begins it when it is its turn
   */
  putRun(run: RunOutline, isDue: boolean): void {
    const fileKey = this.#files.ofRun(run);
    const hashes = hashesOf(run);
    const known = new Map(this.#index.ofRun(run.id).map((job) => [job.plan.key, job]));
    const ready = new Map(
      known.size > 0
        ? []
        : this.#index.ofFile(fileKey).flatMap((job) => (job.state === 'ready' ? [[job.plan.key, job] as const] : [])),
    );
    for (const [place, stored] of run.jobList.entries()) {
      const hash = hashes[place] ?? '';
      const same = ready.get(stored.key);
      const job =
        known.get(stored.key) ??
        (same?.plan.hash === hash ? same : undefined) ??
        this.#add(fileKey, outlineOf(stored, run.file ?? '', hash), place, true, stored.target);
      if (job.entry === null) job.run += 1;
      this.#index.enter(job, entryOf(run));
      job.place = place;
      this.#changed.add(job.key);
      const restored = restoredRun(run, stored, isDue);
      // Of one that has ended here more is known than the history's list tells.
      const isKnown = job.endedAt !== null && restored.endedAt !== null && job.state === restored.state;
      if (!isKnown) Object.assign(job, restored);
    }
  }

  /** What the record of a job's latest run tells that the history's list does not. */
  restore(key: number, { ranks, errors, versions }: RestoredParts): void {
    const job = this.#index.job(key);
    if (job === undefined || job.engineId !== null) return;
    Object.assign(job, { ranks, versions, ...(job.endedAt !== null && { errors }) });
    this.#changed.add(key);
  }

  /** A run is not in the history any more. */
  removeRun(run: number): void {
    for (const job of [...this.#index.ofRun(run)]) {
      this.#remove(job);
      this.#forgetEmptyFile(job.fileKey);
    }
  }

  /** Takes an event of the engine. Events of jobs that the list does not know are nobody's business here: false. */
  onServerEvent(event: ServerEvent): boolean {
    if (event.type === 'job') return this.#onJob(event.job);
    return event.type === 'progress' && this.#onProgress(event.jobId, event.progress, event.counts);
  }

  /** The first rows; the others count as changed, so that they follow. */
  takeFirst(limit: number): readonly JobRow[] {
    const rows: JobRow[] = [];
    for (const job of this.#index.all) {
      if (rows.length < limit) {
        rows.push(toRow(job));
        this.#changed.delete(job.key);
      } else this.#changed.add(job.key);
    }
    return rows;
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
      const job = this.#index.job(key);
      if (job !== undefined) rows.push(toRow(job));
    }
    const removed: number[] = [];
    for (const key of this.#removed) {
      if (removed.length === limit) break;
      this.#removed.delete(key);
      removed.push(key);
    }
    return { rows, removed, files: this.#files.takeChanged(), more: this.#changed.size > 0 || this.#removed.size > 0 };
  }

  #onJob(info: JobInfo): boolean {
    const job = this.#index.ofEngine(info.id);
    if (job === undefined) return false;
    takeInfo(job, info, this.#now());
    this.#changed.add(job.key);
    return true;
  }

  #onProgress(engineId: number, progress: number, counts: readonly number[]): boolean {
    const job = this.#index.ofEngine(engineId);
    if (job === undefined) return false;
    takeProgress(job, progress, counts, this.#now());
    this.#changed.add(job.key);
    return true;
  }

  /** A job of an opened file, where those of `known` have the same key. Returns the key in the list of what stands for it. */
  #putPlan(fileKey: number, place: number, plan: PlannedJob, known: readonly ListedJob[]): number {
    const idle = known.filter((job) => !isActive(job.state));
    const same = idle.find((job) => isSame(job, plan));
    if (same !== undefined) {
      // What was stored may lack what is not part of the definition: its label, say.
      if (same.isOutline) Object.assign(same, { plan, isOutline: false, target: shownTarget(plan) });
      if (same.entry === null) same.place = place;
      this.#changed.add(same.key);
      return same.key;
    }
    const active = known.find((job) => isActive(job.state));
    if (active !== undefined) return active.key;
    // What has been submitted stays on the list; the file describes another job by now.
    const first = idle.find(({ entry }) => entry === null);
    if (first === undefined) return this.#add(fileKey, plan, place, false, shownTarget(plan)).key;
    this.#replace(first, plan, place);
    return first.key;
  }

  #forgetEmptyFile(fileKey: number): void {
    if (this.#index.ofFile(fileKey).length === 0) this.#files.removeUnopened(fileKey);
  }

  #add(fileKey: number, plan: PlannedJob, place: number, isOutline: boolean, target: string): ListedJob {
    const key = this.#nextKey++;
    const job: ListedJob = {
      key,
      fileKey,
      plan,
      isOutline,
      target,
      place,
      entry: null,
      state: 'ready',
      ...newRun(0),
    };
    this.#index.add(job);
    this.#changed.add(key);
    return job;
  }

  #replace(job: ListedJob, plan: PlannedJob, place: number): void {
    this.#index.unbind(job);
    this.#index.enter(job, null);
    const target = shownTarget(plan);
    Object.assign(job, newRun(job.run), { plan, isOutline: false, target, place, state: 'ready' });
    this.#changed.add(job.key);
  }

  #remove(job: ListedJob): void {
    this.#index.remove(job);
    this.#changed.delete(job.key);
    this.#removed.add(job.key);
  }
}
