import type { LogLine, ServerEvent } from '../../shared/engine-info';
import { decodeValue } from '../data/serialize';
import { JobCancelledError } from '../errors';
import type { Executor } from '../pool/executor';
import type { JobQueue } from './job-queue';
import { describeJob, errorOfJob, progressOf, type ServerJob } from './server-job';

/** Least time between two progress reports of a job, in milliseconds. */
const reportIntervalMs = 100;

/** Of a queue with more jobs is told no more often than that. */
const longQueue = 1000;

/** Tells listeners and tasks of jobs: how they are, how far they are, and what they print. */
export class JobReporter {
  readonly #emit: (make: () => ServerEvent) => void;
  #isQueueEventDue = false;

  constructor(emit: (make: () => ServerEvent) => void) {
    this.#emit = emit;
  }

  worker(executor: Executor): void {
    this.#emit(() => ({ type: 'worker', proc: executor.info }));
  }

  /** One event tells of all changes of the same moment; of a long queue, which takes time to tell, of some moments. */
  queue(queue: JobQueue<ServerJob>): void {
    if (this.#isQueueEventDue) return;
    this.#isQueueEventDue = true;
    const soon = (tell: () => void): unknown =>
      queue.length > longQueue ? setTimeout(tell, reportIntervalMs) : queueMicrotask(tell);
    soon(() => {
      this.#isQueueEventDue = false;
      this.#emit(() => {
        const jobs = [...queue];
        const held = jobs.filter((job) => job.isHeld).map((job) => job.id);
        return { type: 'queue', paused: queue.isPaused, waiting: jobs.map((job) => job.id), held };
      });
    });
  }

  job(job: ServerJob): void {
    if (!job.isProbe) this.#emit(() => ({ type: 'job', job: describeJob(job) }));
  }

  /** Tells soon how far the job is, at most once in a while whatever happens. */
  progress(job: ServerJob): void {
    if (job.timers.report || job.machine.hasEnded) return;
    const report = (): void => {
      delete job.timers.report;
      job.lastReport = performance.now();
      const { counts } = job.machine;
      const progress = progressOf(job);
      job.task?.setProgress(progress);
      // Ranks that take chunks have moved on to others.
      if (job.machine.isChunked) this.job(job);
      this.#emit(() => ({ type: 'progress', jobId: job.id, progress, counts }));
    };
    job.timers.report = setTimeout(report, Math.max(0, job.lastReport + reportIntervalMs - performance.now()));
  }

  /** A rank was given items; nothing is left for it when there are none. */
  chunk(
    job: ServerJob,
    rank: number,
    chunk: readonly [start: number, end: number] | undefined,
    isFirst: boolean,
  ): void {
    const [start, end] = chunk ?? [0, 0];
    this.#emit(() => ({ type: 'chunk', jobId: job.id, rank, isFirst, start, end }));
  }

  partial(job: ServerJob, rank: number, payload: Uint8Array): void {
    this.#emit(() => ({ type: 'partial', jobId: job.id, rank, value: decodeValue(payload) }));
  }

  log(job: ServerJob, rank: number, lines: readonly Omit<LogLine, 'rank'>[], dropped: number): void {
    const all: LogLine[] = lines.map((line) => ({ rank, ...line }));
    if (dropped > 0)
      all.unshift({ rank, stream: 'stderr', text: `… ${dropped} lines were left out: more than can be shown.` });
    this.#emit(() => ({ type: 'log', jobId: job.id, lines: all }));
  }

  /** The job has ended. Its task ends with it when it was begun for this job and not by somebody who has more to do. */
  end(job: ServerJob): void {
    const { task, machine, ownsTask } = job;
    if (task) {
      task.setProgress(progressOf(job));
      if (ownsTask || task.state === 'queued') {
        const error = errorOfJob(job);
        if (machine.state === 'done') task.finish();
        else if (machine.state === 'cancelled') task.fail(new JobCancelledError(error?.message ?? 'Cancelled.'));
        else task.fail(Object.assign(new Error(error?.message), { name: error?.name ?? 'Error' }));
      }
    }
    this.job(job);
  }
}
