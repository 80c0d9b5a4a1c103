import { JobTimeoutError } from '../core/errors';
import type { ProcessServer } from '../core/process-server';
import { TimeLimit } from '../core/time-limit';
import type { JobInfo } from '../shared/engine-info';

/**
 * The times of one job, and its limit over all attempts, which counts from when its first rank could begin, without the
 * time in which it is paused. `signal` is aborted when the job is cancelled or its time is up.
 */
export class JobClock {
  readonly #server: ProcessServer;
  readonly #limitMs: number | null;
  readonly #controller = new AbortController();
  readonly #cleanups: (() => void)[] = [];
  #startedAt = Date.now();
  #hasStarted = false;
  #timedOut = false;
  #leftMs: number;
  #limit: TimeLimit | undefined;
  #isPaused = false;

  constructor(server: ProcessServer, limitMs: number | null, cancelled: AbortSignal) {
    this.#server = server;
    this.#limitMs = limitMs;
    this.#leftMs = limitMs ?? Number.POSITIVE_INFINITY;
    const cancel = (): void => this.#controller.abort(cancelled.reason);
    if (cancelled.aborted) cancel();
    cancelled.addEventListener('abort', cancel, { once: true });
    this.#cleanups.push(() => cancelled.removeEventListener('abort', cancel));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get hasTimedOut(): boolean {
    return this.#timedOut;
  }

  get timeoutError(): JobTimeoutError {
    return new JobTimeoutError(
      `The job took longer than its limit of ${this.#limitMs} ms, all attempts and pauses included.`,
    );
  }

  /** Learns from the server when its job starts. */
  follow(jobId: number): void {
    const note = (info: JobInfo | undefined): void => {
      if (this.#hasStarted || info?.startedAt === undefined) return;
      this.#hasStarted = true;
      this.#startedAt = info.startedAt;
      if (!this.#isPaused) this.#startTimer();
    };
    this.#cleanups.push(
      this.#server.onEvent((event) => {
        if (event.type === 'job' && event.job.id === jobId) note(event.job);
      }),
    );
    note(this.#server.jobs.find(({ id }) => id === jobId));
  }

  /** Its time stands still until it is resumed. */
  pause(): void {
    this.#isPaused = true;
    this.#stopTimer();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#hasStarted && this.#limit === undefined) this.#startTimer();
  }

  #startTimer(): void {
    if (this.#limitMs === null) return;
    this.#limit = new TimeLimit(this.#leftMs, () => {
      this.#timedOut = true;
      this.#controller.abort('Its time is up.');
    });
  }

  #stopTimer(): void {
    if (this.#limit === undefined) return;
    this.#limit.stop();
    this.#leftMs = this.#limit.leftMs;
    this.#limit = undefined;
  }

  /** Ends the timer and says when the job began and ended, in milliseconds since the epoch. */
  stop(): { readonly startedAt: number; readonly endedAt: number } {
    this.#stopTimer();
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    return { startedAt: this.#startedAt, endedAt: Math.max(this.#startedAt, Date.now()) };
  }
}
