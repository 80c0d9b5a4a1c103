import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ProcInfo } from '../../shared/engine-info';
import { buryCommands } from '../commands/command-register';
import { ownStart } from '../commands/process-tree';
import { startTimer } from '../timers';
import { DataLinkServer } from './data-link';
import type { Executor, ExecutorListener } from './executor';
import { beatIntervalMs } from './heartbeat';
import { LocalExecutor } from './local-executor';
import { pickLeaving, pickReaped } from './pool-plan';
import { ProcessExecutor } from './process-executor';
import type { RecyclePolicy } from './process-wear';
import type { RuntimeFolder } from './runtime-folder';
import { computeEntry, controlEntry } from './worker-entries';
import { workerEnvironment } from './worker-env';
import type { WorkerHost } from './worker-host';

export interface WorkerPoolOptions {
  readonly numProcs: number;
  readonly host: WorkerHost;
  readonly memoryMiB: number | null;
  readonly recycle: RecyclePolicy;
  /** Workers that are idle for longer end their processes; infinity: never. */
  readonly idleTimeoutMs: number;
  /** So many processes stay, idle or not. */
  readonly minProcs: number;
  /** Whether workers make inboxes, over which ranks can meet directly. */
  readonly hasInboxes: boolean;
  readonly listener: ExecutorListener;
  /** No worker process can be started. */
  readonly onHopeless: (error: Error) => void;
}

/**
 * The worker processes, and the compute threads of the server's own process for jobs of one rank.
 *
 * Both count: at most `numProcs` ranks run at a time, wherever they do. A slot never changes its number. One that is
 * not needed any more, or not now, rests: it has no process, and starts one when it is wanted again.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  /** By slot; those that rest stay. */
  readonly #workers: ProcessExecutor[] = [];
  /** The workers that may take ranks: `numProcs` of them. The others end when they are done. */
  readonly #members = new Set<ProcessExecutor>();
  readonly #locals: LocalExecutor[] = [];
  #dataServer: DataLinkServer | undefined;
  #objectRoots: readonly string[] = [];
  #numProcs: number;
  #held = 0;
  #idleTimeoutMs: number;
  #reapTimer: NodeJS.Timeout | undefined;
  #beatTimer: NodeJS.Timeout | undefined;
  #spawn: ((slot: number) => ProcessExecutor) | undefined;
  #keepAlive = true;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#numProcs = options.numProcs;
    this.#idleTimeoutMs = options.idleTimeoutMs;
  }

  get procs(): ProcInfo[] {
    return this.#workers.filter((worker) => this.#members.has(worker) || !worker.isGone).map((worker) => worker.info);
  }

  /** How many ranks may run at a time. */
  get numProcs(): number {
    return this.#numProcs;
  }

  get isStarted(): boolean {
    return this.#dataServer !== undefined;
  }

  /** Workers that hold no rank but cannot take one yet: they are being started. */
  get unavailable(): number {
    return [...this.#members].filter((worker) => worker.standing.state === 'starting').length;
  }

  /** How many ranks can be started now; for some of them a process may have to be started first. */
  get free(): number {
    return this.#numProcs - this.#held - this.unavailable;
  }

  /** Starts the worker processes. @param folder where their local socket is made */
  start(folder: RuntimeFolder): void {
    const token = randomBytes(24).toString('hex');
    const dataServer = new DataLinkServer(folder.socketPath, token, (ready, link) => {
      const worker = this.#workers[ready.slot];
      if (worker?.incarnation === ready.incarnation) worker.attach(link);
    });
    this.#dataServer = dataServer;
    const { objectRoots } = folder;
    this.#objectRoots = objectRoots;
    const { hasInboxes, host, listener, memoryMiB, recycle, onHopeless } = this.#options;
    const env = workerEnvironment();
    const since = ownStart();
    this.#spawn = (slot) =>
      new ProcessExecutor({
        slot,
        host,
        memoryMiB,
        recycle,
        listener,
        onHopeless,
        endCommands: (incarnation) => buryCommands({ folder: folder.path, slot, incarnation }, since),
        spec: (incarnation, limit) => ({
          entry: controlEntry(),
          env,
          name: `procession-worker-${slot}`,
          identity: {
            slot,
            incarnation,
            dataPath: dataServer.path,
            recordPath: join(folder.path, `run-${slot}-${incarnation}`),
            folder: folder.path,
            inboxPath: hasInboxes ? folder.inboxPath(slot, incarnation) : null,
            objectRoots,
            token,
            serverPid: process.pid,
            memoryMiB: limit,
          },
        }),
      });
    this.resize(this.#numProcs);
    const beat = (): void => {
      for (const worker of this.#workers) worker.beat(performance.now());
    };
    this.#beatTimer = setInterval(beat, beatIntervalMs).unref();
  }

  /** Changes how many workers there are. New ones start at once; of too many the idle ones end, the busy ones when they are done. */
  resize(numProcs: number): void {
    this.#numProcs = numProcs;
    if (!this.#spawn) return;
    const standings = [...this.#members].map((worker) => worker.standing);
    for (const slot of pickLeaving(standings, this.#members.size - numProcs)) {
      const worker = this.#workers[slot];
      if (!worker) continue;
      this.#members.delete(worker);
      worker.rest();
    }
    while (this.#members.size < numProcs) this.#enlist(this.#spawn);
    this.#reapLater();
  }

  /** Reserves what a job needs: `ranks` workers, or as many as there are when these are at least `least`; else nothing. */
  reserve(jobId: number, ranks: number, isLocal: boolean, least = ranks): Executor[] | undefined {
    const executors: Executor[] = isLocal
      ? [this.#freeLocal()]
      : [...this.#members].filter((worker) => worker.isReady).slice(0, ranks);
    if (executors.length < ranks) this.#wake(ranks - executors.length - this.unavailable);
    if (executors.length < least) return undefined;
    for (const executor of executors) executor.jobId = jobId;
    this.#held += executors.length;
    return executors;
  }

  /** @param mostRuns its process is replaced by a fresh one when it has done so many runs */
  release(executor: Executor, mostRuns = Number.POSITIVE_INFINITY): void {
    executor.jobId = null;
    this.#held -= 1;
    executor.released(mostRuns);
    this.#reapLater();
  }

  /** Whether workers keep the program alive. */
  setRef(keepAlive: boolean): void {
    if (keepAlive === this.#keepAlive) return;
    this.#keepAlive = keepAlive;
    for (const executor of this.#all()) executor.setRef(keepAlive);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#reapTimer);
    clearInterval(this.#beatTimer);
    await Promise.all(this.#all().map((executor) => executor.stop()));
    this.#dataServer?.close();
  }

  /** Ends everything without waiting, at the very end of the program. */
  kill(): void {
    for (const executor of this.#all()) executor.kill();
  }

  /** One more worker: one that is about to leave before one that is gone, and that before a new one. */
  #enlist(spawn: (slot: number) => ProcessExecutor): void {
    const others = this.#workers.filter((worker) => !this.#members.has(worker));
    let worker = others.find((other) => !other.isGone) ?? others[0];
    if (worker) worker.wake();
    else {
      worker = spawn(this.#workers.length);
      if (!this.#keepAlive) worker.setRef(false);
      this.#workers.push(worker);
    }
    this.#members.add(worker);
  }

  /** Starts processes of members that rest. */
  #wake(count: number): void {
    const resting = [...this.#members].filter((worker) => worker.standing.state === 'resting');
    for (const worker of resting.slice(0, Math.max(0, count))) worker.wake();
  }

  /** Workers that are idle for longer end their processes from now on; infinity: never. */
  setIdleTimeout(idleTimeoutMs: number): void {
    this.#idleTimeoutMs = idleTimeoutMs;
    clearTimeout(this.#reapTimer);
    this.#reapTimer = undefined;
    // Who has been idle for long enough already goes now.
    if (this.isStarted && idleTimeoutMs !== Number.POSITIVE_INFINITY) this.#reapLater(0);
  }

  /** Looks after a while whether there are workers that have been idle for too long. */
  #reapLater(afterMs = this.#idleTimeoutMs): void {
    if (this.#reapTimer || afterMs === Number.POSITIVE_INFINITY) return;
    this.#reapTimer = startTimer(afterMs, () => {
      this.#reapTimer = undefined;
      const standings = [...this.#members].map((worker) => worker.standing);
      const { slots, lookAgainMs } = pickReaped(
        standings,
        performance.now(),
        this.#idleTimeoutMs,
        this.#options.minProcs,
      );
      for (const slot of slots) this.#workers[slot]?.rest();
      if (lookAgainMs !== undefined) this.#reapLater(lookAgainMs);
    })?.unref();
  }

  #freeLocal(): LocalExecutor {
    const free = this.#locals.find((local) => local.isReady);
    if (free) return free;
    const local = new LocalExecutor(computeEntry(), this.#objectRoots, this.#options.listener);
    this.#locals.push(local);
    return local;
  }

  #all(): Executor[] {
    return [...this.#workers, ...this.#locals];
  }
}
