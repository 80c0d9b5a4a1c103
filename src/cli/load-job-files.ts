import { type LoadedJobFile, loadJobFile } from '../jobs/load-job-file';
import { formatProblems } from '../jobs/problem';
import { builtinTargets } from '../workers/targets';

/** Job files that are all valid, or what is wrong with them. */
export type Loaded =
  | { readonly ok: true; readonly files: readonly Extract<LoadedJobFile, { ok: true }>[] }
  | {
      readonly ok: false;
      /** For the person. */
      readonly text: string;
      /** Whether nothing but target modules is missing. */
      readonly onlyTargets: boolean;
    };

/** Reads, checks and looks up job files. Executes nothing. Tells the problems of all files, not only of the first. */
export async function loadJobFiles(files: readonly string[]): Promise<Loaded> {
  const loaded = await Promise.all(files.map((file) => loadJobFile(file, builtinTargets)));
  const failed = loaded.filter((file) => !file.ok);
  if (failed.length === 0) return { ok: true, files: loaded.filter((file) => file.ok) };
  return {
    ok: false,
    text: failed.map(({ problems, text }) => formatProblems(problems, text)).join('\n\n'),
    onlyTargets: failed.every(({ problems }) => problems.every(({ code }) => code === 'E208')),
  };
}
