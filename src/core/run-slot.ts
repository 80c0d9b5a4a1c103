import type { ErrorInfo } from '../shared/engine-info';
import type { ComputeEnd, ComputeToServer, RunRef, RunRequest } from '../shared/worker-protocol';
import { toErrorInfo } from './error-info';
import { JobCancelledError, OutOfMemoryError, WorkerDiedError } from './errors';

/** A message that ends a run. */
export type RunEnd = Exclude<ComputeToServer, { type: 'ready' }>;

/**
 * The one run that an executor holds at a time: sent or waiting for a thread that can take it.
 *
 * It decides what a message or a death means for the run; a message of any other run is dropped here.
 */
export class RunSlot {
  #active: { readonly request: RunRequest; sent: boolean } | undefined;

  get run(): RunRef | undefined {
    return this.#active?.request.run;
  }

  hold(request: RunRequest): void {
    this.#active = { request, sent: false };
  }

  /** The request that is to be sent now, if one waits; it counts as sent from here on. */
  takeUnsent(): RunRequest | undefined {
    if (!this.#active || this.#active.sent) return undefined;
    this.#active.sent = true;
    return this.#active.request;
  }

  /** Whether this message ends the run that is held, which then is no longer held. */
  accept(message: RunEnd): boolean {
    if (this.#active?.request.run.runId !== message.run.runId) return false;
    this.#active = undefined;
    return true;
  }

  /**
   * The compute thread ended while it worked on `runId` (0: on nothing). A run that it had not begun yet will be
   * sent again to the next thread; one that it had begun is lost.
   *
   * @returns the lost run
   */
  threadEnded(runId: number): RunRef | undefined {
    if (!this.#active?.sent) return undefined;
    if (this.#active.request.run.runId === runId) return this.lose();
    this.#active.sent = false;
    return undefined;
  }

  /** Gives up the run that is held. */
  lose(): RunRef | undefined {
    const run = this.run;
    this.#active = undefined;
    return run;
  }
}

/** What a person is told when a compute thread ended under a run. */
export function describeEnd(end: ComputeEnd, run: RunRef): ErrorInfo {
  switch (end.kind) {
    case 'cancelled':
    case 'replaced':
      return toErrorInfo(new JobCancelledError('The job was cancelled.'));
    case 'out-of-memory':
      return toErrorInfo(
        new OutOfMemoryError(
          `Rank ${run.rank} ran out of memory: it needed more heap than ${end.limitMiB === null ? 'its process may have' : `its limit of ${end.limitMiB} MiB`}. Raise the limit, or let each rank hold less at a time.`,
        ),
      );
    case 'exit':
      return toErrorInfo(new WorkerDiedError(`Rank ${run.rank} ended before it gave a result: its target called process.exit(${end.code}).`));
    case 'error':
      return end.error;
  }
}
