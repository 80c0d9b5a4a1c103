import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { CommandStartError } from '../errors';

/** What a system searches that was given no PATH. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin';

/**
 * The file of a program, looked for as the system does.
 *
 * @param name a path when it has a slash, else a name to look for
 * @param path folders to look in, as the environment variable PATH has them
 * @param cwd working folder, absolute
 * @returns its path; undefined on Windows, which has rules of its own
 * @throws CommandStartError when it is not there or cannot be executed
 */
export function findProgram(name: string, path: string | undefined, cwd: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (name.includes('/')) {
    const file = resolve(cwd, name);
    const state = look(file);
    if (state !== 'program') throw new CommandStartError(describe(name, file, state));
    return file;
  }
  const folders = (path ?? defaultPath).split(delimiter);
  const files = folders.map((folder) => join(resolve(cwd, folder), name));
  const found = files.find((file) => look(file) === 'program');
  if (found !== undefined) return found;
  const almost = files.find((file) => look(file) === 'not executable');
  throw new CommandStartError(
    almost === undefined
      ? `There is no program ${JSON.stringify(name)} in the folders of PATH: ${folders.join(delimiter)}. Install it, or give its whole path.`
      : describe(name, almost, 'not executable'),
  );
}

/** @throws CommandStartError when there is no such folder */
export function requireFolder(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return;
  throw new CommandStartError(
    `The working folder of the command ${stat ? 'is not a folder' : 'is not there'}: ${path}. Make it first, or correct "cwd".`,
  );
}

/** Why the system would not start a program. */
export function describeStartError(error: NodeJS.ErrnoException, program: string, cwd: string, path?: string): string {
  try {
    requireFolder(cwd);
    findProgram(program, path, cwd);
  } catch (found) {
    if (found instanceof CommandStartError) return found.message;
  }
  switch (error.code) {
    case 'E2BIG':
      return `The arguments and the environment of ${JSON.stringify(program)} are longer than the system allows. Pass long data in a file.`;
    case 'EAGAIN':
    case 'ENOMEM':
      return `The system cannot start ${JSON.stringify(program)} now (${error.code}): too many processes, or too little memory.`;
    case 'ENOENT':
      return `${JSON.stringify(program)} cannot be started: the interpreter that its first line names is not there.`;
    case 'EACCES':
      return `${JSON.stringify(program)} cannot be started: it, its interpreter or a folder on the way may not be used by this user.`;
    default:
      return `${JSON.stringify(program)} cannot be started: ${error.message}. A script needs a first line such as "#!/bin/sh", or its interpreter before it: ["sh", ${JSON.stringify(program)}].`;
  }
}

type ProgramState = 'program' | 'not executable' | 'folder' | 'missing';

function look(file: string): ProgramState {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return 'missing';
    if (stat.isDirectory()) return 'folder';
    accessSync(file, constants.X_OK);
    return 'program';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'not executable' : 'missing';
  }
}

function describe(name: string, file: string, state: Exclude<ProgramState, 'program'>): string {
  switch (state) {
    case 'missing':
      return `There is no program ${JSON.stringify(name)}: ${file} is not there.`;
    case 'folder':
      return `The program ${JSON.stringify(name)} is a folder: ${file}.`;
    case 'not executable':
      return `The program ${JSON.stringify(name)} is not executable: ${file}. Run chmod +x on it, or name its interpreter first, for example ["sh", ${JSON.stringify(name)}].`;
  }
}
