import type { ResolvedTarget } from '../shared/worker-protocol';
import { countRanks, encodeArguments } from './call-arguments';
import { TargetNotFoundError } from './errors';
import { Future } from './future';
import { JobArrays } from './job-arrays';
import type { JobBoard } from './job-board';
import { JobFuture, type MapResult, settleFuture, settleMapFuture } from './job-future';
import type { JobOutcome } from './job-life';
import { JobMachine } from './job-machine';
import { checkLimits, type JobOptions, type MapOptions } from './job-options';
import { MapMachine } from './map-machine';
import { describeDiverted } from './message-arrays';
import type { ObjectProxy } from './object-proxy';
import { type HeldObjects, noObjects, type ObjectServer } from './object-server';
import { parseRetries } from './retry';
import { parseSchedule } from './schedule';
import { newJob } from './server-job';
import type { TargetResolver } from './target-resolver';
import type { TargetInfo, TargetSpec } from './target-spec';
import type { Task } from './task';

/** What jobs are made from, and where they go. */
export interface SubmitterParts {
  readonly board: JobBoard;
  readonly resolver: TargetResolver;
  readonly objServer: ObjectServer;
  /** Heap limit of each rank in MiB where a job gives none. */
  readonly memoryMiB: number | undefined;
  /** Most that a rank may return in MiB where a job says nothing. */
  readonly maxResultMiB: number | undefined;
  /** Folders for large typed arrays. */
  readonly objectRoots: () => readonly string[];
  /** How many ranks there may be. */
  readonly realNumProcs: () => number;
  /** Why no job can be taken, if so. */
  readonly refusal: () => Error | undefined;
}

/** What callers gave, as a job holds it. */
interface TakenJob {
  readonly payloads: readonly (Uint8Array | undefined)[];
  readonly objects: HeldObjects;
  readonly resolved: ResolvedTarget | Promise<ResolvedTarget>;
}

/**
 * Makes jobs of what callers ask for: checks and serialises the arguments, resolves the target, gives the job its
 * number and its Future, and hands it to the board. What the methods do is said at those of `ProcessServer`.
 */
export class JobSubmitter {
  readonly #parts: SubmitterParts;
  #nextJob = 1;
  /** Results of jobs that have ended, while large arrays of them are being read. */
  readonly #settling = new Set<Promise<void>>();

  constructor(parts: SubmitterParts) {
    this.#parts = parts;
  }

  call<T>(
    valRange: number,
    numProcs: number,
    task: Task | null,
    target: TargetSpec,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
    options: JobOptions,
  ): JobFuture<T> {
    const { board, memoryMiB, maxResultMiB, realNumProcs, refusal, objectRoots } = this.#parts;
    const total = countRanks(valRange, numProcs, realNumProcs());
    checkLimits(options);
    const schedule = parseSchedule(options.schedule);
    const retries = parseRetries(options.retries);
    const refused = refusal();
    const id = this.#nextJob++;
    // A server that takes no job has no place for arrays.
    const isInProcess = total === 1 && options.isolation !== 'process';
    const arrays = refused || total === 0 ? undefined : new JobArrays(objectRoots(), id, isInProcess, retries.max > 0);
    const { payloads, objects, resolved } = this.#take(total, args, kwargs, target, options, arrays);
    const future = new JobFuture<T>(id, (reason) => board.cancel(id, reason));
    if (refused) future.setObject(refused);
    else if (!arrays) {
      task?.setMaxProgress(0);
      future.setObject(new Map());
    } else {
      const { onRankFailure } = options;
      const makeMachine = (ranks: number): JobMachine => new JobMachine(valRange, ranks, { schedule, onRankFailure });
      const settle = (outcome: JobOutcome): void =>
        this.#track(arrays.settle(outcome, () => settleFuture(future, outcome, arrays.files)));
      const job = newJob(id, makeMachine(total), payloads, task, settle, {
        memoryMiB,
        maxResultMiB,
        label: describeTarget(target),
        remake: makeMachine,
        ...options,
        retries,
        objects,
        memories: arrays.memories,
      });
      board.submit(job, resolved, [options.signal, task?.signal].filter(isGiven));
      const { divertedBytes } = arrays;
      if (divertedBytes > 0) board.note(job, describeDiverted(divertedBytes, objectRoots()));
    }
    return future;
  }

  /** Resolves when nothing is being read any more for jobs that have ended. */
  async whenSettled(): Promise<void> {
    await Promise.all(this.#settling);
  }

  #track(settling: Promise<void> | undefined): void {
    if (!settling) return;
    this.#settling.add(settling);
    void settling.finally(() => this.#settling.delete(settling));
  }

  /** Everything that can throw: what was written for the job until then is removed again. */
  #take(
    total: number,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
    target: TargetSpec,
    options: JobOptions,
    arrays: JobArrays | undefined,
  ): TakenJob {
    try {
      const proxies = new Set<ObjectProxy>();
      const payloads = total === 0 ? [] : encodeArguments(total, args, kwargs, proxies, arrays);
      const resolved = this.#resolve(target, options.from);
      // Without a job there would be nobody to let them go.
      return { payloads, resolved, objects: arrays ? this.#parts.objServer.hold(proxies) : noObjects };
    } catch (error) {
      arrays?.discard();
      throw error;
    }
  }

  map<T>(items: number | readonly unknown[], target: TargetSpec, options: MapOptions): Future<MapResult<T>[]> {
    const { board, objServer, memoryMiB, realNumProcs, refusal } = this.#parts;
    const length = typeof items === 'number' ? items : items.length;
    const total = countRanks(length, options.numProcs ?? 0, realNumProcs());
    const retries = options.retries ?? 0;
    if (!Number.isInteger(retries) || retries < 0)
      throw new RangeError(`retries must be an integer of at least 0, not ${retries}.`);
    checkLimits(options);
    const schedule = parseSchedule(options.schedule ?? 'dynamic');
    const proxies = new Set<ObjectProxy>();
    const payload = encodeArguments(1, [typeof items === 'number' ? null : items], options.args ?? {}, proxies)[0];
    const resolved = this.#resolve(target, options.from);
    const id = this.#nextJob++;
    const future = new Future<MapResult<T>[]>((reason) => board.cancel(id, reason));
    const refused = refusal();
    if (refused) future.setObject(refused);
    else if (total === 0) future.setObject([]);
    else {
      const makeMachine = (ranks: number): MapMachine => new MapMachine(length, ranks, schedule, retries);
      const payloads = Array.from({ length: total }, () => payload);
      const settle = (outcome: JobOutcome): void => settleMapFuture(future, outcome);
      const job = newJob(id, makeMachine(total), payloads, options.task ?? null, settle, {
        memoryMiB,
        label: describeTarget(target),
        ...options,
        kind: 'map',
        remake: makeMachine,
        // Its items are tried again, not the job as a whole.
        retries: 0,
        isolation: 'process',
        objects: objServer.hold(proxies),
      });
      board.submit(job, resolved, [options.signal, options.task?.signal].filter(isGiven));
    }
    return future;
  }

  /** Loads a target on a worker, to see whether it is there. */
  async probe(target: TargetSpec, options: Pick<JobOptions, 'from' | 'signal'>): Promise<TargetInfo> {
    const { board, refusal } = this.#parts;
    const resolved = await this.#resolve(target, options.from);
    const refused = refusal();
    if (refused) throw refused;
    const known = board.knownTarget(resolved);
    if (known) return known;
    const done = new Future<true>();
    const settle = (outcome: JobOutcome): void => done.setObject(outcome.kind === 'rejected' ? outcome.error : true);
    const job = newJob(this.#nextJob++, new JobMachine(1, 1, { onlyProbe: true }), [], null, settle, {
      label: describeTarget(target),
      priority: Number.POSITIVE_INFINITY,
      isolation: 'process',
      isProbe: true,
    });
    board.submit(job, resolved, [options.signal].filter(isGiven));
    await done;
    return board.knownTarget(resolved) ?? { hasCombine: false };
  }

  /** A target that is not there fails its job; one that is not a target at all throws at once. */
  #resolve(target: TargetSpec, from: string | undefined): ResolvedTarget | Promise<ResolvedTarget> {
    try {
      const found = this.#parts.resolver.resolve(target, from);
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
}

function describeTarget(target: TargetSpec): string {
  if (typeof target === 'string') return target;
  return 'module' in target ? `${target.module}#${target.export}` : 'concurrent function';
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}
