import type { CommandResult } from '../../shared/command';
import type { ResolvedTarget } from '../../shared/worker-protocol';
import { type CommandSpec, describeCommand, locateCommand, prepareCommand } from '../commands/command';
import { commandGraceMs } from '../commands/process-tree';
import { JobArrays } from '../data/job-arrays';
import { describeDiverted } from '../data/message-arrays';
import { CommandStartError, TargetNotFoundError } from '../errors';
import { ItemStore } from '../items/item-store';
import { MapMachine } from '../items/map-machine';
import type { ObjectProxy } from '../objects/object-proxy';
import { type HeldObjects, noObjects, type ObjectServer } from '../objects/object-server';
import { workerEnvironment } from '../pool/worker-env';
import type { TargetResolver } from '../targets/target-resolver';
import { commandSpec, describeTarget, isConcurrent, type TargetInfo, type TargetSpec } from '../targets/target-spec';
import { Future } from '../tasks/future';
import type { Task } from '../tasks/task';
import { countRanks, encodeArguments } from './call-arguments';
import type { JobBoard } from './job-board';
import { JobFuture, MapFuture, settleFuture, settleMapFuture } from './job-future';
import type { JobOutcome } from './job-life';
import { JobMachine } from './job-machine';
import { checkItemOptions, checkLimits, type JobOptions, type MapOptions, type RunOptions } from './job-options';
import { machineOptions, mapControl } from './map-control';
import { endTask, explainClosure, refusing } from './refusals';
import { parseRetries } from './retry';
import { parseSchedule, type ScheduleSpec } from './schedule';
import { newJob } from './server-job';

/** How long a cancelled run of commands may take: they are asked to end, and ended when they do not, in milliseconds. */
const commandEndMs = commandGraceMs + 1500;

/** What jobs are made from, and where they go. */
export interface SubmitterParts {
  readonly board: JobBoard;
  readonly resolver: TargetResolver;
  readonly objServer: ObjectServer;
  /** Heap limit of each rank in MiB where a job gives none. */
  readonly memoryMiB: () => number | undefined;
  /** Most that a rank may return in MiB where a job says nothing. */
  readonly maxResultMiB: number | undefined;
  /** Folders for large typed arrays. */
  readonly objectRoots: () => readonly string[];
  /** How many ranks there may be. */
  readonly realNumProcs: () => number;
  /** Why no job can be taken, if so. */
  readonly refusal: () => Error | undefined;
}

/** The arguments that callers gave, as a job holds them. */
interface TakenArguments {
  readonly payloads: readonly (Uint8Array | undefined)[];
  readonly objects: HeldObjects;
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
    const resolved = this.#resolve(target, options.from);
    const refused = refusal();
    const id = this.#nextJob++;
    // A server that takes no job has no place for arrays.
    const isInProcess = total === 1 && options.isolation !== 'process';
    const arrays = refused || total === 0 ? undefined : new JobArrays(objectRoots(), id, isInProcess, retries.max > 0);
    const { payloads, objects } = this.#take(total, args, kwargs, arrays);
    const future = new JobFuture<T>(id, (reason) => board.cancel(id, reason));
    if (refused) {
      endTask(task, refused);
      future.setObject(refused);
    } else if (!arrays) {
      task?.setMaxProgress(0);
      endTask(task);
      future.setObject(new Map());
    } else {
      const { onRankFailure } = options;
      const makeMachine = (ranks: number): JobMachine => new JobMachine(valRange, ranks, { schedule, onRankFailure });
      const settle = (outcome: JobOutcome): void =>
        this.#track(
          arrays.settle(outcome, () =>
            settleFuture(future, isConcurrent(target) ? explainClosure(outcome) : outcome, arrays.files),
          ),
        );
      const job = newJob(id, makeMachine(total), payloads, task, settle, {
        memoryMiB: memoryMiB(),
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

  /**
   * Serialises arguments. What was written for the job until then is removed again when one cannot be sent.
   *
   * @param arrays where large ones go; left out for what will be no job
   */
  #take(
    total: number,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
    arrays: JobArrays | undefined,
    proxies = new Set<ObjectProxy>(),
  ): TakenArguments {
    try {
      const payloads = total === 0 ? [] : encodeArguments(total, args, kwargs, proxies, arrays);
      // Without a job there would be nobody to let them go.
      return { payloads, objects: arrays ? this.#parts.objServer.hold(proxies) : noObjects };
    } catch (error) {
      arrays?.end();
      throw error;
    }
  }

  run(items: number | readonly unknown[], spec: CommandSpec, options: RunOptions): MapFuture<CommandResult> {
    const prepared = prepareCommand(spec);
    let command = prepared;
    let target: ResolvedTarget | Promise<ResolvedTarget>;
    try {
      command = locateCommand(prepared, workerEnvironment());
      target = this.#resolve(commandSpec, undefined);
    } catch (error) {
      if (!(error instanceof CommandStartError)) throw error;
      target = refusing(error);
    }
    // Commands differ in how long they take: whoever is free takes the next one.
    const schedule: ScheduleSpec = { kind: 'dynamic', chunk: 1 };
    const label = describeCommand(spec.argv);
    const mapOptions = { label, schedule, ...options, args: { command }, endGraceMs: commandEndMs };
    return this.#submitMap<CommandResult>(items, target, mapOptions);
  }

  map<T>(items: number | readonly unknown[], target: TargetSpec, options: MapOptions): MapFuture<T> {
    const label = options.label ?? describeTarget(target);
    return this.#submitMap<T>(items, this.#resolve(target, options.from), { ...options, label });
  }

  #submitMap<T>(
    items: number | readonly unknown[],
    resolved: ResolvedTarget | Promise<ResolvedTarget>,
    options: MapOptions & { readonly label: string; readonly endGraceMs?: number },
  ): MapFuture<T> {
    const { board, memoryMiB, realNumProcs, refusal, objectRoots } = this.#parts;
    const length = typeof items === 'number' ? items : items.length;
    const numProcs = options.numProcs ?? 0;
    const total = countRanks(length, numProcs, realNumProcs());
    checkLimits(options);
    checkItemOptions(length, options);
    const machine = new MapMachine(length, total, machineOptions(length, options));
    const proxies = new Set<ObjectProxy>();
    const store = typeof items === 'number' ? undefined : new ItemStore(items, proxies);
    const refused = refusal();
    const id = this.#nextJob++;
    // Ranks that begin anew read them again, so they stay to the end.
    const arrays = refused || machine.isComplete ? undefined : new JobArrays(objectRoots(), id, false, true);
    const { payloads, objects } = this.#take(1, [], options.args ?? {}, arrays, proxies);
    const future = new MapFuture<T>(id, mapControl(board, id, length));
    const settle = (outcome: JobOutcome): void => {
      settleMapFuture(future, outcome);
      arrays?.end();
    };
    if (refused) {
      endTask(options.task, refused);
      settle({ kind: 'rejected', error: refused });
    } else if (machine.isComplete) {
      options.task?.setMaxProgress(length);
      options.task?.setProgress(length);
      endTask(options.task);
      settle({ kind: 'items', results: machine.results });
    } else {
      const { retries: _, ...others } = options;
      const job = newJob(id, machine, payloads, options.task ?? null, settle, {
        memoryMiB: memoryMiB(),
        ...others,
        kind: 'map',
        isolation: 'process',
        items: store,
        takesAll: numProcs <= 0,
        objects,
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
      return refusing(error);
    }
  }
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}
