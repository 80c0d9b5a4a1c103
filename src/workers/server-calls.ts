import { JobEndedError } from '../core/errors';
import type { ControlBlock } from '../core/pool/control-block';
import type { CallReply, CallRequest, RunRef } from '../shared/worker-protocol';

/** What calls of the server need of their thread. */
export interface CallSite {
  readonly block: ControlBlock;
  /** The run that is under way. */
  readonly run: () => RunRef | undefined;
  /** Handles the messages that have arrived, without letting the event loop run. */
  readonly takeMessages: () => void;
  readonly post: (message: { type: 'call'; run: RunRef; call: number; request: CallRequest }) => void;
}

/** Calls of a run that the server answers. A target that waits for an answer blocks its thread. */
export class ServerCalls {
  readonly #site: CallSite;
  #calls = 0;
  /** Answers that have arrived and were not asked for yet, by call. */
  readonly #answers = new Map<number, CallReply>();

  constructor(site: CallSite) {
    this.#site = site;
  }

  /** Another run begins, which asks for itself. */
  begin(): void {
    this.#answers.clear();
  }

  /** An answer has arrived. An asynchronous target lets the event loop take what it asked for before it wants it. */
  answered(run: RunRef, call: number, reply: CallReply): void {
    if (run.runId === this.#site.run()?.runId) this.#answers.set(call, reply);
  }

  /**
   * Asks the server for something.
   *
   * @returns the number of the call, for {@link wait}
   * @throws JobEndedError when the run has ended: the server listens to what runs now
   */
  ask(run: RunRef, request: CallRequest): number {
    if (this.#site.run()?.runId !== run.runId)
      throw new JobEndedError('The job has ended. What a target leaves behind can use neither its proc nor a proxy.');
    this.#calls += 1;
    this.#site.post({ type: 'call', run, call: this.#calls, request });
    return this.#calls;
  }

  /** Sleeps until an answer is there; undefined when the run is cancelled before. */
  wait(run: RunRef, call: number): CallReply | undefined {
    const { block, takeMessages } = this.#site;
    for (;;) {
      // Read before the messages are looked at: what comes after that ends the sleep below at once.
      const seen = block.replies;
      takeMessages();
      const reply = this.#answers.get(call);
      if (reply) {
        this.#answers.delete(call);
        return reply;
      }
      if (block.isCancelled(run.runId)) return undefined;
      block.waitForReply(seen);
    }
  }
}
