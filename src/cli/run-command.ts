import { join } from 'node:path';
import { toErrorInfo } from '../core/error-info';
import { ProcessServer } from '../core/process-server';
import { scriptsCannotRunYet } from '../jobs/not-yet';
import type { PlannedJob } from '../jobs/plan';
import { type JobOutcome, runJob } from '../jobs/run-job';
import { untrustedCode } from '../jobs/trust';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { JsonReporter } from './json-reporter';
import { LiveReporter } from './live-reporter';
import { loadJobFiles } from './load-job-files';
import { PlainReporter } from './plain-reporter';
import { QuietReporter } from './quiet-reporter';
import type { Reporter, RunEvent } from './run-events';
import { RunState } from './run-state';
import { StopSignals } from './stop-signals';
import { cleanText, counted } from './text';

export interface RunOptions {
  readonly json?: true;
  readonly procs?: number;
  readonly quiet?: true;
  readonly trust?: true;
}

/**
 * `procession run`: checks everything first (files, trust, that each target loads), then runs all jobs.
 *
 * @returns the exit code; by then no process of the run is left
 */
export async function runCommand(
  files: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const tell = (text: string): unknown => context.stderr.write(`${text}\n`);
  const loaded = await loadJobFiles(files);
  if (!loaded.ok) {
    tell(loaded.text);
    return loaded.onlyTargets ? exitCodes.targetCannotLoad : exitCodes.invalidFile;
  }
  if (loaded.files.some(({ kind }) => kind === 'script')) {
    tell(scriptsCannotRunYet);
    return exitCodes.someFailed;
  }
  const jobs = loaded.files.flatMap((file) => (file.kind === 'jobs' ? file.run.jobs : []));
  if (options.trust !== true) {
    const refusal = trustRefusal(jobs, [join(context.packageRoot, 'examples')]);
    if (refusal !== undefined) {
      tell(refusal);
      return exitCodes.notTrusted;
    }
  }
  return await runJobs(jobs, options, context);
}

async function runJobs(jobs: readonly PlannedJob[], options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const startedAt = Date.now();
  const server = new ProcessServer(
    options.procs === undefined ? {} : { numProcs: options.procs, allowOversubscribe: true },
  ).start();
  const reporter = chooseReporter(options, context);
  const stop = new StopSignals({
    onFirst: () => {
      const line = 'Stopping; press Ctrl-C again to stop at once.';
      if (reporter.note) reporter.note(line);
      else context.stderr.write(`${line}\n`);
    },
    onSecond: (code) => {
      reporter.close();
      process.exit(code);
    },
  });
  const onBrokenPipe = (): void => stop.request(exitCodes.pipeClosed);
  context.stdout.on('error', onBrokenPipe);
  try {
    const refusal = await loadTargets(server, jobs, stop.signal);
    if (stop.signal.aborted) return stop.exitCode ?? exitCodes.interrupted;
    if (refusal !== undefined) {
      context.stderr.write(`${refusal}\n`);
      return exitCodes.targetCannotLoad;
    }
    const outcomes = await runAll(server, jobs, reporter, stop.signal);
    const exitCode =
      stop.exitCode ?? (outcomes.every(({ state }) => state === 'done') ? exitCodes.done : exitCodes.someFailed);
    const count = (state: JobOutcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
    const summary = {
      done: count('done'),
      failed: count('failed'),
      cancelled: count('cancelled'),
      exitCode,
      ms: Date.now() - startedAt,
    };
    reporter.report({ type: 'run.end', summary }, []);
    return exitCode;
  } finally {
    reporter.close();
    await server.stop({ graceMs: 0 });
    stop.close();
  }
}

/** All jobs at once: the server orders them by priority and starts each when it has room. */
async function runAll(
  server: ProcessServer,
  jobs: readonly PlannedJob[],
  reporter: Reporter,
  signal: AbortSignal,
): Promise<JobOutcome[]> {
  const state = new RunState(jobs);
  const tell = (events: readonly RunEvent[]): void => {
    for (const event of events) reporter.report(event, state.jobs);
  };
  tell([{ type: 'run.start', jobs: state.jobs, numProcs: server.realNumProcs }]);
  const unsubscribe = server.onEvent((event) => tell(state.apply(event, Date.now())));
  try {
    return await Promise.all(
      jobs.map(async (job, index) => {
        const outcome = await runJob(server, job, {
          signal,
          onStart: (jobId) => {
            const info = server.jobs.find(({ id }) => id === jobId);
            tell(state.bind(index, jobId, info));
          },
          onCombine: (jobId) => state.bindCombine(index, jobId),
        });
        tell(state.end(index, outcome));
        return outcome;
      }),
    );
  } finally {
    unsubscribe();
  }
}

/** Loads each target once before anything runs: a mistake in the last job must not show after hours. */
async function loadTargets(
  server: ProcessServer,
  jobs: readonly PlannedJob[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const targets = [...new Set(jobs.flatMap((job) => (job.kind === 'run' ? [] : [job.target])))];
  const loads = await Promise.allSettled(targets.map((target) => server.prepareTarget(target, { signal })));
  const failures = loads.flatMap((load, index) =>
    load.status === 'fulfilled' ? [] : [loadFailure(targets[index] ?? '', load.reason)],
  );
  if (failures.length === 0) return undefined;
  return [...failures, `${counted(failures.length, 'target')} cannot be loaded; nothing was run.`].join('\n');
}

function loadFailure(target: string, reason: unknown): string {
  const { message, cause } = toErrorInfo(reason);
  const because = cause ? `\n  caused by ${cleanText(`${cause.name}: ${cause.message}`)}` : '';
  return `error: ${cleanText(target)} cannot be loaded: ${cleanText(message)}${because}`;
}

function trustRefusal(jobs: readonly PlannedJob[], trustedFolders: readonly string[]): string | undefined {
  const own = untrustedCode(jobs, trustedFolders);
  if (own.length === 0) return undefined;
  return [
    'Not run: this would execute code that is not part of Procession, with all your rights:',
    ...own.map((code) => {
      const what = code.kind === 'command' ? code.command : `${code.exportName}() of ${code.module}`;
      return `  job "${cleanText(code.job.key)}" runs ${cleanText(what)}`;
    }),
    'Look at it, then run the same command with --trust.',
  ].join('\n');
}

function chooseReporter(
  options: RunOptions,
  { stdout, stderr, isLive, unicode, colour, paint }: CommandContext,
): Reporter {
  const write = (text: string): unknown => stdout.write(text);
  if (options.json === true) return new JsonReporter(write);
  const style = { columns: stdout.columns || 100, unicode, images: false, paint };
  if (options.quiet === true) return new QuietReporter((text) => stderr.write(text), style);
  return isLive ? new LiveReporter(stdout, { ...style, images: unicode && colour }) : new PlainReporter(write, style);
}
