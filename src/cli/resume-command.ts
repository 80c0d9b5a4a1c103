import type { History, StoredRun } from '../history';
import type { FileArgs } from '../jobs/job-args';
import { loadJobFile } from '../jobs/load-job-file';
import { countDone, resumeRun, workChanges } from '../runner/resume-run';
import { type OwnedRun, planOf } from '../runner/stored-runs';
import { isRecord } from '../shared/is-record';
import type { PlannedRun } from '../shared/plan';
import { builtinTargets } from '../workers/targets';
import type { CommandContext } from './command-context';
import { tellPlan } from './dry-run';
import { executeRuns } from './execute-runs';
import { type ExitCode, exitCodes } from './exit-codes';
import { findRun, lastRun } from './find-run';
import type { ExecuteOptions } from './run-session';
import { cleanText } from './text';
import { trustRefusal } from './trust-refusal';
import { withHistory } from './with-history';

export interface ResumeCommandOptions extends ExecuteOptions {
  readonly trust?: true;
  /** What failed is run again too. */
  readonly failed?: true;
}

/** `procession resume`: runs what is missing of an earlier run. */
export async function resumeCommand(
  id: number,
  options: ResumeCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  return await withHistory(context, async (history) => {
    const stored = await findRun(history, id);
    const before = planOf(stored);
    const args = argsOf(stored);
    const loaded = await loadJobFile(before.file, builtinTargets, args);
    // A file that is gone, or has mistakes by now, does not keep its run from being finished.
    const plan = loaded.ok && loaded.kind === 'jobs' ? loaded.run : undefined;
    if (options.dryRun === true) {
      const run = plan ?? before;
      const done = new Map([[run, await countDone(history, stored, run, options.failed === true)]]);
      return tellPlan(
        { kind: 'jobs', files: [{ ok: true, kind: 'jobs', file: run.file, run, args }] },
        done,
        options,
        context,
      );
    }
    const refusal = options.trust === true ? undefined : trustRefusal((plan ?? before).jobs, context);
    if (refusal !== undefined) {
      context.stderr.write(`${refusal}\n`);
      return exitCodes.notTrusted;
    }
    const run = await takeEarlier(history, stored, plan, args, options.failed === true, options, context);
    return await executeRuns([run], options, context);
  });
}

/**
 * Takes the last run of the same job file, to run what is missing of it.
 *
 * @throws ResumeError when there is none, or it is another definition by now
 */
export async function resumePlan(
  history: History,
  plan: PlannedRun,
  args: FileArgs,
  again: boolean,
  options: ExecuteOptions,
  context: CommandContext,
): Promise<OwnedRun> {
  return await takeEarlier(history, await lastRun(history, plan), plan, args, again, options, context);
}

async function takeEarlier(
  history: History,
  stored: StoredRun,
  plan: PlannedRun | undefined,
  args: FileArgs,
  again: boolean,
  options: ExecuteOptions,
  { stderr, version }: CommandContext,
): Promise<OwnedRun> {
  const run = await resumeRun(history, stored, plan, args, { again, version, environment: process.env });
  if (plan && run.id !== stored.id && options.quiet !== true && options.json !== true) {
    stderr.write(`Run ${run.id} goes on where run ${stored.id} stands.\n`);
    for (const change of await workChanges(stored, plan)) stderr.write(`  ${cleanText(change)}\n`);
  }
  return run;
}

/** What was given beyond the file when the run was queued. */
function argsOf({ args }: StoredRun): FileArgs {
  if (!isRecord(args)) return {};
  return Object.fromEntries(Object.entries(args).flatMap(([id, own]) => (isRecord(own) ? [[id, own]] : [])));
}
