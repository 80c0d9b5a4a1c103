import { startTimer } from '../core/timers';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { JsonReporter } from './json-reporter';
import { LiveReporter } from './live-reporter';
import { PlainReporter } from './plain-reporter';
import { QuietReporter } from './quiet-reporter';
import type { JobView, Reporter, RunEvent } from './run-events';
import { StopSignals } from './stop-signals';

export interface ExecuteOptions {
  /** Says what would run, and runs nothing. */
  readonly dryRun?: true;
  readonly json?: true;
  /** Number of worker processes. */
  readonly procs?: number;
  readonly quiet?: true;
  /** Longest time of everything together, in milliseconds. */
  readonly timeLimit?: number;
  /** Aborted when everything is to end because it is begun anew. */
  readonly restart?: AbortSignal;
}

/** What a session says when it is asked to stop: the first time by a Ctrl-C, and the second time. */
export interface StopTexts {
  readonly first: string;
  readonly second: string;
}

/** One run in the terminal: tells what happens in the way that was asked for, and listens for the wish to stop. */
export class RunSession {
  readonly stop: StopSignals;
  readonly #reporter: Reporter;
  readonly #context: CommandContext;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onBrokenPipe = (): void => this.stop.request(exitCodes.pipeClosed);

  constructor(options: ExecuteOptions, context: CommandContext, texts: StopTexts) {
    this.#context = context;
    this.#reporter = chooseReporter(options, context);
    this.stop = new StopSignals({
      onFirst: (code) => this.note(code === exitCodes.interrupted ? texts.first : 'Stopping.'),
      onSecond: () => this.note(texts.second),
      onThird: (code) => {
        this.#reporter.close();
        process.exit(code);
      },
    });
    context.stdout.on('error', this.#onBrokenPipe);
    this.#timer = startTimer(options.timeLimit ?? Number.POSITIVE_INFINITY, () => {
      if (this.stop.exitCode === undefined) this.note('The time limit is over. Stopping.');
      this.stop.request(exitCodes.timeLimit);
    });
  }

  /** Tells events in their order. */
  tell(events: readonly RunEvent[], jobs: readonly JobView[]): void {
    for (const event of events) this.#reporter.report(event, jobs);
  }

  /** A line about the run itself. */
  note(line: string): void {
    if (this.#reporter.note) this.#reporter.note(line);
    else this.#context.stderr.write(`${line}\n`);
  }

  /** The exit code: that of the wish to stop when there was one. */
  exitCode(isFine: boolean): ExitCode {
    return this.stop.exitCode ?? (isFine ? exitCodes.done : exitCodes.someFailed);
  }

  /** Gives the terminal back; nothing is told from here on. */
  close(): void {
    clearTimeout(this.#timer);
    this.#reporter.close();
    this.#context.stdout.off('error', this.#onBrokenPipe);
  }
}

function chooseReporter(
  options: ExecuteOptions,
  { stdout, stderr, isLive, unicode, colour, paint, nextLine }: CommandContext,
): Reporter {
  const write = (text: string): unknown => stdout.write(text);
  if (options.json === true) return new JsonReporter(write, nextLine);
  const style = { columns: stdout.columns || 100, unicode, images: false, paint };
  if (options.quiet === true) return new QuietReporter((text) => stderr.write(text), style);
  return isLive ? new LiveReporter(stdout, { ...style, images: unicode && colour }) : new PlainReporter(write, style);
}
