import { type OutcomeStyle, outcomeLines, summaryLines } from './outcome-lines';
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
        return [`${clockText(now, now)} ${cleanText(event.job.label)}: ${startText(event.job)}`];
      }
      case 'job.progress': {
        if (now - (this.#told.get(event.job.plan) ?? 0) < everyMs) return [];
        this.#told.set(event.job.plan, now);
        return [`${clockText(now, now)} ${cleanText(event.job.label)}: ${figuresOf(event.job, now).trimStart()}`];
      }
      case 'log':
        return logLines(event);
      case 'job.end':
        return outcomeLines(event.job, event.outcome, this.#style);
      case 'run.end':
        return summaryLines(event.summary, this.#style.paint);
    }
  }
}

function startText({ plan, range, ranks }: JobView): string {
  if (plan.kind === 'script') return 'started';
  if (plan.kind === 'run') return `started on ${counted(ranks.length, 'rank')}, ${counted(range, 'command')}`;
  const hasItems = plan.kind !== 'call' && plan.items.kind !== 'count';
  return `started on ${counted(ranks.length, 'rank')} over ${hasItems ? counted(range, 'item') : `a range of ${range}`}`;
}

/** `label[0]: text` for each line of a rank's output; what a script prints is shown as it is. */
export function logLines({ job, lines }: Extract<RunEvent, { type: 'log' }>): string[] {
  const label = cleanText(job.label);
  return lines.map(({ rank, text }) =>
    job.plan.kind === 'script' ? cleanText(text) : `${label}[${rank}]: ${cleanText(text)}`,
  );
}
