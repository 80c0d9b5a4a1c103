import { basename } from 'node:path';
import { loadJobFile } from '../jobs/load-job-file';
import type { Problem } from '../jobs/problem';
import type { FileProblem } from '../shared/ipc';
import { builtinTargets } from '../workers/targets';
import { noFrame } from './file-list';
import type { JobList } from './job-list';
import { readScriptJob } from './scripts/script-plan';

/** Longest line of a file that travels to the window with a problem. */
const maxSource = 400;
/** Most problems of a file that travel to the window. */
const maxProblems = 200;

/**
 * Reads a job file and lists its jobs, or what is wrong with it. It runs nothing.
 *
 * @param path absolute path
 * @returns key of the file in the list
 */
export async function openJobFile(path: string, list: JobList): Promise<number> {
  const loaded = await loadJobFile(path, builtinTargets);
  const entry = { path, name: basename(path) };
  if (!loaded.ok) {
    const problems = toFileProblems(loaded.problems, loaded.text);
    return list.putFile({ ...entry, title: null, description: null, problems }, []);
  }
  if (loaded.kind === 'script')
    return list.putFile(
      { ...entry, title: null, description: null, problems: [] },
      [await readScriptJob(path)],
      noFrame,
      'script',
    );
  return list.putFile(
    { ...entry, title: loaded.run.name, description: loaded.run.description, problems: [] },
    loaded.run.jobs,
    loaded.run,
  );
}

function toFileProblems(problems: readonly Problem[], text: string): FileProblem[] {
  const lines = text.split(/\r\n|\n|\r/);
  return problems.slice(0, maxProblems).map(({ line, column, length, code, message }) => ({
    line,
    column,
    code,
    message,
    source: (lines[line - 1] ?? '').slice(0, maxSource),
    length,
  }));
}
