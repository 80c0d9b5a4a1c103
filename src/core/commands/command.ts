import { resolve } from 'node:path';
import { expandArgument, expandPlaceholders, type PlaceholderValues, placeholdersOf } from '../../shared/placeholders';
import { findProgram, requireFolder } from './find-program';
import { commandVariable } from './process-tree';

/** A command that is run once for each item. Its texts may have placeholders; what they stand for is taken literally. */
export interface CommandSpec {
  /** The program and its arguments: never a line for a shell. */
  readonly argv: readonly string[];
  /** Working folder; by default, and where it is relative, that of this program. */
  readonly cwd?: string;
  /** Added to the environment of the command, which else is that of a worker. */
  readonly env?: Readonly<Record<string, string>>;
  /** The items are names of files: an argument that begins with one never looks like an option. */
  readonly itemsAreFiles?: boolean;
  /** What the placeholders stand for that are the same for all items. */
  readonly values?: Pick<PlaceholderValues, 'args' | 'matrix' | 'out'>;
  /**
   * A file that each command fills, by the place of its item (or one path, for a single item): with what it prints
   * (`stdout`), or by itself at `{out}` (`out`). It gets its name when the command has ended with 0.
   */
  readonly output?: {
    /** Absolute path, or those of all items in their order. */
    readonly path: string | readonly string[];
    /** Where its contents come from. */
    readonly from: 'stdout' | 'out';
  };
  /** How much of each output stream is kept in the result, in KiB, half of it from the beginning; 16 by default. */
  readonly keepKiB?: number;
}

/** A command that has been checked, as workers get it. */
export interface PreparedCommand {
  readonly argv: readonly string[];
  /** Where the program was found; undefined when that depends on the item. */
  readonly program: string | undefined;
  readonly cwd: string;
  /** What `cwd` is relative to. */
  readonly base: string;
  readonly env: Readonly<Record<string, string>>;
  readonly itemsAreFiles: boolean;
  readonly values: PlaceholderValues;
  readonly output: CommandSpec['output'];
  readonly keepBytes: number;
}

/** What is run for one item. */
export interface CommandCall {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const defaultKeepKiB = 16;
const mostKeepKiB = 64 * 1024;
const longestShown = 200;

/** @throws TypeError for a caller in plain JavaScript that has left it out */
export function requireCommand(command: CommandSpec | undefined): CommandSpec {
  if (typeof command === 'object') return command;
  throw new TypeError('run() takes the items and a command, for example { argv: ["gzip", "{item}"] }.');
}

/**
 * Checks a command as far as that can be done before there is an item.
 *
 * @throws TypeError, RangeError when it makes no sense
 */
export function prepareCommand(spec: CommandSpec): PreparedCommand {
  const { argv, cwd = '.', env = {}, keepKiB = defaultKeepKiB, output } = spec;
  // What it stands for is only known with the item.
  const values = { ...(output && { out: '' }), ...spec.values };
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every((part) => typeof part === 'string')) {
    throw new TypeError(
      'A command is a list of texts, the program first, for example ["convert", "{item}", "{stem}.png"]. There is no shell that would take a line apart.',
    );
  }
  if (argv[0] === '') throw new TypeError('The first text of a command is its program, and must not be empty.');
  if (!(keepKiB >= 0 && keepKiB <= mostKeepKiB))
    throw new RangeError(`keepKiB must be a number from 0 to ${mostKeepKiB}, not ${keepKiB}.`);
  for (const name of Object.keys(env)) checkVariable(name);
  for (const text of [...argv, cwd, ...Object.values(env)]) checkText(text, values);
  return {
    argv,
    program: undefined,
    cwd,
    base: process.cwd(),
    env,
    itemsAreFiles: spec.itemsAreFiles ?? false,
    values,
    output,
    keepBytes: Math.round(keepKiB * 1024),
  };
}

/**
 * Looks for the program and the working folder, where they are the same for all items: one clear error comes before
 * each item has failed with it.
 *
 * @param environment what commands are given, without what this one adds
 * @throws CommandStartError when one of them is not there
 */
export function locateCommand(
  command: PreparedCommand,
  environment: Readonly<Record<string, string | undefined>>,
): PreparedCommand {
  const [program = ''] = command.argv;
  const path = command.env.PATH ?? environment.PATH;
  if (isTemplate(command.cwd)) return command;
  const cwd = resolve(command.base, expandPlaceholders(command.cwd, {}));
  requireFolder(cwd);
  if (isTemplate(program) || (path !== undefined && isTemplate(path))) return command;
  return { ...command, program: findProgram(expandPlaceholders(program, {}), path, cwd) };
}

/**
 * What to run for one item.
 *
 * @param environment what commands are given, without what this one adds
 * @throws RangeError for a placeholder that stands for nothing, or a text that no command can be given
 */
export function expandCommand(
  command: PreparedCommand,
  values: PlaceholderValues,
  environment: Readonly<Record<string, string>>,
): CommandCall {
  const all = { ...command.values, ...values };
  const argv = command.argv.map((part) => expandArgument(part, all, command.itemsAreFiles));
  const added = Object.entries(command.env).map(([name, text]) => [name, expandPlaceholders(text, all)] as const);
  const cwd = resolve(command.base, expandPlaceholders(command.cwd, all));
  for (const text of [...argv, cwd, ...added.map(([, value]) => value)]) {
    if (text.includes('\0'))
      throw new RangeError(`A command cannot be given a NUL character, which is in ${shorten(JSON.stringify(text))}.`);
  }
  return {
    program: command.program ?? argv[0] ?? '',
    argv,
    cwd,
    env: { ...environment, ...Object.fromEntries(added) },
  };
}

/** What the placeholders of an item stand for: a row's columns, or the item itself. */
export function valuesOfItem(item: unknown): Pick<PlaceholderValues, 'item' | 'row'> {
  if (typeof item === 'string' || typeof item === 'number') return { item };
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) return { row: item as Record<string, string> };
  return item === undefined ? {} : { item: JSON.stringify(item) };
}

/** A command as people read it. Not meant to be run: quotes only show where an argument begins and ends. */
export function describeCommand(argv: readonly string[]): string {
  return shorten(argv.map((part) => (/^[\w./:=@%+,{}-]+$/.test(part) ? part : JSON.stringify(part))).join(' '));
}

function isTemplate(text: string): boolean {
  return placeholdersOf(text).length > 0;
}

function checkVariable(name: string): void {
  if (name === '' || /[=\0]/.test(name))
    throw new TypeError(`${JSON.stringify(name)} cannot be the name of an environment variable.`);
  if (name === commandVariable)
    throw new TypeError(
      `${commandVariable} is set for every command, to find what it has started; choose another name.`,
    );
}

/** Placeholders that no item could fill are told at once. */
function checkText(text: unknown, values: PlaceholderValues): void {
  if (typeof text !== 'string') throw new TypeError(`The texts of a command must be strings, not ${typeof text}.`);
  const anyItem = { item: 'x', index: 0, start: 0, stop: 0, attempt: 1, jobId: 1 };
  for (const { name } of placeholdersOf(text))
    if (!name.startsWith('row.')) expandPlaceholders(`{${name}}`, { ...anyItem, ...values });
}

function shorten(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
