import type { CommandResult } from '../shared/command';
import type { JobInfo, ProcInfo, ServerEvent } from '../shared/engine-info';
import { type CommandSpec, requireCommand } from './commands/command';
import type { JobFuture, MapFuture } from './jobs/job-future';
import type { ExecOptions, JobOptions, MapOptions, RunOptions } from './jobs/job-options';
import { chooseProcCount } from './jobs/partition';
import { prepareArgs } from './jobs/prepare-args';
import type { QueueControl } from './jobs/queue-control';
import { ObjectSharer } from './meetings/object-sharer';
import type { ObjectServer } from './objects/object-server';
import { refuseInRank } from './rank-realm';
import { ServerCore } from './server-core';
import type { LiveServerOptions, ProcessServerOptions } from './server-options';
import { setConcurrentCaller } from './targets/concurrent';
import { checkCode } from './targets/exec-code';
import { execSpec, type TargetInfo, type TargetSpec } from './targets/target-spec';
import type { Task } from './tasks/task';

/**
 * Runs functions over ranges of indices on worker processes.
 *
 * ```ts
 * const server = new ProcessServer().start();
 * const results = await server.callProcessFunc(1000, 0, null, '/data/count.mjs#count');
 * checkResultMap(results);
 * await server.stop();
 * ```
 *
 * Every job settles exactly once, with its own answer, whatever its ranks or their processes do.
 */
export class ProcessServer {
  static #global: ProcessServer | null = null;

  readonly #core: ServerCore;
  /** Objects of this program whose methods targets can call. */
  readonly objServer: ObjectServer;
  /** What the ranks of running jobs have shared with each other. */
  readonly sharer: ObjectSharer;

  /** @throws RangeError when a number makes no sense; NestedCallError inside a target */
  constructor(options: ProcessServerOptions = {}) {
    refuseInRank('A server of its own');
    const core = new ServerCore(options);
    this.#core = core;
    this.objServer = core.objServer;
    this.sharer = new ObjectSharer({
      shared: (jobId) => core.board.shared(jobId),
      read: (jobId, rank, object) => core.board.readShared(jobId, rank, object),
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

  /**
   * Makes and starts the global server. One that there is already is stopped first.
   *
   * @param numProcs how many worker processes; before what the options say
   * @throws RangeError when a number makes no sense
   * @throws NestedCallError inside a target
   */
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
    return this.#core.stopSignal;
  }

  /** How many worker processes there are, and how many ranks may run at a time. */
  get realNumProcs(): number {
    return this.#core.pool.numProcs;
  }

  /**
   * The worker slots, by number, each with the rank that it works on. One that was idle for too long has no process
   * until it is needed.
   */
  get procs(): readonly ProcInfo[] {
    return this.#core.pool.procs.map((proc) => {
      const rank = this.#core.board.rankOn(proc);
      return rank ? { ...proc, rank } : proc;
    });
  }

  /** The jobs that wait or run, in the order in which they were submitted. */
  get jobs(): readonly JobInfo[] {
    return this.#core.board.jobs;
  }

  /** The jobs that wait: to look at, pause, reorder, hold and cancel. */
  get jobQueue(): QueueControl {
    return this.#core.board.queueControl;
  }

  /** Items finished by each rank of each job that runs. */
  get progress(): ReadonlyMap<number, readonly number[]> {
    return this.#core.board.counts;
  }

  /**
   * Calls `listener` with everything that happens. What it throws disturbs no job, and ends up as an uncaught exception.
   *
   * @returns a function that ends this
   */
  onEvent(listener: (event: ServerEvent) => void): () => void {
    return this.#core.listeners.add(listener);
  }

  /**
   * Starts the worker processes. Jobs submitted before wait until then.
   *
   * @throws ServerStoppedError when the server has been stopped
   */
  start(): this {
    this.#core.start();
    return this;
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
    return this.#core.submitter.call<T>(valRange, numProcs, task, target, args, kwargs, options);
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
  map<T = unknown>(items: number | readonly unknown[], target: TargetSpec, options: MapOptions = {}): MapFuture<T> {
    return this.#core.submitter.map<T>(items, target, options);
  }

  /** Same as {@link start}. */
  run(): this;
  /**
   * Runs an external program once for each item, as `map` calls a target: each item has its own result or error, its
   * retries and its time limit.
   *
   *   const results = await server.run(['a.png', 'b.png'], { argv: ['convert', '{item}', '{stem}.jpg'] });
   *
   * The program gets its arguments as they are: no shell reads them, whatever is in an item. Each rank runs one
   * command at a time. A command ends when its first process does; what it has started and left behind is ended then,
   * and all of it is when the job is cancelled, its item takes too long, or the worker or the server dies.
   *
   * @param items what `{item}` stands for, or rows, for `{row.name}`; or how many there are when each is its own index
   * @returns a Future of the items' results, in the order of the items. An item fails with CommandFailedError when
   *   its command ends with another exit code than 0; the Future with CommandStartError when there is no such program
   * @throws RangeError, TypeError, SerializationError at once when an argument makes no sense or cannot be sent
   */
  run(items: number | readonly unknown[], command: CommandSpec, options?: RunOptions): MapFuture<CommandResult>;
  run(
    items?: number | readonly unknown[],
    command?: CommandSpec,
    options: RunOptions = {},
  ): this | MapFuture<CommandResult> {
    if (items === undefined) return this.start();
    return this.#core.submitter.run(items, requireCommand(command), options);
  }

  /**
   * Loads a target on a worker, to see whether it is there.
   *
   * @returns what is known of it then
   * @throws TargetNotFoundError, TargetLoadError, JobCancelledError, ServerStoppedError
   */
  prepareTarget(target: TargetSpec, options: Pick<JobOptions, 'from' | 'signal'> = {}): Promise<TargetInfo> {
    return this.#core.submitter.probe(target, options);
  }

  /**
   * Runs a piece of code on the ranks, without a module of its own.
   *
   * ```ts
   * const results = await server.concurrentExec(100, 0, null, 'const result = [...proc.nRange()]');
   * ```
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
    return this.#core.board.cancel(id, reason);
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
    this.#core.resize(numProcs);
    return this.realNumProcs;
  }

  /**
   * Changes options while the server works. What is left out stays as it is; `null` goes back to the default.
   *
   * @param options `memoryMiB`: for jobs that are submitted from now on; `idleTimeoutMs`: at once
   * @throws RangeError when a number makes no sense
   */
  configure(options: LiveServerOptions): void {
    this.#core.configure(options);
  }

  /**
   * Ends the server for good: running jobs get `graceMs` milliseconds to end and are then cancelled, waiting ones
   * fail with ServerStoppedError. Afterwards no process, timer or file of the server is left.
   */
  stop({ graceMs = 0 }: { graceMs?: number } = {}): Promise<void> {
    if (ProcessServer.#global === this) ProcessServer.#global = null;
    return this.#core.stop(graceMs);
  }
}
