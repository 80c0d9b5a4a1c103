import type { JobInfo } from '../../shared/engine-info';
import type { JobQueue } from './job-queue';
import { describeJob, type ServerJob } from './server-job';

/** What the queue's owner does when people change the queue. */
export interface QueueEffects {
  /** Starts what may start now. */
  schedule(): void;
  cancel(id: number, reason?: string): boolean;
  /** Tells of a job whose priority or hold has changed. */
  jobChanged(job: ServerJob): void;
}

/**
 * The queue of a server as people see and steer it: `server.jobQueue`. Iterating gives the jobs that wait, in the
 * order in which they are tried; a smaller job may start before a larger one that it cannot delay.
 *
 * A change is told to listeners as an event of type `queue`. Methods that name a job return whether it waits: one
 * that runs, has ended, or never was is left alone.
 */
export class QueueControl implements Iterable<JobInfo> {
  readonly #queue: JobQueue<ServerJob>;
  readonly #effects: QueueEffects;

  constructor(queue: JobQueue<ServerJob>, effects: QueueEffects) {
    this.#queue = queue;
    this.#effects = effects;
  }

  /** How many jobs wait. */
  get length(): number {
    return this.#queue.length;
  }

  /** Whether jobs are kept from starting. */
  get isPaused(): boolean {
    return this.#queue.isPaused;
  }

  /** The jobs that wait, as they are now. */
  [Symbol.iterator](): Iterator<JobInfo> {
    return [...this.#queue].map(describeJob)[Symbol.iterator]();
  }

  /** Starts no job until `resume()`; those that run go on. */
  pause(): void {
    this.#queue.setPaused(true);
  }

  /** Lets jobs start again. */
  resume(): void {
    this.#queue.setPaused(false);
    this.#effects.schedule();
  }

  /**
   * Moves a job to a place, 0 being the front. Where its priority does not fit there, it becomes that of the nearer
   * neighbour, so that the queue stays in the order of priorities.
   *
   * @throws RangeError when the place is not an integer of at least 0
   */
  move(jobId: number, position: number): boolean {
    return this.#change(jobId, () => this.#queue.move(jobId, position));
  }

  /** Same as `move(jobId, 0)`. */
  moveToFront(jobId: number): boolean {
    return this.move(jobId, 0);
  }

  /**
   * Gives a job another priority, and its place behind those of the same.
   *
   * @throws RangeError when the priority is NaN
   */
  setPriority(jobId: number, priority: number): boolean {
    return this.#change(jobId, () => this.#queue.setPriority(jobId, priority));
  }

  /** Keeps one job from starting; it keeps its place, and others may pass it. */
  hold(jobId: number): boolean {
    return this.#change(jobId, () => this.#queue.setHeld(jobId, true));
  }

  /** Lets a job start that was held. */
  release(jobId: number): boolean {
    return this.#change(jobId, () => this.#queue.setHeld(jobId, false));
  }

  /** Cancels a job that waits; its Future fails with JobCancelledError. */
  cancel(jobId: number, reason?: string): boolean {
    return this.#queue.find(jobId) !== undefined && this.#effects.cancel(jobId, reason);
  }

  #change(jobId: number, change: () => boolean): boolean {
    const isWaiting = change();
    const job = this.#queue.find(jobId);
    if (job) this.#effects.jobChanged(job);
    this.#effects.schedule();
    return isWaiting;
  }
}
