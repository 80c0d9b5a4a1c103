import type { ResolvedTarget, RunRef } from '../../shared/worker-protocol';
import type { Executor } from '../pool/executor';
import { JobQueue } from './job-queue';
import type { ServerJob } from './server-job';

/** What is known of a target that has been found. */
export interface KnownTarget {
  readonly hasCombine: boolean;
}

/** The jobs of a server by where they stand, and what they have found out about their targets. */
export class JobTable {
  /** All that have not ended, by number. */
  readonly jobs = new Map<number, ServerJob>();
  /** Those of them that have begun. There may be very many that have not. */
  readonly running = new Set<ServerJob>();
  /** Jobs some of whose ranks want a worker again. */
  readonly wanting = new Set<ServerJob>();
  readonly queue: JobQueue<ServerJob>;
  /** What only looks for targets waits for itself, ahead of all. */
  readonly probes = new JobQueue<ServerJob>();
  readonly #found = new Map<string, KnownTarget>();

  constructor(onQueueChange: () => void) {
    this.queue = new JobQueue<ServerJob>(onQueueChange);
  }

  /** Whether any job could use a worker that is free. */
  get wantsWorkers(): boolean {
    return this.queue.length + this.probes.length + this.wanting.size > 0;
  }

  get waiting(): ServerJob[] {
    return [...this.probes, ...this.queue];
  }

  lineOf(job: ServerJob): JobQueue<ServerJob> {
    return job.isProbe ? this.probes : this.queue;
  }

  add(job: ServerJob): void {
    this.jobs.set(job.id, job);
    this.lineOf(job).add(job);
  }

  remove(job: ServerJob): void {
    this.jobs.delete(job.id);
    this.wanting.delete(job);
    this.lineOf(job).remove(job);
  }

  /** The job that a message is about, if it is about what that executor does for it now. */
  jobOf(executor: Executor, run: RunRef): ServerJob | undefined {
    const job = this.jobs.get(run.jobId);
    return job?.atWork.executors.get(run.rank) === executor && job.atWork.runIds.get(run.rank) === run.runId
      ? job
      : undefined;
  }

  known(target: ResolvedTarget): KnownTarget | undefined {
    return this.#found.get(keyOf(target));
  }

  learn(target: ResolvedTarget, known: KnownTarget): void {
    this.#found.set(keyOf(target), known);
  }

  /** Whether the job has yet to see that its target is there. */
  mustProbe(job: ServerJob): boolean {
    return job.isProbe || (job.target !== undefined && !this.known(job.target));
  }
}

function keyOf(target: ResolvedTarget): string {
  return `${target.url}#${target.exportName}`;
}
