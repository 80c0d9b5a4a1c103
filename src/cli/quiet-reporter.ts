import { type OutcomeStyle, outcomeLines } from './outcome-lines';
import type { Reporter, RunEvent } from './run-events';

/** Says nothing but what went wrong. */
export class QuietReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #style: OutcomeStyle;

  constructor(write: (text: string) => void, style: OutcomeStyle) {
    this.#write = write;
    this.#style = style;
  }

  report(event: RunEvent): void {
    if (event.type !== 'job.end' || event.outcome.state === 'done') return;
    for (const line of outcomeLines(event.job, event.outcome, this.#style)) this.#write(`${line}\n`);
  }

  close(): void {
    // Nothing is held.
  }
}
