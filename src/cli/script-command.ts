import { Stopwatch } from '../core/stopwatch';
import { forkScript } from '../runner/script-process';
import { ScriptRecording } from '../runner/script-recording';
import { ScriptRun } from '../runner/script-run';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { type ExecuteOptions, RunSession } from './run-session';
import { ScriptEvents } from './script-events';
import { cleanText } from './text';
import { withHistory } from './with-history';

/** A script to be run: as the person named it, and its absolute path. */
export interface ScriptFile {
  readonly file: string;
  readonly path: string;
}

/**
 * Runs a script that may be run, in a process of its own, tells about it, and records it.
 *
 * @returns the exit code; by then no process of the script is left
 */
export async function executeScript(
  { file, path }: ScriptFile,
  args: Readonly<Record<string, unknown>>,
  options: ExecuteOptions,
  context: CommandContext,
): Promise<ExitCode> {
  return await withHistory(context, async (history) => {
    const watch = new Stopwatch();
    const recording = await ScriptRecording.begin(history, path, args, context.version);
    const session = new RunSession(options, context, {
      first: 'Asked the script to end; press Ctrl-C again to stop it at once.',
      second: 'Stopping the script.',
    });
    const { stop } = session;
    const events = new ScriptEvents(file);
    try {
      const run = new ScriptRun({
        path,
        args,
        numProcs: options.procs ?? null,
        process: forkScript(),
        onEvent: (event) => {
          recording.onEvent(event);
          session.tell(events.apply(event, Date.now()), events.state.jobs);
        },
      });
      stop.finishing.addEventListener('abort', () => run.abort('It was asked to end.'), { once: true });
      stop.stopping.addEventListener('abort', () => run.stop('Stopped before it was done.'), { once: true });
      options.restart?.addEventListener('abort', () => run.stop('What it runs has changed.'), { once: true });
      const outcome = await run.ended;
      const isRefused = outcome.state === 'refused';
      const exitCode = isRefused
        ? (stop.exitCode ?? exitCodes.targetCannotLoad)
        : session.exitCode(outcome.state === 'done');
      await recording.end(outcome, exitCode);
      if (isRefused) context.stderr.write(`error: ${cleanText(outcome.error.message)}\nNothing was run.\n`);
      else {
        const summary = { ...events.counts, exitCode, ms: Math.round(watch.elapsedMs) };
        session.tell([...events.end(outcome), { type: 'run.end', summary }], events.state.jobs);
      }
      return exitCode;
    } finally {
      session.close();
      stop.close();
    }
  });
}
