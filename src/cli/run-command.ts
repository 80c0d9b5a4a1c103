import type { History } from '../history';
import { newRun, type OwnedRun, takeRun } from '../runner/stored-runs';
import type { PlannedRun } from '../shared/plan';
import type { CommandContext } from './command-context';
import { executeRuns } from './execute-runs';
import { type ExitCode, exitCodes } from './exit-codes';
import { loadJobFiles } from './load-job-files';
import { resumePlan } from './resume-command';
import type { ExecuteOptions } from './run-session';
import { executeScript, type ScriptFile } from './script-command';
import { cleanText } from './text';
import { scriptTrustRefusal, trustRefusal } from './trust-refusal';
import { withHistory } from './with-history';

export interface RunOptions extends ExecuteOptions {
  readonly trust?: true;
  /** What is missing of the last run of the same file. */
  readonly resume?: true;
  /** The same, and what failed in it. */
  readonly resumeFailed?: true;
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
  const [first] = loaded.files;
  if (first?.kind === 'script' && loaded.files.length === 1) return await runScript(first, options, context);
  const script = loaded.files.find(({ kind }) => kind === 'script');
  if (script) {
    tell(`error: ${cleanText(script.file)} is a script, which runs by itself: give it a command of its own.`);
    return exitCodes.usage;
  }
  const plans = loaded.files.flatMap((file) => (file.kind === 'jobs' ? [file.run] : []));
  if (options.trust !== true) {
    const refusal = trustRefusal(
      plans.flatMap(({ jobs }) => jobs),
      context,
    );
    if (refusal !== undefined) {
      tell(refusal);
      return exitCodes.notTrusted;
    }
  }
  return await withHistory(context, async (history) => {
    const runs: OwnedRun[] = [];
    for (const plan of plans) {
      const isResumed = options.resume === true || options.resumeFailed === true;
      const run = isResumed
        ? await resumePlan(history, plan, options.resumeFailed === true)
        : await beginRun(history, plan, context.version);
      runs.push(run);
    }
    return await executeRuns(runs, options, context);
  });
}

async function runScript(script: ScriptFile, options: RunOptions, context: CommandContext): Promise<ExitCode> {
  if (options.resume === true || options.resumeFailed === true) {
    context.stderr.write(
      'error: A script cannot be resumed, since only it knows what it has done. Run it without --resume.\n',
    );
    return exitCodes.usage;
  }
  const refusal = options.trust === true ? undefined : scriptTrustRefusal(script.path, context);
  if (refusal === undefined) return await executeScript(script, {}, options, context);
  context.stderr.write(`${refusal}\n`);
  return exitCodes.notTrusted;
}

async function beginRun(history: History, plan: PlannedRun, version: string): Promise<OwnedRun> {
  const [id = 0] = await history.enqueue([await newRun(plan, { args: {}, version })]);
  return await takeRun(history, id, process.env);
}
