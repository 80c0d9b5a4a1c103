import type { CallReply, RunRef, RunRequest } from '../shared/worker-protocol';
import type { Executor } from './executor';
import type { ServerJob } from './server-job';
import type { WorkerPool } from './worker-pool';

/** How long a cancelled run may take to end by itself before its thread is ended, in milliseconds. */
const cancelGraceMs = 250;
/** A run shorter than this needs no progress reports, in milliseconds. */
const watchAfterMs = 15;

/** The ranks of jobs on their executors: gives runs their numbers, and hands on what concerns one run. */
export class JobRanks {
  readonly #pool: () => Pick<WorkerPool, 'release'>;
  #nextRun = 1;

  constructor(pool: () => Pick<WorkerPool, 'release'>) {
    this.#pool = pool;
  }

  dispatch(job: ServerJob, rank: number, mode: RunRequest['mode']): void {
    const executor = job.executors.get(rank);
    if (!executor || !job.target) return;
    const runId = this.#nextRun;
    // Run numbers are words of the control block; 0 means none.
    this.#nextRun = runId >= 0x7fffffff ? 1 : runId + 1;
    job.runIds.set(rank, runId);
    const [start, end] = job.machine.part(rank);
    const { total, valRange: maxVal } = job.machine;
    const payload = job.payloads[rank];
    executor.run(
      {
        type: 'run',
        mode,
        run: { jobId: job.id, attempt: job.attempt, rank, runId },
        target: job.target,
        total,
        start,
        end,
        maxVal,
        isChunked: job.machine.isChunked,
        payload,
        ...(job.memories.length > 0 ? { memories: job.memories } : {}),
        mostResultBytes: job.maxResultMiB * 2 ** 20,
      },
      job.memoryMiB,
    );
  }

  cancel(job: ServerJob, rank: number): void {
    withRun(job, rank, (executor, run) => executor.cancel(run, cancelGraceMs));
  }

  reply(job: ServerJob, rank: number, call: number, reply: CallReply): void {
    withRun(job, rank, (executor, run) => executor.reply(run, call, reply));
  }

  /** Has the progress of runs reported that turn out not to be short. */
  watchSoon(job: ServerJob): void {
    const timer = setTimeout(() => {
      for (const rank of job.machine.activeRanks) withRun(job, rank, (executor, run) => executor.watch(run));
    }, watchAfterMs);
    job.attemptCleanups.push(() => clearTimeout(timer));
  }

  free(job: ServerJob, rank: number): void {
    const executor = job.executors.get(rank);
    if (!executor) return;
    job.executors.delete(rank);
    job.runIds.delete(rank);
    job.objects.rankEnded();
    this.#pool().release(executor);
  }

  freeAll(job: ServerJob): void {
    for (const rank of [...job.executors.keys()]) this.free(job, rank);
  }
}

function withRun(job: ServerJob, rank: number, use: (executor: Executor, run: RunRef) => void): void {
  const runId = job.runIds.get(rank);
  const executor = job.executors.get(rank);
  if (runId !== undefined && executor) use(executor, { jobId: job.id, attempt: job.attempt, rank, runId });
}
