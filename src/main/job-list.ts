import type { PlannedJob } from '../jobs/plan';
import type { JobOutcome } from '../runner/outcome';
import type { JobInfo, ServerEvent } from '../shared/engine-info';
import { type FileEntry, isActive, type JobDetail, type JobRow, type RowState } from '../shared/ipc';
import type { QueueEntry } from '../shared/ipc-queue';
import type { RunOutline } from '../shared/stored-run';
import { ChangedRows } from './changed-rows';
import { takeJob, takeOutcome, takeProgress } from './engine-news';
import { type FileFrame, FileList, noFrame } from './file-list';
import { JobIndex } from './job-index';
import {
  copyOf,
  type ListedJob,
  newRun,
  type RestoredParts,
  type Role,
  shownTarget,
  toDetail,
  toRow,
} from './listed-job';
import { entryOf, hashesOf, listedAs, restoredRun } from './queue/stored-rows';
import { callPlan, callsOf, scriptOf } from './scripts/listed-calls';
import { readyJobs, standIns } from './stand-ins';

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
  readonly #changes = new ChangedRows();

  /** @param now clock, in milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get files(): readonly FileEntry[] {
    return this.#files.all;
  }

  get rows(): readonly JobRow[] {
    return [...this.#index.all].map((job) => this.#toRow(job));
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
  putFile(
    entry: Omit<FileEntry, 'key'>,
    plans: readonly PlannedJob[],
    frame: FileFrame = noFrame,
    role: Role = 'job',
  ): number {
    const fileKey = this.#files.open(entry, frame);
    const before = new Map<string, ListedJob[]>();
    for (const job of this.#index.ofFile(fileKey))
      if (job.role !== 'call') before.set(job.plan.key, [...(before.get(job.plan.key) ?? []), job]);
    const described = plans.map((plan, place) => {
      const known = before.get(plan.key) ?? [];
      before.delete(plan.key);
      return this.#putPlan(fileKey, place, plan, role, known);
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
    return job && this.#add(copyOf(job)).key;
  }

  /**
   * Lists a job that a script has asked its server for, beneath the script.
   *
   * @param id what it is called; unique in its run
   * @returns its key
   */
  addCall(script: number, id: string, label: string, range: number, place: number): number | undefined {
    const of = this.#index.job(script);
    if (!of?.entry) return undefined;
    const plan = callPlan(of.plan.file, id, label, range);
    const job = this.#add({ fileKey: of.fileKey, plan, role: 'call', isOutline: false, target: label, place });
    Object.assign(job, { run: 1, state: 'queued' });
    this.#index.enter(job, { ...of.entry, isActive: true });
    return job.key;
  }

  /** Gives a script other arguments, for its next run. */
  setArgs(key: number, args: Readonly<Record<string, unknown>>): void {
    const job = this.#index.job(key);
    if (job?.role !== 'script' || isActive(job.state)) return;
    job.plan = { ...job.plan, args };
    this.#changes.changed(key);
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
    for (const call of callsOf(this.#index, job)) this.#remove(call);
    this.#index.unbind(job);
    this.#index.enter(job, null);
    Object.assign(job, newRun(job.run + 1), { state: 'queued' });
    this.#changes.changed(key);
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
    this.#changes.changed(key);
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
    this.#changes.changed(key);
  }

  /** Shows at once what is on its way: a cancel, a pause, or that it goes on. */
  mark(key: number, state: Extract<RowState, 'cancelling' | 'pausing' | 'paused' | 'queued' | 'interrupted'>): void {
    const job = this.#index.job(key);
    if (job === undefined || !isActive(job.state) || (job.state === 'cancelling' && state !== 'interrupted')) return;
    job.state = state;
    if (state === 'queued') job.isHeld = false;
    if (state === 'paused' || state === 'interrupted') job.meter = null;
    this.#touch(job);
  }

  /** A run could not be submitted: it is as if nobody had asked for it. */
  giveUp(key: number): void {
    const job = this.#index.job(key);
    if (job === undefined) return;
    this.#index.enter(job, null);
    Object.assign(job, newRun(job.run), { state: 'ready' });
    this.#changes.changed(key);
  }

  /** Ends a run with what came of it. */
  settle(key: number, outcome: JobOutcome): void {
    const job = this.#index.job(key);
    if (job === undefined) return;
    takeOutcome(job, outcome);
    this.#touch(job);
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
    const ready = known.size > 0 ? new Map<string, ListedJob>() : readyJobs(this.#index.ofFile(fileKey));
    for (const [place, stored] of run.jobList.entries()) {
      const hash = hashes[place] ?? '';
      const same = ready.get(stored.key);
      const job =
        known.get(stored.key) ??
        (same?.plan.hash === hash ? same : undefined) ??
        this.#add({ fileKey, place, isOutline: true, ...listedAs(stored, run, hash) });
      if (job.entry === null) job.run += 1;
      this.#index.enter(job, entryOf(run));
      job.place = place;
      const restored = restoredRun(run, stored, isDue);
      // Of one that has ended here more is known than the history's list tells.
      const isKnown = job.endedAt !== null && restored.endedAt !== null && job.state === restored.state;
      if (!isKnown) Object.assign(job, restored);
      this.#touch(job);
    }
  }

  /** What the record of a job's latest run tells that the history's list does not. */
  restore(key: number, { ranks, errors, versions }: RestoredParts): void {
    const job = this.#index.job(key);
    if (job?.engineId !== null) return;
    Object.assign(job, { ranks, versions, ...(job.endedAt !== null && { errors }) });
    this.#changes.changed(key);
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
        rows.push(this.#toRow(job));
        this.#changes.told(job.key);
      } else this.#changes.changed(job.key);
    }
    return rows;
  }

  /**
   * What changed since the last call, at most `limit` rows of it.
   * `more` says that another call will give the rest.
   */
  takeChanges(limit: number): ListChanges {
    const { rows, removed } = this.#changes.take(limit, (key) => {
      const job = this.#index.job(key);
      return job && this.#toRow(job);
    });
    return { rows, removed, files: this.#files.takeChanged(), more: !this.#changes.isEmpty };
  }

  #onJob(info: JobInfo): boolean {
    const job = this.#index.ofEngine(info.id);
    if (job === undefined) return false;
    const before = job.state;
    takeJob(job, info, this.#now());
    if (before === job.state) this.#changes.changed(job.key);
    else this.#touch(job);
    return true;
  }

  #onProgress(engineId: number, progress: number, counts: readonly number[]): boolean {
    const job = this.#index.ofEngine(engineId);
    if (job === undefined) return false;
    takeProgress(job, progress, counts, this.#now());
    this.#changes.changed(job.key);
    return true;
  }

  /** A job of an opened file, where those of `known` have the same key. Returns the key in the list of what stands for it. */
  #putPlan(fileKey: number, place: number, read: PlannedJob, role: Role, known: readonly ListedJob[]): number {
    // The arguments of a script are not in its file.
    const plan = role === 'script' ? { ...read, args: known.at(-1)?.plan.args ?? read.args } : read;
    const { same, active, idle } = standIns(known, plan);
    if (same !== undefined) {
      // What was stored may lack what is not part of the definition: its label, say.
      if (same.isOutline && role === 'job') Object.assign(same, { plan, isOutline: false, target: shownTarget(plan) });
      if (same.entry === null) same.place = place;
      this.#changes.changed(same.key);
    } else if (active === undefined && idle !== undefined) this.#replace(idle, plan, place);
    return (
      same ??
      active ??
      idle ??
      this.#add({ fileKey, plan, role, isOutline: false, target: shownTarget(plan), place })
    ).key;
  }

  #forgetEmptyFile(fileKey: number): void {
    if (this.#index.ofFile(fileKey).length === 0) this.#files.removeUnopened(fileKey);
  }

  #add(given: Pick<ListedJob, 'fileKey' | 'plan' | 'role' | 'isOutline' | 'target' | 'place'>): ListedJob {
    const key = this.#nextKey++;
    const job: ListedJob = { ...given, key, entry: null, state: 'ready', ...newRun(0) };
    this.#index.add(job);
    this.#changes.changed(key);
    return job;
  }

  #replace(job: ListedJob, plan: PlannedJob, place: number): void {
    this.#index.unbind(job);
    this.#index.enter(job, null);
    const target = shownTarget(plan);
    Object.assign(job, newRun(job.run), { plan, isOutline: false, target, place, state: 'ready' });
    this.#changes.changed(job.key);
  }

  #toRow(job: ListedJob): JobRow {
    return toRow(job, scriptOf(this.#index, job)?.state);
  }

  /** It has changed, and of a script where its jobs stand. */
  #touch(job: ListedJob): void {
    for (const { key } of [job, ...callsOf(this.#index, job)]) this.#changes.changed(key);
  }

  #remove(job: ListedJob): void {
    for (const call of callsOf(this.#index, job)) this.#remove(call);
    this.#index.remove(job);
    this.#changes.removed(job.key);
  }
}
