import type { ErrorInfo, ProcInfo } from '../../shared/engine-info';
import type {
  CallReply,
  ControlToServer,
  DepartedRank,
  MoreItems,
  RunRef,
  RunRequest,
} from '../../shared/worker-protocol';
import { WorkerDiedError } from '../errors';
import type { DataLink } from './data-link';
import type { Executor } from './executor';
import type { WorkerStanding } from './pool-plan';
import { describeDeath, type OversizedRun } from './process-death';
import type { ProcessExecutorOptions } from './process-executor-options';
import { ProcessWear } from './process-wear';
import { type RecordedRun, takeRecord } from './run-record';
import { describeEnd, type RunOutcome, RunSlot } from './run-slot';
import { StartFailures } from './start-failures';
import { ThreadLinks } from './thread-links';
import type { WorkerExit, WorkerLink } from './worker-host';
import { WorkerInbox } from './worker-inbox';
import { WorkerVitals } from './worker-vitals';

/** How much longer than its grace a cancel of a process that responds may take before it is ended, in milliseconds. */
const killMarginMs = 3000;
/** How long a process may take to become ready, in milliseconds; one that takes longer is ended and counts as failed. */
const startLimitMs = 60_000;
/** How long a process may take to end when it is asked to, in milliseconds. */
const endLimitMs = 1000;

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
  readonly #links = new ThreadLinks(() => this.#link?.kill());
  #memoryMiB: number | null;
  /** Once the process has said hello. */
  #vitals: WorkerVitals | undefined;
  #recordPath = '';
  /** The run that is being ended because the process has become too large. */
  #oversized: OversizedRun | undefined;
  #inbox: WorkerInbox | undefined;
  readonly #failures = new StartFailures();
  #startTimer: NodeJS.Timeout | undefined;
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
  #wear: ProcessWear;
  #idleSince = 0;
  #hopeless = false;
  #keepAlive = true;
  #killTimer: NodeJS.Timeout | undefined;
  constructor(options: ProcessExecutorOptions) {
    this.#options = options;
    this.slot = options.slot;
    this.#memoryMiB = options.memoryMiB;
    this.#wear = new ProcessWear(options.recycle);
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
    const isConnected = this.#links.current !== undefined && this.#link !== undefined && this.isResponding;
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
    return !this.#wanted || this.#wear.isTooLarge;
  }

  released(mostRuns: number): void {
    this.#idleSince = performance.now();
    const isWorn = this.#wear.ran(mostRuns);
    if (!this.#wanted || isWorn) this.#endProcess();
    else this.#measure();
  }

  run(request: RunRequest, memoryMiB: number | null): void {
    this.#runs.hold(request);
    if (memoryMiB !== this.#memoryMiB) {
      this.#memoryMiB = memoryMiB;
      this.#links.release();
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
      this.#links.release();
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
    this.#links.current?.send(items);
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
    this.#links.add(link);
    this.#failures.succeeded();
    clearTimeout(this.#startTimer);
    link.onMessage((message) => {
      if (message.type === 'items') {
        if (this.#runs.holds(message.run)) this.#options.listener.onItems(this, message);
      } else if (message.type === 'more') {
        if (this.#runs.holds(message.run)) this.#options.listener.onMore(this, message.run);
      } else if (message.type !== 'ready') this.#finish(this.#runs.ended(message));
    });
    this.#send();
    this.#changed();
  }

  #start(): void {
    this.#incarnation += 1;
    this.#isEnding = false;
    this.#wear = new ProcessWear(this.#options.recycle);
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
    const data = this.#links.current;
    const request = data && this.#runs.takeUnsent();
    if (request) data.send(request);
  }

  #report(message: ControlToServer): void {
    switch (message.type) {
      case 'compute-gone':
        if (message.end.kind === 'error') this.#failures.threadFailed(message.end.error);
        this.#links.drainThread(message.generation, () => this.#threadEnded(message));
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
        this.#wear.outgrew();
        return;
      case 'hello':
        this.#vitals = new WorkerVitals(performance.now());
        this.#inbox?.decide(message.hasInbox);
        this.#changed();
        return;
      case 'usage':
        if (this.#vitals?.measured(message.rssMiB, message.cpuMs, performance.now())) this.#changed();
        this.#wear.measured(message.rssMiB);
        if (this.#wear.isTooLarge && this.jobId === null) this.#endProcess();
    }
  }

  /** Asks how large the process is, when that matters. */
  #measure(): void {
    if (this.#wear.watchesMemory) this.#link?.post({ type: 'measure' });
  }

  #endProcess(): void {
    clearTimeout(this.#restartTimer);
    const link = this.#link;
    if (!link || this.#isEnding || this.#stopped) return;
    this.#isEnding = true;
    this.#links.release();
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
    this.#links.drain(() => {
      // What runs for an item must be gone before the item is tried again.
      if (ending) void ending.then(() => this.#buried(exit, recorded));
      else this.#buried(exit, recorded);
    });
  }

  #buried(exit: WorkerExit, recorded: RecordedRun | undefined): void {
    this.#isDraining = false;
    this.#finish(this.#runs.giveUp(), (run) => describeDeath(exit, run, recorded, this.#oversized));
    if (this.#stopping) {
      this.#stopping();
      this.#changed();
    } else if (!this.#stopped) this.#replace(exit);
  }

  #replace(exit: WorkerExit): void {
    this.#links.clear();
    // What a job has reserved comes back, whatever becomes of the slot afterwards.
    if (!this.#wanted && this.jobId === null) this.#changed();
    else if (this.#isEnding) this.#start();
    else this.#restart(exit);
  }

  #restart(exit: WorkerExit): void {
    const restart = this.#failures.ended(exit);
    if (restart.kind === 'now') this.#start();
    else if (restart.kind === 'later')
      this.#restartTimer = setTimeout(() => {
        if (!this.#stopped) this.#start();
      }, restart.delayMs);
    else {
      this.#hopeless = true;
      this.#options.onHopeless(new WorkerDiedError(`Worker ${this.slot} cannot be started: ${restart.reason}`));
      this.#changed();
    }
  }

  #finish(outcome: RunOutcome | undefined, describe?: (run: RunRef) => ErrorInfo): void {
    if (!outcome) return;
    clearTimeout(this.#killTimer);
    if (outcome.kind === 'ended') this.#options.listener.onEnd(this, outcome.message);
    else if (describe) this.#options.listener.onLost(this, outcome.run, describe(outcome.run));
  }

  #state(): ProcInfo['state'] {
    if (this.#stopped || this.isGone) return 'stopped';
    if (this.#hopeless) return 'dead';
    if (!this.#link) return 'dead';
    if (!this.isResponding) return 'unresponsive';
    if (this.jobId !== null) return 'busy';
    return this.#links.current ? 'idle' : 'starting';
  }

  #changed(): void {
    this.#options.listener.onChange(this);
  }
}
