import { extname } from 'node:path';
import { isScriptName } from '../jobs/script';

const jobFileExtensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/** Whether a path is named like a job file. */
export const isJobFileName = (path: string): boolean => jobFileExtensions.has(extname(path).toLowerCase());

/** Whether a path is named like something that can be opened. */
export const isOpenableName = (path: string): boolean => isJobFileName(path) || isScriptName(path);

/**
 * Job files and scripts on a command line.
 *
 * @param argv the whole command line; switches and whatever is not named like one are passed over
 */
export const jobFilesOf = (argv: readonly string[]): string[] =>
  argv.slice(1).filter((arg) => !arg.startsWith('-') && isOpenableName(arg));
