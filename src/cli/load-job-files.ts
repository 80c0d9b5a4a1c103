import { type ArgAssignment, assignArgs, type FileArgs, scriptArgs } from '../jobs/job-args';
import { type LoadedJobFile, loadJobFile, readJobFile } from '../jobs/load-job-file';
import { formatProblems } from '../jobs/problem';
import { builtinTargets } from '../workers/targets';

type LoadedFile = Extract<LoadedJobFile, { ok: true }>;

/** A valid job file, or a script with its arguments. */
export type ReadyFile =
  | Extract<LoadedFile, { kind: 'jobs' }>
  | (Extract<LoadedFile, { kind: 'script' }> & { readonly args: Readonly<Record<string, unknown>> });

/** Job files that are all valid, or what is wrong with them. */
export type Loaded =
  | { readonly ok: true; readonly files: readonly ReadyFile[] }
  | {
      readonly ok: false;
      /** For the person. */
      readonly text: string;
      /** Whether nothing but target modules is missing. */
      readonly onlyTargets: boolean;
    };

/**
 * Reads, checks and looks up job files. Executes nothing. Tells the problems of all files, not only of the first.
 *
 * @param assignments arguments from the command line
 * @throws ArgumentError when they are of no use for these files
 */
export async function loadJobFiles(
  files: readonly string[],
  assignments: readonly ArgAssignment[] = [],
): Promise<Loaded> {
  const args = assignments.length === 0 ? [] : await findArgs(files, assignments);
  const loaded = await Promise.all(files.map((file, index) => loadJobFile(file, builtinTargets, args[index])));
  const failed = loaded.filter((file) => !file.ok);
  if (failed.length === 0) {
    const ready = loaded.flatMap((file): ReadyFile[] =>
      !file.ok ? [] : [file.kind === 'script' ? { ...file, args: scriptArgs(assignments) } : file],
    );
    return { ok: true, files: ready };
  }
  return {
    ok: false,
    text: failed.map(({ problems, text }) => formatProblems(problems, text)).join('\n\n'),
    onlyTargets: failed.every(({ problems }) => problems.every(({ code }) => code === 'E208')),
  };
}

/** What each file gets; nothing as long as one of them is not valid, which is told first. */
async function findArgs(files: readonly string[], assignments: readonly ArgAssignment[]): Promise<FileArgs[]> {
  const read = await Promise.all(files.map((file) => readJobFile(file, builtinTargets)));
  const parsed = read.flatMap((file) => ('jobFile' in file ? [file.jobFile] : []));
  return parsed.length === read.length ? assignArgs(parsed, assignments, builtinTargets) : [];
}
