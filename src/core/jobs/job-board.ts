import type { JobInfo, ProcInfo, RankInfo, ServerEvent } from '../../shared/engine-info';
import type { CallReply, CallRequest, ResolvedTarget, RunRef, SharedObject } from '../../shared/worker-protocol';
import { JobCancelledError, PoolTooSmallError, TargetLoadError } from '../errors';
import { ItemBatch } from '../items/item-batch';
import { tellItems } from '../items/item-listener';
import type { SharedObjects } from '../meetings/latest-objects';
import type { ObjectFiles } from '../meetings/object-files';
import type { Executor, ExecutorListener } from '../pool/executor';
import type { WorkerPool } from '../pool/worker-pool';
import { startTimer } from '../timers';
import type { ItemWork, JobAction, JobOutcome } from './job-life';
import { followSignal, startTimeLimits, wakeAt } from './job-limits';
import { JobQueue } from './job-queue';
import { JobRanks } from './job-ranks';
import { JobReporter } from './job-reporter';
import { loadDeath, prepareAttempt } from './job-retry';
import { QueueControl } from './queue-control';
import { type Candidate, pickJobs } from './scheduler';
import { candidateOf, describeJob, remakeJob, type ServerJob } from './server-job';

/** What the jobs need of the pool. */
export type JobPool = Pick<WorkerPool, 'isStarted' | 'numProcs' | 'free' | 'unavailable' | 'reserve' | 'release'>;

/**
 * The jobs of a server, from submit to settle: starts them when their workers are free, carries out what their
 * machines decide, and hands the machines what the executors report.
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
  readonly #ranks: JobRanks;
  readonly #queue = new JobQueue<ServerJob>(() => this.#reporter.queue(this.#queue));
  /** What only looks for targets waits for itself, ahead of all. */
  readonly #probes = new JobQueue<ServerJob>();
  readonly #jobs = new Map<number, ServerJob>();
  /** Those of them that have begun. There may be very many that have not. */
  readonly #running = new Set<ServerJob>();
  readonly #verified = new Map<string, { readonly hasCombine: boolean }>();
  /** Jobs some of whose ranks want a worker again. */
  readonly #wanting = new Set<ServerJob>();
  /** What is to be carried out, in this order. */
  readonly #todo: { readonly job: ServerJob; readonly action: JobAction }[] = [];
  /** Something is being carried out or started: what comes meanwhile waits for its turn. */
  #isBusy = false;
  #mustSchedule = false;
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
    this.#reporter = new JobReporter(emit);
    this.#ranks = new JobRanks(pool, files, this.#reporter);
    this.queueControl = new QueueControl(this.#queue, {
      schedule: () => this.schedule(),
      cancel: (id, reason) => this.cancel(id, reason),
      jobChanged: (job) => this.#reporter.job(job),
    });
    this.listener = {
      onEnd: (executor, message) => {
        const job = this.#jobOf(executor, message.run);
        if (!job) return;
        const { rank } = message.run;
        if (message.type === 'result')
          this.#perform(job, job.machine.rankDone(rank, message.payload, message.count, job.clock.now));
        else if (message.type === 'failed')
          this.#perform(job, job.machine.rankFailed(rank, message.error, 'failed', message.count, job.clock.now));
        else {
          if (job.target) this.#verified.set(verifiedKey(job.target), { hasCombine: message.hasCombine });
          this.#perform(job, job.machine.probed(job.clock.now));
        }
      },
      onItems: (executor, message) => {
        const job = this.#jobOf(executor, message.run);
        if (!job?.machine.items) return;
        const batch = new ItemBatch(message.payload);
        const now = job.clock.now;
        this.#perform(job, job.machine.items.itemsDone(message.run.rank, message.start, batch, now));
        this.#reporter.progress(job);
      },
      onMore: (executor, run) => {
        const job = this.#jobOf(executor, run);
        if (!job?.machine.items) return;
        if (executor.isLeaving) this.#perform(job, job.machine.items.retire(run.rank));
        this.#perform(job, job.machine.items.more(run.rank));
      },
      onLost: (executor, run, error) => {
        const job = this.#jobOf(executor, run);
        if (job)
          this.#perform(
            job,
            job.machine.rankFailed(
              run.rank,
              this.#isProbing(job) ? loadDeath(job, error) : error,
              'lost',
              undefined,
              job.clock.now,
            ),
          );
      },
      onReport: (executor, message) => {
        const job = this.#jobOf(executor, message.run);
        if (!job) return;
        if (message.type === 'call') this.#call(job, message.run, message.call, message.request);
        else if (message.type === 'emit') this.#reporter.partial(job, message.run.rank, message.payload);
        else if (message.type === 'stored') {
          job.machine.stored(message.run.rank, message.objects);
          job.direct?.stored(message.run.rank, message.objects);
        } else if (message.type === 'log') this.#reporter.log(job, message.run.rank, message.lines, message.dropped);
        else if (job.machine.rankProgress(message.run.rank, message.count, job.clock.now)) this.#reporter.progress(job);
      },
      onChange: (executor) => {
        this.#reporter.worker(executor);
        const job = executor.jobId === null ? undefined : this.#jobs.get(executor.jobId);
        if (job) this.#reporter.job(job);
        this.schedule();
      },
    };
  }

  /** The jobs that wait or run, in the order in which they were submitted. */
  get jobs(): JobInfo[] {
    return [...this.#jobs.values()].filter((job) => !job.isProbe).map(describeJob);
  }

  /** Items finished by each rank of each job that runs. */
  get counts(): Map<number, readonly number[]> {
    const running = [...this.#running].filter((job) => !job.isProbe);
    return new Map(running.map((job) => [job.id, job.machine.counts]));
  }

  /** The rank that a worker works on now, if any. */
  rankOn({ jobId, pid }: ProcInfo): RankInfo | undefined {
    const job = jobId === null ? undefined : this.#jobs.get(jobId);
    return job?.machine.ranks.find((rank) => rank.state === 'running' && rank.pid === pid);
  }

  /** What the ranks of a job have stored for each other; undefined when there is no such job. */
  shared(id: number): SharedObjects | undefined {
    return this.#jobs.get(id)?.machine.shared;
  }

  /** The bytes of an object that a rank of a job has stored. */
  readShared(id: number, rank: number, object: SharedObject): Uint8Array {
    return this.#files.read({ jobId: id, attempt: this.#jobs.get(id)?.attempt ?? 1 }, rank, object);
  }

  /** What is known of a target that has been found before. */
  knownTarget(target: ResolvedTarget): { readonly hasCombine: boolean } | undefined {
    return this.#verified.get(verifiedKey(target));
  }

  /** Takes a job; it starts when its target is known and its workers are free. */
  submit(job: ServerJob, target: ResolvedTarget | Promise<ResolvedTarget>, signals: readonly AbortSignal[]): void {
    this.#jobs.set(job.id, job);
    this.#lineOf(job).add(job);
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
    const job = this.#jobs.get(id);
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
    for (const job of this.#waiting()) this.#perform(job, job.machine.cancel(reason(describeJob(job))));
  }

  /**
   * Something happens to the items of a map job that waits or runs, by the will of whoever has submitted it.
   *
   * @returns what `change` gives; `otherwise` when there is no such job
   */
  steer<T>(id: number, change: (items: ItemWork) => readonly [T, readonly JobAction[]], otherwise: T): T {
    const job = this.#jobs.get(id);
    if (!job?.machine.items) return otherwise;
    const [answer, actions] = change(job.machine.items);
    this.#perform(job, actions);
    this.#reporter.progress(job);
    return answer;
  }

  /** Keeps a map job from beginning items, or lets it go on. */
  hold(id: number, isHeld: boolean): void {
    const job = this.#jobs.get(id);
    if (!job?.machine.items) return;
    this.#perform(job, job.machine.items.hold(isHeld));
    this.schedule();
    if (!job.machine.hasEnded) this.#reporter.job(job);
  }

  /** The pool has another size: waiting jobs take fewer ranks than it has, or fail; those of map jobs come and go. */
  fit(): void {
    for (const job of this.#queue) this.#fit(job);
    for (const job of this.#jobs.values()) if (job.machine.items) this.#fitItems(job, job.machine.items);
    this.schedule();
  }

  /** Ends every job that runs. */
  cancelRunning(reason: (job: JobInfo) => Error): void {
    for (const job of [...this.#jobs.values()]) this.cancel(job.id, reason(describeJob(job)));
  }

  /** No job can be run: those that wait fail. */
  rejectWaiting(error: Error): void {
    this.#closed ??= () => error;
    for (const job of this.#waiting()) this.#perform(job, job.machine.reject(error));
  }

  /** Resolves when the jobs that there are now have ended. */
  async whenIdle(): Promise<void> {
    await Promise.all(
      [...this.#jobs.values()].map((job) => new Promise<void>((resolve) => job.cleanups.push(resolve))),
    );
  }

  /** Starts what can be started. */
  schedule(): void {
    const pool = this.#pool();
    if (!pool.isStarted || this.#queue.length + this.#probes.length + this.#wanting.size === 0) return;
    this.#mustSchedule = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      this.#startAll(pool);
    } finally {
      this.#isBusy = false;
    }
  }

  /** What is done may free workers or make others wanted, until nothing more follows from it. */
  #startAll(pool: JobPool): void {
    for (;;) {
      this.#performAll();
      if (!this.#mustSchedule) return;
      this.#mustSchedule = false;
      this.#restartWanted(pool);
      if (pool.free > 0) this.#startWaiting(pool);
    }
  }

  #startWaiting(pool: JobPool): void {
    const running = [...this.#running].flatMap(({ executors, machine }) =>
      machine.items ? Array.from({ length: executors.size }, () => 1) : executors.size > 0 ? [executors.size] : [],
    );
    // A worker that is being started is as good as one that will be freed.
    const expected = Array.from({ length: pool.unavailable }, () => 1);
    const picked = pickJobs(this.#candidates(), pool.free, [...running, ...expected]);
    for (const { id, ranks } of picked) {
      const job = this.#jobs.get(id);
      if (job) this.#start(job, ranks);
    }
  }

  *#candidates(): Generator<Candidate> {
    for (const line of [this.#probes, this.#queue])
      for (const job of line.startable())
        if (job.target && !job.isPausing && job.machine.hasWork) yield candidateOf(job);
  }

  /** Ranks of jobs that run already come before jobs that wait. */
  #restartWanted(pool: JobPool): void {
    for (const job of [...this.#wanting]) {
      for (const rank of job.machine.wantedRanks) {
        const executor = pool.free > 0 ? pool.reserve(job.id, 1, job.isLocal)?.[0] : undefined;
        if (!executor) break;
        job.executors.set(rank, executor);
        this.#perform(job, job.machine.restart(rank, executor.info.pid, job.clock.now));
      }
      if (job.machine.wantedRanks.length === 0) this.#wanting.delete(job);
    }
  }

  #start(job: ServerJob, ranks: number): void {
    const executors = this.#pool().reserve(job.id, ranks, job.isLocal, job.machine.least);
    if (!executors || !job.target) return;
    this.#lineOf(job).remove(job);
    this.#running.add(job);
    executors.forEach((executor, rank) => void job.executors.set(rank, executor));
    job.startedAt = job.watch.now;
    startTimeLimits(job, (actions) => this.#perform(job, actions));
    if (job.task?.state === 'queued') {
      job.task.begin();
      job.ownsTask = true;
    }
    const pids = executors.map((executor) => executor.info.pid);
    const mustProbe = job.isProbe || !this.knownTarget(job.target);
    this.#perform(job, job.machine.start(pids, mustProbe, job.clock.now));
    this.#reporter.job(job);
  }

  #setTarget(job: ServerJob, target: ResolvedTarget): void {
    if (job.machine.hasEnded) return;
    job.target = target;
    this.schedule();
  }

  /** Carries out what a machine has decided, after everything that was decided before it. */
  #perform(job: ServerJob, actions: readonly JobAction[]): void {
    // How the ranks meet is a part of what each of them is sent.
    if (actions.some((action) => action.type === 'dispatch')) this.#ranks.chooseMeetings(job);
    for (const action of actions) this.#todo.push({ job, action });
    if (this.#isBusy || actions.length === 0) return;
    this.#isBusy = true;
    try {
      this.#startAll(this.#pool());
    } finally {
      this.#isBusy = false;
    }
  }

  #performAll(): void {
    const changed = new Set<ServerJob>();
    for (let next = this.#todo.shift(); next; next = this.#todo.shift()) {
      const { job, action } = next;
      this.#performOne(job, action);
      if (action.type === 'free-rank' || action.type === 'cancel-rank') changed.add(job);
    }
    for (const job of changed) if (!job.machine.hasEnded) this.#reporter.job(job);
  }

  #performOne(job: ServerJob, action: JobAction): void {
    switch (action.type) {
      case 'probe':
        this.#ranks.dispatch(job, action.rank, 'probe');
        return;
      case 'dispatch':
        this.#ranks.dispatch(job, action.rank, job.kind === 'map' ? 'map' : 'call');
        return;
      case 'cancel-rank':
        this.#ranks.cancel(job, action.rank);
        return;
      case 'finish-rank':
        this.#ranks.finish(job, action.rank);
        return;
      case 'give':
        this.#ranks.give(job, action.rank, action.piece);
        return;
      case 'free-rank':
        this.#ranks.free(job, action.rank, action.isWorn);
        this.#mustSchedule = true;
        return;
      case 'release':
        this.#ranks.reply(job, action.release.rank, action.release.call, action.release.reply);
        return;
      case 'departed':
        job.direct?.departed(action.rank, action.departure);
        return;
      case 'want-ranks':
        this.#wanting.add(job);
        this.#mustSchedule = true;
        return;
      case 'wake-at':
        wakeAt(job, action.at, (actions) => this.#perform(job, actions));
        return;
      case 'settled':
        tellItems(job, action.items);
        return;
      case 'settle':
        this.#mustSchedule = true;
        this.#endAttempt(job);
        if (this.#tryAgain(job, action.outcome)) return;
        this.#end(job);
        job.settle(job.crashLoop ? { kind: 'rejected', error: job.crashLoop } : action.outcome);
    }
  }

  #endAttempt(job: ServerJob): void {
    this.#running.delete(job);
    this.#ranks.freeAll(job);
    for (const timer of Object.values(job.timers)) clearTimeout(timer);
    job.timers = {};
    for (const cleanup of job.attemptCleanups.splice(0)) cleanup();
  }

  /** Puts a job that has failed back in the queue, if its retries say so. */
  #tryAgain(job: ServerJob, outcome: JobOutcome): boolean {
    const delayMs = this.#closed ? undefined : prepareAttempt(job, outcome);
    if (delayMs === undefined) return false;
    job.isPausing = true;
    const timer = startTimer(delayMs, () => {
      job.isPausing = false;
      this.schedule();
    });
    job.cleanups.push(() => clearTimeout(timer));
    this.#queue.addAgain(job);
    this.#reporter.job(job);
    this.#fit(job);
    return true;
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
    for (const [rank, executor] of job.executors) if (executor.isLeaving) this.#perform(job, items.retire(rank));
    if (job.takesAll) this.#perform(job, items.grow(Math.min(job.machine.valRange, this.#pool().numProcs)));
  }

  #lineOf(job: ServerJob): JobQueue<ServerJob> {
    return job.isProbe ? this.#probes : this.#queue;
  }

  #waiting(): ServerJob[] {
    return [...this.#probes, ...this.#queue];
  }

  #end(job: ServerJob): void {
    job.endedAt = job.watch.now;
    this.#jobs.delete(job.id);
    this.#wanting.delete(job);
    this.#lineOf(job).remove(job);
    for (const cleanup of job.cleanups.splice(0)) cleanup();
    this.#reporter.end(job);
    if (this.#jobs.size === 0) this.#onBusyChange(false);
  }

  /** The job that a message is about, if it is about what that executor does for it now. */
  #jobOf(executor: Executor, run: RunRef): ServerJob | undefined {
    const job = this.#jobs.get(run.jobId);
    return job?.executors.get(run.rank) === executor && job.runIds.get(run.rank) === run.runId ? job : undefined;
  }

  #call(job: ServerJob, run: RunRef, call: number, request: CallRequest): void {
    if (request.op !== 'invoke') {
      this.#perform(job, job.machine.call(run.rank, call, request, job.clock.now));
      return;
    }
    const isWanted = (): boolean => job.runIds.get(run.rank) === run.runId && job.machine.state === 'running';
    const reply = (answer: CallReply): void => {
      if (isWanted()) this.#ranks.reply(job, run.rank, call, answer);
    };
    job.objects.call(request, isWanted, reply);
  }

  #isProbing(job: ServerJob): boolean {
    return job.isProbe || (job.target !== undefined && !this.knownTarget(job.target));
  }
}

function verifiedKey(target: ResolvedTarget): string {
  return `${target.url}#${target.exportName}`;
}
