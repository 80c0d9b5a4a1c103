import { setMaxListeners } from 'node:events';
import { toErrorInfo } from '../core/error-info';
import type { SettledItem } from '../core/items/item-result';
import type { ProcessServer } from '../core/process-server';
import type { PlannedJob, PlannedRun } from '../shared/plan';
import { type EarlierItems, endsOf, nothingEarlier } from './earlier-items';
import { startItemJob } from './item-job';
import type { JobOutcome } from './outcome';
import { type RunAction, RunMachine } from './run-machine';
import type { RunningJob } from './running-job';
import { environmentOf, SecretMask } from './secrets';
import { startTargetJob } from './target-job';
import type { TraceRecord } from './tracking/trace-record';

/** What was done of a job when its run was started before. */
export interface EarlierJob {
  readonly items: EarlierItems;
  /** How it ended; undefined when it has not. */
  readonly outcome: JobOutcome | undefined;
  /** How it had gone; undefined when that is not known. */
  readonly trace?: TraceRecord | undefined;
}

export interface JobFileRunOptions {
  readonly server: ProcessServer;
  readonly plan: PlannedRun;
  /** Where secrets come from. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** By key of the job. */
  readonly earlier?: ReadonlyMap<string, EarlierJob>;
  readonly onEvent: (event: JobFileRunEvent) => void;
}

/** What happens in a run, in order. Secrets are hidden in it. */
export type JobFileRunEvent =
  /** The server has queued the job, or (`combine`) the small one that combines its values, under this number. */
  | { readonly type: 'queued'; readonly key: string; readonly jobId: number; readonly part: 'work' | 'combine' }
  /** Items have ended, each once. */
  | { readonly type: 'items'; readonly key: string; readonly items: readonly SettledItem[] }
  | { readonly type: 'ended'; readonly key: string; readonly outcome: JobOutcome };

/**
 * One run of a job file: starts its jobs when what they need is there, passes items on, gives jobs up that fail too
 * often, and tells what happens. It decides nothing itself; see {@link RunMachine}.
 */
export class JobFileRun {
  readonly mask: SecretMask;
  /** By key, in the order of the plan, once all jobs have ended. Never rejects. */
  readonly ended: Promise<ReadonlyMap<string, JobOutcome>>;
  readonly #options: JobFileRunOptions;
  readonly #machine: RunMachine;
  readonly #jobs: ReadonlyMap<string, PlannedJob>;
  readonly #running = new Map<string, RunningJob>();
  readonly #outcomes = new Map<string, JobOutcome>();
  readonly #createdAt = Date.now();
  #settle: (outcomes: ReadonlyMap<string, JobOutcome>) => void = () => undefined;

  constructor(options: JobFileRunOptions) {
    const { plan, server, environment } = options;
    this.#options = options;
    this.mask = new SecretMask(plan.jobs, environment);
    this.#jobs = new Map(plan.jobs.map((job) => [job.key, job]));
    this.#machine = new RunMachine(plan.jobs, { maxProcs: plan.maxProcs, realNumProcs: server.realNumProcs });
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    setMaxListeners(0, server.stopSignal);
  }

  /** Begins. What had ended before is told again by nobody. */
  start(): this {
    for (const [key, { items, outcome }] of this.#options.earlier ?? []) {
      if (!this.#jobs.has(key)) continue;
      this.#machine.itemsEnded(key, endsOf(items));
      if (!outcome) continue;
      this.#outcomes.set(key, outcome);
      if (outcome.state === 'done') this.#passAllItems(key);
      this.#machine.jobEnded(key, outcome.state);
    }
    this.#perform(this.#machine.begin());
    return this;
  }

  /** Begins nothing more; items that are being worked on are finished. What was done is kept. */
  finish(reason: string): void {
    this.#perform(this.#machine.finish(reason));
  }

  /** Ends everything now. */
  cancel(reason: string): void {
    this.#perform(this.#machine.cancel(reason));
  }

  /** Ends one job now; jobs that need it are skipped. */
  cancelJob(key: string, reason: string): void {
    this.#perform(this.#machine.cancelJob(key, reason));
  }

  /**
   * Keeps a job from beginning, or from beginning further items. One that is called once per process and has begun
   * goes on.
   */
  pauseJob(key: string): void {
    this.#perform(this.#machine.hold(key));
  }

  resumeJob(key: string): void {
    this.#perform(this.#machine.unhold(key));
  }

  #perform(actions: readonly RunAction[]): void {
    for (const action of actions) {
      switch (action.type) {
        case 'start':
          this.#start(action);
          break;
        case 'release-items':
          this.#running.get(action.key)?.release(action.ranges);
          break;
        case 'skip-items':
          this.#running.get(action.key)?.skip(action.ranges, action.reason);
          break;
        case 'finish':
          this.#running.get(action.key)?.finish(action.reason);
          break;
        case 'cancel':
          this.#running.get(action.key)?.cancel(action.reason);
          break;
        case 'pause':
          this.#running.get(action.key)?.pause();
          break;
        case 'resume':
          this.#running.get(action.key)?.resume();
          break;
        case 'skip': {
          const now = Date.now();
          this.#end(action.key, {
            state: action.end,
            errors: [],
            reason: action.reason,
            startedAt: now,
            endedAt: now,
          });
          break;
        }
        case 'end':
          this.#settle(new Map([...this.#jobs.keys()].flatMap((key) => this.#outcomeEntry(key))));
      }
    }
  }

  #start({ key, closed, skipped }: RunAction & { readonly type: 'start' }): void {
    const { server, environment, earlier, onEvent } = this.#options;
    const job = this.#jobs.get(key);
    if (!job) return;
    let env: Record<string, string>;
    try {
      env = environmentOf(job, environment);
    } catch (error) {
      // Only after this round of actions, in which jobs that need this one may still be started.
      queueMicrotask(() => this.#endRunning(key, this.#refused(error)));
      return;
    }
    const common = {
      server,
      ranks: this.#machine.ranksOf(key),
      env,
      mask: this.mask,
      closed,
      skipped,
      earlier: earlier?.get(key)?.items ?? nothingEarlier,
      onQueued: (jobId: number, part: 'work' | 'combine') => onEvent({ type: 'queued', key, jobId, part }),
      onItems: (items: readonly SettledItem[]) => this.#itemsEnded(key, items),
    };
    const running = job.kind === 'target' ? startTargetJob({ ...common, job }) : startItemJob({ ...common, job });
    this.#running.set(key, running);
    void running.outcome.then((outcome) => this.#endRunning(key, outcome));
  }

  #itemsEnded(key: string, items: readonly SettledItem[]): void {
    this.#options.onEvent({
      type: 'items',
      key,
      items: this.mask.isEmpty ? items : items.map((item) => this.#maskItem(item)),
    });
    this.#perform(this.#machine.itemsEnded(key, items));
  }

  #maskItem(item: SettledItem): SettledItem {
    return item.state === 'done'
      ? { ...item, payload: this.mask.payload(item.payload) }
      : { ...item, error: this.mask.data(item.error) };
  }

  #endRunning(key: string, outcome: JobOutcome): void {
    this.#running.delete(key);
    if (outcome.state === 'done') this.#passAllItems(key);
    this.#end(key, outcome);
    this.#perform(this.#machine.jobEnded(key, outcome.state));
  }

  /** The items of a job that is called once per process are done when it is. There may be any number of them. */
  #passAllItems(key: string): void {
    const job = this.#jobs.get(key);
    if (job?.kind !== 'target' || !this.#isNeededByItem(key)) return;
    const all = Array.from({ length: job.range }, (_, index) => ({ index, state: 'done' }) as const);
    this.#perform(this.#machine.itemsEnded(key, all));
  }

  #isNeededByItem(key: string): boolean {
    return [...this.#jobs.values()].some(({ needs }) =>
      needs.some(({ keys, when }) => when === 'items' && keys.includes(key)),
    );
  }

  #end(key: string, outcome: JobOutcome): void {
    const shown: JobOutcome = this.mask.isEmpty
      ? outcome
      : { ...outcome, result: this.mask.data(outcome.result), errors: this.mask.data(outcome.errors) };
    this.#outcomes.set(key, shown);
    this.#options.onEvent({ type: 'ended', key, outcome: shown });
  }

  #refused(error: unknown): JobOutcome {
    return {
      state: 'failed',
      errors: [{ rank: null, error: toErrorInfo(error) }],
      startedAt: this.#createdAt,
      endedAt: Date.now(),
    };
  }

  #outcomeEntry(key: string): [string, JobOutcome][] {
    const outcome = this.#outcomes.get(key);
    return outcome ? [[key, outcome]] : [];
  }
}
