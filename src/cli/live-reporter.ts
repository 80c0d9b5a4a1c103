import type { OutcomeStyle } from './outcome-lines';
import { outcomeLines, summaryLines } from './outcome-lines';
import { logLines } from './plain-reporter';
import { progressLines } from './progress-lines';
import type { JobView, Reporter, RunEvent } from './run-events';
import { cleanText, displayWidth } from './text';

/** What the reporter needs of a terminal. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

const frameMs = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/**
 * Bars that move at the bottom of a terminal while logs and results scroll away above them.
 *
 * Everything of a frame goes out in one write, so that nothing flickers, at most ten times a second.
 */
export class LiveReporter implements Reporter {
  readonly #terminal: Terminal;
  readonly #style: OutcomeStyle;
  readonly #timer: NodeJS.Timeout;
  #jobs: readonly JobView[] = [];
  #above: string[] = [];
  /** Widths of the lines of the last frame. */
  #drawn: readonly number[] = [];
  #ended = false;

  constructor(terminal: Terminal, style: OutcomeStyle) {
    this.#terminal = terminal;
    this.#style = style;
    this.#timer = setInterval(() => this.#draw(), frameMs);
    this.#timer.unref();
    terminal.write(hideCursor);
  }

  report(event: RunEvent, jobs: readonly JobView[]): void {
    this.#jobs = jobs;
    if (event.type === 'log') this.#above.push(...logLines(event));
    if (event.type === 'job.end')
      this.#above.push(...outcomeLines(event.job, event.outcome, { ...this.#style, columns: this.#terminal.columns }));
    if (event.type === 'run.end') this.#above.push(...summaryLines(event.summary, this.#style.paint));
    if (event.type === 'job.start' || event.type === 'job.end' || event.type === 'run.end')
      this.#draw(event.type === 'run.end');
  }

  note(line: string): void {
    this.#above.push(line);
    this.#draw();
  }

  close(): void {
    if (this.#ended) return;
    this.#draw(true);
    clearInterval(this.#timer);
    this.#ended = true;
    this.#terminal.write(showCursor);
  }

  /** Removes the bars of the last frame, writes what scrolls, and draws the bars anew below it. */
  #draw(last = false): void {
    if (this.#ended) return;
    const { columns, rows } = this.#terminal;
    const bars = last ? [] : progressLines(this.#jobs, Date.now(), { ...this.#style, columns: columns - 1, rows });
    if (bars.length === 0 && this.#drawn.length === 0 && this.#above.length === 0) return;
    // A terminal that has become narrower since has wrapped them.
    const height = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const erase = height > 0 ? `\u001b[${height}A\r\u001b[J` : '';
    this.#terminal.write(erase + [...this.#above, ...bars].map((line) => `${line}\n`).join(''));
    this.#above = [];
    this.#drawn = bars.map((line) => displayWidth(cleanText(line)));
  }
}
