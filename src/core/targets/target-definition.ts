import type { AlgorithmProcess } from '../algorithm-process-types';

/**
 * A built-in target: what the engine calls, and what a form, the command line and the documentation need to know
 * to offer it. It is named `builtin:<name>` in job files.
 */
export interface TargetDefinition {
  /** Name after `builtin:`, in kebab-case. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** One or two sentences: what it does with what. */
  readonly description: string;
  /**
   * JSON Schema (draft 2020-12) of the arguments, an object with `properties`, each with a description and a default.
   * The files of a range of files are not among them.
   */
  readonly args: Readonly<Record<string, unknown>>;
  /** A range to start from, as a job file writes it: a number, or a pattern of files. */
  readonly defaultRange:
    | number
    | {
        /** Pattern of files. */
        readonly files: string;
      };
  /** What one index of the range stands for, in the plural: `rows`, `files`. */
  readonly rangeUnit: string;
  /**
   * The work of one rank.
   *
   * @param args the job's arguments, checked here; for a range of files also `items`, this rank's part of the list
   * @returns this rank's part, for `combine`
   * @throws an error with a code and a message that says what is wrong with which argument or file
   */
  readonly run: (proc: AlgorithmProcess, args?: unknown) => unknown;
  /**
   * Makes the job's result of the ranks' parts.
   *
   * @param parts what `run` has returned, in the order of the ranks
   * @param args the job's arguments as for `run`; `items` is not needed
   */
  readonly combine: (proc: AlgorithmProcess, parts: readonly unknown[], args?: unknown) => unknown;
}
