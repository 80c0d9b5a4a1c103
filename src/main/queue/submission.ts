import { toErrorInfo } from '../../core/error-info';
import type { NewRun } from '../../history';
import { newScriptRun } from '../../runner/script-recording';
import { newRun } from '../../runner/stored-runs';
import { isActive, type RunAnswer } from '../../shared/ipc';
import type { QueueEntry } from '../../shared/ipc-queue';
import { type PlannedRun, planVersion } from '../../shared/plan';
import type { JobList } from '../job-list';
import { workOf } from '../scripts/script-plan';
import { byRun, type Job, type QueueParts } from './queue-parts';
import type { RunPlace } from './waiting-runs';

/** Has runs begin when it is their turn. */
export interface Beginner {
  /** @param again keys of its jobs that are worked on again although they have failed */
  begin(run: number, place: RunPlace, again?: readonly string[]): void;
  /** Runs that have just been written into the history. */
  beginNew(runs: readonly number[]): Promise<void>;
}

/** Puts jobs of the list into the queue: what is submitted together of one file is one run. */
export class Submission {
  readonly #parts: QueueParts;
  readonly #beginner: Beginner;

  constructor(parts: QueueParts, beginner: Beginner) {
    this.#parts = parts;
    this.#beginner = beginner;
  }

  /** Queues jobs in this order, unless some of their code must be agreed to first: then none of them. */
  async run(keys: readonly number[]): Promise<RunAnswer> {
    const { list, observer } = this.#parts;
    const idle = this.#jobs(keys).filter(({ state, role }) => role !== 'call' && !isActive(state));
    const asked = await this.#ask(idle);
    if (asked !== null) return asked;
    // What has been begun meanwhile was clicked twice.
    const begun = idle.filter(({ key }) => list.begin(key));
    observer.changed();
    await this.#submit(begun);
    return { kind: 'submitted', keys: begun.map(({ key }) => key) };
  }

  /** Queues jobs once more, each beside the one there is. */
  async duplicate(keys: readonly number[]): Promise<RunAnswer> {
    const jobs = this.#jobs(keys).filter(({ role }) => role !== 'call');
    const asked = await this.#ask(jobs);
    return asked ?? (await this.run(jobs.flatMap(({ key }) => this.#parts.list.copy(key) ?? [])));
  }

  /** Works again on what failed of jobs whose run is over, and on what was not come to. */
  async retryFailed(keys: readonly number[]): Promise<RunAnswer> {
    const { list, observer } = this.#parts;
    const jobs = this.#jobs(keys).filter(canRetry);
    const asked = await this.#ask(jobs);
    if (asked !== null) return asked;
    for (const [run, own] of byRun(jobs.filter(canRetry))) {
      const [{ entry } = { entry: null }] = own;
      if (entry === null) continue;
      for (const job of own) list.beginAgain(job.key, entry);
      this.#beginner.begin(
        run,
        entry,
        own.map(({ plan }) => plan.key),
      );
    }
    observer.changed();
    return { kind: 'submitted', keys: jobs.map(({ key }) => key) };
  }

  /** Reads the plan of a run of which only an outline is known. */
  async loadPlan(run: number): Promise<void> {
    const { history, list, observer } = this.#parts;
    const stored = await history.get(run);
    if (!stored) return;
    const plans = new Map(workOf(stored).jobs.map((plan) => [plan.key, plan]));
    for (const { key, plan } of list.jobsOfRun(run)) {
      const found = plans.get(plan.key);
      if (found !== undefined) list.plan(key, found);
    }
    observer.changed();
  }

  #jobs(keys: readonly number[]): Job[] {
    return keys.flatMap((key) => this.#parts.list.job(key) ?? []);
  }

  /** What has to be agreed to before these jobs may run; null when nothing has. Their plans are known then. */
  async #ask(jobs: readonly Job[]): Promise<RunAnswer | null> {
    for (const [run] of byRun(jobs.filter(({ isOutline }) => isOutline))) await this.loadPlan(run);
    const questions = this.#parts.trust.questions(jobs.map(({ plan }) => plan));
    return questions.length > 0 ? { kind: 'needs-trust', questions } : null;
  }

  /** What jobs need of others that are not among them counts as there. */
  async #submit(jobs: readonly Job[]): Promise<void> {
    const { history, list, notices, observer } = this.#parts;
    const runs = asRuns(jobs);
    try {
      const ids = await history.enqueue(await this.#describe(runs));
      // At once, so that what the history tells of them finds them.
      for (const [index, run] of ids.entries())
        for (const [place, { key }] of (runs[index] ?? []).entries()) list.enter(key, newEntry(run), place);
      await this.#beginner.beginNew(ids);
    } catch (error) {
      for (const { key } of jobs) list.giveUp(key);
      notices.post('submit', {
        tone: 'error',
        title: jobs.length === 1 ? 'This job could not be queued' : 'These jobs could not be queued',
        text: toErrorInfo(error).message,
        canDismiss: true,
      });
    }
    observer.changed();
  }

  async #describe(runs: readonly (readonly Job[])[]): Promise<NewRun[]> {
    const { list, version } = this.#parts;
    const described: NewRun[] = [];
    for (const [index, jobs] of runs.entries()) {
      // Copies of the same jobs follow each other.
      const before = runs[index - 1];
      const last = described.at(-1);
      const isCopy = before?.length === jobs.length && jobs.every(({ plan }, place) => before[place]?.plan === plan);
      described.push(isCopy && last ? last : await describe(jobs, list, version));
    }
    return described;
  }
}

/** Its run is over, and something of it was not done. */
const canRetry = ({ state, entry, role }: Job): boolean =>
  role === 'job' && (state === 'failed' || state === 'cancelled' || state === 'skipped') && entry?.isActive === false;

const newEntry = (run: number): QueueEntry => ({
  run,
  priority: 0,
  position: Number.MAX_SAFE_INTEGER,
  queuedAt: Date.now(),
  isActive: false,
  owner: null,
});

/** The jobs of each file together; a run has each job once, so copies of one go into further runs. */
function asRuns(jobs: readonly Job[]): Job[][] {
  const runs = new Map<string, Job[]>();
  const copies = new Map<string, number>();
  for (const job of jobs) {
    const name = `${job.fileKey} ${job.plan.key}`;
    const copy = copies.get(name) ?? 0;
    copies.set(name, copy + 1);
    const run = runs.get(`${job.fileKey} ${copy}`);
    if (run === undefined) runs.set(`${job.fileKey} ${copy}`, [job]);
    else run.push(job);
  }
  return [...runs.values()];
}

/** A script is always a run by itself: it is the only job of its file. */
async function describe(jobs: readonly Job[], list: JobList, version: string): Promise<NewRun> {
  const [first] = jobs;
  return first?.role === 'script'
    ? await newScriptRun(first.plan.file, first.plan.args, version)
    : await newRun(planOfJobs(jobs, list), { args: {}, version });
}

function planOfJobs(jobs: readonly Job[], list: JobList): PlannedRun {
  const keys = new Set(jobs.map(({ plan }) => plan.key));
  const [first] = jobs;
  return {
    ...list.frame(first?.fileKey ?? 0),
    version: planVersion,
    file: first?.plan.file ?? '',
    jobs: jobs.map(({ plan }) => ({
      ...plan,
      needs: plan.needs.filter((need) => need.keys.every((key) => keys.has(key))),
    })),
    disabled: [],
  };
}
