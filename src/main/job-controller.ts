import type { ProcessServer } from '../core/process-server';
import { runJob } from '../jobs/run-job';
import type { RunAnswer } from '../shared/ipc';
import { isActive } from '../shared/ipc';
import type { ResultRef } from '../shared/result';
import type { JobList } from './job-list';
import type { Trust } from './trust';

/** Runs and cancels jobs of the list on the server, and keeps the list right about them. */
export class JobController {
  readonly #server: ProcessServer;
  readonly #list: JobList;
  readonly #trust: Trust;
  readonly #changed: () => void;
  readonly #running = new Map<number, AbortController>();
  /** Settles when every job so far has come into the engine's queue, or has ended before that. */
  #submitted: Promise<unknown> = Promise.resolve();

  /** @param changed is called after each change of the list */
  constructor(server: ProcessServer, list: JobList, trust: Trust, changed: () => void) {
    this.#server = server;
    this.#list = list;
    this.#trust = trust;
    this.#changed = changed;
  }

  /** Submits jobs in this order, unless some of their code must be agreed to first: then none of them. */
  run(keys: readonly number[]): RunAnswer {
    const idle = keys.flatMap((key) => {
      const job = this.#list.job(key);
      return job === undefined || isActive(job.state) ? [] : [job];
    });
    const questions = this.#trust.questions(idle.map((job) => job.plan));
    if (questions.length > 0) return { kind: 'needs-trust', questions };
    for (const job of idle) void this.#run(job.key);
    return { kind: 'submitted', keys: idle.map((job) => job.key) };
  }

  /** Stops jobs; each shows "cancelling" until it has really stopped. */
  cancel(keys: readonly number[]): void {
    for (const key of keys) {
      const running = this.#running.get(key);
      if (running === undefined) continue;
      this.#list.markCancelling(key);
      running.abort();
    }
    this.#changed();
  }

  /** The person agreed to these questions. */
  trust(tickets: readonly string[]): void {
    for (const ticket of tickets) this.#trust.accept(ticket);
  }

  /** What a run of a job came to; undefined when there is nothing, or the job has been run again. */
  result({ key, run }: ResultRef): unknown {
    const job = this.#list.job(key);
    return job?.state === 'done' && job.run === run ? job.result : undefined;
  }

  async #run(key: number): Promise<void> {
    const job = this.#list.job(key);
    if (job === undefined || !this.#list.begin(key)) return;
    const cancel = new AbortController();
    this.#running.set(key, cancel);
    this.#changed();
    const startedAt = Date.now();
    // Targets are looked at before their jobs are queued, which takes longer for some: the order is kept here.
    const before = this.#submitted;
    let pass = (): void => undefined;
    const passed = new Promise<void>((resolve) => {
      pass = resolve;
    });
    this.#submitted = Promise.all([before, passed]);
    try {
      await Promise.race([before, aborted(cancel.signal)]);
      const outcome = await runJob(this.#server, job.plan, {
        signal: cancel.signal,
        onStart: (jobId) => {
          pass();
          this.#list.bind(
            key,
            jobId,
            this.#server.jobs.find((info) => info.id === jobId),
          );
          this.#changed();
        },
      });
      this.#list.settle(key, outcome);
    } catch (cause) {
      // `runJob` answers with an outcome whatever happens; should it fail itself, the person hears that too.
      const { name, message, stack } = cause instanceof Error ? cause : new Error(String(cause));
      const error = { name, message, ...(stack === undefined ? {} : { stack }) };
      this.#list.settle(key, { state: 'failed', errors: [{ rank: null, error }], startedAt, endedAt: Date.now() });
    } finally {
      pass();
      this.#running.delete(key);
      this.#changed();
    }
  }
}

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
