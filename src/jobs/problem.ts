import { ProcessionError } from '../core/errors';

/** Something wrong with a job file, at a place in it. */
export interface Problem {
  /** The file as the person named it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** How many characters of the line it is about, at least 1. */
  readonly length: number;
  /** Stable code, such as `E101`; docs/job-files.md lists them. */
  readonly code: ProblemCode;
  /** One sentence or two. */
  readonly message: string;
}

/** Every code, and what it is about. */
export const problemCodes = {
  E001: 'the file cannot be read',
  E002: 'the file is too large',
  E003: 'syntax',
  E004: 'a tab as indentation',
  E005: 'a key written twice',
  E006: 'too many aliases',
  E007: 'nesting too deep',
  E008: 'several documents',
  E009: 'a key or value that data may not have',
  E101: 'an unknown key',
  E102: 'a missing key',
  E110: 'a value of the wrong kind',
  E111: 'a duration',
  E112: 'a value out of a list',
  E113: 'a number',
  E114: 'a range',
  E115: 'the format of an output',
  E116: 'a target',
  E117: 'an amount of memory',
  E118: 'a command',
  E119: 'an environment variable',
  E121: 'a placeholder',
  E122: 'a matrix',
  E201: 'an id used twice',
  E202: "a target outside the job file's folder",
  E203: "an output outside the job file's folder",
  E204: 'partitionArgs',
  E205: 'files that are not there',
  E206: 'a built-in target that is not there, or its arguments',
  E207: 'an output that would overwrite something',
  E208: "a target's module that is not there",
  E209: 'a needed job',
  E210: 'needs that go in a circle',
  E211: 'a file of rows or lines',
  E212: 'fields that do not go together',
  E213: 'nothing to run',
  E214: 'a working folder',
  E215: 'a script',
} as const;

export type ProblemCode = keyof typeof problemCodes;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemCodes, code);
}

/** Thrown by functions that go on with a file when they find problems. `problems` has all of them. */
export class JobFileError extends ProcessionError {
  readonly problems: readonly Problem[];
  /** Text of the file, for {@link formatProblems}. */
  readonly text: string;

  constructor(problems: readonly Problem[], text: string) {
    super('ERR_JOB_FILE', problems.map((problem) => problem.message).join(' '));
    this.problems = problems;
    this.text = text;
  }
}

/** Widest excerpt of a line that is shown. */
const excerptWidth = 100;

/**
 * All problems as a person reads them: place, code and sentence, the line, a caret under the place, and last how many
 * there are.
 *
 * @param problems at least one, all of one file
 * @param text the file's text
 */
export function formatProblems(problems: readonly Problem[], text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const blocks = inOrder(problems).flatMap((problem) => [
    `${printable(problem.file)}:${problem.line}:${problem.column}: error ${problem.code}: ${printable(problem.message)}`,
    ...excerpt(problem, lines[problem.line - 1]),
  ]);
  const count = problems.length === 1 ? '1 error' : `${problems.length} errors`;
  return [...blocks, `${count} in ${printable(problems[0]?.file ?? '')}; nothing was run.`].join('\n');
}

/** In the order in which a person meets them in the file. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

function excerpt(problem: Problem, line: string | undefined): string[] {
  if (line === undefined || line.trim() === '') return [];
  const start = problem.column - 1 > excerptWidth - 20 ? problem.column - 21 : 0;
  const shown = printable(line.slice(start, start + excerptWidth));
  const number = String(problem.line).padStart(4);
  const caret =
    ' '.repeat(problem.column - 1 - start) +
    '^'.repeat(Math.max(1, Math.min(problem.length, excerptWidth, shown.length - (problem.column - 1 - start))));
  return [`${number} | ${shown}`, `${' '.repeat(number.length)} | ${caret}`];
}

/** Text of a file must not steer the terminal that shows it: each control or bidirectional character becomes a space. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ');
}
