import type { CallReply, ChunkOfItems, RunRef, RunRequest } from '../../shared/worker-protocol';
import { packRun } from '../items/item-store';
import { DirectJob, mostDirectRanks } from '../meetings/direct-job';
import type { ObjectFiles } from '../meetings/object-files';
import type { Executor } from '../pool/executor';
import type { WorkerPool } from '../pool/worker-pool';
import type { JobReporter } from './job-reporter';
import type { ServerJob } from './server-job';

/** A run shorter than this needs no progress reports, in milliseconds. */
const watchAfterMs = 15;

/** The ranks of jobs on their executors: gives runs their numbers, and hands on what concerns one run. */
export class JobRanks {
  readonly #pool: () => Pick<WorkerPool, 'release'>;
  readonly #files: ObjectFiles;
  readonly #reporter: Pick<JobReporter, 'chunk'>;
  #nextRun = 1;

  constructor(pool: () => Pick<WorkerPool, 'release'>, files: ObjectFiles, reporter: Pick<JobReporter, 'chunk'>) {
    this.#pool = pool;
    this.#files = files;
    this.#reporter = reporter;
  }

  /** To be called before the ranks are dispatched: they meet directly when each of them has an inbox. */
  chooseMeetings(job: ServerJob): void {
    const { total } = job.machine;
    if (job.kind === 'map' || total < 2 || total > mostDirectRanks) return;
    const inboxes: string[] = [];
    for (let rank = 0; rank < total; rank += 1) {
      const inbox = job.atWork.executors.get(rank)?.inbox;
      if (inbox === undefined) return;
      inboxes.push(inbox);
    }
    const direct = new DirectJob({ jobId: job.id, attempt: job.attempt }, inboxes, this.#files, (departed) => {
      for (const rank of job.machine.activeRanks)
        withRun(job, rank, (executor, run) => executor.departed(run, departed));
    });
    job.direct = direct;
    job.attemptCleanups.push(() => {
      job.direct = undefined;
      direct.end(job.machine.ranks.every((rank) => rank.state === 'done'));
    });
  }

  dispatch(job: ServerJob, rank: number, mode: RunRequest['mode']): void {
    const executor = job.atWork.executors.get(rank);
    if (!executor || !job.target) return;
    const runId = this.#nextRun;
    // Run numbers are words of the control block; 0 means none.
    this.#nextRun = runId >= 0x7fffffff ? 1 : runId + 1;
    job.atWork.runIds.set(rank, runId);
    const [start, end, itemAttempt = 1] = job.machine.part(rank);
    const { total, valRange: maxVal } = job.machine;
    if (mode === 'map') job.atWork.lastBlocks.delete(rank);
    job.atWork.unwatched.add(rank);
    const payload = mode === 'map' ? packRun(job.payloads[0], packItems(job, rank, start, end)) : job.payloads[rank];
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
        itemAttempt,
        isChunked: job.machine.isChunked,
        inboxes: job.direct?.inboxes,
        payload,
        ...(job.env && { env: job.env }),
        ...(job.memories.length > 0 ? { memories: job.memories } : {}),
        mostResultBytes: job.maxResultMiB * 2 ** 20,
      },
      job.memoryMiB,
    );
    if (mode !== 'probe') this.#reporter.chunk(job, rank, [start, end], true);
    this.#watchSoon(job);
  }

  cancel(job: ServerJob, rank: number): void {
    withRun(job, rank, (executor, run) => executor.cancel(run, job.endGraceMs));
  }

  reply(job: ServerJob, rank: number, call: number, reply: CallReply): void {
    withRun(job, rank, (executor, run) => {
      executor.reply(run, call, reply);
      if (reply.ok && 'chunk' in reply) this.#reporter.chunk(job, rank, reply.chunk, false);
    });
  }

  finish(job: ServerJob, rank: number): void {
    withRun(job, rank, (executor, run) => executor.finish(run));
  }

  /** Hands a map run its next items, or tells it that there are no more. */
  give(job: ServerJob, rank: number, chunk: ChunkOfItems | undefined): void {
    withRun(job, rank, (executor, run) => {
      const payload = chunk && packItems(job, rank, chunk[0], chunk[1]);
      executor.give({ type: 'chunk', run, ...(chunk ? { chunk } : {}), ...(payload ? { payload } : {}) });
      this.#reporter.chunk(job, rank, chunk && [chunk[0], chunk[1]], false);
    });
  }

  free(job: ServerJob, rank: number, isWorn = false): void {
    const executor = job.atWork.executors.get(rank);
    if (!executor) return;
    job.atWork.executors.delete(rank);
    job.atWork.runIds.delete(rank);
    job.objects.rankEnded();
    this.#pool().release(executor, isWorn ? 0 : job.recycleAfter);
  }

  freeAll(job: ServerJob): void {
    for (const rank of [...job.atWork.executors.keys()]) this.free(job, rank);
  }

  /** Has the progress of runs reported that turn out not to be short. */
  #watchSoon(job: ServerJob): void {
    job.timers.watch ??= setTimeout(() => {
      delete job.timers.watch;
      for (const rank of job.atWork.unwatched) withRun(job, rank, (executor, run) => executor.watch(run));
      job.atWork.unwatched.clear();
    }, watchAfterMs);
  }
}

/** The items of a piece as far as the rank's run has not been sent them; undefined where they are their own indices. */
function packItems(job: ServerJob, rank: number, start: number, end: number): Uint8Array | undefined {
  const packed = job.items?.pack(start, end, job.atWork.lastBlocks.get(rank));
  if (packed) job.atWork.lastBlocks.set(rank, packed.last);
  return packed?.bytes;
}

function withRun(job: ServerJob, rank: number, use: (executor: Executor, run: RunRef) => void): void {
  const runId = job.atWork.runIds.get(rank);
  const executor = job.atWork.executors.get(rank);
  if (runId !== undefined && executor) use(executor, { jobId: job.id, attempt: job.attempt, rank, runId });
}
