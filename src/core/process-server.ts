import { availableParallelism, cpus } from 'node:os';
import type { JobInfo, ProcInfo, ServerEvent } from '../shared/engine-info';
import type { ResolvedTarget } from '../shared/worker-protocol';
import { countRanks, encodeArguments } from './call-arguments';
import { setConcurrentCaller } from './concurrent';
import { ServerStoppedError, TargetNotFoundError } from './errors';
import { checkCode } from './exec-code';
import { Future } from './future';
import { JobBoard } from './job-board';
import type { JobOutcome } from './job-life';
import { JobMachine } from './job-machine';
import { MapMachine } from './map-machine';
import { NodeHost } from './node-host';
import type { ObjectProxy } from './object-proxy';
import { ObjectServer } from './object-server';
import { ObjectSharer } from './object-sharer';
import { chooseProcCount } from './partition';
import { prepareArgs } from './prepare-args';
import type { QueueControl } from './queue-control';
import { refuseInRank } from './rank-realm';
import { parseRetries } from './retry';
import { RuntimeFolder } from './runtime-folder';
import { parseSchedule } from './schedule';
import { type JobOptions, type MapResult, newJob, settleFuture, settleMapFuture } from './server-job';
import { TargetResolver } from './target-resolver';
import { execSpec, type TargetSpec } from './target-spec';
import type { Task } from './task';
import { startTimer } from './timers';
import type { WorkerHost } from './worker-host';
import { WorkerPool } from './worker-pool';

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
  /** A worker process is replaced by a fresh one after so many runs, between two jobs; by default never. */
  readonly recycleAfter?: number;
  /** A worker process that takes up more memory than so many MiB is replaced by a fresh one once its job is over. */
  readonly recycleAboveMiB?: number;
  /** A worker that is idle for so many milliseconds ends its process, and starts one when it is needed; by default never. */
  readonly idleTimeoutMs?: number;
  /** So many worker processes stay however long they are idle; 0 by default. */
  readonly minProcs?: number;
}

/** How code is run; see `ProcessServer.concurrentExec`. */
export interface ExecOptions extends JobOptions {
  readonly locals?: Readonly<Record<string, unknown>>;
  readonly returnName?: string;
}

/** How a map job may be run. */
export interface MapOptions extends Omit<JobOptions, 'isolation'> {
  /** Number of ranks; 0 (default) means all processes. */
  readonly numProcs?: number;
  /** Shown the progress of the job; cancelling it cancels the job. */
  readonly task?: Task | null;
  /** What each call finds in `context.args`. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** How often an item that failed is tried again; 0 by default. */
  readonly retries?: number;
  /** Longest time of one item, from when it begins, in milliseconds. */
  readonly itemTimeoutMs?: number;
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
 *   const results = await server.callProcessFunc(1000, 0, null, '/data/count.mjs#count');
 *   checkResultMap(results);
 *   await server.stop();
 *
 * Every job settles exactly once, with its own answer, whatever its ranks or their processes do.
 */
export class ProcessServer {
  static #global: ProcessServer | null = null;

  /** Objects of this program whose methods targets can call. */
  readonly objServer = new ObjectServer();
  /** What the ranks of running jobs have shared with each other. */
  readonly sharer = new ObjectSharer((jobId) => this.#board.shared(jobId));
  readonly #options: ProcessServerOptions;
  readonly #pool: WorkerPool;
  readonly #board: JobBoard;
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  readonly #resolver = new TargetResolver(() => this.#runtimeFolder().path);
  readonly #stopController = new AbortController();
  readonly #killAll = (): void => {
    this.#pool.kill();
    this.#folder?.remove();
  };
  #folder: RuntimeFolder | undefined;
  #nextJob = 1;
  #stopped: Promise<void> | undefined;
  /** Set when no worker process can be started: why. */
  #hopeless: Error | undefined;

  /** @throws RangeError when a number makes no sense; NestedCallError inside a target */
  constructor(options: ProcessServerOptions = {}) {
    refuseInRank('A server of its own');
    this.#options = options;
    requireOptions(options);
    const emit = (make: () => ServerEvent): void => {
      // Most events are for nobody, and describing a job is not for free.
      if (this.#listeners.size === 0) return;
      const event = make();
      for (const listener of [...this.#listeners]) listener(event);
    };
    this.#board = new JobBoard(
      () => this.#pool,
      emit,
      (isBusy) => this.#pool.setRef(isBusy || !options.daemon),
    );
    this.#pool = new WorkerPool({
      numProcs: this.#clamp(options.numProcs ?? countProcessors()),
      host: options.host ?? new NodeHost(),
      memoryMiB: options.memoryMiB ?? null,
      recycle: {
        afterRuns: options.recycleAfter ?? Number.POSITIVE_INFINITY,
        aboveMiB: options.recycleAboveMiB ?? Number.POSITIVE_INFINITY,
      },
      idleTimeoutMs: options.idleTimeoutMs ?? Number.POSITIVE_INFINITY,
      minProcs: options.minProcs ?? 0,
      listener: this.#board.listener,
      onHopeless: (error) => {
        this.#hopeless = error;
        this.#board.rejectWaiting(error);
      },
    });
  }

  /**
   * The server that `concurrent` functions run on, if one has been made.
   *
   * @throws NestedCallError inside a target
   */
  static get globalServer(): ProcessServer | null {
    refuseInRank('The global server');
    return ProcessServer.#global;
  }

  /** Makes and starts the global server. One that there is already is stopped first. */
  static createGlobalServer(numProcs?: number, options: ProcessServerOptions = {}): ProcessServer {
    void ProcessServer.#global?.stop();
    const server = new ProcessServer(numProcs === undefined ? options : { ...options, numProcs }).start();
    ProcessServer.#global = server;
    setConcurrentCaller((valRange, procs, task, target, args, kwargs) =>
      server.callProcessFunc(valRange, procs, task, target, args, kwargs),
    );
    return server;
  }

  /** The arguments of one rank: see {@link prepareArgs}. */
  static readonly prepareArgs = prepareArgs;

  /** Aborted when the server begins to stop. */
  get stopSignal(): AbortSignal {
    return this.#stopController.signal;
  }

  /** How many worker processes there are, and how many ranks may run at a time. */
  get realNumProcs(): number {
    return this.#pool.numProcs;
  }

  /** The worker slots, by number. One that was idle for too long has no process until it is needed. */
  get procs(): readonly ProcInfo[] {
    return this.#pool.procs;
  }

  /** The jobs that wait or run, in the order in which they were submitted. */
  get jobs(): readonly JobInfo[] {
    return this.#board.jobs;
  }

  /** The jobs that wait: to look at, pause, reorder, hold and cancel. */
  get jobQueue(): QueueControl {
    return this.#board.queueControl;
  }

  /** Items finished by each rank of each job that runs. */
  get progress(): ReadonlyMap<number, readonly number[]> {
    return this.#board.counts;
  }

  /** Calls `listener` with everything that happens. Returns a function that ends this. */
  onEvent(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Starts the worker processes. Jobs submitted before wait until then.
   *
   * @throws ServerStoppedError when the server has been stopped
   */
  start(): this {
    if (this.#stopped) throw new ServerStoppedError();
    if (this.#pool.isStarted) return this;
    process.once('exit', this.#killAll);
    this.#pool.start(this.#runtimeFolder());
    this.#pool.setRef(!this.#options.daemon || this.#board.jobs.length > 0);
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
   * @param args positional arguments of the target; a proxy (see {@link objServer}) may be anywhere in them
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
    checkLimits(options);
    const schedule = parseSchedule(options.schedule);
    const retries = parseRetries(options.retries);
    const proxies = new Set<ObjectProxy>();
    const payloads = total === 0 ? [] : encodeArguments(total, args, kwargs, proxies);
    const resolved = this.#resolve(target, options.from);
    const id = this.#nextJob++;
    const future = new JobFuture<T>(id, (reason) => this.cancelJob(id, reason));
    const refusal = this.#refusal();
    if (refusal) future.setObject(refusal);
    else if (total === 0) {
      task?.setMaxProgress(0);
      future.setObject(new Map());
    } else {
      const makeMachine = (ranks: number): JobMachine => new JobMachine(valRange, ranks, { schedule });
      const job = newJob(id, makeMachine(total), payloads, task, (outcome) => settleFuture(future, outcome), {
        memoryMiB: this.#options.memoryMiB,
        label: describeTarget(target),
        remake: makeMachine,
        ...options,
        retries,
        objects: this.objServer.hold(proxies),
      });
      this.#board.submit(job, resolved, [options.signal, task?.signal].filter(isGiven));
    }
    return future;
  }

  /**
   * Calls a target once for each item: `(item, context) => value`. See {@link ItemContext}.
   *
   * Items are given out in chunks, `dynamic` unless `schedule` says otherwise, and always to worker processes. Each
   * item ends once, with its own value or error: one that throws, kills its process or takes longer than
   * `itemTimeoutMs` fails after its retries, and all others are done.
   *
   * @param items the items, or how many there are when each is its own index
   * @returns a Future of the items' results, in the order of the items. It fails as that of {@link callProcessFunc}
   * @throws RangeError, TypeError, SerializationError at once when an argument makes no sense or cannot be sent
   */
  map<T = unknown>(
    items: number | readonly unknown[],
    target: TargetSpec,
    options: MapOptions = {},
  ): Future<MapResult<T>[]> {
    const length = typeof items === 'number' ? items : items.length;
    const total = countRanks(length, options.numProcs ?? 0, this.realNumProcs);
    const retries = options.retries ?? 0;
    if (!Number.isInteger(retries) || retries < 0)
      throw new RangeError(`retries must be an integer of at least 0, not ${retries}.`);
    checkLimits(options);
    const schedule = parseSchedule(options.schedule ?? 'dynamic');
    const proxies = new Set<ObjectProxy>();
    const payload = encodeArguments(1, [typeof items === 'number' ? null : items], options.args ?? {}, proxies)[0];
    const resolved = this.#resolve(target, options.from);
    const id = this.#nextJob++;
    const future = new Future<MapResult<T>[]>((reason) => this.cancelJob(id, reason));
    const refusal = this.#refusal();
    if (refusal) future.setObject(refusal);
    else if (total === 0) future.setObject([]);
    else {
      const makeMachine = (ranks: number): MapMachine => new MapMachine(length, ranks, schedule, retries);
      const payloads = Array.from({ length: total }, () => payload);
      const job = newJob(
        id,
        makeMachine(total),
        payloads,
        options.task ?? null,
        (outcome) => settleMapFuture(future, outcome),
        {
          memoryMiB: this.#options.memoryMiB,
          label: describeTarget(target),
          ...options,
          kind: 'map',
          remake: makeMachine,
          // Its items are tried again, not the job as a whole.
          retries: 0,
          isolation: 'process',
          objects: this.objServer.hold(proxies),
        },
      );
      this.#board.submit(job, resolved, [options.signal, options.task?.signal].filter(isGiven));
    }
    return future;
  }

  /**
   * Loads a target on a worker, to see whether it is there.
   *
   * @returns whether it has a `combine` function
   * @throws TargetNotFoundError, TargetLoadError, JobCancelledError, ServerStoppedError
   */
  async prepareTarget(
    target: TargetSpec,
    options: Pick<JobOptions, 'from' | 'signal'> = {},
  ): Promise<{ readonly hasCombine: boolean }> {
    const resolved = await this.#resolve(target, options.from);
    const refusal = this.#refusal();
    if (refusal) throw refusal;
    const known = this.#board.knownTarget(resolved);
    if (known) return known;
    const done = new Future<true>();
    const settle = (outcome: JobOutcome): void => done.setObject(outcome.kind === 'rejected' ? outcome.error : true);
    const job = newJob(this.#nextJob++, new JobMachine(1, 1, { onlyProbe: true }), [], null, settle, {
      label: describeTarget(target),
      priority: Number.POSITIVE_INFINITY,
      isolation: 'process',
      isProbe: true,
    });
    this.#board.submit(job, resolved, [options.signal].filter(isGiven));
    await done;
    return this.#board.knownTarget(resolved) ?? { hasCombine: false };
  }

  /**
   * Runs a piece of code on the ranks, without a module of its own.
   *
   *   const results = await server.concurrentExec(100, 0, null, 'const result = [...proc.nRange()]');
   *
   * The code can do everything that this program can: never run any that comes from somebody you do not trust. It is
   * strict, has `proc`, `require` (from the working folder) and the locals in its scope, and may use `await`. In
   * stacks it is called `concurrentExec`, with its own line numbers.
   *
   * @param code statements
   * @param options `locals`: variables by name, copied like arguments; `partitioned(x)` and `partitionArgs` cut them
   *   for the ranks; `returnName`: variable whose value at the end is the rank's result, `result` if not given;
   *   and what {@link callProcessFunc} takes
   * @throws SyntaxError, TypeError at once when the code cannot be parsed or a name is none; and what
   *   {@link callProcessFunc} throws
   */
  concurrentExec<T = unknown>(
    valRange: number,
    numProcs: number,
    task: Task | null,
    code: string,
    { locals = {}, returnName = 'result', ...options }: ExecOptions = {},
  ): JobFuture<T> {
    checkCode(code, locals, returnName);
    const label = options.label ?? 'concurrentExec';
    return this.callProcessFunc<T>(valRange, numProcs, task, execSpec, [code, returnName], locals, {
      ...options,
      label,
    });
  }

  /**
   * How many ranks a piece of work deserves on this server: see {@link chooseProcCount}. Meant for the `numProcs` of
   * {@link callProcessFunc}; 0 means all.
   */
  chooseProcCount(numElems: number, refine: number, threshold: number): number {
    return chooseProcCount(numElems, refine, threshold, this.realNumProcs);
  }

  /** Cancels a job that waits or runs. Returns whether there is such a job. */
  cancelJob(id: number, reason?: string): boolean {
    return this.#board.cancel(id, reason);
  }

  /**
   * Changes how many worker processes there are, within the same bounds as at the start.
   *
   * New ones start at once. Of too many, idle ones end first, and busy ones when their rank ends: nothing that runs
   * is disturbed. The number of ranks of a job is set when it is submitted; one that still waits and has more of them
   * than there are processes then gets as many as there are, or, when arguments have been cut for its ranks, fails
   * with PoolTooSmallError.
   *
   * @param numProcs how many
   * @returns how many it is now
   * @throws RangeError when that is not an integer
   * @throws ServerStoppedError when the server has been stopped
   */
  resize(numProcs: number): number {
    if (this.#stopped) throw new ServerStoppedError();
    this.#pool.resize(this.#clamp(numProcs));
    this.#board.fit();
    return this.realNumProcs;
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
    this.#board.close(
      (job) => new ServerStoppedError(`The server was stopped before job ${job.id} (${job.label}) began.`),
    );
    const timer = startTimer(graceMs, () => {
      this.#board.cancelRunning(
        (job) => new ServerStoppedError(`The server was stopped while job ${job.id} (${job.label}) ran.`),
      );
    });
    await this.#board.whenIdle();
    clearTimeout(timer);
    await this.#pool.stop();
    this.#folder?.remove();
    process.removeListener('exit', this.#killAll);
  }

  #clamp(numProcs: number): number {
    if (!Number.isInteger(numProcs))
      throw new RangeError(`numProcs must be an integer of at least 1, not ${numProcs}.`);
    return Math.max(1, this.#options.allowOversubscribe ? numProcs : Math.min(numProcs, countProcessors()));
  }

  /** Why no job can be taken, if so. */
  #refusal(): Error | undefined {
    return this.stopSignal.aborted ? new ServerStoppedError() : this.#hopeless;
  }

  /** A target that is not there fails its job; one that is not a target at all throws at once. */
  #resolve(target: TargetSpec, from: string | undefined): ResolvedTarget | Promise<ResolvedTarget> {
    try {
      const found = this.#resolver.resolve(target, from);
      // Whoever submits the job looks at it; a job that is refused before does not.
      if ('then' in found) found.catch(() => undefined);
      return found;
    } catch (error) {
      if (!(error instanceof TargetNotFoundError)) throw error;
      const refused = Promise.reject(error);
      refused.catch(() => undefined);
      return refused;
    }
  }

  #runtimeFolder(): RuntimeFolder {
    this.#folder ??= new RuntimeFolder();
    return this.#folder;
  }
}

/** @throws RangeError for a number that is none, or a limit that nothing could keep */
function checkLimits(options: JobOptions & { readonly itemTimeoutMs?: number }): void {
  if (Number.isNaN(options.priority)) throw new RangeError('priority must be a number, not NaN.');
  for (const [name, unit] of [
    ['timeoutMs', 'milliseconds'],
    ['itemTimeoutMs', 'milliseconds'],
    ['memoryMiB', 'MiB'],
  ] as const) {
    const value = options[name];
    if (value !== undefined && !(value > 0))
      throw new RangeError(`${name} must be a positive number of ${unit}, not ${value}.`);
  }
}

function countProcessors(): number {
  return typeof availableParallelism === 'function' ? availableParallelism() : cpus().length;
}

function requireOptions({ recycleAfter, recycleAboveMiB, idleTimeoutMs, minProcs }: ProcessServerOptions): void {
  const check = (name: string, value: number | undefined, isRight: (given: number) => boolean, what: string): void => {
    if (value !== undefined && !isRight(value)) throw new RangeError(`${name} must be ${what}, not ${value}.`);
  };
  const isPositive = (value: number): boolean => value > 0;
  check('recycleAfter', recycleAfter, (runs) => Number.isInteger(runs) && runs > 0, 'an integer of at least 1');
  check('recycleAboveMiB', recycleAboveMiB, isPositive, 'a positive number of MiB');
  check('idleTimeoutMs', idleTimeoutMs, isPositive, 'a positive number of milliseconds');
  check('minProcs', minProcs, (procs) => Number.isInteger(procs) && procs >= 0, 'an integer of at least 0');
}

function describeTarget(target: TargetSpec): string {
  if (typeof target === 'string') return target;
  return 'module' in target ? `${target.module}#${target.export}` : 'concurrent function';
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}
