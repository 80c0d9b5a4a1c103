import type { SettledItem } from '../core/items/item-result';
import type { ProcessServer } from '../core/process-server';
import { JobFileRun, type JobFileRunEvent } from '../runner/job-file-run';
import type { JobInfo } from '../shared/engine-info';
import type { RunAnswer } from '../shared/ipc';
import { isActive } from '../shared/ipc';
import { planVersion } from '../shared/plan';
import type { JobList } from './job-list';
import type { ListedJob } from './listed-job';
import type { Trust } from './trust';

/** Who hears of what the controller does. */
export interface JobObserver {
  /** The list has changed. */
  changed(): void;
  /** A run has come into the engine's queue, where it stands like this. */
  onBound(info: JobInfo): void;
  /** The engine's job of this number combines what the ranks of a listed one have returned. */
  onCombine(engineId: number, key: number): void;
  /** Items of a listed job have ended, each once. */
  onItems(key: number, items: readonly SettledItem[]): void;
}

/** Runs and cancels jobs of the list on the server, and keeps the list right about them. */
export class JobController {
  readonly #server: ProcessServer;
  readonly #list: JobList;
  readonly #trust: Trust;
  readonly #observer: JobObserver;
  /** By key in the list. */
  readonly #running = new Map<number, JobFileRun>();

  constructor(server: ProcessServer, list: JobList, trust: Trust, observer: JobObserver) {
    this.#server = server;
    this.#list = list;
    this.#trust = trust;
    this.#observer = observer;
  }

  /** Submits jobs in this order, unless some of their code must be agreed to first: then none of them. */
  run(keys: readonly number[]): RunAnswer {
    const idle = keys.flatMap((key) => {
      const job = this.#list.job(key);
      return job === undefined || isActive(job.state) ? [] : [job];
    });
    const questions = this.#trust.questions(idle.map((job) => job.plan));
    if (questions.length > 0) return { kind: 'needs-trust', questions };
    for (const fileKey of new Set(idle.map((job) => job.fileKey)))
      this.#start(idle.filter((job) => job.fileKey === fileKey));
    return { kind: 'submitted', keys: idle.map((job) => job.key) };
  }

  /** Stops jobs; each shows "cancelling" until it has really stopped. */
  cancel(keys: readonly number[]): void {
    for (const key of keys) {
      const plan = this.#list.job(key)?.plan;
      if (plan === undefined || !this.#running.has(key)) continue;
      this.#list.markCancelling(key);
      this.#running.get(key)?.cancelJob(plan.key, 'Cancelled.');
    }
    this.#observer.changed();
  }

  /** The person agreed to these questions. */
  trust(tickets: readonly string[]): void {
    for (const ticket of tickets) this.#trust.accept(ticket);
  }

  /** Runs jobs of one file together; what they need of others of it counts as there. */
  #start(jobs: readonly Readonly<ListedJob>[]): void {
    const keyOf = new Map(jobs.map(({ key, plan }) => [plan.key, key]));
    const plans = jobs.map(({ plan }) => ({
      ...plan,
      needs: plan.needs.filter(({ keys }) => keys.every((key) => keyOf.has(key))),
    }));
    for (const { key } of jobs) this.#list.begin(key);
    const run = new JobFileRun({
      server: this.#server,
      plan: {
        version: planVersion,
        file: plans[0]?.file ?? '',
        name: null,
        description: null,
        maxProcs: null,
        jobs: plans,
        disabled: [],
      },
      environment: process.env,
      onEvent: (event) => {
        const key = keyOf.get(event.key);
        if (key !== undefined) this.#follow(key, event);
      },
    });
    for (const { key } of jobs) this.#running.set(key, run);
    run.start();
    this.#observer.changed();
  }

  #follow(key: number, event: JobFileRunEvent): void {
    switch (event.type) {
      case 'queued':
        this.#onQueued(key, event.jobId, event.part);
        break;
      case 'items':
        this.#observer.onItems(key, event.items);
        break;
      case 'ended':
        this.#running.delete(key);
        this.#list.settle(key, event.outcome);
    }
    this.#observer.changed();
  }

  #onQueued(key: number, jobId: number, part: 'work' | 'combine'): void {
    if (part === 'combine') {
      this.#observer.onCombine(jobId, key);
      return;
    }
    const info = this.#server.jobs.find(({ id }) => id === jobId);
    this.#list.bind(key, jobId, info);
    // What the engine has said of it so far was said before anybody knew whose it is.
    if (info !== undefined) this.#observer.onBound(info);
  }
}
