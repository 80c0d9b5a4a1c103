import { toErrorInfo } from '../core/error-info';
import { JobCancelledError } from '../core/errors';
import type { SettledItem } from '../core/items/item-result';
import type { MapFuture } from '../core/jobs/job-future';
import type { MapOptions } from '../core/jobs/job-options';
import { ItemList } from '../jobs/plan-items';
import type { PlannedCommandJob, PlannedMapJob } from '../shared/plan';
import { combineValues } from './combine';
import { startCommand } from './command-job';
import { engineOptions } from './engine-options';
import { ItemResults } from './item-results';
import { JobClock } from './job-clock';
import { fileOutput } from './job-output';
import type { JobOutcome } from './outcome';
import type { JobStart, RunningJob } from './running-job';

type ItemControl = Pick<MapFuture<unknown>, 'release' | 'skip' | 'finish' | 'pause' | 'resume'>;

type ItemJobStart = JobStart & { readonly job: PlannedMapJob | PlannedCommandJob };

/** Starts a job that works item by item: a function that is called, or a command that is run, for each. */
export function startItemJob(start: ItemJobStart): RunningJob {
  return new ItemJob(start);
}

class ItemJob implements RunningJob {
  readonly outcome: Promise<JobOutcome>;
  readonly #start: ItemJobStart;
  readonly #cancelled = new AbortController();
  readonly #clock: JobClock;
  readonly #items: ItemList;
  readonly #results: ItemResults;
  #future: ItemControl | undefined;
  #finishReason: string | undefined;
  /** What is done with the items that the engine has not been asked for yet. */
  #early: ((future: ItemControl) => void)[] = [];

  constructor(start: ItemJobStart) {
    this.#start = start;
    this.#items = new ItemList(start.job);
    this.#results = new ItemResults(start, this.#items);
    this.#clock = new JobClock(start.server, start.job.jobTimeoutMs, this.#cancelled.signal);
    this.outcome = this.#run();
  }

  release(ranges: readonly (readonly [number, number])[]): void {
    this.#tell((future) => {
      for (const [start, end] of ranges) future.release(start, end);
    });
  }

  skip(ranges: readonly (readonly [number, number])[], reason: string): void {
    this.#tell((future) => {
      for (const [start, end] of ranges) future.skip(start, end, reason);
    });
  }

  finish(reason: string): void {
    this.#finishReason ??= reason;
    this.#tell((future) => future.finish(reason));
  }

  pause(): void {
    this.#clock.pause();
    this.#tell((future) => future.pause());
  }

  resume(): void {
    this.#clock.resume();
    this.#tell((future) => future.resume());
  }

  cancel(reason: string): void {
    this.#cancelled.abort(reason);
  }

  #tell(what: (future: ItemControl) => void): void {
    if (this.#future) what(this.#future);
    else this.#early.push(what);
  }

  async #run(): Promise<JobOutcome> {
    try {
      const combineTarget = await this.#combineTarget();
      await this.#work();
      await this.#results.whenWritten();
      return await this.#conclude(combineTarget);
    } catch (error) {
      await this.#results.whenWritten();
      return this.#broken(error);
    }
  }

  /** The target whose `combine` makes one result of the values, if there is one. */
  async #combineTarget(): Promise<string | undefined> {
    const { server, job } = this.#start;
    if (job.kind === 'run') return undefined;
    const { hasCombine } = await server.prepareTarget(job.target, { signal: this.#clock.signal });
    return hasCombine ? job.target : undefined;
  }

  async #work(): Promise<void> {
    const { server, job, ranks, env, closed, skipped, earlier } = this.#start;
    const options: MapOptions = {
      ...engineOptions(job, env, this.#clock.signal),
      numProcs: ranks,
      retries: job.retries,
      done: earlier.ranges,
      blocked: closed,
      // They are kept here, as they came, and in the history.
      keepResults: false,
      onItems: (items: readonly SettledItem[]) => this.#results.add(items),
      ...(job.timeoutMs !== null && { itemTimeoutMs: job.timeoutMs }),
    };
    const future =
      job.kind === 'run'
        ? startCommand(this.#start, job, this.#items, options)
        : server.map(job.items.kind === 'count' ? job.range : this.#items.slice(0, job.range), job.target, {
            ...options,
            args: job.args,
          });
    this.#future = future;
    this.#clock.follow(future.jobId);
    this.#start.onQueued(future.jobId, 'work');
    for (const [start, end] of skipped) future.skip(start, end, 'The same item of a job that it needs was not done.');
    for (const what of this.#early.splice(0)) what(future);
    await future;
  }

  async #conclude(combineTarget: string | undefined): Promise<JobOutcome> {
    const { job } = this.#start;
    const results = this.#results;
    const totals = results.totals;
    const isWhole = totals.done === job.range;
    const values = results.values();
    const result =
      isWhole && combineTarget !== undefined
        ? await combineValues(this.#start, combineTarget, values, this.#clock)
        : values;
    const output = isWhole ? await fileOutput(this.#start, result, this.#clock.signal) : results.outputFolder;
    const reason =
      this.#finishReason ?? (totals.skipped > 0 ? 'Items of jobs that it needs were not done.' : undefined);
    return {
      state: isWhole ? 'done' : this.#finishReason !== undefined && totals.failed === 0 ? 'cancelled' : 'failed',
      result,
      items: totals,
      errors: results.errors,
      ...(!isWhole && reason !== undefined && { reason }),
      ...(output !== undefined && { output }),
      ...this.#clock.stop(),
    };
  }

  #broken(error: unknown): JobOutcome {
    const clock = this.#clock;
    const cause: unknown = clock.hasTimedOut ? clock.timeoutError : error;
    const { signal } = this.#cancelled;
    const isCancelled = !clock.hasTimedOut && (signal.aborted || cause instanceof JobCancelledError);
    const isGivenUp = isCancelled && this.#results.totals.failed > 0;
    return {
      state: isCancelled && !isGivenUp ? 'cancelled' : 'failed',
      items: this.#results.totals,
      errors: [...(isGivenUp ? [] : [{ rank: null, error: toErrorInfo(cause) }]), ...this.#results.errors],
      ...(isCancelled && typeof signal.reason === 'string' && { reason: signal.reason }),
      ...clock.stop(),
    };
  }
}
