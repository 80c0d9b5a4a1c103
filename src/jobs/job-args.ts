import { ProcessionError } from '../core/errors';
import { isRecord } from '../shared/is-record';
import { argumentNames, argumentOf, type BuiltinTarget, type BuiltinTargets } from './check-builtin';
import type { FullJob } from './full-job';
import type { ParsedJobFile } from './parse';
import { showValue } from './show-value';
import { didYouMean } from './suggest';

/** Values for arguments of a file's jobs that stand before those of the file: by id of the job, then by name. */
export type FileArgs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** An argument as it was given: `width=800`, or `fractal.width=800` for one job, or `*.width=800` for all that have it. */
export interface ArgAssignment {
  readonly name: string;
  readonly text: string;
}

/** Arguments were given that no job has, that several have, or that have no such values. */
export class ArgumentError extends ProcessionError {
  constructor(message: string) {
    super('ERR_ARGUMENT', message);
  }
}

/** @throws ArgumentError when it is not `name=value` */
export function parseAssignment(assignment: string): ArgAssignment {
  const at = assignment.indexOf('=');
  const name = assignment.slice(0, Math.max(0, at)).trim();
  if (at < 0 || name === '') throw new ArgumentError(`${showValue(assignment)} is not name=value.`);
  if (['__proto__', 'constructor', 'prototype'].some((word) => name.split('.').includes(word)))
    throw new ArgumentError(`No argument can be called ${showValue(name)}.`);
  return { name, text: assignment.slice(at + 1) };
}

/** Arguments for a script, which says nothing about their kinds: each is what its text looks like. */
export function scriptArgs(assignments: readonly ArgAssignment[]): Record<string, unknown> {
  return Object.fromEntries(assignments.map(({ name, text }) => [name, guess(text)]));
}

/**
 * Finds out which jobs arguments are for, and makes values of the right kinds of them: as the built-in target says, or
 * as the value in the file is, or else as the text looks.
 *
 * @param files all that are run together
 * @returns for each file what its jobs get
 * @throws ArgumentError with all that is wrong
 */
export function assignArgs(
  files: readonly ParsedJobFile[],
  assignments: readonly ArgAssignment[],
  builtins: BuiltinTargets,
): FileArgs[] {
  const given = files.map((): Record<string, Record<string, unknown>> => ({}));
  const takers = takersOf(files, builtins);
  const problems: string[] = [];
  for (const { name, text } of assignments) {
    try {
      for (const [taker, key] of find(name, takers)) {
        const args = given[taker.file];
        if (args) args[taker.job.id] = { ...args[taker.job.id], [key]: valueFor(taker, key, text) };
      }
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new ArgumentError(problems.join('\n'));
  return given;
}

/** Names by which jobs of these files can be given arguments, each as short as it can be. */
export function argumentsOf(files: readonly ParsedJobFile[], builtins: BuiltinTargets): string[] {
  const takers = takersOf(files, builtins);
  const count = (name: string): number => takers.filter(({ names }) => names.includes(name)).length;
  const found = takers.flatMap(({ job, names }) => names.map((name) => (count(name) > 1 ? `${job.id}.${name}` : name)));
  return [...new Set(found)].sort();
}

/** The data of a job file with arguments put in, as if they had been written there. */
export function withArgs(data: unknown, args: FileArgs, ids: readonly string[]): unknown {
  if (!isRecord(data) || !Array.isArray(data.jobs)) return data;
  const jobs = data.jobs.map((job: unknown, index): unknown => {
    const id = ids[index];
    const own = id !== undefined && Object.hasOwn(args, id) ? args[id] : undefined;
    if (!isRecord(job) || own === undefined) return job;
    return { ...job, args: { ...(isRecord(job.args) ? job.args : {}), ...own } };
  });
  return { ...data, jobs };
}

/** A job that may take arguments. */
interface Taker {
  /** Place of its file among those that are run. */
  readonly file: number;
  readonly job: FullJob;
  readonly builtin: BuiltinTarget | undefined;
  /** Names of the arguments that it is known to have. */
  readonly names: readonly string[];
}

function takersOf(files: readonly ParsedJobFile[], builtins: BuiltinTargets): Taker[] {
  return files.flatMap(({ jobs }, file) =>
    jobs.filter(({ spec }) => spec.enabled !== false).map((job) => newTaker(file, job, builtins)),
  );
}

function newTaker(file: number, job: FullJob, builtins: BuiltinTargets): Taker {
  const target = job.spec.target ?? job.spec.map ?? '';
  const builtin = target.startsWith('builtin:') ? builtins.get(target.slice('builtin:'.length)) : undefined;
  const matrix = Object.keys(job.spec.matrix ?? {});
  const names = [...new Set([...(builtin ? argumentNames(builtin) : []), ...Object.keys(job.spec.args ?? {})])];
  return { file, job, builtin, names: names.filter((name) => !matrix.includes(name)) };
}

/** The jobs that an argument is for, with its name there. */
function find(name: string, takers: readonly Taker[]): readonly (readonly [Taker, string])[] {
  const plain = takers.filter(({ names }) => names.includes(name));
  const own = takers.filter(({ job }) => name.startsWith(`${job.id}.`) && name.length > job.id.length + 1);
  if (name.startsWith('*.')) {
    const key = name.slice(2);
    const all = takers.filter(({ names }) => names.includes(key));
    if (all.length === 0) throw unknown(name, key, takers);
    return all.map((taker) => [taker, key]);
  }
  const found = [
    ...plain.map((taker) => [taker, name] as const),
    ...own.map((taker) => [taker, name.slice(taker.job.id.length + 1)] as const),
  ];
  const [first, second] = found;
  if (!first) throw unknown(name, name, takers);
  if (second)
    throw new ArgumentError(
      `${showValue(name)} could be meant for ${list(found.map(([{ job }]) => `"${job.id}"`))}. Write ${list(
        found.map(([{ job }, key]) => `${job.id}.${key}`),
        'or',
      )}, or '*.${first[1]}' for all.`,
    );
  return [first];
}

function unknown(name: string, key: string, takers: readonly Taker[]): ArgumentError {
  const varied = takers.find(({ job }) => Object.hasOwn(job.spec.matrix ?? {}, key));
  if (varied)
    return new ArgumentError(
      `${showValue(name)} is in the matrix of "${varied.job.id}", which says what values it has.`,
    );
  const known = [...new Set(takers.flatMap(({ names }) => names))].sort();
  const own = takers.find(({ builtin, job }) => builtin === undefined && job.spec.run === undefined);
  return new ArgumentError(
    [
      `No job has an argument ${showValue(name)}.${didYouMean(key, known)}`,
      known.length > 0 ? `There are ${list(known)}.` : 'The jobs have no arguments.',
      ...(own ? [`A function of your own may take others: ${own.job.id}.${key}.`] : []),
    ].join(' '),
  );
}

/** @throws ArgumentError when the text is of no use for this argument */
function valueFor({ builtin, job, names }: Taker, key: string, text: string): unknown {
  const { args = {}, matrix = {}, run } = job.spec;
  if (Object.hasOwn(matrix, key))
    throw new ArgumentError(`"${job.id}.${key}" is in the matrix of the job, which says what values it has.`);
  if (run !== undefined && !names.includes(key))
    throw new ArgumentError(
      `The command of "${job.id}" has no argument "${key}".${didYouMean(key, names)} Write {args.${key}} into it first.`,
    );
  const declared = builtin && argumentOf(builtin, key);
  if (builtin && !declared)
    throw new ArgumentError(`The target of "${job.id}" has no argument "${key}".${didYouMean(key, names)}`);
  const before: unknown = Object.hasOwn(args, key) ? args[key] : undefined;
  const kind = declared?.type ?? kindOf(before);
  const value = kind === 'string' ? text : guess(text);
  const isRight = declared ? declared.accepts(value) : kind === undefined || kindOf(value) === kind;
  if (isRight) return value;
  const must = declared ? declared.words : (kindWords[kind ?? ''] ?? 'of another kind');
  throw new ArgumentError(`"${key}" of "${job.id}" must be ${must}, not ${showValue(text)}.`);
}

const kindWords: Readonly<Record<string, string>> = {
  number: 'a number, as in the file',
  boolean: 'true or false, as in the file',
  array: 'a list such as [1,2], as in the file',
  object: 'a mapping such as {"a":1}, as in the file',
};

function kindOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? 'array' : typeof value;
}

/** What a text looks like: a number, true, false, null, JSON in brackets or quotes, or else itself. */
function guess(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (!/^[["{]/.test(text)) return text;
  try {
    return JSON.parse(text, refuseNames) as unknown;
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    return text;
  }
}

function refuseNames(key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor' || key === 'prototype')
    throw new ArgumentError(`No value can have the name ${showValue(key)} in it.`);
  return value;
}

/** `a, b and c` */
function list(words: readonly string[], last = 'and'): string {
  const shown = words.length > 12 ? [...words.slice(0, 11), `${words.length - 11} others`] : words;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1)}`;
}
