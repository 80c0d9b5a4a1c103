import type { ErrorInfo, JobInfo, ServerEvent } from '../shared/engine-info';
import type { CallReply, CallRequest, ItemOutcome, ResolvedTarget, RunRef } from '../shared/worker-protocol';
import { reviveError, toErrorInfo } from './error-info';
import { JobCancelledError, PoolTooSmallError, TargetLoadError, WorkerDiedError } from './errors';
import type { Executor, ExecutorListener } from './executor';
import type { JobAction, JobOutcome } from './job-life';
import { followSignal, startTimeLimits } from './job-limits';
import { JobQueue } from './job-queue';
import { JobRanks } from './job-ranks';
import { JobReporter } from './job-reporter';
import type { SharedObjects } from './object-sharer';
import { QueueControl } from './queue-control';
import { jobFailure, keepsCrashing, nextAttemptDelay } from './retry';
import { pickJobs } from './scheduler';
import { decodeValue } from './serialize';
import { candidateOf, describeJob, remakeJob, type ServerJob } from './server-job';
import { startTimer } from './timers';
import type { WorkerPool } from './worker-pool';

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
  readonly #onBusyChange: (isBusy: boolean) => void;
  readonly #reporter: JobReporter;
  readonly #ranks: JobRanks;
  readonly #queue = new JobQueue<ServerJob>(() => this.#reporter.queue(this.#queue));
  /** What only looks for targets waits for itself, ahead of all. */
  readonly #probes = new JobQueue<ServerJob>();
  readonly #jobs = new Map<number, ServerJob>();
  readonly #verified = new Map<string, { readonly hasCombine: boolean }>();
  /** Jobs some of whose ranks want a worker again. */
  readonly #wanting = new Set<ServerJob>();
  #isScheduling = false;
  /** Why no job can begin any more, once that is so. */
  #closed: ((job: JobInfo) => Error) | undefined;

  constructor(pool: () => JobPool, emit: (make: () => ServerEvent) => void, onBusyChange: (isBusy: boolean) => void) {
    this.#pool = pool;
    this.#onBusyChange = onBusyChange;
    this.#reporter = new JobReporter(emit);
    this.#ranks = new JobRanks(pool);
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
        if (message.type === 'result') this.#perform(job, job.machine.rankDone(rank, message.payload, message.count));
        else if (message.type === 'failed')
          this.#perform(job, job.machine.rankFailed(rank, message.error, 'failed', message.count));
        else {
          if (job.target) this.#verified.set(verifiedKey(job.target), { hasCombine: message.hasCombine });
          this.#perform(job, job.machine.probed(performance.now()));
        }
      },
      onItems: (executor, message) => {
        const job = this.#jobOf(executor, message.run);
        if (!job) return;
        const outcomes = decodeValue(message.payload) as ItemOutcome[];
        this.#perform(job, job.machine.itemsDone(message.run.rank, message.start, outcomes));
        this.#reporter.progress(job);
      },
      onLost: (executor, run, error) => {
        const job = this.#jobOf(executor, run);
        if (job)
          this.#perform(
            job,
            job.machine.rankFailed(run.rank, this.#isProbing(job) ? loadDeath(job, error) : error, 'lost'),
          );
      },
      onReport: (executor, message) => {
        const job = this.#jobOf(executor, message.run);
        if (!job) return;
        if (message.type === 'call') this.#call(job, message.run, message.call, message.request);
        else if (message.type === 'emit') this.#reporter.partial(job, message.run.rank, message.payload);
        else if (message.type === 'log') this.#reporter.log(job, message.run.rank, message.lines, message.dropped);
        else if (job.machine.rankProgress(message.run.rank, message.count, performance.now()))
          this.#reporter.progress(job);
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
    const running = [...this.#jobs.values()].filter((job) => job.startedAt !== undefined && !job.isProbe);
    return new Map(running.map((job) => [job.id, job.machine.counts]));
  }

  /** What the ranks of a job have stored for each other; undefined when there is no such job. */
  shared(id: number): SharedObjects | undefined {
    return this.#jobs.get(id)?.machine.shared;
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

  /** The pool has another size: jobs that wait for more ranks than it has take fewer, or fail. */
  fit(): void {
    for (const job of this.#queue) this.#fit(job);
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
    if (this.#isScheduling || !pool.isStarted || this.#queue.length + this.#probes.length + this.#wanting.size === 0)
      return;
    this.#isScheduling = true;
    try {
      this.#restartWanted(pool);
      if (pool.free <= 0) return;
      const waiting = [...this.#probes, ...this.#queue.startable].filter((job) => job.target && !job.isPausing);
      const running = [...this.#jobs.values()].map((job) => job.executors.size).filter((ranks) => ranks > 0);
      // A worker that is being started is as good as one that will be freed.
      const expected = Array.from({ length: pool.unavailable }, () => 1);
      const picked = new Set(pickJobs(waiting.map(candidateOf), pool.free, [...running, ...expected]));
      for (const job of waiting) if (picked.has(job.id)) this.#start(job);
    } finally {
      this.#isScheduling = false;
    }
  }

  /** Ranks of jobs that run already come before jobs that wait. */
  #restartWanted(pool: JobPool): void {
    for (const job of [...this.#wanting]) {
      for (const rank of job.machine.wantedRanks) {
        const executor = pool.free > 0 ? pool.reserve(job.id, 1, job.isLocal)?.[0] : undefined;
        if (!executor) break;
        job.executors.set(rank, executor);
        this.#perform(job, job.machine.restart(rank, executor.info.pid, performance.now()));
      }
      if (job.machine.wantedRanks.length === 0) this.#wanting.delete(job);
    }
  }

  #start(job: ServerJob): void {
    const executors = this.#pool().reserve(job.id, job.machine.total, job.isLocal);
    if (!executors || !job.target) return;
    this.#lineOf(job).remove(job);
    executors.forEach((executor, rank) => void job.executors.set(rank, executor));
    job.startedAt = Date.now();
    startTimeLimits(job, (actions) => this.#perform(job, actions));
    if (job.task?.state === 'queued') {
      job.task.begin();
      job.ownsTask = true;
    }
    const pids = executors.map((executor) => executor.info.pid);
    const mustProbe = job.isProbe || !this.knownTarget(job.target);
    this.#perform(job, job.machine.start(pids, mustProbe, performance.now()));
    this.#reporter.job(job);
  }

  #setTarget(job: ServerJob, target: ResolvedTarget): void {
    if (job.machine.hasEnded) return;
    job.target = target;
    this.schedule();
  }

  #perform(job: ServerJob, actions: readonly JobAction[]): void {
    if (actions.length === 0) return;
    for (const action of actions) this.#performOne(job, action);
    const did = (type: JobAction['type']): boolean => actions.some((action) => action.type === type);
    if (did('dispatch')) this.#ranks.watchSoon(job);
    if (!job.machine.hasEnded && (did('free-rank') || did('cancel-rank'))) this.#reporter.job(job);
    if (did('free-rank') || did('settle') || did('want-ranks')) this.schedule();
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
      case 'free-rank':
        this.#ranks.free(job, action.rank);
        return;
      case 'release':
        this.#ranks.reply(job, action.release.rank, action.release.call, action.release.reply);
        return;
      case 'want-ranks':
        this.#wanting.add(job);
        return;
      case 'settle':
        this.#endAttempt(job);
        if (this.#tryAgain(job, action.outcome)) return;
        this.#end(job);
        job.settle(job.crashLoop ? { kind: 'rejected', error: job.crashLoop } : action.outcome);
    }
  }

  #endAttempt(job: ServerJob): void {
    this.#ranks.freeAll(job);
    for (const cleanup of job.attemptCleanups.splice(0)) cleanup();
  }

  /** Puts a job that has failed back in the queue, if its retries say so. */
  #tryAgain(job: ServerJob, outcome: JobOutcome): boolean {
    const failure = jobFailure(outcome, job.machine.ranks);
    const delayMs = job.mayRetry && !this.#closed ? nextAttemptDelay(job.retries, job.attempt, failure) : undefined;
    if (delayMs === undefined) return false;
    if (failure?.kind === 'crash') job.deaths.push(performance.now());
    if (keepsCrashing(job.deaths)) job.crashLoop = crashLoop(job, outcome);
    if (job.crashLoop || !remakeJob(job, job.machine.total)) return false;
    job.attempt += 1;
    delete job.startedAt;
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
    const { total } = job.machine;
    if (total <= numProcs) return;
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

  #lineOf(job: ServerJob): JobQueue<ServerJob> {
    return job.isProbe ? this.#probes : this.#queue;
  }

  #waiting(): ServerJob[] {
    return [...this.#probes, ...this.#queue];
  }

  #end(job: ServerJob): void {
    job.endedAt = Date.now();
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
      this.#perform(job, job.machine.call(run.rank, call, request, performance.now()));
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

function loadDeath(job: ServerJob, error: ErrorInfo): ErrorInfo {
  const message = `The target of job ${job.id} (${job.label}) ended its process while it was loading. ${error.name}: ${error.message}`;
  return { ...toErrorInfo(new TargetLoadError(message, { cause: reviveError(error) })), phase: 'loading' };
}

/** What a job fails with that is not tried again, whatever its retries say. */
function crashLoop(job: ServerJob, outcome: JobOutcome): Error {
  const last = outcome.kind === 'rejected' ? outcome.error : job.machine.error && reviveError(job.machine.error);
  const message = `Job ${job.id} (${job.label}) keeps crashing: it died in ${job.deaths.length} attempts, five of them within 10 s, and is not tried again.${last ? ` The last time: ${last.message}` : ''}`;
  return new WorkerDiedError(message, { cause: last });
}
