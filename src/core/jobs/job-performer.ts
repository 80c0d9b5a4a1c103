import type { JobInfo } from '../../shared/engine-info';
import { tellItems } from '../items/item-listener';
import type { WorkerPool } from '../pool/worker-pool';
import { startTimer } from '../timers';
import type { JobAction, JobOutcome } from './job-life';
import { startTimeLimits, wakeAt } from './job-limits';
import type { JobRanks } from './job-ranks';
import type { JobReporter } from './job-reporter';
import { prepareAttempt } from './job-retry';
import type { JobTable } from './job-table';
import { type Candidate, pickJobs } from './scheduler';
import { candidateOf, type ServerJob } from './server-job';

/** What the jobs need of the pool. */
export type JobPool = Pick<WorkerPool, 'isStarted' | 'numProcs' | 'free' | 'unavailable' | 'reserve' | 'release'>;

export interface JobPerformerParts {
  readonly table: JobTable;
  readonly pool: () => JobPool;
  readonly ranks: JobRanks;
  readonly reporter: JobReporter;
  /** Why no job can begin any more, if so. */
  readonly closed: () => ((job: JobInfo) => Error) | undefined;
  /** A job waits again for another attempt. */
  readonly onAgain: (job: ServerJob) => void;
  /** The last job has ended. */
  readonly onIdle: () => void;
}

/**
 * Carries out what the machines of jobs decide, in that order, and starts what can be started: one after the other,
 * until nothing more follows from it.
 *
 *   machine ──actions──► perform ──► todo ──► ranks, reporter, timers
 *                                     │  ▲
 *            free workers, jobs ──► start ┘ (more actions)
 */
export class JobPerformer {
  readonly #parts: JobPerformerParts;
  /** What is to be carried out, in this order. */
  readonly #todo: { readonly job: ServerJob; readonly action: JobAction }[] = [];
  /** Something is being carried out or started: what comes meanwhile waits for its turn. */
  #isBusy = false;
  #mustSchedule = false;

  constructor(parts: JobPerformerParts) {
    this.#parts = parts;
  }

  /** Starts what can be started. */
  schedule(): void {
    const { table, pool } = this.#parts;
    if (!pool().isStarted || !table.wantsWorkers) return;
    this.#mustSchedule = true;
    if (!this.#isBusy) this.#carryOut();
  }

  /** Carries out what a machine has decided, after everything that was decided before it. */
  perform(job: ServerJob, actions: readonly JobAction[]): void {
    // How the ranks meet is a part of what each of them is sent.
    if (actions.some((action) => action.type === 'dispatch')) this.#parts.ranks.chooseMeetings(job);
    for (const action of actions) this.#todo.push({ job, action });
    if (!this.#isBusy && actions.length > 0) this.#carryOut();
  }

  /** What is done may free workers or make others wanted. */
  #carryOut(): void {
    this.#isBusy = true;
    try {
      for (;;) {
        this.#performAll();
        if (!this.#mustSchedule) return;
        this.#mustSchedule = false;
        // One that waits may be cancelled before the server is started, which starts no other.
        if (!this.#parts.pool().isStarted) continue;
        this.#restartWanted();
        if (this.#parts.pool().free > 0) this.#startWaiting();
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #startWaiting(): void {
    const { table, pool } = this.#parts;
    const running = [...table.running].flatMap(({ atWork: { executors }, machine }) =>
      machine.items ? Array.from({ length: executors.size }, () => 1) : executors.size > 0 ? [executors.size] : [],
    );
    // A worker that is being started is as good as one that will be freed.
    const expected = Array.from({ length: pool().unavailable }, () => 1);
    for (const { id, ranks } of pickJobs(this.#candidates(), pool().free, [...running, ...expected])) {
      const job = table.jobs.get(id);
      if (job) this.#start(job, ranks);
    }
  }

  *#candidates(): Generator<Candidate> {
    const { probes, queue } = this.#parts.table;
    for (const line of [probes, queue])
      for (const job of line.startable())
        if (job.target && !job.isPausing && job.machine.hasWork) yield candidateOf(job);
  }

  /** Ranks of jobs that run already come before jobs that wait. */
  #restartWanted(): void {
    const { table, pool } = this.#parts;
    for (const job of [...table.wanting]) {
      for (const rank of job.machine.wantedRanks) {
        const executor = pool().free > 0 ? pool().reserve(job.id, 1, job.isLocal)?.[0] : undefined;
        if (!executor) break;
        job.atWork.executors.set(rank, executor);
        this.perform(job, job.machine.restart(rank, executor.info.pid, job.clock.now));
      }
      if (job.machine.wantedRanks.length === 0) table.wanting.delete(job);
    }
  }

  #start(job: ServerJob, ranks: number): void {
    const { table, pool, reporter } = this.#parts;
    const executors = pool().reserve(job.id, ranks, job.isLocal, job.machine.least);
    if (!executors || !job.target) return;
    table.lineOf(job).remove(job);
    table.running.add(job);
    executors.forEach((executor, rank) => void job.atWork.executors.set(rank, executor));
    job.startedAt = job.watch.now;
    startTimeLimits(job, (actions) => this.perform(job, actions));
    if (job.task?.state === 'queued') {
      job.task.begin();
      job.ownsTask = true;
    }
    const pids = executors.map((executor) => executor.info.pid);
    this.perform(job, job.machine.start(pids, table.mustProbe(job), job.clock.now));
    reporter.job(job);
  }

  #performAll(): void {
    const changed = new Set<ServerJob>();
    for (let next = this.#todo.shift(); next; next = this.#todo.shift()) {
      const { job, action } = next;
      this.#performOne(job, action);
      if (action.type === 'free-rank' || action.type === 'cancel-rank') changed.add(job);
    }
    for (const job of changed) if (!job.machine.hasEnded) this.#parts.reporter.job(job);
  }

  #performOne(job: ServerJob, action: JobAction): void {
    const { ranks, table } = this.#parts;
    switch (action.type) {
      case 'probe':
        ranks.dispatch(job, action.rank, 'probe');
        return;
      case 'dispatch':
        ranks.dispatch(job, action.rank, job.kind === 'map' ? 'map' : 'call');
        return;
      case 'cancel-rank':
        ranks.cancel(job, action.rank);
        return;
      case 'finish-rank':
        ranks.finish(job, action.rank);
        return;
      case 'give':
        ranks.give(job, action.rank, action.piece);
        return;
      case 'free-rank':
        ranks.free(job, action.rank, action.isWorn);
        this.#mustSchedule = true;
        return;
      case 'release':
        ranks.reply(job, action.release.rank, action.release.call, action.release.reply);
        return;
      case 'departed':
        job.direct?.departed(action.rank, action.departure);
        return;
      case 'want-ranks':
        table.wanting.add(job);
        this.#mustSchedule = true;
        return;
      case 'wake-at':
        wakeAt(job, action.at, (actions) => this.perform(job, actions));
        return;
      case 'settled':
        tellItems(job, action.items);
        return;
      case 'settle':
        this.#mustSchedule = true;
        this.#endAttempt(job);
        if (this.#tryAgain(job, action.outcome)) return;
        this.#end(job);
        job.settle(job.crashLoop ? { kind: 'rejected', error: job.crashLoop } : action.outcome);
    }
  }

  #endAttempt(job: ServerJob): void {
    this.#parts.table.running.delete(job);
    this.#parts.ranks.freeAll(job);
    for (const timer of Object.values(job.timers)) clearTimeout(timer);
    job.timers = {};
    for (const cleanup of job.attemptCleanups.splice(0)) cleanup();
  }

  /** Puts a job that has failed back in the queue, if its retries say so. */
  #tryAgain(job: ServerJob, outcome: JobOutcome): boolean {
    const { table, reporter, closed, onAgain } = this.#parts;
    const delayMs = closed() ? undefined : prepareAttempt(job, outcome);
    if (delayMs === undefined) return false;
    job.isPausing = true;
    const timer = startTimer(delayMs, () => {
      job.isPausing = false;
      this.schedule();
    });
    job.cleanups.push(() => clearTimeout(timer));
    table.queue.addAgain(job);
    reporter.job(job);
    onAgain(job);
    return true;
  }

  #end(job: ServerJob): void {
    const { table, reporter, onIdle } = this.#parts;
    job.endedAt = job.watch.now;
    table.remove(job);
    for (const cleanup of job.cleanups.splice(0)) cleanup();
    reporter.end(job);
    if (table.jobs.size === 0) onIdle();
  }
}
