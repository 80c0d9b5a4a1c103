import type { History, StoredRun } from '../history';
import { loadJobFile } from '../jobs/load-job-file';
import { mismatches, type OwnedRun, planOf, ResumeError, takeRun } from '../runner/stored-runs';
import type { PlannedRun } from '../shared/plan';
import { builtinTargets } from '../workers/targets';
import type { CommandContext } from './command-context';
import { executeRuns } from './execute-runs';
import { type ExitCode, exitCodes } from './exit-codes';
import type { ExecuteOptions } from './run-session';
import { trustRefusal } from './trust-refusal';
import { withHistory } from './with-history';

export interface ResumeOptions extends ExecuteOptions {
  readonly trust?: true;
  /** What failed is run again too. */
  readonly failed?: true;
}

/** `procession resume`: runs what is missing of an earlier run. */
export async function resumeCommand(id: number, options: ResumeOptions, context: CommandContext): Promise<ExitCode> {
  return await withHistory(context, async (history) => {
    const stored = await find(history, id);
    const plan = planOf(stored);
    const refusal = options.trust === true ? undefined : trustRefusal(plan.jobs, context);
    if (refusal !== undefined) {
      context.stderr.write(`${refusal}\n`);
      return exitCodes.notTrusted;
    }
    const loaded = await loadJobFile(plan.file, builtinTargets);
    await refuseMismatch(stored, loaded.ok && loaded.kind === 'jobs' ? loaded.run : undefined);
    const run = await takeRun(history, id, process.env, options.failed === true ? { again: true } : {});
    return await executeRuns([run], options, context);
  });
}

/**
 * Takes the last run of the same job file, to run what is missing of it.
 *
 * @throws ResumeError when there is none, or it is another definition by now
 */
export async function resumePlan(history: History, plan: PlannedRun, again: boolean): Promise<OwnedRun> {
  const { rows } = await history.list({ file: plan.file, limit: 1 });
  const last = rows[0];
  if (!last) throw new ResumeError(`There is no earlier run of ${plan.file}; run it without --resume.`);
  await refuseMismatch(await find(history, last.id), plan);
  return await takeRun(history, last.id, process.env, again ? { again } : {});
}

async function find(history: History, id: number): Promise<StoredRun> {
  const stored = await history.get(id);
  if (!stored) throw new ResumeError(`There is no run ${id}; "procession list" shows those there are.`);
  return stored;
}

async function refuseMismatch(stored: StoredRun, plan: PlannedRun | undefined): Promise<void> {
  const reasons = await mismatches(stored, plan);
  if (reasons.length === 0) return;
  throw new ResumeError(
    [
      `Run ${stored.id} is not resumed, since its results would not fit:`,
      ...reasons.map((reason) => `  ${reason}`),
      'Run the file from its beginning, without --resume.',
    ].join('\n'),
    { isMismatch: true },
  );
}
