import { JobTimeoutError } from '../errors';
import { TimeLimit } from '../time-limit';
import { longestTimerMs } from '../timers';
import type { JobAction } from './job-life';
import type { ServerJob } from './server-job';

/** Ends the attempt that begins now when it takes too long, or when one of its items does. */
export function startTimeLimits(job: ServerJob, perform: (actions: readonly JobAction[]) => void): void {
  const { timeoutMs, itemTimeoutMs } = job;
  if (timeoutMs !== undefined) {
    const reason = new JobTimeoutError(
      `Job ${job.id} (${job.label}) took longer than its time limit of ${timeoutMs} ms.`,
    );
    const limit = new TimeLimit(timeoutMs, () => perform(job.machine.cancel(reason)));
    job.attemptCleanups.push(() => limit.stop());
  }
  if (itemTimeoutMs !== undefined) {
    const stepMs = Math.max(10, Math.min(100, itemTimeoutMs / 4));
    const look = (): void => perform(job.machine.items?.endOverdue(itemTimeoutMs, job.clock.tick(stepMs)) ?? []);
    // What passed since the last attempt is no step.
    job.clock.tick(Number.POSITIVE_INFINITY);
    const timer = setInterval(look, stepMs);
    job.attemptCleanups.push(() => clearInterval(timer));
  }
}

/** Wakes the job's machine at a moment of its clock; replaces an earlier call. */
export function wakeAt(job: ServerJob, at: number, perform: (actions: readonly JobAction[]) => void): void {
  clearTimeout(job.timers.wake);
  // A moment that no timer reaches is waited for in several steps: the machine says again when it wants to be woken.
  const delayMs = Math.min(Math.max(0, at - job.clock.now), longestTimerMs);
  job.timers.wake = setTimeout(() => perform(job.machine.items?.wake(job.clock.now) ?? []), delayMs);
}

/** Cancels a job when a signal is aborted, for as long as the job is not over. */
export function followSignal(job: ServerJob, signal: AbortSignal, cancel: (reason: string | undefined) => void): void {
  const onAbort = (): void => cancel(signal.reason instanceof Error ? signal.reason.message : undefined);
  if (signal.aborted) onAbort();
  else if (!job.machine.hasEnded) {
    signal.addEventListener('abort', onAbort, { once: true });
    job.cleanups.push(() => signal.removeEventListener('abort', onAbort));
  }
}
