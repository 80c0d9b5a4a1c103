import type { ErrorInfo, RunPhase } from '../../shared/engine-info';
import type { ComputeEnd, ComputeToServer, RunRef, RunRequest } from '../../shared/worker-protocol';
import { toErrorInfo } from '../error-info';
import { JobCancelledError, OutOfMemoryError, WorkerDiedError } from '../errors';

/** A message that ends a run. */
export type RunEnd = Exclude<ComputeToServer, { type: 'ready' | 'items' | 'more' }>;

/** How a held run came to its end: by a message of its own, or lost with its thread or process. */
export type RunOutcome =
  | { readonly kind: 'ended'; readonly message: RunEnd }
  | { readonly kind: 'lost'; readonly run: RunRef };

/**
 * The one run that an executor holds at a time: sent or waiting for a thread that can take it.
 *
 * It decides what a message or a death means for the run; a message of any other run is dropped here.
 */
export class RunSlot {
  #active: { readonly request: RunRequest; sent: boolean; notes: number; end?: RunEnd } | undefined;

  get run(): RunRef | undefined {
    return this.#active?.request.run;
  }

  hold(request: RunRequest): void {
    this.#active = { request, sent: false, notes: 0 };
  }

  /** The request that is to be sent now, if one waits; it counts as sent from here on. */
  takeUnsent(): RunRequest | undefined {
    if (!this.#active || this.#active.sent) return undefined;
    this.#active.sent = true;
    return this.#active.request;
  }

  /** Whether a message is about the run that is held. */
  holds(run: RunRef): boolean {
    return this.#active?.request.run.runId === run.runId;
  }

  /** The run says that it has ended. It has once all its notes are there too. */
  ended(message: RunEnd): RunOutcome | undefined {
    if (this.#active?.request.run.runId !== message.run.runId) return undefined;
    this.#active.end = message;
    return this.#complete();
  }

  /** A log line or a partial result of a run has arrived. Returns its end when that waited for this. */
  noted(run: RunRef): RunOutcome | undefined {
    if (this.#active?.request.run.runId !== run.runId) return undefined;
    this.#active.notes += 1;
    return this.#complete();
  }

  /**
   * The compute thread ended, and `runId` is what it had begun last (0: nothing). A run that it had begun is lost,
   * also when it had ended but its result never arrived; one that it had not begun will be sent to the next thread.
   */
  threadEnded(runId: number): RunOutcome | undefined {
    if (!this.#active?.sent) return undefined;
    if (this.#active.end || this.#active.request.run.runId === runId) return this.giveUp();
    this.#active.sent = false;
    return undefined;
  }

  /** Nothing more will come: the run ends as it said it did, or is lost. */
  giveUp(): RunOutcome | undefined {
    if (!this.#active) return undefined;
    const { end, request } = this.#active;
    this.#active = undefined;
    return end ? { kind: 'ended', message: end } : { kind: 'lost', run: request.run };
  }

  #complete(): RunOutcome | undefined {
    const active = this.#active;
    return active?.end && active.notes >= active.end.notes ? this.giveUp() : undefined;
  }
}

/** What a person is told when a compute thread ended under a run, and what it was doing if that is known. */
export function describeEnd(end: ComputeEnd, run: RunRef, phase: RunPhase | undefined): ErrorInfo {
  return phase === undefined ? endError(end, run, phase) : { ...endError(end, run, phase), phase };
}

function endError(end: ComputeEnd, run: RunRef, phase: RunPhase | undefined): ErrorInfo {
  switch (end.kind) {
    case 'cancelled':
    case 'replaced':
      return toErrorInfo(new JobCancelledError('The job was cancelled.'));
    case 'out-of-memory':
      return toErrorInfo(
        new OutOfMemoryError(`Rank ${run.rank} ran out of memory: ${describeShortage(end)}.${advice}`),
      );
    case 'exit':
      return { ...diedError(run, `it called process.exit(${end.code})`, phase), exitCode: end.code };
    case 'error':
      return end.error;
  }
}

const advice = ' Raise the limit, or let each rank hold less at a time.';

function describeShortage({ limitMiB, usedMiB }: Extract<ComputeEnd, { kind: 'out-of-memory' }>): string {
  if (limitMiB === null) return 'it needed more heap than its process may have';
  return usedMiB === null
    ? `it needed more heap than its limit of ${limitMiB} MiB`
    : `its process grew by ${Math.round(usedMiB)} MiB with all its buffers, past its limit of ${limitMiB} MiB`;
}

/** What a person is told when a rank's process or thread ended before its result. @param how for example `its process was ended by SIGKILL` */
export function diedError(run: RunRef, how: string, phase: RunPhase | undefined): ErrorInfo {
  const when = phase === undefined ? 'before its target began' : whileIt[phase];
  const info = toErrorInfo(new WorkerDiedError(`Rank ${run.rank} ended before it gave a result: ${how} ${when}.`));
  return phase === undefined ? info : { ...info, phase };
}

const whileIt: Readonly<Record<RunPhase, string>> = {
  loading: 'while its module was being loaded',
  decoding: 'while its arguments were being read',
  running: 'while its target ran',
  encoding: 'while its result was being encoded',
};
