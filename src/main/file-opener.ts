import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseJobFile } from '../jobs/parse';
import { planJobs } from '../jobs/plan';
import { JobFileError, type Problem } from '../jobs/problem';
import type { FileProblem } from '../shared/ipc';
import { builtinTargets } from '../workers/targets';
import type { JobList } from './job-list';

/** A little more than a job file may hold, so that the parser sees that it is too long. */
const maxBytes = 1024 * 1024 + 1;

/** Longest line of a file that travels to the window with a problem. */
const maxSource = 400;

/**
 * Reads a job file and lists its jobs, or what is wrong with it. It runs nothing.
 *
 * @param path absolute path
 * @returns key of the file in the list
 */
export async function openJobFile(path: string, list: JobList): Promise<number> {
  const entry = { path, name: basename(path), title: null, description: null };
  const failed = (problems: readonly Problem[], text: string): number =>
    list.putFile({ ...entry, problems: toFileProblems(problems, text) }, []);

  let text: string;
  try {
    text = await readStart(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return failed(
      [{ file: path, line: 1, column: 1, length: 1, code: 'E001', message: `The file cannot be read: ${reason}` }],
      '',
    );
  }
  const parsed = parseJobFile(text, path, { builtins: builtinTargets });
  if (!parsed.ok) return failed(parsed.problems, text);
  try {
    const plans = await planJobs(parsed.jobFile);
    const { name, description } = parsed.jobFile.jobFile;
    return list.putFile({ ...entry, title: name ?? null, description: description ?? null, problems: [] }, plans);
  } catch (cause) {
    if (cause instanceof JobFileError) return failed(cause.problems, text);
    throw cause;
  }
}

async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(maxBytes);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, maxBytes - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === maxBytes) return buffer.toString('utf8', 0, length);
    }
  } finally {
    await file.close();
  }
}

function toFileProblems(problems: readonly Problem[], text: string): FileProblem[] {
  const lines = text.split(/\r\n|\n|\r/);
  return problems.slice(0, 200).map(({ line, column, length, code, message }) => ({
    line,
    column,
    code,
    message,
    source: (lines[line - 1] ?? '').slice(0, maxSource),
    length,
  }));
}
