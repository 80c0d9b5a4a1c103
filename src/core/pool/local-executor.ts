import type { ProcInfo, RunPhase } from '../../shared/engine-info';
import type {
  CallReply,
  ComputeEnd,
  ComputeToServer,
  ControlToServer,
  MoreItems,
  RunRef,
  RunRequest,
} from '../../shared/worker-protocol';
import { ComputeThread } from './compute-thread';
import type { Executor, ExecutorListener } from './executor';
import { describeEnd, type RunOutcome, RunSlot } from './run-slot';

/** Runs jobs of one rank in the server's own process, on a compute thread, so that its event loop never blocks. */
export class LocalExecutor implements Executor {
  jobId: number | null = null;
  /** Its jobs have one rank, which meets nobody. */
  readonly inbox = undefined;
  readonly #listener: ExecutorListener;
  readonly #thread: ComputeThread;
  readonly #slot = new RunSlot();
  #restarts = 0;

  constructor(entry: string, objectRoots: readonly string[], listener: ExecutorListener) {
    this.#listener = listener;
    this.#thread = new ComputeThread({
      entry,
      identity: null,
      objectRoots,
      memoryMiB: null,
      report: (message) => this.#report(message),
      data: (message) => this.#receive(message),
      onHopeless: (end) => {
        this.#finish(this.#slot.giveUp(), end);
      },
    });
  }

  get info(): ProcInfo {
    return {
      slot: -1,
      pid: process.pid,
      state: this.jobId === null ? 'idle' : 'busy',
      jobId: this.jobId,
      restarts: this.#restarts,
      rssMiB: null,
      cpuPercent: null,
    };
  }

  /** It is a thread of this very process. */
  readonly isResponding = true;

  get isReady(): boolean {
    return this.jobId === null;
  }

  run(request: RunRequest, memoryMiB: number | null): void {
    this.#thread.limit(memoryMiB);
    this.#slot.hold(request);
    this.#send();
  }

  readonly isLeaving = false;

  released(): void {
    // Its process is the server's own, which is not replaced.
  }

  watch(run: RunRef): void {
    this.#thread.watch(run);
  }

  cancel(run: RunRef, graceMs: number): void {
    this.#thread.cancel(run, graceMs);
  }

  finish(run: RunRef): void {
    this.#thread.finish(run);
  }

  give(items: MoreItems): void {
    this.#thread.send(items);
  }

  reply(run: RunRef, call: number, reply: CallReply): void {
    this.#thread.reply(run, call, reply);
  }

  departed(): void {
    // There is nobody else.
  }

  setRef(keepAlive: boolean): void {
    this.#thread.setRef(keepAlive);
  }

  async stop(): Promise<void> {
    await this.#thread.close();
  }

  kill(): void {
    void this.#thread.close();
  }

  #send(): void {
    const request = this.#slot.takeUnsent();
    if (request) this.#thread.send(request);
  }

  #receive(message: ComputeToServer): void {
    if (message.type === 'items') {
      if (this.#slot.holds(message.run)) this.#listener.onItems(this, message);
    } else if (message.type === 'more') {
      if (this.#slot.holds(message.run)) this.#listener.onMore(this, message.run);
    } else if (message.type !== 'ready') this.#finish(this.#slot.ended(message));
  }

  #finish(outcome: RunOutcome | undefined, end: ComputeEnd = { kind: 'exit', code: 0 }, phase?: RunPhase): void {
    if (outcome?.kind === 'ended') this.#listener.onEnd(this, outcome.message);
    else if (outcome) this.#listener.onLost(this, outcome.run, describeEnd(end, outcome.run, phase));
  }

  #report(message: ControlToServer): void {
    switch (message.type) {
      case 'compute-gone': {
        this.#restarts += 1;
        this.#finish(this.#slot.threadEnded(message.runId), message.end, message.phase);
        // What the old thread had not begun goes to the next one, which is started right after this report.
        setImmediate(() => this.#send());
        return;
      }
      case 'progress':
      case 'call':
      case 'log':
      case 'emit':
        if (message.run.runId !== this.#slot.run?.runId) return;
        this.#listener.onReport(this, message);
        if (message.type === 'log' || message.type === 'emit') this.#finish(this.#slot.noted(message.run));
        return;
      case 'hello':
      case 'over-limit':
      case 'stored':
      case 'usage':
        return;
    }
  }
}
