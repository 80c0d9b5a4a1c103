import { toErrorInfo } from '../core/error-info';
import { ProcessServer } from '../core/process-server';
import { Stopwatch } from '../core/stopwatch';
import type { JobOutcome } from '../runner/outcome';
import { type RecordedRun, recordRun } from '../runner/recorded-run';
import { maskEvent, SecretMask } from '../runner/secrets';
import type { OwnedRun } from '../runner/stored-runs';
import type { PlannedJob } from '../shared/plan';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import type { RunEvent } from './run-events';
import { type ExecuteOptions, RunSession } from './run-session';
import { RunState } from './run-state';
import { cleanText, counted } from './text';

/**
 * Runs everything that is left of runs that this process owns, tells about it, and records it.
 *
 * @returns the exit code; by then no process of the runs is left
 */
export async function executeRuns(
  runs: readonly OwnedRun[],
  options: ExecuteOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const watch = new Stopwatch();
  const server = new ProcessServer(
    options.procs === undefined ? {} : { numProcs: options.procs, allowOversubscribe: true },
  ).start();
  const session = new RunSession(options, context, {
    first: 'Finishing what runs; press Ctrl-C again to stop at once.',
    second: 'Stopping; press Ctrl-C again to leave everything as it is.',
  });
  const { stop } = session;
  try {
    const refusal = await loadTargets(
      server,
      runs.flatMap(({ plan }) => plan.jobs),
      stop.finishing,
    );
    if (stop.finishing.aborted || refusal !== undefined) {
      if (refusal !== undefined) context.stderr.write(`${refusal}\n`);
      for (const { recorder } of runs) await recorder.release();
      return refusal === undefined ? (stop.exitCode ?? exitCodes.interrupted) : exitCodes.targetCannotLoad;
    }
    const outcomes = await runAll(server, runs, session, options.restart);
    const exitCode = session.exitCode(outcomes.every(isFine));
    const count = (state: JobOutcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
    const summary = {
      done: count('done'),
      failed: count('failed'),
      cancelled: count('cancelled'),
      skipped: count('skipped'),
      exitCode,
      ms: Math.round(watch.elapsedMs),
    };
    session.tell([{ type: 'run.end', summary }], []);
    if (stop.exitCode !== undefined)
      for (const { id } of runs) session.note(`What is left of it runs with: procession resume ${id}`);
    return exitCode;
  } finally {
    session.close();
    await server.stop({ graceMs: 0 });
    stop.close();
  }
}

/** All runs at once: the server orders their jobs by priority and starts each when it has room. */
async function runAll(
  server: ProcessServer,
  runs: readonly OwnedRun[],
  session: RunSession,
  restart: AbortSignal | undefined,
): Promise<JobOutcome[]> {
  const { stop } = session;
  const state = new RunState(runs.flatMap(({ plan }) => plan.jobs));
  const tell = (events: readonly RunEvent[]): void => {
    session.tell(events, state.jobs);
  };
  tell([{ type: 'run.start', jobs: state.jobs, numProcs: server.realNumProcs }]);
  const mask = new SecretMask(
    runs.flatMap(({ plan }) => plan.jobs),
    process.env,
  );
  const unsubscribe = server.onEvent((event) => tell(state.apply(maskEvent(event, mask), Date.now())));
  let before = 0;
  const started = runs.map((owned) => {
    const first = before;
    before += owned.plan.jobs.length;
    return startRun(server, owned, first, state, tell);
  });
  whenAborted(stop.finishing, () => {
    for (const { run, recording } of started) {
      recording.stop();
      run.finish('Stopped before it was done.');
    }
  });
  whenAborted(stop.stopping, () => {
    for (const { run } of started) run.cancel('Stopped before it was done.');
  });
  if (restart)
    whenAborted(restart, () => {
      for (const { run } of started) run.cancel('What it runs has changed.');
    });
  try {
    const ended = await Promise.all(
      started.map(async (one) => {
        const { run, recording } = one;
        const outcomes = await run.start().ended;
        const isWhole = [...outcomes.values()].every(stop.exitCode === undefined ? isFine : isDone);
        const how = isWhole ? undefined : stop.exitCode === undefined ? endOf(one.asked, restart) : 'interrupted';
        await recording.end(outcomes, how, isWhole ? exitCodes.done : exitCodes.someFailed);
        return [...outcomes.values()];
      }),
    );
    return ended.flat();
  } finally {
    unsubscribe();
  }
}

function startRun(
  server: ProcessServer,
  owned: OwnedRun,
  first: number,
  state: RunState,
  tell: (events: readonly RunEvent[]) => void,
): RecordedRun {
  const indexOf = new Map(owned.plan.jobs.map(({ key }, place) => [key, first + place]));
  return recordRun(server, owned, (event) => {
    const index = indexOf.get(event.key) ?? first;
    if (event.type === 'items') tell(state.itemsEnded(index, event.items));
    else if (event.type === 'ended') tell(state.end(index, event.outcome));
    else if (event.part === 'combine') state.bindCombine(index, event.jobId);
    else {
      const info = server.jobs.find(({ id }) => id === event.jobId);
      tell(state.bind(index, event.jobId, info));
    }
  });
}

/** How a run ends that somebody else wanted to end, or that is begun anew. */
function endOf(asked: RecordedRun['asked'], restart: AbortSignal | undefined): 'paused' | 'cancelled' | undefined {
  if (asked === undefined) return restart?.aborted === true ? 'cancelled' : undefined;
  return asked === 'pause' ? 'paused' : 'cancelled';
}

function isDone({ state }: JobOutcome): boolean {
  return state === 'done';
}

/** A job that only runs after a failure is skipped when there is none: nothing is wrong then. */
function isFine({ state }: JobOutcome): boolean {
  return state === 'done' || state === 'skipped';
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
