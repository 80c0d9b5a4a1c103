import type { History } from '../../history';
import type { ServerEvent } from '../../shared/engine-info';
import type { RunAnswer } from '../../shared/ipc';
import type { QueueRequests, QueueStatus, QueueTarget } from '../../shared/ipc-queue';
import type { RequestHandlers } from '../ipc';
import { NoticeBoard } from '../notice-board';
import { HistoryKeeper } from './history-keeper';
import type { QueueParts } from './queue-parts';
import { RunQueue } from './run-queue';

/** Changes in the engine are looked at together, so many milliseconds after the first. */
const kickMs = 10;

const nothing: QueueStatus = { isPaused: false, left: { interrupted: 0, waiting: 0 }, questions: [] };
const notRun: RunAnswer = { kind: 'submitted', keys: [] };

type QueueRequestName =
  | keyof QueueRequests
  | 'runJobs'
  | 'cancelJobs'
  | 'trust'
  | 'rerunHistory'
  | 'resumeHistory'
  | 'listHistoryRun'
  | 'deleteHistory';

/**
 * The queue from the start of the app on, also while the history is still being opened: what is asked for meanwhile is
 * done when it is.
 */
export class QueueService {
  readonly notices: NoticeBoard;
  /** Resolves when the list has what the history had, or when there is no history. */
  readonly restored: Promise<void>;
  readonly #keeper: HistoryKeeper;
  readonly #opened: Promise<RunQueue | undefined>;
  #queue: RunQueue | undefined;
  #kick: NodeJS.Timeout | undefined;

  /** @param begin when the history may be opened, which takes processors from others */
  constructor({ begin, ...parts }: Omit<QueueParts, 'history' | 'notices'> & { readonly begin: Promise<void> }) {
    this.notices = new NoticeBoard(() => parts.observer.changed());
    this.#keeper = new HistoryKeeper(this.notices, begin);
    this.#opened = this.#keeper.history.then(
      async (history) => {
        const isPaused = await history.isQueuePaused();
        this.#queue = new RunQueue({ ...parts, history, notices: this.notices }, isPaused);
        return this.#queue;
      },
      () => undefined,
    );
    this.restored = this.#opened.then((queue) => queue?.restore());
  }

  get status(): QueueStatus {
    return this.#queue?.status ?? nothing;
  }

  /** How many runs are worked on here. */
  get activeRuns(): number {
    return this.#queue?.activeRuns ?? 0;
  }

  /** A run is worked on here, or about to be. */
  isOwn(run: number): boolean {
    return this.#queue?.isOwn(run) ?? false;
  }

  /** The history that runs are recorded in; rejects when there is none. */
  get history(): Promise<History> {
    return this.#keeper.history;
  }

  /** An event of the engine as it may be shown: without secrets. */
  masked(event: ServerEvent): ServerEvent {
    return this.#queue?.masked(event) ?? event;
  }

  /** Something has changed in the engine: perhaps there is room for another run. */
  kick(): void {
    this.#kick ??= setTimeout(() => {
      this.#kick = undefined;
      this.#queue?.kick();
    }, kickMs);
  }

  /** Reads the plan of a run of which only an outline is known. */
  async loadPlan(run: number): Promise<void> {
    await (await this.#opened)?.submission.loadPlan(run);
  }

  /** Removes runs that ended so many days ago from the history; null: none. */
  async removeOlder(days: number | null): Promise<void> {
    if (days === null) return;
    try {
      await (await this.history).prune({ endedBefore: Date.now() - days * 86_400_000 });
    } catch (error) {
      console.error('Old runs could not be removed from the history:', error);
    }
  }

  /** Nothing begins while the queue is paused. */
  async setPaused(isPaused: boolean): Promise<void> {
    await (await this.#opened)?.setPaused(isPaused);
  }

  /** The machine lives on its battery from now on, or not any more. */
  async saveBattery(isOnBattery: boolean): Promise<void> {
    await (await this.#opened)?.saveBattery(isOnBattery);
  }

  /** Ends what runs, to be resumed later, and closes the history. */
  async stop(): Promise<void> {
    clearTimeout(this.#kick);
    const queue = await this.#opened;
    await queue?.stop();
    await this.#keeper.close();
  }

  /** What the window can ask of it. */
  requests(): Pick<RequestHandlers, QueueRequestName> {
    const on =
      <Args extends readonly unknown[], T>(otherwise: T, act: (queue: RunQueue, ...args: Args) => T | Promise<T>) =>
      async (...args: Args): Promise<T> => {
        const queue = await this.#opened;
        return queue === undefined ? otherwise : await act(queue, ...args);
      };
    return {
      runJobs: on(notRun, ({ submission }, keys: readonly number[]) => submission.run(keys)),
      duplicateJobs: on(notRun, ({ submission }, keys: readonly number[]) => submission.duplicate(keys)),
      retryFailed: on(notRun, ({ submission }, keys: readonly number[]) => submission.retryFailed(keys)),
      rerunHistory: on(notRun, ({ earlier }, runs: readonly number[]) => earlier.again(runs)),
      resumeHistory: on(notRun, ({ earlier }, runs: readonly number[]) => earlier.goOn(runs)),
      listHistoryRun: on<[number], readonly number[]>([], ({ earlier }, run) => earlier.list([run])),
      deleteHistory: on(0, ({ earlier }, runs: readonly number[]) => earlier.remove(runs)),
      cancelJobs: on(undefined, ({ steering }, keys: readonly number[]) => steering.cancel(keys)),
      pauseJobs: on(undefined, ({ steering }, keys: readonly number[]) => steering.pause(keys)),
      resumeJobs: on(undefined, ({ steering }, keys: readonly number[]) => steering.resume(keys)),
      moveJobs: on(undefined, ({ steering }, keys: readonly number[], target: QueueTarget) =>
        steering.move(keys, target),
      ),
      setPriority: on(undefined, ({ steering }, keys: readonly number[], priority: number) =>
        steering.setPriority(keys, priority),
      ),
      resumeLeft: on(undefined, (queue) => queue.resumeLeft()),
      keepLeft: on(undefined, (queue) => queue.keepLeft()),
      setQueuePaused: (isPaused) => this.setPaused(isPaused),
      removeJobs: on(undefined, (queue, keys: readonly number[]) => queue.remove(keys)),
      trust: on(undefined, (queue, tickets: readonly string[]) => queue.answer(tickets, true)),
      refuseTrust: on(undefined, (queue, tickets: readonly string[]) => queue.answer(tickets, false)),
      dismissNotice: async (id) => {
        const matter = this.notices.dismiss(id);
        if (matter !== undefined) await this.#keeper.dismissed(matter);
      },
    };
  }
}
