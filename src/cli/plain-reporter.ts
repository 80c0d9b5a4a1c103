import { type OutcomeStyle, outcomeLines, summaryLine } from './outcome-lines';
import { figuresOf } from './progress-lines';
import type { JobView, Reporter, RunEvent } from './run-events';
import { cleanText, counted } from './text';
import { clockText } from './time-text';

const everyMs = 10_000;

/** One line when a job starts, one every ten seconds while it runs, and its result: for pipes, files and CI logs. */
export class PlainReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #style: OutcomeStyle;
  readonly #now: () => number;
  readonly #told = new Map<JobView['plan'], number>();

  constructor(write: (text: string) => void, style: OutcomeStyle, now: () => number = Date.now) {
    this.#write = write;
    this.#style = style;
    this.#now = now;
  }

  report(event: RunEvent): void {
    for (const line of this.#linesOf(event)) this.#write(`${line}\n`);
  }

  close(): void {
    this.#told.clear();
  }

  #linesOf(event: RunEvent): string[] {
    const now = this.#now();
    switch (event.type) {
      case 'run.start':
      case 'items':
        return [];
      case 'job.start': {
        this.#told.set(event.job.plan, now);
        const { plan, ranks } = event.job;
        const over = plan.items.kind === 'count' ? `a range of ${plan.range}` : counted(plan.range, 'item');
        return [
          `${clockText(now, now)} ${cleanText(plan.label)}: started on ${counted(ranks.length, 'rank')} over ${over}`,
        ];
      }
      case 'job.progress': {
        if (now - (this.#told.get(event.job.plan) ?? 0) < everyMs) return [];
        this.#told.set(event.job.plan, now);
        return [`${clockText(now, now)} ${cleanText(event.job.plan.label)}: ${figuresOf(event.job, now).trimStart()}`];
      }
      case 'log':
        return logLines(event);
      case 'job.end':
        return outcomeLines(event.job, event.outcome, this.#style);
      case 'run.end':
        return [summaryLine(event.summary, this.#style.paint)];
    }
  }
}

/** `label[0]: text` for each line of a rank's output. */
export function logLines({ job, lines }: Extract<RunEvent, { type: 'log' }>): string[] {
  return lines.map(({ rank, text }) => `${cleanText(job.plan.label)}[${rank}]: ${cleanText(text)}`);
}
