import type { CallReply, CallRequest, RunRef } from '../../shared/worker-protocol';
import { ItemBatch } from '../items/item-batch';
import type { Executor, ExecutorListener, RunReport } from '../pool/executor';
import type { RunEnd } from '../pool/run-slot';
import type { JobAction } from './job-life';
import type { JobRanks } from './job-ranks';
import type { JobReporter } from './job-reporter';
import { loadDeath } from './job-retry';
import type { JobTable } from './job-table';
import type { ServerJob } from './server-job';

export interface JobEventsParts {
  readonly table: JobTable;
  readonly ranks: JobRanks;
  readonly reporter: JobReporter;
  /** Carries out what a machine has decided. */
  readonly perform: (job: ServerJob, actions: readonly JobAction[]) => void;
  readonly schedule: () => void;
}

/**
 * What the executors report, handed to the machine of the job that it is about. Reports about runs that an executor
 * does not hold any more are dropped.
 */
export function jobEvents({ table, ranks, reporter, perform, schedule }: JobEventsParts): ExecutorListener {
  return {
    onEnd: (executor, message) => {
      const job = table.jobOf(executor, message.run);
      if (job) perform(job, ended(job, message));
    },
    onItems: (executor, message) => {
      const job = table.jobOf(executor, message.run);
      if (!job?.machine.items) return;
      const batch = new ItemBatch(message.payload);
      perform(job, job.machine.items.itemsDone(message.run.rank, message.start, batch, job.clock.now));
      reporter.progress(job);
    },
    onMore: (executor, run) => {
      const job = table.jobOf(executor, run);
      if (!job?.machine.items) return;
      if (executor.isLeaving) perform(job, job.machine.items.retire(run.rank));
      perform(job, job.machine.items.more(run.rank));
    },
    onLost: (executor, run, error) => {
      const job = table.jobOf(executor, run);
      if (!job) return;
      const told = table.mustProbe(job) ? loadDeath(job, error) : error;
      perform(job, job.machine.rankFailed(run.rank, told, 'lost', undefined, job.clock.now));
    },
    onReport: (executor, message) => {
      const job = table.jobOf(executor, message.run);
      if (job) reported(job, message);
    },
    onChange: (executor: Executor) => {
      reporter.worker(executor);
      const job = executor.jobId === null ? undefined : table.jobs.get(executor.jobId);
      if (job) reporter.job(job);
      schedule();
    },
  };

  function ended(job: ServerJob, message: RunEnd): readonly JobAction[] {
    const { rank } = message.run;
    const { now } = job.clock;
    switch (message.type) {
      case 'result':
        return job.machine.rankDone(rank, message.payload, message.count, now);
      case 'failed':
        return job.machine.rankFailed(rank, message.error, 'failed', message.count, now);
      case 'probed':
        if (job.target) table.learn(job.target, { hasCombine: message.hasCombine });
        return job.machine.probed(now);
    }
  }

  function reported(job: ServerJob, message: RunReport): void {
    const { rank } = message.run;
    switch (message.type) {
      case 'call':
        called(job, message.run, message.call, message.request);
        return;
      case 'emit':
        reporter.partial(job, rank, message.payload);
        return;
      case 'stored':
        job.machine.stored(rank, message.objects);
        job.direct?.stored(rank, message.objects);
        return;
      case 'log':
        reporter.log(job, rank, message.lines, message.dropped);
        return;
      case 'progress':
        if (job.machine.rankProgress(rank, message.count, job.clock.now)) reporter.progress(job);
    }
  }

  function called(job: ServerJob, run: RunRef, call: number, request: CallRequest): void {
    if (request.op !== 'invoke') {
      perform(job, job.machine.call(run.rank, call, request, job.clock.now));
      return;
    }
    const isWanted = (): boolean => job.atWork.runIds.get(run.rank) === run.runId && job.machine.state === 'running';
    const reply = (answer: CallReply): void => {
      if (isWanted()) ranks.reply(job, run.rank, call, answer);
    };
    job.objects.call(request, isWanted, reply);
  }
}
