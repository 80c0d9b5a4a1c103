import type { ErrorInfo, ProcInfo } from '../../shared/engine-info';
import type {
  CallReply,
  ComputeEnd,
  ControlToServer,
  DepartedRank,
  MoreItems,
  RunRef,
  RunRequest,
} from '../../shared/worker-protocol';
import { WorkerDiedError } from '../errors';
import { TimeLimit } from '../time-limit';
import type { DataLink } from './data-link';
import type { Executor, ExecutorListener } from './executor';
import type { WorkerStanding } from './pool-plan';
import { type RecordedRun, takeRecord } from './run-record';
import { describeEnd, diedError, type RunOutcome, RunSlot } from './run-slot';
import type { WorkerExit, WorkerHost, WorkerLink, WorkerSpec } from './worker-host';
import { WorkerInbox } from './worker-inbox';
import { WorkerVitals } from './worker-vitals';

/** How long the last messages of a dead process may take to arrive, in milliseconds. */
const drainMs = 1000;
/** How much longer than its grace a cancel of a process that responds may take before it is ended, in milliseconds. */
const killMarginMs = 3000;
/** How long a process may take to become ready, in milliseconds; one that takes longer is ended and counts as failed. */
const startLimitMs = 60_000;
/** A worker that dies this often in a row before it was ready will not become ready by trying again. */
const mostFailedStarts = 5;
const restartDelayMs = 200;
/** How long a process may take to end when it is asked to, in milliseconds. */
const endLimitMs = 1000;

/** When a process that works is replaced by a fresh one; always between two jobs. */
export interface RecyclePolicy {
  /** After so many runs. */
  readonly afterRuns: number;
  /** When it takes up more memory than this. */
  readonly aboveMiB: number;
}

export interface ProcessExecutorOptions {
  readonly slot: number;
  readonly host: WorkerHost;
  /** What to start for one incarnation of this slot. */
  readonly spec: (incarnation: number, memoryMiB: number | null) => WorkerSpec;
  readonly memoryMiB: number | null;
  readonly recycle: RecyclePolicy;
  readonly listener: ExecutorListener;
  /** Ends the commands that one incarnation of this slot has left; nothing is returned when there are none. */
  readonly endCommands: (incarnation: number) => Promise<void> | undefined;
  /** The slot's process does not start, whatever is tried. */
  readonly onHopeless: (error: Error) => void;
}

/**
 * One worker slot: keeps a worker process going and runs one rank at a time on it.
 *
 * A process is gone when its host says so and its data link has closed: a result that it had sent before it died
 * still counts. It is then replaced at once, with the next incarnation number, unless the slot is to rest.
 *
 *   start ─► starting ─► idle ◄─► busy           rest(): ends when no job has it, and starts no other
 *     ▲                   │                      wake(): starts one again, once the old one is gone
 *     └── gone ◄── ending ┘ recycled or resting
 */
export class ProcessExecutor implements Executor {
  jobId: number | null = null;
  readonly slot: number;
  readonly #options: ProcessExecutorOptions;
  readonly #runs = new RunSlot();
  #incarnation = 0;
  #link: WorkerLink | undefined;
  #data: DataLink | undefined;
  #memoryMiB: number | null;
  /** Once the process has said hello. */
  #vitals: WorkerVitals | undefined;
  #recordPath = '';
  /** The run that is being ended because the process has become too large. */
  #oversized: { readonly run: RunRef; readonly end: ComputeEnd } | undefined;
  #inbox: WorkerInbox | undefined;
  #failedStarts = 0;
  #startTimer: NodeJS.Timeout | undefined;
  /** What a compute thread ended with last; tells why none can be started. */
  #lastError: ErrorInfo | undefined;
  #stopping: (() => void) | undefined;
  #stopped = false;
  /** Whether there is to be a process. */
  #wanted = true;
  /** The process has been asked to end: it takes no run any more, and its end is no failure. */
  #isEnding = false;
  /** The process has ended, and its last messages are being read. */
  #isDraining = false;
  #endTimer: NodeJS.Timeout | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  /** Runs of this process, and whether it has grown too large. */
  #runCount = 0;
  #isTooLarge = false;
  #idleSince = 0;
  #hopeless = false;
  #keepAlive = true;
  #killTimer: NodeJS.Timeout | undefined;
  /** Data links of threads whose last words may still be on their way, by generation. */
  readonly #links = new Map<number, DataLink>();

  constructor(options: ProcessExecutorOptions) {
    this.#options = options;
    this.slot = options.slot;
    this.#memoryMiB = options.memoryMiB;
    this.#start();
  }

  get info(): ProcInfo {
    return {
      slot: this.slot,
      pid: this.#link?.pid ?? null,
      state: this.#state(),
      jobId: this.jobId,
      restarts: Math.max(0, this.#incarnation - 1),
      rssMiB: this.#vitals?.rssMiB ?? null,
      cpuPercent: this.#vitals?.cpuPercent ?? null,
    };
  }

  get isResponding(): boolean {
    return this.#vitals?.isSilent !== true;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  get isReady(): boolean {
    const isConnected = this.#data !== undefined && this.#link !== undefined && this.isResponding;
    const isKnown = this.#inbox?.isDecided === true;
    return isConnected && isKnown && this.jobId === null && this.#wanted && !this.#stopped;
  }

  get inbox(): string | undefined {
    return this.#inbox?.name;
  }

  /** Whether nothing of it is left, and nothing is being started. */
  get isGone(): boolean {
    return !this.#wanted && !this.#link && !this.#isDraining;
  }

  get standing(): WorkerStanding {
    const { slot } = this;
    const idleSince = this.#idleSince;
    if (this.jobId !== null) return { slot, state: 'busy', idleSince };
    if (!this.#wanted) return { slot, state: 'resting', idleSince };
    return { slot, state: this.isReady ? 'idle' : 'starting', idleSince };
  }

  /** Ends the process as soon as no job has it, and starts no other. */
  rest(): void {
    this.#wanted = false;
    if (this.jobId === null) this.#endProcess();
  }

  /** Has a process again, after {@link rest}. */
  wake(): void {
    if (this.#wanted || this.#stopped) return;
    this.#wanted = true;
    clearTimeout(this.#restartTimer);
    if (!this.#link && !this.#isDraining && !this.#hopeless) this.#start();
  }

  /** Whether its process ends as soon as no job has it: it is not wanted any more, or has grown too large. */
  get isLeaving(): boolean {
    return !this.#wanted || this.#isTooLarge;
  }

  released(mostRuns: number): void {
    this.#idleSince = performance.now();
    this.#runCount += 1;
    const { afterRuns } = this.#options.recycle;
    const isWorn = this.#runCount >= Math.min(mostRuns, afterRuns);
    if (!this.#wanted || isWorn || this.#isTooLarge) this.#endProcess();
    else this.#measure();
  }

  run(request: RunRequest, memoryMiB: number | null): void {
    this.#runs.hold(request);
    if (memoryMiB !== this.#memoryMiB) {
      this.#memoryMiB = memoryMiB;
      this.#data = undefined;
      this.#link?.post({ type: 'limit', memoryMiB });
    }
    this.#send();
  }

  /** Looks whether the process responds. One that does nothing and does not answer is replaced: nothing is lost with it. */
  beat(now: number): void {
    const step = this.#vitals?.beat(now);
    if (step === 'ask') this.#link?.post({ type: 'measure' });
    if (step !== 'silent') return;
    if (this.jobId === null && !this.#stopped) {
      this.#isEnding = true;
      this.#data = undefined;
      this.#link?.kill();
    }
    this.#changed();
  }

  watch(run: RunRef): void {
    this.#link?.post({ type: 'watch', run });
    this.#measure();
  }

  cancel(run: RunRef, graceMs: number): void {
    this.#link?.post({ type: 'cancel', run, graceMs });
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(
      () => {
        if (this.#runs.run?.runId === run.runId) this.#link?.kill();
      },
      graceMs + (this.isResponding ? killMarginMs : 0),
    );
  }

  finish(run: RunRef): void {
    this.#link?.post({ type: 'finish', run });
  }

  give(items: MoreItems): void {
    this.#data?.send(items);
  }

  reply(run: RunRef, call: number, reply: CallReply): void {
    this.#link?.post({ type: 'reply', run, call, reply });
  }

  departed(run: RunRef, ranks: readonly DepartedRank[]): void {
    this.#link?.post({ type: 'departed', run, ranks });
  }

  setRef(keepAlive: boolean): void {
    this.#keepAlive = keepAlive;
    this.#link?.setRef(keepAlive);
  }

  stop(): Promise<void> {
    if (this.#stopped || !this.#link) {
      this.#stopped = true;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#stopping = resolve;
      this.#stopped = true;
      this.#link?.post({ type: 'stop' });
      this.#killTimer = setTimeout(() => this.#link?.kill(), 1000);
    });
  }

  kill(): void {
    this.#stopped = true;
    this.#link?.kill();
  }

  /** A compute thread of this slot's process has connected. */
  attach(link: DataLink): void {
    // It had connected before it heard that it is to end.
    if (this.#isEnding) return;
    this.#idleSince = performance.now();
    this.#data = link;
    this.#links.set(link.generation, link);
    this.#failedStarts = 0;
    clearTimeout(this.#startTimer);
    this.#lastError = undefined;
    link.onMessage((message) => {
      if (message.type === 'items') {
        if (this.#runs.holds(message.run)) this.#options.listener.onItems(this, message);
      } else if (message.type === 'more') {
        if (this.#runs.holds(message.run)) this.#options.listener.onMore(this, message.run);
      } else if (message.type !== 'ready') this.#finish(this.#runs.ended(message));
    });
    link.onClose(() => {
      if (this.#data === link) this.#data = undefined;
      if (this.#links.get(link.generation) === link) this.#links.delete(link.generation);
    });
    this.#send();
    this.#changed();
  }

  #start(): void {
    this.#incarnation += 1;
    this.#isEnding = false;
    this.#isTooLarge = false;
    this.#runCount = 0;
    const spec = this.#options.spec(this.#incarnation, this.#memoryMiB);
    this.#inbox = new WorkerInbox(spec.identity.inboxPath);
    const link = this.#options.host.start(spec);
    this.#link = link;
    this.#recordPath = spec.identity.recordPath;
    link.setRef(this.#keepAlive);
    this.#startTimer = setTimeout(() => link.kill(), startLimitMs).unref();
    link.onMessage((message) => {
      if (this.#link !== link) return;
      if (this.#vitals?.heard()) this.#changed();
      this.#report(message);
    });
    link.onExit((exit) => {
      if (this.#link === link) this.#exited(exit);
    });
    this.#changed();
  }

  #send(): void {
    if (!this.#data) return;
    const request = this.#runs.takeUnsent();
    if (request) this.#data.send(request);
  }

  #report(message: ControlToServer): void {
    switch (message.type) {
      case 'compute-gone':
        if (message.end.kind === 'error') this.#lastError = message.end.error;
        this.#drain(this.#links.get(message.generation), () => this.#threadEnded(message));
        return;
      case 'progress':
      case 'call':
      case 'log':
      case 'emit':
      case 'stored':
        if (message.run.runId !== this.#runs.run?.runId) return;
        this.#options.listener.onReport(this, message);
        if (message.type === 'log' || message.type === 'emit' || (message.type === 'stored' && message.isNote))
          this.#finish(this.#runs.noted(message.run));
        return;
      case 'over-limit':
        if (!this.#runs.holds(message.run)) return;
        this.#oversized = message;
        // Whether all its memory would come back with a fresh thread cannot be told.
        this.#isTooLarge = true;
        return;
      case 'hello':
        this.#vitals = new WorkerVitals(performance.now());
        this.#inbox?.decide(message.hasInbox);
        this.#changed();
        return;
      case 'usage':
        if (this.#vitals?.measured(message.rssMiB, message.cpuMs, performance.now())) this.#changed();
        if (message.rssMiB <= this.#options.recycle.aboveMiB) return;
        this.#isTooLarge = true;
        if (this.jobId === null) this.#endProcess();
    }
  }

  /** Asks how large the process is, when that matters. */
  #measure(): void {
    if (this.#options.recycle.aboveMiB < Number.POSITIVE_INFINITY) this.#link?.post({ type: 'measure' });
  }

  #endProcess(): void {
    clearTimeout(this.#restartTimer);
    const link = this.#link;
    if (!link || this.#isEnding || this.#stopped) return;
    this.#isEnding = true;
    this.#data = undefined;
    link.post({ type: 'stop' });
    this.#endTimer = setTimeout(() => link.kill(), endLimitMs);
    this.#changed();
  }

  #threadEnded({ runId, end, phase }: Extract<ControlToServer, { type: 'compute-gone' }>): void {
    this.#finish(this.#runs.threadEnded(runId), (run) => describeEnd(end, run, phase));
    // The next thread may have connected before the old one's last words were read.
    this.#send();
  }

  #exited(exit: WorkerExit): void {
    this.#link = undefined;
    this.#vitals = undefined;
    const recorded = takeRecord(this.#recordPath);
    this.#inbox?.remove();
    // Its name would mislead ranks that are sent out before the next process has one.
    this.#inbox = undefined;
    clearTimeout(this.#startTimer);
    clearTimeout(this.#killTimer);
    clearTimeout(this.#endTimer);
    this.#isDraining = true;
    const ending = this.#options.endCommands(this.#incarnation);
    this.#drain(this.#data, () => {
      // What runs for an item must be gone before the item is tried again.
      if (ending) void ending.then(() => this.#buried(exit, recorded));
      else this.#buried(exit, recorded);
    });
  }

  #buried(exit: WorkerExit, recorded: RecordedRun | undefined): void {
    this.#isDraining = false;
    this.#finish(this.#runs.giveUp(), (run) => this.#describeDeath(exit, run, recorded));
    if (this.#stopping) {
      this.#stopping();
      this.#changed();
    } else if (!this.#stopped) this.#replace(exit);
  }

  #describeDeath(exit: WorkerExit, run: RunRef, recorded: RecordedRun | undefined): ErrorInfo {
    const phase = recorded?.runId === run.runId ? recorded.phase : undefined;
    const oversized = this.#oversized?.run.runId === run.runId ? this.#oversized : undefined;
    return oversized
      ? describeEnd(oversized.end, run, phase)
      : diedError(run, `its process ${describeExit(exit)}`, phase);
  }

  #replace(exit: WorkerExit): void {
    this.#links.clear();
    // What a job has reserved comes back, whatever becomes of the slot afterwards.
    if (!this.#wanted && this.jobId === null) this.#changed();
    else if (this.#isEnding) this.#start();
    else this.#restart(exit);
  }

  #restart(exit: WorkerExit): void {
    // Killed from outside says nothing about whether the next one will start; ending by itself, or after its compute
    // thread could not be started, does.
    if (exit.signal === null || this.#lastError) this.#failedStarts += 1;
    if (this.#failedStarts > mostFailedStarts) {
      this.#hopeless = true;
      this.#options.onHopeless(
        new WorkerDiedError(
          `Worker ${this.slot} cannot be started: its process ${describeExit(exit)}, ${mostFailedStarts} times in a row.${this.#lastError ? ` ${this.#lastError.name}: ${this.#lastError.message}` : ''}`,
        ),
      );
      this.#changed();
    } else if (this.#failedStarts <= 1) this.#start();
    else {
      this.#restartTimer = setTimeout(() => {
        if (!this.#stopped) this.#start();
      }, restartDelayMs * this.#failedStarts);
    }
  }

  #finish(outcome: RunOutcome | undefined, describe?: (run: RunRef) => ErrorInfo): void {
    if (!outcome) return;
    clearTimeout(this.#killTimer);
    if (outcome.kind === 'ended') this.#options.listener.onEnd(this, outcome.message);
    else if (describe) this.#options.listener.onLost(this, outcome.run, describe(outcome.run));
  }

  /** Calls `then` once everything that the ended thread had sent has been read. */
  #drain(link: DataLink | undefined, then: () => void): void {
    if (!link) {
      then();
      return;
    }
    let isDone = false;
    const done = (): void => {
      if (isDone) return;
      isDone = true;
      limit.stop();
      if (this.#data === link) this.#data = undefined;
      then();
    };
    const limit = new TimeLimit(drainMs, done);
    link.onClose(done);
  }

  #state(): ProcInfo['state'] {
    if (this.#stopped || this.isGone) return 'stopped';
    if (this.#hopeless) return 'dead';
    if (!this.#link) return 'dead';
    if (!this.isResponding) return 'unresponsive';
    if (this.jobId !== null) return 'busy';
    return this.#data ? 'idle' : 'starting';
  }

  #changed(): void {
    this.#options.listener.onChange(this);
  }
}

function describeExit(exit: WorkerExit): string {
  if (exit.signal) return `was ended by ${exit.signal}`;
  return exit.code === null ? 'ended' : `ended with exit code ${exit.code}`;
}
