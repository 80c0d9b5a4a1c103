import type { JobInfo, ProcInfo, RankInfo, ServerEvent } from '../../shared/engine-info';
import type { ResolvedTarget, SharedObject } from '../../shared/worker-protocol';
import { JobCancelledError, PoolTooSmallError, TargetLoadError } from '../errors';
import type { SharedObjects } from '../meetings/latest-objects';
import type { ObjectFiles } from '../meetings/object-files';
import type { ExecutorListener } from '../pool/executor';
import { jobEvents } from './job-events';
import type { ItemWork, JobAction } from './job-life';
import { followSignal } from './job-limits';
import { JobPerformer, type JobPool } from './job-performer';
import { JobRanks } from './job-ranks';
import { JobReporter } from './job-reporter';
import { JobTable, type KnownTarget } from './job-table';
import { QueueControl } from './queue-control';
import { describeJob, remakeJob, type ServerJob } from './server-job';

/**
 * The jobs of a server, from submit to settle, as callers see and steer them.
 *
 *   caller ──► board ──event──► machine of the job ──actions──► performer ──► ranks on their executors
 *                                  ▲                                              │
 *                                  └──────────────── events ◄──reports────────────┘
 */
export class JobBoard {
  /** Hears of everything that the executors of the pool report. */
  readonly listener: ExecutorListener;
  /** The queue as people steer it. */
  readonly queueControl: QueueControl;
  readonly #pool: () => JobPool;
  readonly #files: ObjectFiles;
  readonly #onBusyChange: (isBusy: boolean) => void;
  readonly #reporter: JobReporter;
  readonly #table: JobTable = new JobTable(() => this.#reporter.queue(this.#table.queue));
  readonly #performer: JobPerformer;
  /** Why no job can begin any more, once that is so. */
  #closed: ((job: JobInfo) => Error) | undefined;

  constructor(
    pool: () => JobPool,
    files: ObjectFiles,
    emit: (make: () => ServerEvent) => void,
    onBusyChange: (isBusy: boolean) => void,
  ) {
    this.#pool = pool;
    this.#files = files;
    this.#onBusyChange = onBusyChange;
    const reporter = new JobReporter(emit);
    this.#reporter = reporter;
    const table = this.#table;
    const ranks = new JobRanks(pool, files, reporter);
    this.#performer = new JobPerformer({
      table,
      pool,
      ranks,
      reporter,
      closed: () => this.#closed,
      onAgain: (job) => this.#fit(job),
      onIdle: () => onBusyChange(false),
    });
    const perform = (job: ServerJob, actions: readonly JobAction[]): void => this.#performer.perform(job, actions);
    const schedule = (): void => this.schedule();
    this.queueControl = new QueueControl(table.queue, {
      schedule,
      cancel: (id, reason) => this.cancel(id, reason),
      jobChanged: (job) => reporter.job(job),
    });
    this.listener = jobEvents({ table, ranks, reporter, perform, schedule });
  }

  /** The jobs that wait or run, in the order in which they were submitted. */
  get jobs(): JobInfo[] {
    return [...this.#table.jobs.values()].filter((job) => !job.isProbe).map(describeJob);
  }

  /** Items finished by each rank of each job that runs. */
  get counts(): Map<number, readonly number[]> {
    const running = [...this.#table.running].filter((job) => !job.isProbe);
    return new Map(running.map((job) => [job.id, job.machine.counts]));
  }

  /** The rank that a worker works on now, if any. */
  rankOn({ jobId, pid }: ProcInfo): RankInfo | undefined {
    const job = jobId === null ? undefined : this.#table.jobs.get(jobId);
    return job?.machine.ranks.find((rank) => rank.state === 'running' && rank.pid === pid);
  }

  /** What the ranks of a job have stored for each other; undefined when there is no such job. */
  shared(id: number): SharedObjects | undefined {
    return this.#table.jobs.get(id)?.machine.shared;
  }

  /** The bytes of an object that a rank of a job has stored. */
  readShared(id: number, rank: number, object: SharedObject): Uint8Array {
    return this.#files.read({ jobId: id, attempt: this.#table.jobs.get(id)?.attempt ?? 1 }, rank, object);
  }

  /** What is known of a target that has been found before. */
  knownTarget(target: ResolvedTarget): KnownTarget | undefined {
    return this.#table.known(target);
  }

  /** Takes a job; it starts when its target is known and its workers are free. */
  submit(job: ServerJob, target: ResolvedTarget | Promise<ResolvedTarget>, signals: readonly AbortSignal[]): void {
    this.#table.add(job);
    this.#onBusyChange(true);
    job.task?.setMaxProgress(job.machine.valRange);
    this.#reporter.job(job);
    for (const signal of signals) followSignal(job, signal, (reason) => this.cancel(job.id, reason));
    if ('then' in target) {
      target.then(
        (found) => this.#setTarget(job, found),
        (error: unknown) =>
          this.#perform(job, job.machine.reject(error instanceof Error ? error : new TargetLoadError(String(error)))),
      );
    } else this.#setTarget(job, target);
  }

  /** Tells those who follow the job something about it. */
  note(job: ServerJob, text: string): void {
    this.#reporter.log(job, 0, [{ stream: 'stderr', text }], 0);
  }

  /** Ends a job that waits or runs. Returns whether there is such a job. */
  cancel(id: number, reason?: string | Error): boolean {
    const job = this.#table.jobs.get(id);
    if (!job) return false;
    job.mayRetry = false;
    const error =
      reason instanceof Error ? reason : new JobCancelledError(reason ?? `Job ${id} (${job.label}) was cancelled.`);
    this.#perform(job, job.machine.cancel(error));
    return true;
  }

  /** Ends every job that waits; from now on none begins, and none is tried again. */
  close(reason: (job: JobInfo) => Error): void {
    this.#closed ??= reason;
    for (const job of this.#table.waiting) this.#perform(job, job.machine.cancel(reason(describeJob(job))));
  }

  /**
   * Something happens to the items of a map job that waits or runs, by the will of whoever has submitted it.
   *
   * @returns what `change` gives; `otherwise` when there is no such job
   */
  steer<T>(id: number, change: (items: ItemWork) => readonly [T, readonly JobAction[]], otherwise: T): T {
    const job = this.#table.jobs.get(id);
    if (!job?.machine.items) return otherwise;
    const [answer, actions] = change(job.machine.items);
    this.#perform(job, actions);
    this.#reporter.progress(job);
    return answer;
  }

  /** Keeps a map job from beginning items, or lets it go on. */
  hold(id: number, isHeld: boolean): void {
    const job = this.#table.jobs.get(id);
    if (!job?.machine.items) return;
    this.#perform(job, job.machine.items.hold(isHeld));
    this.schedule();
    if (!job.machine.hasEnded) this.#reporter.job(job);
  }

  /** The pool has another size: waiting jobs take fewer ranks than it has, or fail; those of map jobs come and go. */
  fit(): void {
    for (const job of this.#table.queue) this.#fit(job);
    for (const job of this.#table.jobs.values()) if (job.machine.items) this.#fitItems(job, job.machine.items);
    this.schedule();
  }

  /** Ends every job that runs. */
  cancelRunning(reason: (job: JobInfo) => Error): void {
    for (const job of [...this.#table.jobs.values()]) this.cancel(job.id, reason(describeJob(job)));
  }

  /** No job can be run: those that wait fail. */
  rejectWaiting(error: Error): void {
    this.#closed ??= () => error;
    for (const job of this.#table.waiting) this.#perform(job, job.machine.reject(error));
  }

  /** Resolves when the jobs that there are now have ended. */
  async whenIdle(): Promise<void> {
    await Promise.all(
      [...this.#table.jobs.values()].map((job) => new Promise<void>((resolve) => job.cleanups.push(resolve))),
    );
  }

  /** Starts what can be started. */
  schedule(): void {
    this.#performer.schedule();
  }

  #perform(job: ServerJob, actions: readonly JobAction[]): void {
    this.#performer.perform(job, actions);
  }

  #setTarget(job: ServerJob, target: ResolvedTarget): void {
    if (job.machine.hasEnded) return;
    job.target = target;
    this.schedule();
  }

  #fit(job: ServerJob): void {
    const { numProcs } = this.#pool();
    const { total, items } = job.machine;
    if (total <= numProcs || items) return;
    if (remakeJob(job, numProcs)) this.#reporter.job(job);
    else
      this.#perform(
        job,
        job.machine.reject(
          new PoolTooSmallError(
            `Job ${job.id} (${job.label}) was cut for ${total} ranks, and there are only ${numProcs} processes now. Submit it again, or resize the server first.`,
          ),
        ),
      );
  }

  /** Ranks give back workers that are to leave, and come to be where there are more. */
  #fitItems(job: ServerJob, items: ItemWork): void {
    for (const [rank, executor] of job.atWork.executors) if (executor.isLeaving) this.#perform(job, items.retire(rank));
    if (job.takesAll) this.#perform(job, items.grow(Math.min(job.machine.valRange, this.#pool().numProcs)));
  }
}
