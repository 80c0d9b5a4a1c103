import { randomBytes } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import type { JobInfo, LogLine, ProcInfo, ServerEvent } from '../shared/engine-info';
import type { ResolvedTarget, RunRef, RunRequest } from '../shared/worker-protocol';
import { countRanks, encodeArguments } from './call-arguments';
import { setConcurrentCaller } from './concurrent';
import { DataLinkServer } from './data-link';
import { JobCancelledError, JobTimeoutError, ServerStoppedError, TargetLoadError, TargetNotFoundError } from './errors';
import type { Executor, ExecutorListener } from './executor';
import { Future } from './future';
import { type JobAction, JobMachine } from './job-machine';
import { LocalExecutor } from './local-executor';
import { NodeHost } from './node-host';
import { prepareArgs } from './prepare-args';
import { ProcessExecutor } from './process-executor';
import { RuntimeFolder } from './runtime-folder';
import { compareCandidates, pickJobs } from './scheduler';
import { describeJob, type JobOptions, type ServerJob, settleFuture } from './server-job';
import { TargetResolver } from './target-resolver';
import type { TargetSpec } from './target-spec';
import type { Task } from './task';
import { workerEnvironment } from './worker-env';
import { computeEntry, controlEntry } from './worker-entries';
import type { WorkerHost } from './worker-host';

/** How long a cancelled run may take to end by itself before its thread is ended, in milliseconds. */
const cancelGraceMs = 250;
/** A run shorter than this needs no progress reports, in milliseconds. */
const watchAfterMs = 15;
/** Least time between two progress reports of a job, in milliseconds. */
const reportIntervalMs = 100;

export interface ProcessServerOptions {
  /** How many worker processes; by default, and at most, as many as the machine has processors. */
  readonly numProcs?: number;
  /** Allows more worker processes than processors. */
  readonly allowOversubscribe?: boolean;
  /** What starts worker processes; by default `child_process`. */
  readonly host?: WorkerHost;
  /** An idle server does not keep the program alive. */
  readonly daemon?: boolean;
  /** Heap limit of each rank in MiB where a job gives none; by default Node's own. */
  readonly memoryMiB?: number;
}

/** A job's Future; `jobId` is its number on the server. */
export class JobFuture<T> extends Future<Map<number, T | Error>> {
  readonly jobId: number;

  constructor(jobId: number, onCancel: (reason?: string) => void) {
    super(onCancel);
    this.jobId = jobId;
  }
}

/**
 * Runs functions over ranges of indices on worker processes.
 *
 *   const server = new ProcessServer().start();
 *   const results = await server.callProcessFunc(1000, 0, null, '/work/count.mjs#count');
 *   checkResultMap(results);
 *   await server.stop();
 *
 * Every job settles exactly once, with its own answer, whatever its ranks or their processes do.
 */
export class ProcessServer {
  static #global: ProcessServer | null = null;

  /** How many worker processes there are. */
  readonly realNumProcs: number;
  readonly #options: ProcessServerOptions;
  readonly #host: WorkerHost;
  readonly #queue: ServerJob[] = [];
  readonly #jobs = new Map<number, ServerJob>();
  readonly #workers: ProcessExecutor[] = [];
  readonly #locals: LocalExecutor[] = [];
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  readonly #verified = new Map<string, { readonly hasCombine: boolean }>();
  readonly #resolver = new TargetResolver(() => this.#startedFolder().path);
  readonly #stopController = new AbortController();
  readonly #executorListener: ExecutorListener;
  readonly #killAll = (): void => this.#kill();
  #folder: RuntimeFolder | undefined;
  #dataServer: DataLinkServer | undefined;
  #nextJob = 1;
  #nextRun = 1;
  #held = 0;
  #started = false;
  #stopped: Promise<void> | undefined;
  #hopeless: Error | undefined;
  #scheduling = false;
  #keepsAlive = true;

  /** @throws RangeError when `numProcs` is not an integer of at least 1 */
  constructor(options: ProcessServerOptions = {}) {
    const available = typeof availableParallelism === 'function' ? availableParallelism() : cpus().length;
    const wanted = options.numProcs ?? available;
    if (!Number.isInteger(wanted)) throw new RangeError(`numProcs must be an integer of at least 1, not ${wanted}.`);
    this.realNumProcs = Math.max(1, options.allowOversubscribe ? wanted : Math.min(wanted, available));
    this.#options = options;
    this.#host = options.host ?? new NodeHost();
    this.#executorListener = {
      onEnd: (executor, message) => {
        const job = this.#jobOf(executor, message.run);
        if (!job) return;
        const { rank } = message.run;
        if (message.type === 'result') this.#perform(job, job.machine.rankDone(rank, message.payload, message.count));
        else if (message.type === 'failed') this.#perform(job, job.machine.rankFailed(rank, message.error, 'failed', message.count));
        else {
          if (job.target) this.#verified.set(verifiedKey(job.target), { hasCombine: message.hasCombine });
          this.#perform(job, job.machine.probed());
        }
      },
      onLost: (executor, run, error) => {
        const job = this.#jobOf(executor, run);
        if (job) this.#perform(job, job.machine.rankFailed(run.rank, this.#isProbing(job) ? loadDeath(job, error) : error, 'lost'));
      },
      onReport: (executor, message) => {
        const job = this.#jobOf(executor, message.run);
        if (!job) return;
        if (message.type === 'call') this.#perform(job, job.machine.call(message.run.rank, message.call, message.request));
        else if (message.type === 'log') this.#emitLog(job, message.run.rank, message.lines, message.dropped);
        else if (job.machine.rankProgress(message.run.rank, message.count)) this.#reportProgress(job);
      },
      onChange: (executor) => {
        this.#emit({ type: 'worker', proc: executor.info });
        this.#schedule();
      },
    };
  }

  /** The server that `concurrent` functions run on, if one has been made. */
  static get globalServer(): ProcessServer | null {
    return ProcessServer.#global;
  }

  /** Makes and starts the global server. One that there is already is stopped first. */
  static createGlobalServer(numProcs?: number, options: ProcessServerOptions = {}): ProcessServer {
    void ProcessServer.#global?.stop();
    const server = new ProcessServer(numProcs === undefined ? options : { ...options, numProcs }).start();
    ProcessServer.#global = server;
    setConcurrentCaller((valRange, procs, task, target, args, kwargs) => server.callProcessFunc(valRange, procs, task, target, args, kwargs));
    return server;
  }

  /** The arguments of one rank: see {@link prepareArgs}. */
  static readonly prepareArgs = prepareArgs;

  /** Aborted when the server begins to stop. */
  get stopSignal(): AbortSignal {
    return this.#stopController.signal;
  }

  /** The worker slots, by number. */
  get procs(): readonly ProcInfo[] {
    return this.#workers.map((worker) => worker.info);
  }

  /** The jobs that wait or run, in the order in which they were submitted. */
  get jobs(): readonly JobInfo[] {
    return [...this.#jobs.values()].filter((job) => !job.isProbe).map(describeJob);
  }

  /** Numbers of the jobs that wait, in the order in which they will be tried. */
  get jobQueue(): readonly number[] {
    return this.#queue.filter((job) => !job.isProbe).map((job) => job.id);
  }

  /** Items finished by each rank of each job that runs. */
  get progress(): ReadonlyMap<number, readonly number[]> {
    return new Map([...this.#jobs.values()].filter((job) => job.startedAt !== undefined && !job.isProbe).map((job) => [job.id, job.machine.counts]));
  }

  /** Calls `listener` with everything that happens. Returns a function that ends this. */
  onEvent(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the worker processes. Jobs submitted before wait until then. */
  start(): this {
    if (this.#stopped) throw new ServerStoppedError();
    if (this.#started) return this;
    this.#started = true;
    const folder = this.#startedFolder();
    const token = randomBytes(24).toString('hex');
    const dataServer = new DataLinkServer(folder.socketPath, token, (ready, link) => {
      const worker = this.#workers[ready.slot];
      if (worker?.incarnation === ready.incarnation) worker.attach(link);
    });
    this.#dataServer = dataServer;
    process.once('exit', this.#killAll);
    const memoryMiB = this.#options.memoryMiB ?? null;
    const env = workerEnvironment();
    for (let slot = 0; slot < this.realNumProcs; slot += 1) {
      this.#workers.push(
        new ProcessExecutor({
          slot,
          host: this.#host,
          memoryMiB,
          listener: this.#executorListener,
          spec: (incarnation, limit) => ({
            entry: controlEntry(),
            env,
            name: `procession-worker-${slot}`,
            identity: { slot, incarnation, dataPath: dataServer.path, token, serverPid: process.pid, memoryMiB: limit },
          }),
          onHopeless: (error) => this.#giveUp(error),
        }),
      );
    }
    this.#updateRefs();
    this.#schedule();
    return this;
  }

  /** Same as {@link start}. */
  run(): this {
    return this.start();
  }

  /**
   * Puts a job in the queue.
   *
   * Its range `[0, valRange)` is cut into one contiguous part for each rank, and the target is called once per rank
   * as `target(proc, ...args, kwargs?)`. A job of one rank runs on a compute thread of the server's own process.
   *
   * @param valRange number of indices; 0 settles with an empty map
   * @param numProcs number of ranks; 0 means all processes
   * @param task shown the progress of the job; cancelling it cancels the job
   * @param target what to call: see {@link TargetSpec}
   * @param args positional arguments of the target
   * @param kwargs named arguments, passed as one last object; `partitionArgs` lists what each rank gets its part of
   * @returns a Future of each rank's value or Error. It fails with TargetNotFoundError, TargetLoadError,
   *   JobCancelledError, JobTimeoutError or ServerStoppedError
   * @throws RangeError, TypeError, SerializationError at once when an argument makes no sense or cannot be sent
   */
  callProcessFunc<T = unknown>(
    valRange: number,
    numProcs: number,
    task: Task | null,
    target: TargetSpec,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
    options: JobOptions = {},
  ): JobFuture<T> {
    const total = countRanks(valRange, numProcs, this.realNumProcs);
    const priority = options.priority ?? 0;
    if (Number.isNaN(priority)) throw new RangeError('priority must be a number, not NaN.');
    const payloads = total === 0 ? [] : encodeArguments(total, args, kwargs);
    const resolved = this.#resolve(target, options.from);
    const id = this.#nextJob++;
    const future = new JobFuture<T>(id, (reason) => this.cancelJob(id, reason));
    if (this.#stopped) future.setObject(new ServerStoppedError());
    else if (this.#hopeless) future.setObject(this.#hopeless);
    else if (total === 0) {
      task?.setMaxProgress(0);
      future.setObject(new Map());
    } else {
      this.#submit(resolved, options, {
        id,
        label: options.label ?? describeTarget(target),
        priority,
        isLocal: total === 1 && options.isolation !== 'process',
        isProbe: false,
        machine: new JobMachine(valRange, total),
        payloads,
        task,
        settle: (outcome) => settleFuture(future, outcome),
      });
    }
    return future;
  }

  /**
   * Loads a target on a worker, to see whether it is there.
   *
   * @returns whether it has a `combine` function
   * @throws TargetNotFoundError, TargetLoadError
   */
  async prepareTarget(target: TargetSpec, options: Pick<JobOptions, 'from' | 'signal'> = {}): Promise<{ readonly hasCombine: boolean }> {
    if (this.#stopped) throw new ServerStoppedError();
    if (this.#hopeless) throw this.#hopeless;
    const resolved = await this.#resolve(target, options.from);
    const known = this.#verified.get(verifiedKey(resolved));
    if (known) return known;
    const done = new Future<true>();
    this.#submit(resolved, options, {
      id: this.#nextJob++,
      label: describeTarget(target),
      priority: Number.POSITIVE_INFINITY,
      isLocal: false,
      isProbe: true,
      machine: new JobMachine(1, 1, true),
      payloads: [],
      task: null,
      settle: (outcome) => done.setObject(outcome.kind === 'rejected' ? outcome.error : true),
    });
    await done;
    return this.#verified.get(verifiedKey(resolved)) ?? { hasCombine: false };
  }

  /** Cancels a job that waits or runs. Returns whether there is such a job. */
  cancelJob(id: number, reason?: string): boolean {
    const job = this.#jobs.get(id);
    if (!job) return false;
    this.#perform(job, job.machine.cancel(new JobCancelledError(reason ?? `Job ${id} (${job.label}) was cancelled.`)));
    return true;
  }

  /**
   * Ends the server for good: running jobs get `graceMs` milliseconds to end and are then cancelled, waiting ones
   * fail with ServerStoppedError. Afterwards no process, timer or file of the server is left.
   */
  stop({ graceMs = 0 }: { graceMs?: number } = {}): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  async #stop(graceMs: number): Promise<void> {
    this.#stopController.abort(new ServerStoppedError());
    if (ProcessServer.#global === this) ProcessServer.#global = null;
    for (const job of [...this.#jobs.values()].filter((candidate) => candidate.startedAt === undefined)) {
      this.#perform(job, job.machine.cancel(new ServerStoppedError(`The server was stopped before job ${job.id} (${job.label}) began.`)));
    }
    const running = [...this.#jobs.values()];
    const cancel = (): void => {
      for (const job of running) this.#perform(job, job.machine.cancel(new ServerStoppedError(`The server was stopped while job ${job.id} (${job.label}) ran.`)));
    };
    const timer = setTimeout(cancel, graceMs);
    await Promise.all(running.map((job) => new Promise<void>((resolve) => this.#whenEnded(job, resolve))));
    clearTimeout(timer);
    await Promise.all([...this.#workers, ...this.#locals].map((executor) => executor.stop()));
    this.#dataServer?.close();
    this.#folder?.remove();
    process.removeListener('exit', this.#killAll);
  }

  #whenEnded(job: ServerJob, then: () => void): void {
    if (job.machine.hasEnded) then();
    else job.cleanups.push(then);
  }

  #kill(): void {
    for (const executor of [...this.#workers, ...this.#locals]) executor.kill();
    this.#folder?.remove();
  }

  #startedFolder(): RuntimeFolder {
    this.#folder ??= new RuntimeFolder();
    return this.#folder;
  }

  #submit(
    target: ResolvedTarget | Promise<ResolvedTarget>,
    options: JobOptions,
    basis: Pick<ServerJob, 'id' | 'label' | 'priority' | 'isLocal' | 'isProbe' | 'machine' | 'payloads' | 'task' | 'settle'>,
  ): void {
    const job: ServerJob = {
      ...basis,
      memoryMiB: options.memoryMiB ?? this.#options.memoryMiB ?? null,
      timeoutMs: options.timeoutMs,
      queuedAt: Date.now(),
      executors: new Map(),
      runIds: new Map(),
      cleanups: [],
      lastReport: 0,
    };
    this.#jobs.set(job.id, job);
    insertSorted(this.#queue, job);
    this.#updateRefs();
    job.task?.setMaxProgress(job.machine.valRange);
    this.#emitJob(job);
    this.#followSignal(job, options.signal);
    if (job.task) this.#followSignal(job, job.task.signal);
    if ('then' in target) {
      target.then(
        (found) => this.#setTarget(job, found),
        (error: unknown) => this.#perform(job, job.machine.reject(error instanceof Error ? error : new TargetLoadError(String(error)))),
      );
    } else this.#setTarget(job, target);
  }

  #followSignal(job: ServerJob, signal: AbortSignal | undefined): void {
    if (!signal || job.machine.hasEnded) return;
    const onAbort = (): void => void this.cancelJob(job.id, signal.reason instanceof Error ? signal.reason.message : undefined);
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      job.cleanups.push(() => signal.removeEventListener('abort', onAbort));
    }
  }

  /** A target that is not there fails its job; one that is not a target at all throws at once. */
  #resolve(target: TargetSpec, from: string | undefined): ResolvedTarget | Promise<ResolvedTarget> {
    try {
      return this.#resolver.resolve(target, from);
    } catch (error) {
      if (error instanceof TargetNotFoundError) return Promise.reject(error);
      throw error;
    }
  }

  #setTarget(job: ServerJob, target: ResolvedTarget): void {
    if (job.machine.hasEnded) return;
    job.target = target;
    this.#schedule();
  }

  #giveUp(error: Error): void {
    if (this.#stopped) return;
    this.#hopeless = error;
    for (const job of [...this.#queue]) this.#perform(job, job.machine.reject(error));
  }

  // --- Starting jobs -----------------------------------------------------------------------------------------

  #schedule(): void {
    if (this.#scheduling || !this.#started || this.#stopController.signal.aborted || this.#queue.length === 0) return;
    this.#scheduling = true;
    try {
      const unavailable = this.#workers.filter((worker) => !worker.isReady && worker.jobId === null).length;
      const free = this.#realFree() - unavailable;
      if (free <= 0) return;
      const waiting = this.#queue.filter((job) => job.target !== undefined);
      const picked = new Set(
        pickJobs(
          waiting.map((job) => ({ id: job.id, ranks: job.machine.total, priority: job.priority, age: job.id })),
          free,
          // A worker that is being started is as good as one that will be freed.
          [...[...this.#jobs.values()].filter((job) => job.executors.size > 0).map((job) => job.executors.size), ...Array.from({ length: unavailable }, () => 1)],
        ),
      );
      for (const job of waiting) if (picked.has(job.id)) this.#startJob(job);
    } finally {
      this.#scheduling = false;
    }
  }

  #realFree(): number {
    return this.realNumProcs - this.#held;
  }

  #startJob(job: ServerJob): void {
    const executors = job.isLocal ? [this.#freeLocal()] : this.#workers.filter((worker) => worker.isReady).slice(0, job.machine.total);
    if (executors.length < job.machine.total || !job.target) return;
    this.#queue.splice(this.#queue.indexOf(job), 1);
    executors.forEach((executor, rank) => {
      executor.jobId = job.id;
      job.executors.set(rank, executor);
      this.#held += 1;
    });
    job.startedAt = Date.now();
    if (job.timeoutMs !== undefined) this.#startTimeout(job, job.timeoutMs);
    if (job.task?.state === 'queued') job.task.begin();
    const mustProbe = job.isProbe || !this.#verified.has(verifiedKey(job.target));
    this.#perform(job, job.machine.start(executors.map((executor) => executor.info.pid), mustProbe));
    this.#emitJob(job);
  }

  #freeLocal(): LocalExecutor {
    const free = this.#locals.find((local) => local.isReady);
    if (free) return free;
    const local = new LocalExecutor(computeEntry(), this.#executorListener);
    this.#locals.push(local);
    return local;
  }

  #startTimeout(job: ServerJob, timeoutMs: number): void {
    const timer = setTimeout(() => {
      this.#perform(job, job.machine.cancel(new JobTimeoutError(`Job ${job.id} (${job.label}) took longer than its time limit of ${timeoutMs} ms.`)));
    }, timeoutMs);
    job.cleanups.push(() => clearTimeout(timer));
  }

  #watch(job: ServerJob): void {
    for (const rank of job.machine.activeRanks) {
      const run = this.#runOf(job, rank);
      if (run) job.executors.get(rank)?.watch(run);
    }
  }

  // --- Carrying out what a job's machine decides ---------------------------------------------------------------

  #perform(job: ServerJob, actions: readonly JobAction[]): void {
    if (actions.length === 0) return;
    const before = job.machine.state;
    for (const action of actions) this.#performOne(job, action);
    if (actions.some((action) => action.type === 'dispatch')) {
      const timer = setTimeout(() => this.#watch(job), watchAfterMs);
      job.cleanups.push(() => clearTimeout(timer));
    }
    if (job.machine.state !== before || actions.some((action) => action.type === 'free-rank' || action.type === 'cancel-rank')) {
      if (!job.machine.hasEnded) this.#emitJob(job);
    }
    if (actions.some((action) => action.type === 'free-rank' || action.type === 'settle')) this.#schedule();
  }

  #performOne(job: ServerJob, action: JobAction): void {
    switch (action.type) {
      case 'probe':
        this.#dispatch(job, action.rank, 'probe');
        return;
      case 'dispatch':
        this.#dispatch(job, action.rank, 'call');
        return;
      case 'cancel-rank': {
        const run = this.#runOf(job, action.rank);
        if (run) job.executors.get(action.rank)?.cancel(run, cancelGraceMs);
        return;
      }
      case 'free-rank':
        this.#free(job, action.rank);
        return;
      case 'release': {
        const { rank, call, reply } = action.release;
        const run = this.#runOf(job, rank);
        if (run) job.executors.get(rank)?.reply(run, call, reply);
        return;
      }
      case 'settle':
        this.#end(job);
        job.settle(action.outcome);
    }
  }

  #dispatch(job: ServerJob, rank: number, mode: RunRequest['mode']): void {
    const executor = job.executors.get(rank);
    if (!executor || !job.target) return;
    const runId = this.#nextRun;
    this.#nextRun = runId >= 0x7fffffff ? 1 : runId + 1;
    job.runIds.set(rank, runId);
    const [start, end] = job.machine.part(rank);
    executor.run(
      {
        type: 'run',
        mode,
        run: { jobId: job.id, attempt: 1, rank, runId },
        target: job.target,
        total: job.machine.total,
        start,
        end,
        maxVal: job.machine.valRange,
        payload: job.payloads[rank] ?? new Uint8Array(),
      },
      job.memoryMiB,
    );
  }

  #free(job: ServerJob, rank: number): void {
    const executor = job.executors.get(rank);
    if (!executor) return;
    job.executors.delete(rank);
    job.runIds.delete(rank);
    executor.jobId = null;
    this.#held -= 1;
  }

  #end(job: ServerJob): void {
    job.endedAt = Date.now();
    this.#jobs.delete(job.id);
    const position = this.#queue.indexOf(job);
    if (position >= 0) this.#queue.splice(position, 1);
    for (const rank of [...job.executors.keys()]) this.#free(job, rank);
    clearTimeout(job.reportTimer);
    for (const cleanup of job.cleanups.splice(0)) cleanup();
    this.#showTask(job);
    this.#emitJob(job);
    this.#updateRefs();
  }

  #showTask(job: ServerJob): void {
    const { task, machine } = job;
    if (!task) return;
    task.setProgress(machine.progress);
    if (machine.state === 'done') task.finish();
    else if (machine.error) task.fail(Object.assign(new Error(machine.error.message), { name: machine.error.name }));
  }

  #reportProgress(job: ServerJob): void {
    if (job.reportTimer) return;
    const wait = Math.max(0, job.lastReport + reportIntervalMs - Date.now());
    job.reportTimer = setTimeout(() => {
      job.reportTimer = undefined;
      job.lastReport = Date.now();
      const { progress, counts } = job.machine;
      job.task?.setProgress(progress);
      this.#emit({ type: 'progress', jobId: job.id, progress, counts });
    }, wait);
  }

  #runOf(job: ServerJob, rank: number): RunRef | undefined {
    const runId = job.runIds.get(rank);
    return runId === undefined ? undefined : { jobId: job.id, attempt: 1, rank, runId };
  }

  /** The job that a message is about, if it is about what that executor does for it now. */
  #jobOf(executor: Executor, run: RunRef): ServerJob | undefined {
    const job = this.#jobs.get(run.jobId);
    return job?.executors.get(run.rank) === executor && job.runIds.get(run.rank) === run.runId ? job : undefined;
  }

  #isProbing(job: ServerJob): boolean {
    return job.isProbe || (job.target !== undefined && !this.#verified.has(verifiedKey(job.target)));
  }

  #updateRefs(): void {
    const keepAlive = !this.#options.daemon || this.#jobs.size > 0;
    if (keepAlive === this.#keepsAlive) return;
    this.#keepsAlive = keepAlive;
    for (const executor of [...this.#workers, ...this.#locals]) executor.setRef(keepAlive);
  }

  // --- Telling the outside ---------------------------------------------------------------------------------------

  #emitJob(job: ServerJob): void {
    if (!job.isProbe && this.#listeners.size > 0) this.#emit({ type: 'job', job: describeJob(job) });
  }

  #emitLog(job: ServerJob, rank: number, lines: readonly { readonly stream: LogLine['stream']; readonly text: string }[], dropped: number): void {
    const all: LogLine[] = lines.map((line) => ({ rank, ...line }));
    if (dropped > 0) all.unshift({ rank, stream: 'stderr', text: `… ${dropped} lines were left out: more than can be shown.` });
    this.#emit({ type: 'log', jobId: job.id, lines: all });
  }

  #emit(event: ServerEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function verifiedKey(target: ResolvedTarget): string {
  return `${target.url}#${target.exportName}`;
}

function describeTarget(target: TargetSpec): string {
  return typeof target === 'string' ? target : 'module' in target ? `${target.module}#${target.export}` : 'concurrent function';
}

function insertSorted(queue: ServerJob[], job: ServerJob): void {
  const asCandidate = (entry: ServerJob): { id: number; ranks: number; priority: number; age: number } => ({ id: entry.id, ranks: entry.machine.total, priority: entry.priority, age: entry.id });
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = queue[middle];
    if (other && compareCandidates(asCandidate(other), asCandidate(job)) <= 0) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, job);
}

function loadDeath(job: ServerJob, error: { readonly name: string; readonly message: string }): { name: string; message: string; code: string } {
  return { name: 'TargetLoadError', code: 'ERR_TARGET_LOAD', message: `The target of job ${job.id} (${job.label}) ended its process while it was loading. ${error.name}: ${error.message}` };
}
