import type { History } from '../history';
import { ArgumentError, parseAssignment } from '../jobs/job-args';
import { newRun, type OwnedRun, takeRun } from '../runner/stored-runs';
import type { CommandContext } from './command-context';
import { dryRun } from './dry-run';
import { executeRuns } from './execute-runs';
import { type ExitCode, exitCodes } from './exit-codes';
import { loadJobFiles, type ReadyFile } from './load-job-files';
import { resumePlan } from './resume-command';
import type { ExecuteOptions } from './run-session';
import { executeScript } from './script-command';
import { cleanText } from './text';
import { scriptTrustRefusal, trustRefusal } from './trust-refusal';
import { withHistory } from './with-history';

export interface RunOptions extends ExecuteOptions {
  readonly trust?: true;
  /** What is missing of the last run of the same file. */
  readonly resume?: true;
  /** The same, and what failed in it. */
  readonly resumeFailed?: true;
  /** Runs again after each change, until a Ctrl-C. */
  readonly watch?: true;
  /** Arguments as `name=value`. */
  readonly arg?: readonly string[];
}

/**
 * `procession run`: checks everything first (files, arguments, trust, that each target loads), then runs all jobs.
 *
 * @returns the exit code; by then no process of the run is left
 */
export async function runCommand(
  files: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const checked = await checkRun(files, options, context);
  return checked.ok ? await startRun(checked.work, options, context) : checked.exitCode;
}

/** What is to be run: one script, or job files. */
export type Work =
  | { readonly kind: 'script'; readonly script: Extract<ReadyFile, { kind: 'script' }> }
  | { readonly kind: 'jobs'; readonly files: readonly Extract<ReadyFile, { kind: 'jobs' }>[] };

/** Looks at everything that can be known before anything runs, and tells what is wrong. */
async function checkRun(
  paths: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<{ readonly ok: true; readonly work: Work } | { readonly ok: false; readonly exitCode: ExitCode }> {
  const refuse = (text: string, exitCode: ExitCode): { readonly ok: false; readonly exitCode: ExitCode } => {
    context.stderr.write(`${text}\n`);
    return { ok: false, exitCode };
  };
  try {
    const loaded = await loadJobFiles(paths, (options.arg ?? []).map(parseAssignment));
    if (!loaded.ok) return refuse(loaded.text, loaded.onlyTargets ? exitCodes.targetCannotLoad : exitCodes.invalidFile);
    const work = workOf(loaded.files);
    if ('mistake' in work) return refuse(`error: ${work.mistake}`, exitCodes.usage);
    if (work.kind === 'script' && (options.resume === true || options.resumeFailed === true))
      return refuse(
        'error: A script cannot be resumed, since only it knows what it has done. Run it without --resume.',
        exitCodes.usage,
      );
    const refusal = options.trust === true || options.dryRun === true ? undefined : refusalOf(work, context);
    return refusal === undefined ? { ok: true, work } : refuse(refusal, exitCodes.notTrusted);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    return refuse(
      error.message
        .split('\n')
        .map((line) => `error: --arg: ${cleanText(line)}`)
        .join('\n'),
      exitCodes.usage,
    );
  }
}

function workOf(files: readonly ReadyFile[]): Work | { readonly mistake: string } {
  const script = files.find((file) => file.kind === 'script');
  if (!script) return { kind: 'jobs', files: files.flatMap((file) => (file.kind === 'jobs' ? [file] : [])) };
  if (files.length === 1) return { kind: 'script', script };
  return { mistake: `${cleanText(script.file)} is a script, which runs by itself: give it a command of its own.` };
}

function refusalOf(work: Work, context: CommandContext): string | undefined {
  if (work.kind === 'script') return scriptTrustRefusal(work.script.path, context);
  return trustRefusal(
    work.files.flatMap(({ run }) => run.jobs),
    context,
  );
}

/** Runs what has been checked, or with `--dry-run` says what that would be. */
async function startRun(work: Work, options: RunOptions, context: CommandContext): Promise<ExitCode> {
  if (options.dryRun === true) return await dryRun(work, options, context);
  if (work.kind === 'script') return await executeScript(work.script, work.script.args, options, context);
  return await withHistory(context, async (history) => {
    if (options.resume !== true && options.resumeFailed !== true)
      return await executeRuns(await beginRuns(history, work.files, context.version), options, context);
    const runs: OwnedRun[] = [];
    for (const { run, args } of work.files)
      runs.push(await resumePlan(history, run, args, options.resumeFailed === true, options, context));
    return await executeRuns(runs, options, context);
  });
}

/** All runs are in the history before one of them begins: whatever happens then, none is forgotten. */
async function beginRuns(
  history: History,
  files: readonly Extract<ReadyFile, { kind: 'jobs' }>[],
  version: string,
): Promise<OwnedRun[]> {
  const ids = await history.enqueue(await Promise.all(files.map(({ run, args }) => newRun(run, { args, version }))));
  const runs: OwnedRun[] = [];
  for (const id of ids) runs.push(await takeRun(history, id, process.env));
  return runs;
}
