import type { ErrorInfo, JobInfo, LogLine, ServerEvent } from '../shared/engine-info';
import type {
  CallReply,
  CallRequest,
  ItemOutcome,
  ResolvedTarget,
  RunRef,
  RunRequest,
} from '../shared/worker-protocol';
import { toErrorInfo } from './error-info';
import { JobCancelledError, JobTimeoutError, PoolTooSmallError, TargetLoadError } from './errors';
import type { Executor, ExecutorListener } from './executor';
import type { JobAction, JobOutcome } from './job-life';
import { JobQueue } from './job-queue';
import type { SharedObjects } from './object-sharer';
import { QueueControl } from './queue-control';
import { failureKind, nextAttemptDelay } from './retry';
import { pickJobs } from './scheduler';
import { decodeValue } from './serialize';
import { candidateOf, describeJob, progressOf, remakeJob, type ServerJob } from './server-job';
import { startTimer } from './timers';
import type { WorkerPool } from './worker-pool';

/** How long a cancelled run may take to end by itself before its thread is ended, in milliseconds. */
const cancelGraceMs = 250;
/** A run shorter than this needs no progress reports, in milliseconds. */
const watchAfterMs = 15;
/** Least time between two progress reports of a job, in milliseconds. */
const reportIntervalMs = 100;

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
  readonly #emit: (make: () => ServerEvent) => void;
  readonly #onBusyChange: (isBusy: boolean) => void;
  readonly #queue = new JobQueue<ServerJob>(() => this.#queueChanged());
  /** What only looks for targets waits for itself, ahead of all. */
  readonly #probes = new JobQueue<ServerJob>();
  readonly #jobs = new Map<number, ServerJob>();
  readonly #verified = new Map<string, { readonly hasCombine: boolean }>();
  #nextRun = 1;
  /** Jobs some of whose ranks want a worker again. */
  readonly #wanting = new Set<ServerJob>();
  #isScheduling = false;
  #isQueueEventDue = false;
  /** Why no job can begin any more, once that is so. */
  #closed: ((job: JobInfo) => Error) | undefined;

  constructor(pool: () => JobPool, emit: (make: () => ServerEvent) => void, onBusyChange: (isBusy: boolean) => void) {
    this.#pool = pool;
    this.#emit = emit;
    this.#onBusyChange = onBusyChange;
    this.queueControl = new QueueControl(this.#queue, {
      schedule: () => this.schedule(),
      cancel: (id, reason) => this.cancel(id, reason),
      jobChanged: (job) => this.#emitJob(job),
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
        this.#reportProgress(job);
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
        else if (message.type === 'emit') this.#emitPartial(job, message.run.rank, message.payload);
        else if (message.type === 'log') this.#emitLog(job, message.run.rank, message.lines, message.dropped);
        else if (job.machine.rankProgress(message.run.rank, message.count, performance.now()))
          this.#reportProgress(job);
      },
      onChange: (executor) => {
        this.#emit(() => ({ type: 'worker', proc: executor.info }));
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
    this.#emitJob(job);
    for (const signal of signals) this.#follow(signal, job);
    if ('then' in target) {
      target.then(
        (found) => this.#setTarget(job, found),
        (error: unknown) =>
          this.#perform(job, job.machine.reject(error instanceof Error ? error : new TargetLoadError(String(error)))),
      );
    } else this.#setTarget(job, target);
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
    if (job.timeoutMs !== undefined) this.#startTimeout(job, job.timeoutMs);
    if (job.itemTimeoutMs !== undefined) this.#startItemTimeouts(job, job.itemTimeoutMs);
    if (job.task?.state === 'queued') {
      job.task.begin();
      job.ownsTask = true;
    }
    const pids = executors.map((executor) => executor.info.pid);
    const mustProbe = job.isProbe || !this.knownTarget(job.target);
    this.#perform(job, job.machine.start(pids, mustProbe, performance.now()));
    this.#emitJob(job);
  }

  #startTimeout(job: ServerJob, timeoutMs: number): void {
    const reason = new JobTimeoutError(
      `Job ${job.id} (${job.label}) took longer than its time limit of ${timeoutMs} ms.`,
    );
    const timer = startTimer(timeoutMs, () => this.#perform(job, job.machine.cancel(reason)));
    job.attemptCleanups.push(() => clearTimeout(timer));
  }

  #startItemTimeouts(job: ServerJob, limitMs: number): void {
    const look = (): void => this.#perform(job, job.machine.endOverdue(limitMs, performance.now()));
    const timer = setInterval(look, Math.max(10, Math.min(250, limitMs / 4)));
    job.attemptCleanups.push(() => clearInterval(timer));
  }

  #follow(signal: AbortSignal, job: ServerJob): void {
    const onAbort = (): void => {
      this.cancel(job.id, signal.reason instanceof Error ? signal.reason.message : undefined);
    };
    if (signal.aborted) onAbort();
    else if (!job.machine.hasEnded) {
      signal.addEventListener('abort', onAbort, { once: true });
      job.cleanups.push(() => signal.removeEventListener('abort', onAbort));
    }
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
    if (did('dispatch')) this.#watchSoon(job);
    if (!job.machine.hasEnded && (did('free-rank') || did('cancel-rank'))) this.#emitJob(job);
    if (did('free-rank') || did('settle') || did('want-ranks')) this.schedule();
  }

  #performOne(job: ServerJob, action: JobAction): void {
    switch (action.type) {
      case 'probe':
        this.#dispatch(job, action.rank, 'probe');
        return;
      case 'dispatch':
        this.#dispatch(job, action.rank, job.kind === 'map' ? 'map' : 'call');
        return;
      case 'cancel-rank': {
        const run = runOf(job, action.rank);
        if (run) job.executors.get(action.rank)?.cancel(run, cancelGraceMs);
        return;
      }
      case 'free-rank':
        this.#free(job, action.rank);
        return;
      case 'release': {
        const { rank, call, reply } = action.release;
        const run = runOf(job, rank);
        if (run) job.executors.get(rank)?.reply(run, call, reply);
        return;
      }
      case 'want-ranks':
        this.#wanting.add(job);
        return;
      case 'settle':
        this.#endAttempt(job);
        if (this.#tryAgain(job, action.outcome)) return;
        this.#end(job);
        job.settle(action.outcome);
    }
  }

  #dispatch(job: ServerJob, rank: number, mode: RunRequest['mode']): void {
    const executor = job.executors.get(rank);
    if (!executor || !job.target) return;
    const runId = this.#nextRun;
    // Run numbers are words of the control block; 0 means none.
    this.#nextRun = runId >= 0x7fffffff ? 1 : runId + 1;
    job.runIds.set(rank, runId);
    const [start, end] = job.machine.part(rank);
    const { total, valRange: maxVal } = job.machine;
    const payload = job.payloads[rank];
    executor.run(
      {
        type: 'run',
        mode,
        run: { jobId: job.id, attempt: job.attempt, rank, runId },
        target: job.target,
        total,
        start,
        end,
        maxVal,
        isChunked: job.machine.isChunked,
        payload,
      },
      job.memoryMiB,
    );
  }

  #free(job: ServerJob, rank: number): void {
    const executor = job.executors.get(rank);
    if (!executor) return;
    job.executors.delete(rank);
    job.runIds.delete(rank);
    this.#pool().release(executor);
  }

  #endAttempt(job: ServerJob): void {
    for (const rank of [...job.executors.keys()]) this.#free(job, rank);
    for (const cleanup of job.attemptCleanups.splice(0)) cleanup();
  }

  /** Puts a job that has failed back in the queue, if its retries say so. */
  #tryAgain(job: ServerJob, outcome: JobOutcome): boolean {
    const kind = failureKind(outcome, job.machine.ranks);
    const delayMs = job.mayRetry && !this.#closed ? nextAttemptDelay(job.retries, job.attempt, kind) : undefined;
    if (delayMs === undefined || !remakeJob(job, job.machine.total)) return false;
    job.attempt += 1;
    delete job.startedAt;
    job.isPausing = true;
    const timer = startTimer(delayMs, () => {
      job.isPausing = false;
      this.schedule();
    });
    job.cleanups.push(() => clearTimeout(timer));
    this.#queue.addAgain(job);
    this.#emitJob(job);
    this.#fit(job);
    return true;
  }

  #fit(job: ServerJob): void {
    const { numProcs } = this.#pool();
    const { total } = job.machine;
    if (total <= numProcs) return;
    if (remakeJob(job, numProcs)) this.#emitJob(job);
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

  /** One event tells of all changes of the same moment. */
  #queueChanged(): void {
    if (this.#isQueueEventDue) return;
    this.#isQueueEventDue = true;
    queueMicrotask(() => {
      this.#isQueueEventDue = false;
      this.#emit(() => {
        const jobs = [...this.#queue];
        const held = jobs.filter((job) => job.isHeld).map((job) => job.id);
        return { type: 'queue', paused: this.#queue.isPaused, waiting: jobs.map((job) => job.id), held };
      });
    });
  }

  #end(job: ServerJob): void {
    job.endedAt = Date.now();
    this.#jobs.delete(job.id);
    this.#wanting.delete(job);
    this.#lineOf(job).remove(job);
    for (const cleanup of job.cleanups.splice(0)) cleanup();
    showEnd(job);
    this.#emitJob(job);
    if (this.#jobs.size === 0) this.#onBusyChange(false);
  }

  #watchSoon(job: ServerJob): void {
    const timer = setTimeout(() => {
      for (const rank of job.machine.activeRanks) {
        const run = runOf(job, rank);
        if (run) job.executors.get(rank)?.watch(run);
      }
    }, watchAfterMs);
    job.attemptCleanups.push(() => clearTimeout(timer));
  }

  #reportProgress(job: ServerJob): void {
    if (job.reportTimer) return;
    const report = (): void => {
      job.reportTimer = undefined;
      job.lastReport = Date.now();
      const { counts } = job.machine;
      const progress = progressOf(job);
      job.task?.setProgress(progress);
      // Ranks that take chunks have moved on to others.
      if (job.machine.isChunked) this.#emitJob(job);
      this.#emit(() => ({ type: 'progress', jobId: job.id, progress, counts }));
    };
    job.reportTimer = setTimeout(report, Math.max(0, job.lastReport + reportIntervalMs - Date.now()));
    job.attemptCleanups.push(() => {
      clearTimeout(job.reportTimer);
      job.reportTimer = undefined;
    });
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
      if (isWanted()) job.executors.get(run.rank)?.reply(run, call, answer);
    };
    job.objects.call(request, isWanted, reply);
  }

  #isProbing(job: ServerJob): boolean {
    return job.isProbe || (job.target !== undefined && !this.knownTarget(job.target));
  }

  #emitJob(job: ServerJob): void {
    if (!job.isProbe) this.#emit(() => ({ type: 'job', job: describeJob(job) }));
  }

  #emitPartial(job: ServerJob, rank: number, payload: Uint8Array): void {
    this.#emit(() => ({ type: 'partial', jobId: job.id, rank, value: decodeValue(payload) }));
  }

  #emitLog(job: ServerJob, rank: number, lines: readonly Omit<LogLine, 'rank'>[], dropped: number): void {
    const all: LogLine[] = lines.map((line) => ({ rank, ...line }));
    if (dropped > 0)
      all.unshift({ rank, stream: 'stderr', text: `… ${dropped} lines were left out: more than can be shown.` });
    this.#emit(() => ({ type: 'log', jobId: job.id, lines: all }));
  }
}

function runOf(job: ServerJob, rank: number): RunRef | undefined {
  const runId = job.runIds.get(rank);
  return runId === undefined ? undefined : { jobId: job.id, attempt: job.attempt, rank, runId };
}

function verifiedKey(target: ResolvedTarget): string {
  return `${target.url}#${target.exportName}`;
}

/** Shows the last progress, and the end when the task was begun for this job and not by somebody who has more to do. */
function showEnd(job: ServerJob): void {
  const { task, machine, ownsTask } = job;
  if (!task) return;
  task.setProgress(progressOf(job));
  if (!ownsTask && task.state !== 'queued') return;
  if (machine.state === 'done') task.finish();
  else if (machine.state === 'cancelled') task.fail(new JobCancelledError(machine.error?.message ?? 'Cancelled.'));
  else task.fail(Object.assign(new Error(machine.error?.message), { name: machine.error?.name ?? 'Error' }));
}

function loadDeath(job: ServerJob, error: ErrorInfo): ErrorInfo {
  const message = `The target of job ${job.id} (${job.label}) ended its process while it was loading. ${error.name}: ${error.message}`;
  return toErrorInfo(new TargetLoadError(message));
}
