import type { NewRun } from '../../history';
import { newScriptRun } from '../../runner/script-recording';
import { newRun } from '../../runner/stored-runs';
import type { RunAnswer } from '../../shared/ipc';
import type { PlannedRun } from '../../shared/plan';
import { isScriptRun, workOf } from '../scripts/script-plan';
import type { QueueParts } from './queue-parts';
import type { RunMirror } from './run-mirror';
import type { RunStarter } from './run-starter';
import type { Steering } from './steering';
import type { Beginner, Submission } from './submission';

/** So many runs are removed at a time: what is recorded meanwhile waits for that. */
const removedAtOnce = 200;

/** What it works with of the queue. */
interface Others {
  readonly starter: RunStarter;
  readonly mirror: RunMirror;
  readonly submission: Submission;
  readonly steering: Steering;
  readonly beginner: Beginner;
}

/** What a person does with runs of the history, whether they are on the list of the queue or not. */
export class EarlierRuns {
  readonly #parts: QueueParts;
  readonly #others: Others;

  constructor(parts: QueueParts, others: Others) {
    this.#parts = parts;
    this.#others = others;
  }

  /** Puts runs on the list of the queue. Returns the keys of their jobs there. */
  async list(runs: readonly number[]): Promise<number[]> {
    const { history, list, observer } = this.#parts;
    await history.clear(runs, false);
    await this.#others.mirror.refresh(runs);
    observer.changed();
    return runs.flatMap((run) => list.jobsOfRun(run).map(({ key }) => key));
  }

  /**
   * Queues once more what runs were to do, as they were to do it then, unless some of their code must be agreed to
   * first: then none of them.
   *
   * @throws ResumeError when what one of them did cannot be done again
   */
  async again(runs: readonly number[]): Promise<RunAnswer> {
    const { history, list, trust, version } = this.#parts;
    const plans: PlannedRun[] = [];
    const described: NewRun[] = [];
    for (const run of runs) {
      const stored = await history.get(run);
      if (!stored) continue;
      const plan = workOf(stored);
      plans.push(plan);
      const { source, name, priority } = stored;
      const fresh = isScriptRun(stored)
        ? await newScriptRun(plan.file, asArgs(stored.args), version)
        : await newRun(plan, { args: asArgs(stored.args), version });
      described.push({ ...fresh, source, name, priority });
    }
    const questions = trust.questions(plans.flatMap(({ jobs }) => jobs));
    if (questions.length > 0) return { kind: 'needs-trust', questions };
    const queued = await history.enqueue(described);
    const keys = await this.list(queued);
    // A run that nobody has told to begin is listed as paused.
    for (const key of keys) list.mark(key, 'queued');
    await this.#others.beginner.beginNew(queued);
    return { kind: 'submitted', keys };
  }

  /** Has runs go on that were cut off or wait, and works again on what failed of those that are over. */
  async goOn(runs: readonly number[]): Promise<RunAnswer> {
    const { list } = this.#parts;
    const jobs = (await this.list(runs)).flatMap((key) => list.job(key) ?? []);
    const waiting = jobs.filter(({ state }) => state === 'paused' || state === 'interrupted').map(({ key }) => key);
    const over = jobs.filter(({ key }) => !waiting.includes(key)).map(({ key }) => key);
    // What is asked first is what is new; the others ask when it is their turn.
    const answer = await this.#others.submission.retryFailed(over);
    if (answer.kind === 'needs-trust') return answer;
    await this.#others.steering.resume(waiting);
    return { kind: 'submitted', keys: [...answer.keys, ...waiting] };
  }

  /** Removes runs with all that is kept of them; those that somebody works on stay. Returns how many are gone. */
  async remove(runs: readonly number[]): Promise<number> {
    const { history, list, observer } = this.#parts;
    let count = 0;
    for (let from = 0; from < runs.length; from += removedAtOnce) {
      const some = runs.slice(from, from + removedAtOnce).filter((run) => !this.#others.starter.isOwn(run));
      for (const run of some) this.#others.starter.remove(run);
      const removed = await history.remove(some);
      for (const run of removed) list.removeRun(run);
      count += removed.length;
      observer.changed();
    }
    return count;
  }
}

const asArgs = (args: unknown): Record<string, unknown> =>
  typeof args === 'object' && args !== null ? Object.fromEntries(Object.entries(args)) : {};
