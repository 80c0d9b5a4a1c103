import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuiltinTargets } from './check-builtin';
import type { FileArgs } from './job-args';
import { type ParsedJobFile, parseJobFile } from './parse';
import { type PlannedRun, planJobs } from './plan';
import { JobFileError, type Problem } from './problem';
import { checkScript, isScriptName } from './script';
import { maxBytes } from './source';

/** A job file with everything looked up, or all that is wrong with it; `text` is what could be read of it. */
export type LoadedJobFile =
  | {
      readonly ok: true;
      readonly kind: 'jobs';
      readonly file: string;
      readonly run: PlannedRun;
      readonly args: FileArgs;
    }
  /** A module that uses the engine by itself; only looked at, not loaded. `path` is absolute. */
  | { readonly ok: true; readonly kind: 'script'; readonly file: string; readonly path: string }
  | { readonly ok: false; readonly file: string; readonly problems: readonly Problem[]; readonly text: string };

/**
 * Reads and checks a job file and looks up what it names; of a script it looks only at its text. Executes nothing.
 *
 * @param file its path; problems name it as it is given here
 * @param builtins the built-in targets by name
 * @param args arguments that jobs get as if they stood in the file
 */
export async function loadJobFile(file: string, builtins: BuiltinTargets, args: FileArgs = {}): Promise<LoadedJobFile> {
  const read = await readJobFile(file, builtins, args);
  return 'jobFile' in read ? await plan(read.jobFile, args) : read;
}

/**
 * Reads and checks a job file as far as that goes without looking up anything that it names.
 *
 * @returns the parsed file; what is wrong with it; or a script, of which there is nothing more to read
 */
export async function readJobFile(
  file: string,
  builtins: BuiltinTargets,
  args: FileArgs = {},
): Promise<{ readonly jobFile: ParsedJobFile } | Exclude<LoadedJobFile, { kind: 'jobs' }>> {
  let text: string;
  try {
    text = await readStart(file);
  } catch (error) {
    const message = describeReadError(error instanceof Error && 'code' in error ? error.code : undefined);
    return { ok: false, file, problems: [{ file, line: 1, column: 1, length: 1, code: 'E001', message }], text: '' };
  }
  if (isScriptName(file)) return await lookAtScript(file, text);
  const parsed = parseJobFile(text, file, { builtins, args });
  if (!parsed.ok) return { ok: false, file, problems: parsed.problems, text };
  return { jobFile: parsed.jobFile };
}

async function lookAtScript(file: string, text: string): Promise<Exclude<LoadedJobFile, { kind: 'jobs' }>> {
  const path = resolve(file);
  const problems = await checkScript(path, file);
  return problems.length === 0 ? { ok: true, kind: 'script', file, path } : { ok: false, file, problems, text };
}

async function plan(parsed: ParsedJobFile, args: FileArgs): Promise<LoadedJobFile> {
  const { file, text } = parsed;
  try {
    return { ok: true, kind: 'jobs', file, run: await planJobs(parsed), args };
  } catch (error) {
    if (error instanceof JobFileError) return { ok: false, file, problems: error.problems, text };
    throw error;
  }
}

/** One byte more than a job file may have, so that the parser sees that it is too long, and never all of a huge one. */
async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) return buffer.toString('utf8', 0, length);
    }
  } finally {
    await file.close();
  }
}

function describeReadError(code: unknown): string {
  switch (code) {
    case 'ENOENT':
      return 'There is no such file.';
    case 'EISDIR':
      return 'This is a folder, not a job file.';
    case 'EACCES':
    case 'EPERM':
      return 'The file may not be read by you.';
    default:
      return `The file cannot be read${typeof code === 'string' ? ` (${code})` : ''}.`;
  }
}
