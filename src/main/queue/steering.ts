import { isActive } from '../../shared/ipc';
import type { QueueTarget } from '../../shared/ipc-queue';
import type { ActiveWork } from './active-work';
import { byRun, type Job, type QueueParts } from './queue-parts';
import type { RunMirror } from './run-mirror';
import type { RunStarter } from './run-starter';
import { isolate } from './split-run';

/** So many runs are changed at a time: what is recorded meanwhile waits for that. */
const runsAtOnce = 500;

/**
 * Does what a person wants with jobs that have been submitted: to those that are worked on here in their runs, to others
 * in the history. The list shows at once what is on its way.
 */
export class Steering {
  readonly #parts: QueueParts;
  readonly #starter: RunStarter;
  readonly #mirror: RunMirror;

  constructor(parts: QueueParts, starter: RunStarter, mirror: RunMirror) {
    this.#parts = parts;
    this.#starter = starter;
    this.#mirror = mirror;
  }

  /** Ends jobs; each shows "cancelling" until it has really stopped. */
  async cancel(keys: readonly number[]): Promise<void> {
    const { list, history, observer } = this.#parts;
    const jobs = this.#jobs(keys).filter(({ state }) => isActive(state));
    for (const { key } of jobs) list.mark(key, 'cancelling');
    observer.changed();
    await this.#steer(
      jobs,
      (job, run) => run.cancel(job.plan.key),
      (runs) => this.#endWaiting(runs, (some) => history.cancel(some)),
    );
  }

  /** Keeps jobs from beginning, or from beginning further items. */
  async pause(keys: readonly number[]): Promise<void> {
    const { list, history, observer } = this.#parts;
    const jobs = this.#jobs(keys).filter(canPause);
    for (const { key, engineId, entry } of jobs)
      list.mark(key, engineId !== null || entry?.owner ? 'pausing' : 'paused');
    observer.changed();
    await this.#steer(
      jobs,
      (job, run) => run.pause(job.plan.key),
      (runs) => this.#endWaiting(runs, (some) => history.pause(some)),
    );
  }

  /** Lets paused and interrupted jobs go on. */
  async resume(keys: readonly number[]): Promise<void> {
    const { list, history, observer } = this.#parts;
    const jobs = this.#jobs(keys).filter(
      ({ state }) => state === 'paused' || state === 'pausing' || state === 'interrupted',
    );
    const held = jobs.filter(({ isHeld }) => isHeld);
    for (const { key } of jobs) list.mark(key, 'queued');
    observer.changed();
    for (const { entry, plan } of held) if (entry !== null) await history.release({ run: entry.run, job: plan.key });
    await this.#steer(
      jobs,
      (job, run) => run.resume(job.plan.key),
      (runs) => this.goOn(runs),
    );
  }

  /** Has paused and interrupted runs begin when it is their turn. */
  async goOn(runs: readonly number[]): Promise<void> {
    const { history } = this.#parts;
    for (const some of inParts(runs))
      await this.#starter.addSoon(some, async () => {
        await history.unpause(some);
        // A run that begins does what the list says was asked of its jobs: that must not be what was said before.
        await this.#mirror.refresh(some);
        const { rows } = await history.list({ ids: some, limit: some.length, sort: 'order' });
        return new Map(
          rows.filter(({ owner, state }) => owner === null && state === 'queued').map((row) => [row.id, row]),
        );
      });
  }

  /** Puts jobs that wait at a place in the queue; what belongs together goes together. */
  async move(keys: readonly number[], target: QueueTarget): Promise<void> {
    const { list, history } = this.#parts;
    const before = typeof target === 'object' ? list.job(target.before)?.entry?.run : undefined;
    if (typeof target === 'object' && before === undefined) return;
    const runs = (await this.#runsOf(this.#jobs(keys).filter(isWaiting))).filter((run) => run !== before);
    await history.move(runs, before === undefined ? (target === 'first' ? 'first' : 'last') : { before });
    await this.#mirror.refresh(runs);
  }

  /** Gives jobs another priority, those that wait in the queue and those that wait for processes. */
  async setPriority(keys: readonly number[], priority: number): Promise<void> {
    const { server, history, list } = this.#parts;
    const jobs = this.#jobs(keys).filter(({ state }) => isActive(state));
    for (const { engineId, role } of jobs)
      if (engineId !== null && role === 'job') server.jobQueue.setPriority(engineId, priority);
    const runs = await this.#runsOf(jobs.filter(isWaiting));
    // What runs here keeps it for the time when it has to be resumed.
    const own = [...byRun(jobs).keys()].filter((run) => this.#starter.isOwn(run));
    await history.setPriority([...runs, ...own], priority);
    for (const run of own) {
      const entry = list.jobsOfRun(run)[0]?.entry;
      if (entry) list.enterRun(run, { ...entry, priority });
    }
    await this.#mirror.refresh(runs);
  }

  #jobs(keys: readonly number[]): Job[] {
    return keys.flatMap((key) => this.#parts.list.job(key) ?? []);
  }

  async #steer(
    jobs: readonly Job[],
    inRun: (job: Job, run: ActiveWork) => void,
    inHistory: (runs: readonly number[]) => Promise<unknown>,
  ): Promise<void> {
    const runs: number[] = [];
    for (const [run, own] of byRun(jobs)) {
      const part = await this.#partOf(run, own);
      const active = this.#starter.active(part);
      if (active) for (const job of own) inRun(job, active);
      // One that is being taken hears of it as soon as it is.
      else if (!this.#starter.isOwn(part)) runs.push(part);
    }
    await inHistory(runs);
    await this.#mirror.refresh(runs);
  }

  /** These runs are not to begin any more; the history knows it soon. */
  async #endWaiting(runs: readonly number[], inHistory: (runs: readonly number[]) => Promise<unknown>): Promise<void> {
    for (const run of runs) this.#starter.remove(run);
    for (const some of inParts(runs)) await inHistory(some);
  }

  async #runsOf(jobs: readonly Job[]): Promise<number[]> {
    const runs: number[] = [];
    for (const [run, own] of byRun(jobs)) runs.push(await this.#partOf(run, own));
    return runs;
  }

  /** The run of some jobs, without others that nothing is to happen to, if those can be parted from them. */
  async #partOf(run: number, own: readonly Job[]): Promise<number> {
    const { history, list } = this.#parts;
    const all = list.jobsOfRun(run).filter(({ state }) => isActive(state));
    if (own.length >= all.length || !own.every(isWaiting) || this.#starter.isOwn(run)) return run;
    const part = await isolate(history, { run, jobs: own.map(({ plan }) => plan.key) });
    if (part.run === run) return run;
    const isDue = this.#starter.isDue(run);
    for (const job of list.jobsOfRun(run))
      if (job.entry && part.jobs.includes(job.plan.key)) list.enter(job.key, { ...job.entry, run: part.run });
    const [{ entry } = { entry: null }] = own;
    if (isDue && entry) this.#starter.add(part.run, entry);
    await this.#mirror.refresh([run, part.run]);
    return part.run;
  }
}

/** Jobs that are called once per process cannot be paused once they have begun. */
const canPause = ({ state, plan, role }: Job): boolean =>
  role !== 'call' && (state === 'queued' || state === 'interrupted' || (state === 'running' && plan.kind !== 'target'));

/** Nobody works on its run. */
const isWaiting = ({ state, entry }: Job): boolean => isActive(state) && entry?.isActive === false;

function* inParts(runs: readonly number[]): Generator<readonly number[], undefined> {
  for (let at = 0; at < runs.length; at += runsAtOnce) yield runs.slice(at, at + runsAtOnce);
}
