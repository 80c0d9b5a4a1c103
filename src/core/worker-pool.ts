import { randomBytes } from 'node:crypto';
import type { ProcInfo } from '../shared/engine-info';
import { DataLinkServer } from './data-link';
import type { Executor, ExecutorListener } from './executor';
import { LocalExecutor } from './local-executor';
import { ProcessExecutor } from './process-executor';
import type { RuntimeFolder } from './runtime-folder';
import { computeEntry, controlEntry } from './worker-entries';
import { workerEnvironment } from './worker-env';
import type { WorkerHost } from './worker-host';

export interface WorkerPoolOptions {
  readonly numProcs: number;
  readonly host: WorkerHost;
  readonly memoryMiB: number | null;
  readonly listener: ExecutorListener;
  /** No worker process can be started. */
  readonly onHopeless: (error: Error) => void;
}

/**
 * The worker processes, and the compute threads of the server's own process for jobs of one rank.
 *
 * Both count: at most `numProcs` ranks run at a time, wherever they do.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers: ProcessExecutor[] = [];
  readonly #locals: LocalExecutor[] = [];
  #dataServer: DataLinkServer | undefined;
  #held = 0;
  #keepAlive = true;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get procs(): ProcInfo[] {
    return this.#workers.map((worker) => worker.info);
  }

  get isStarted(): boolean {
    return this.#dataServer !== undefined;
  }

  /** Workers that hold no rank but cannot take one yet: they are being started. */
  get unavailable(): number {
    return this.#workers.filter((worker) => !worker.isReady && worker.jobId === null).length;
  }

  /** How many ranks can be started now. */
  get free(): number {
    return this.#options.numProcs - this.#held - this.unavailable;
  }

  /** Starts the worker processes. @param folder where their local socket is made */
  start(folder: RuntimeFolder): void {
    const token = randomBytes(24).toString('hex');
    const dataServer = new DataLinkServer(folder.socketPath, token, (ready, link) => {
      const worker = this.#workers[ready.slot];
      if (worker?.incarnation === ready.incarnation) worker.attach(link);
    });
    this.#dataServer = dataServer;
    const { numProcs, host, listener, memoryMiB, onHopeless } = this.#options;
    const env = workerEnvironment();
    for (let slot = 0; slot < numProcs; slot += 1) {
      this.#workers.push(
        new ProcessExecutor({
          slot,
          host,
          memoryMiB,
          listener,
          onHopeless,
          spec: (incarnation, limit) => ({
            entry: controlEntry(),
            env,
            name: `procession-worker-${slot}`,
            identity: { slot, incarnation, dataPath: dataServer.path, token, serverPid: process.pid, memoryMiB: limit },
          }),
        }),
      );
    }
  }

  /** Reserves what a job needs, all of it or nothing. */
  reserve(jobId: number, ranks: number, isLocal: boolean): Executor[] | undefined {
    const executors: Executor[] = isLocal
      ? [this.#freeLocal()]
      : this.#workers.filter((worker) => worker.isReady).slice(0, ranks);
    if (executors.length < ranks) return undefined;
    for (const executor of executors) executor.jobId = jobId;
    this.#held += ranks;
    return executors;
  }

  release(executor: Executor): void {
    executor.jobId = null;
    this.#held -= 1;
  }

  /** Whether workers keep the program alive. */
  setRef(keepAlive: boolean): void {
    if (keepAlive === this.#keepAlive) return;
    this.#keepAlive = keepAlive;
    for (const executor of this.#all()) executor.setRef(keepAlive);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all().map((executor) => executor.stop()));
    this.#dataServer?.close();
  }

  /** Ends everything without waiting, at the very end of the program. */
  kill(): void {
    for (const executor of this.#all()) executor.kill();
  }

  #freeLocal(): LocalExecutor {
    const free = this.#locals.find((local) => local.isReady);
    if (free) return free;
    const local = new LocalExecutor(computeEntry(), this.#options.listener);
    this.#locals.push(local);
    return local;
  }

  #all(): Executor[] {
    return [...this.#workers, ...this.#locals];
  }
}
