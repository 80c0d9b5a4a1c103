import type { ErrorInfo, ProcInfo } from '../../shared/engine-info';
import type {
  CallReply,
  ComputeToServer,
  ControlToServer,
  DepartedRank,
  MoreItems,
  RunRef,
  RunRequest,
} from '../../shared/worker-protocol';
import type { RunEnd } from './run-slot';

/** What a run says while it is under way. */
export type RunReport = Extract<ControlToServer, { type: 'progress' | 'call' | 'log' | 'emit' | 'stored' }>;

/** What an executor tells the server. Everything is about the run that it holds; nothing late or foreign arrives. */
export interface ExecutorListener {
  /** The run delivers items: see `ItemBatch`. */
  onItems(executor: Executor, message: Extract<ComputeToServer, { type: 'items' }>): void;
  /** The run wants more items. */
  onMore(executor: Executor, run: RunRef): void;
  /** The run ended by itself. */
  onEnd(executor: Executor, message: RunEnd): void;
  /** The run's thread or process ended under it. */
  onLost(executor: Executor, run: RunRef, error: ErrorInfo): void;
  onReport(executor: Executor, message: RunReport): void;
  /** Its state, pid or number of restarts has changed. */
  onChange(executor: Executor): void;
}

/** Something that runs one rank at a time: a worker process, or a compute thread of the server's own process. */
export interface Executor {
  readonly info: ProcInfo;
  /** Whether it can take a run now. */
  readonly isReady: boolean;
  /** Whether its process answers; one that is stopped or starved does not. */
  readonly isResponding: boolean;
  /** Job that has reserved it; set by the server. */
  jobId: number | null;
  /** Name of its inbox, over which its ranks can meet those of others directly; undefined when it has none. */
  readonly inbox: string | undefined;
  /** Takes a run; with another memory limit than before, a fresh thread is made for it first. */
  run(request: RunRequest, memoryMiB: number | null): void;
  /** Whether its process ends as soon as no job has it; a map job then gives it back between two items. */
  readonly isLeaving: boolean;
  /**
   * The job that had reserved it is done with it; called by the pool after `jobId` is null again.
   *
   * @param mostRuns a process that has done so many runs is replaced by a fresh one
   */
  released(mostRuns: number): void;
  watch(run: RunRef): void;
  cancel(run: RunRef, graceMs: number): void;
  /** Lets a map run end by itself between two items. */
  finish(run: RunRef): void;
  /** Hands a map run its next items, or tells it that there are no more. */
  give(items: MoreItems): void;
  reply(run: RunRef, call: number, reply: CallReply): void;
  /** Tells a rank that meets others directly who has left. */
  departed(run: RunRef, ranks: readonly DepartedRank[]): void;
  setRef(keepAlive: boolean): void;
  /** Ends it for good; resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** Ends it without waiting, for the very end of the program. */
  kill(): void;
}
