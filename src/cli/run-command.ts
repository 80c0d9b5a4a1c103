import { join } from 'node:path';
import { toErrorInfo } from '../core/error-info';
import { ProcessServer } from '../core/process-server';
import { untrustedCode } from '../jobs/trust';
import { JobFileRun } from '../runner/job-file-run';
import type { JobOutcome } from '../runner/outcome';
import type { PlannedJob, PlannedRun } from '../shared/plan';
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
  const jobs = loaded.files.flatMap(({ run }) => run.jobs);
  if (options.trust !== true) {
    const refusal = trustRefusal(jobs, [join(context.packageRoot, 'examples')]);
    if (refusal !== undefined) {
      tell(refusal);
      return exitCodes.notTrusted;
    }
  }
  return await runPlans(
    loaded.files.map(({ run }) => run),
    options,
    context,
  );
}

async function runPlans(plans: readonly PlannedRun[], options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const startedAt = Date.now();
  const server = new ProcessServer(
    options.procs === undefined ? {} : { numProcs: options.procs, allowOversubscribe: true },
  ).start();
  const reporter = chooseReporter(options, context);
  const tell = (line: string): void => {
    if (reporter.note) reporter.note(line);
    else context.stderr.write(`${line}\n`);
  };
  const stop = new StopSignals({
    onFirst: (code) =>
      tell(code === exitCodes.interrupted ? 'Finishing what runs; press Ctrl-C again to stop at once.' : 'Stopping.'),
    onSecond: () => tell('Stopping; press Ctrl-C again to leave everything as it is.'),
    onThird: (code) => {
      reporter.close();
      process.exit(code);
    },
  });
  const onBrokenPipe = (): void => stop.request(exitCodes.pipeClosed);
  context.stdout.on('error', onBrokenPipe);
  try {
    const refusal = await loadTargets(
      server,
      plans.flatMap(({ jobs }) => jobs),
      stop.finishing,
    );
    if (stop.finishing.aborted) return stop.exitCode ?? exitCodes.interrupted;
    if (refusal !== undefined) {
      context.stderr.write(`${refusal}\n`);
      return exitCodes.targetCannotLoad;
    }
    const outcomes = await runAll(server, plans, reporter, stop);
    const exitCode =
      stop.exitCode ?? (outcomes.every(({ state }) => state === 'done') ? exitCodes.done : exitCodes.someFailed);
    const count = (state: JobOutcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
    const summary = {
      done: count('done'),
      failed: count('failed'),
      cancelled: count('cancelled'),
      skipped: count('skipped'),
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

/** All files at once: the server orders their jobs by priority and starts each when it has room. */
async function runAll(
  server: ProcessServer,
  plans: readonly PlannedRun[],
  reporter: Reporter,
  stop: StopSignals,
): Promise<JobOutcome[]> {
  const state = new RunState(plans.flatMap(({ jobs }) => jobs));
  const tell = (events: readonly RunEvent[]): void => {
    for (const event of events) reporter.report(event, state.jobs);
  };
  tell([{ type: 'run.start', jobs: state.jobs, numProcs: server.realNumProcs }]);
  const unsubscribe = server.onEvent((event) => tell(state.apply(event, Date.now())));
  let before = 0;
  const runs = plans.map((plan) => {
    const first = before;
    before += plan.jobs.length;
    const indexOf = new Map(plan.jobs.map(({ key }, place) => [key, first + place]));
    const run = new JobFileRun({
      server,
      plan,
      environment: process.env,
      onEvent: (event) => {
        const index = indexOf.get(event.key) ?? first;
        switch (event.type) {
          case 'queued':
            if (event.part === 'combine') state.bindCombine(index, event.jobId);
            else
              tell(
                state.bind(
                  index,
                  event.jobId,
                  server.jobs.find(({ id }) => id === event.jobId),
                ),
              );
            return;
          case 'items':
            tell(state.itemsEnded(index, event.items));
            return;
          case 'ended':
            tell(state.end(index, event.outcome));
        }
      },
    });
    return run;
  });
  whenAborted(stop.finishing, () => {
    for (const run of runs) run.finish('Stopped before it was done.');
  });
  whenAborted(stop.stopping, () => {
    for (const run of runs) run.cancel('Stopped before it was done.');
  });
  try {
    for (const run of runs) run.start();
    const ended = await Promise.all(runs.map((run) => run.ended));
    return ended.flatMap((outcomes) => [...outcomes.values()]);
  } finally {
    unsubscribe();
  }
}

function whenAborted(signal: AbortSignal, then: () => void): void {
  if (signal.aborted) then();
  else signal.addEventListener('abort', then, { once: true });
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
