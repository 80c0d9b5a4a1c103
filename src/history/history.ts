import { BatchWriter } from './batch-writer';
import { dataFolder } from './data-folder';
import type { OpenDatabase } from './database';
import { RunRecorder } from './run-recorder';
import { defaultTimes, type ServiceTimes } from './service';
import { ServiceClient } from './service-client';
import { linkHere, linkToThread } from './service-link';
import type { ServiceOptions } from './start-service';
import type { Continuation, ContinuationOutcome } from './store/continuation';
import type { ClaimOptions, ClaimOutcome } from './store/ownership';
import type { QueuePlace } from './store/queue-order';
import type { JobRef } from './store/reading';
import type {
  HistoryEvent,
  ItemState,
  JobRemainder,
  NewRun,
  Notice,
  PruneOptions,
  RunFacets,
  RunKeys,
  RunLine,
  RunOutlinePage,
  RunOwner,
  RunPage,
  RunQuery,
  RunSplit,
  RunState,
  SettledRange,
  SettledValues,
  StoredLog,
  StoredRun,
} from './types';

export interface HistoryOptions extends Partial<Omit<ServiceOptions, 'times'>> {
  /** For tests. */
  readonly times?: Partial<ServiceTimes>;
  /**
   * Whether the database has a thread of its own, as it should in every program that does something else besides. The
   * default is true.
   */
  readonly thread?: boolean;
  /** Another library for the database; only without a thread. */
  readonly open?: OpenDatabase;
}

export interface RecordOptions extends ClaimOptions {
  /** Takes secrets out of every text that is kept: errors, logs, reasons. */
  readonly mask?: (text: string) => string;
}

/** What became of an attempt to work on a run. */
export type Claim =
  | { readonly ok: true; readonly recorder: RunRecorder }
  /** `owner` works on it; null when the run has ended. */
  | { readonly ok: false; readonly state: RunState; readonly owner: RunOwner | null };

/**
 * The queue and the history of all runs, shared by every window and command line of a person. Whatever a promise of it
 * says is done is on the disk.
 */
export class History {
  readonly #client: ServiceClient;
  readonly #writer: BatchWriter;
  readonly #listeners = new Set<(event: HistoryEvent) => void>();
  #notices: readonly Notice[] = [];
  #closing: Promise<void> | undefined;
  #isStalled = false;

  /**
   * Opens the history, or makes one.
   *
   * @throws HistoryError when it can neither be opened nor set aside
   */
  static async open(options: HistoryOptions = {}): Promise<History> {
    const history = new History(options);
    history.#notices = await history.#client.opened;
    return history;
  }

  private constructor({ thread = true, folder = dataFolder(), kind = 'program', times, limits, open }: HistoryOptions) {
    const allTimes = { ...defaultTimes, ...times };
    const options = { folder, kind, times: allTimes, ...(limits && { limits }) };
    this.#client = new ServiceClient(
      (events) => (thread ? linkToThread(options, events) : linkHere(options, events, open)),
      (event) => this.#onEvent(event),
      (error) => this.#writer.fail(error),
    );
    this.#writer = new BatchWriter(
      (batches, transfer) => this.#client.commit(batches, transfer),
      (run) => this.#onEvent({ type: 'lost', run }),
      allTimes.commitMs,
    );
  }

  /** What has to be told to somebody about how it was found. `dismissNotice` says that it was. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }

  /** Nothing can be written now: hand out no more work until the `resumed` event. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Calls a function for what happens, until the returned one is called. */
  onEvent(listener: (event: HistoryEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts runs at the end of the queue, all or none. Returns their ids, in order. */
  enqueue(runs: readonly NewRun[]): Promise<number[]> {
    return this.#client.call('enqueue', runs);
  }

  /**
   * Queues a run that goes on where an earlier one stands, with what that has done; the earlier one is over then. Both
   * or neither happens.
   */
  continueRun(continuation: Continuation): Promise<ContinuationOutcome> {
    return this.#client.call('continueRun', continuation);
  }

  /** One page of the list of runs, and how many there are. */
  list(query: RunQuery = {}): Promise<RunPage> {
    return this.#client.call('list', query);
  }

  /** The same with the jobs of each run, without what is large. */
  outline(query: RunQuery = {}): Promise<RunOutlinePage> {
    return this.#client.call('outline', query);
  }

  /** The numbers of all runs that fit, in order, and how many there are of each state. */
  search(query: RunQuery = {}): Promise<RunKeys> {
    return this.#client.call('search', query);
  }

  /** Some runs by their numbers, each with what tells it from others; in no particular order. */
  lines(ids: readonly number[]): Promise<RunLine[]> {
    return this.#client.call('lines', ids);
  }

  /** The job files and targets that there are runs of. */
  facets(): Promise<RunFacets> {
    return this.#client.call('facets', null);
  }

  /** A run with its jobs, source and plan; undefined when there is none. */
  get(run: number): Promise<StoredRun | undefined> {
    return this.#client.call('get', run);
  }

  /** What is left to do of a run, job by job. */
  remainder(run: number): Promise<JobRemainder[]> {
    return this.#client.call('remainder', run);
  }

  /** Ranges of items of a job that ended in one way, or in any, in order: at most `limit` (1,000) from an item on. */
  settled(
    query: JobRef & { readonly state?: ItemState; readonly from?: number; readonly limit?: number },
  ): Promise<SettledRange[]> {
    return this.#client.call('settled', query);
  }

  /** Values of a job's done items in order, in blocks: at most `limit` (100) of those that begin at `from` or later. */
  values(query: JobRef & { readonly from?: number; readonly limit?: number }): Promise<SettledValues[]> {
    return this.#client.call('values', query);
  }

  /** The result of a job as it was recorded; undefined when none is kept. */
  result(job: JobRef): Promise<Uint8Array | undefined> {
    return this.#client.call('result', job);
  }

  /** What was recorded with `RunRecorder.timeline`; undefined when nothing was. */
  timeline(job: JobRef): Promise<Uint8Array | undefined> {
    return this.#client.call('timeline', job);
  }

  /** What is kept of a job's output. */
  log(job: JobRef): Promise<StoredLog> {
    return this.#client.call('log', job);
  }

  /** Makes this process the owner of a run, if no living process is. */
  async claim(run: number, options: RecordOptions = {}): Promise<Claim> {
    const { mask, ...claim } = options;
    return this.#record(await this.#client.call('claim', { run, ...claim }), mask);
  }

  /** Makes this process the owner of the run that is next in the queue; undefined when none waits. */
  async claimNext(options: Pick<RecordOptions, 'mask'> = {}): Promise<RunRecorder | undefined> {
    const outcome = await this.#client.call('claimNext', null);
    const claim = outcome && this.#record(outcome, options.mask);
    return claim?.ok ? claim.recorder : undefined;
  }

  /** Puts waiting runs first, last or before another. They get the priority that belongs there. Returns those moved. */
  move(ids: readonly number[], place: QueuePlace): Promise<number[]> {
    return this.#client.call('move', { ids, place });
  }

  setPriority(ids: readonly number[], priority: number): Promise<number[]> {
    return this.#client.call('setPriority', { ids, priority });
  }

  /** Holds queued runs back; of running ones the owner gets a `request`. Returns those concerned. */
  pause(ids: readonly number[]): Promise<number[]> {
    return this.#client.call('pause', ids);
  }

  /** Queues paused and interrupted runs again. Returns those concerned. */
  unpause(ids: readonly number[]): Promise<number[]> {
    return this.#client.call('unpause', ids);
  }

  /** Cancels waiting runs; of running ones the owner gets a `request`. Returns those concerned. */
  cancel(ids: readonly number[]): Promise<number[]> {
    return this.#client.call('cancel', ids);
  }

  /** Takes ended runs off the list of the queue, or puts them back; they stay in the history. Returns those concerned. */
  clear(ids: readonly number[], isCleared = true): Promise<number[]> {
    return this.#client.call('clear', { ids, isCleared });
  }

  /** A job that a person had paused goes on with its run again. */
  release(job: JobRef): Promise<void> {
    return this.#client.call('release', job);
  }

  /** Whether the queue of the window is paused: it stays so from one start to the next. */
  isQueuePaused(): Promise<boolean> {
    return this.#client.call('isQueuePaused', null);
  }

  setQueuePaused(isPaused: boolean): Promise<void> {
    return this.#client.call('setQueuePaused', isPaused);
  }

  /**
   * Makes a run of its own of some jobs of a run that nobody works on. Returns its id; undefined when that cannot be
   * (any more).
   */
  split(parts: RunSplit): Promise<number | undefined> {
    return this.#client.call('split', parts);
  }

  /** Removes runs with all that is kept of them. Returns those removed; runs with an owner stay. */
  remove(ids: readonly number[]): Promise<number[]> {
    return this.#client.call('remove', ids);
  }

  /** Removes ended runs by age, number or size. Returns those removed. */
  prune(options: PruneOptions): Promise<number[]> {
    return this.#client.call('prune', options);
  }

  /** What the history takes up on the disk, in bytes. */
  bytesInUse(): Promise<number> {
    return this.#client.call('bytesInUse', null);
  }

  /** Somebody has been told that the history was set aside; it is not said again at the next start. */
  dismissNotice(): Promise<void> {
    return this.#client.call('dismissNotice', null);
  }

  /** Resolves when everything recorded before is on the disk. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Writes what is left, lets go of the runs that this process owns (they are interrupted then), and closes. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // What cannot be written now is given up by the service, and those who recorded it are told.
    if (!this.#isStalled) await this.#writer.flush().catch(() => undefined);
    await this.#client.close();
  }

  #record(outcome: ClaimOutcome, mask: RecordOptions['mask']): Claim {
    if (!outcome.ok) return outcome;
    return { ok: true, recorder: new RunRecorder(outcome.run, this.#writer.enter(outcome.run, outcome.fence), mask) };
  }

  #onEvent(event: HistoryEvent): void {
    if (event.type === 'stalled' || event.type === 'damaged') this.#isStalled = true;
    if (event.type === 'resumed') this.#isStalled = false;
    for (const listener of this.#listeners) listener(event);
  }
}
