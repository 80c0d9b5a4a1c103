import { type OutcomeStyle, outcomeLines } from './outcome-lines';
import type { JobView, Reporter, RunEvent } from './run-events';

/** Says nothing but what went wrong. */
export class QuietReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #style: OutcomeStyle;
  /** Plans of the jobs that went wrong, or were skipped because of them. */
  readonly #wrong = new Set<JobView['plan']>();

  constructor(write: (text: string) => void, style: OutcomeStyle) {
    this.#write = write;
    this.#style = style;
  }

  report(event: RunEvent, jobs: readonly JobView[]): void {
    if (event.type !== 'job.end' || !this.#isWrong(event.job, event.outcome.state, jobs)) return;
    this.#wrong.add(event.job.plan);
    for (const line of outcomeLines(event.job, event.outcome, this.#style)) this.#write(`${line}\n`);
  }

  close(): void {
    this.#wrong.clear();
  }

  /** A job that only runs after a failure is skipped when there is none, and with it what needs it: all is well then. */
  #isWrong({ plan }: JobView, state: string, jobs: readonly JobView[]): boolean {
    if (state === 'done') return false;
    if (state !== 'skipped' || plan.kind === 'script' || plan.kind === 'call') return true;
    const broken = new Set(jobs.filter((job) => job.plan.file === plan.file && this.#wrong.has(job.plan)).map(keyOf));
    return plan.needs.some(({ when, keys }) => when !== 'failure' && keys.some((key) => broken.has(key)));
  }
}

const keyOf = ({ plan }: JobView): string => plan.key;
