import type { ServerEvent } from '../shared/engine-info';
import { endCommandsNow } from './commands/command-register';
import { ServerStoppedError } from './errors';
import { JobBoard } from './jobs/job-board';
import { JobSubmitter } from './jobs/job-submitter';
import { Listeners } from './listeners';
import { ObjectFiles } from './meetings/object-files';
import { ObjectServer } from './objects/object-server';
import { NodeHost } from './pool/node-host';
import { RuntimeFolder } from './pool/runtime-folder';
import { WorkerPool } from './pool/worker-pool';
import {
  checkServerOptions,
  clampProcs,
  type LiveServerOptions,
  type ProcessServerOptions,
  wantsInboxes,
} from './server-options';
import { TargetResolver } from './targets/target-resolver';
import { startTimer } from './timers';

/**
 * What a `ProcessServer` is made of, from start to stop: who submits jobs, who runs them, and where their files lie.
 *
 *   submitter ──jobs──► board ──runs──► pool ──► worker processes
 */
export class ServerCore {
  readonly objServer = new ObjectServer();
  readonly listeners = new Listeners<ServerEvent>();
  readonly board: JobBoard;
  readonly pool: WorkerPool;
  readonly submitter: JobSubmitter;
  readonly #options: ProcessServerOptions;
  readonly #stopController = new AbortController();
  readonly #killAll = (): void => {
    this.pool.kill();
    if (this.#folder) endCommandsNow(this.#folder.path);
    this.#folder?.remove();
  };
  #folder: RuntimeFolder | undefined;
  #memoryMiB: number | undefined;
  #stopped: Promise<void> | undefined;
  /** Set when no worker process can be started: why. */
  #hopeless: Error | undefined;

  /** @throws RangeError when a number makes no sense */
  constructor(options: ProcessServerOptions) {
    checkServerOptions(options);
    this.#options = options;
    this.#memoryMiB = options.memoryMiB;
    const emit = (make: () => ServerEvent): void => {
      // Most events are for nobody, and describing a job is not for free.
      if (!this.listeners.isEmpty) this.listeners.tell(make());
    };
    this.board = new JobBoard(
      () => this.pool,
      new ObjectFiles(() => this.#runtimeFolder().objectRoots),
      emit,
      (isBusy) => this.pool.setRef(isBusy || !options.daemon),
    );
    this.pool = new WorkerPool({
      numProcs: clampProcs(options.numProcs, options.allowOversubscribe),
      host: options.host ?? new NodeHost(),
      memoryMiB: options.memoryMiB ?? null,
      recycle: {
        afterRuns: options.recycleAfter ?? Number.POSITIVE_INFINITY,
        aboveMiB: options.recycleAboveMiB ?? Number.POSITIVE_INFINITY,
      },
      idleTimeoutMs: options.idleTimeoutMs ?? Number.POSITIVE_INFINITY,
      minProcs: options.minProcs ?? 0,
      hasInboxes: wantsInboxes(options.meetings),
      listener: this.board.listener,
      onHopeless: (error) => {
        this.#hopeless = error;
        this.board.rejectWaiting(error);
      },
    });
    this.submitter = new JobSubmitter({
      board: this.board,
      resolver: new TargetResolver(() => this.#runtimeFolder().path),
      objServer: this.objServer,
      memoryMiB: () => this.#memoryMiB,
      maxResultMiB: options.maxResultMiB,
      objectRoots: () => this.#runtimeFolder().objectRoots,
      realNumProcs: () => this.pool.numProcs,
      refusal: () => (this.stopSignal.aborted ? new ServerStoppedError() : this.#hopeless),
    });
  }

  get stopSignal(): AbortSignal {
    return this.#stopController.signal;
  }

  /** @throws ServerStoppedError when it has been stopped */
  start(): void {
    if (this.#stopped) throw new ServerStoppedError();
    if (this.pool.isStarted) return;
    process.once('exit', this.#killAll);
    this.pool.start(this.#runtimeFolder());
    this.pool.setRef(!this.#options.daemon || this.board.jobs.length > 0);
  }

  /** @throws RangeError when that is not an integer; ServerStoppedError when it has been stopped */
  resize(numProcs: number): void {
    if (this.#stopped) throw new ServerStoppedError();
    this.pool.resize(clampProcs(numProcs, this.#options.allowOversubscribe));
    this.board.fit();
  }

  /** @throws RangeError when a number makes no sense */
  configure({ memoryMiB, idleTimeoutMs }: LiveServerOptions): void {
    checkServerOptions({
      ...(typeof memoryMiB === 'number' && { memoryMiB }),
      ...(typeof idleTimeoutMs === 'number' && { idleTimeoutMs }),
    });
    if (memoryMiB !== undefined) this.#memoryMiB = memoryMiB ?? undefined;
    if (idleTimeoutMs !== undefined) this.pool.setIdleTimeout(idleTimeoutMs ?? Number.POSITIVE_INFINITY);
  }

  /** Stops for good, once: running jobs get `graceMs` milliseconds to end, waiting ones fail at once. */
  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  async #stop(graceMs: number): Promise<void> {
    this.#stopController.abort(new ServerStoppedError());
    this.board.close(
      (job) => new ServerStoppedError(`The server was stopped before job ${job.id} (${job.label}) began.`),
    );
    const timer = startTimer(graceMs, () => {
      this.board.cancelRunning(
        (job) => new ServerStoppedError(`The server was stopped while job ${job.id} (${job.label}) ran.`),
      );
    });
    await this.board.whenIdle();
    clearTimeout(timer);
    await this.submitter.whenSettled();
    await this.pool.stop();
    await this.#folder?.swept;
    this.#folder?.remove();
    process.removeListener('exit', this.#killAll);
  }

  #runtimeFolder(): RuntimeFolder {
    this.#folder ??= new RuntimeFolder();
    return this.#folder;
  }
}
