import { dirname, resolve } from 'node:path';
import type { BuiltinTargets } from './check-builtin';
import type { FullJob } from './full-job';
import type { Problem, ProblemCode } from './problem';
import type { Part, Path, Source } from './source';

/** Notes a problem at the place of a value, at its key, or at a text inside it. */
export type Report = (path: Path, code: ProblemCode, message: string, part?: Part) => void;

/** What all checks of one file share. */
export interface Checker {
  /** Absolute path of the job file, and its folder. */
  readonly file: string;
  readonly folder: string;
  readonly source: Source;
  readonly builtins: BuiltinTargets | undefined;
  readonly jobs: readonly FullJob[];
  /** Ids of all jobs of the file, in its order, also of those that are not in `jobs`. */
  readonly ids: readonly string[];
  readonly report: Report;
}

export function newChecker(
  file: string,
  source: Source,
  builtins: BuiltinTargets | undefined,
  jobs: readonly FullJob[],
  ids: readonly string[],
  problems: Problem[],
): Checker {
  const path = resolve(file);
  const told = new Set(problems.map(identity));
  return {
    file: path,
    folder: dirname(path),
    source,
    builtins,
    jobs,
    ids,
    report: (...what) => {
      // What is wrong with a default is wrong in every job that has it.
      const problem = source.problemAt(...what);
      if (told.has(identity(problem))) return;
      told.add(identity(problem));
      problems.push(problem);
    },
  };
}

const identity = ({ line, column, message }: Problem): string => `${line}:${column} ${message}`;
