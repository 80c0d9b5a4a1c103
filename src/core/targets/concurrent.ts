import { fileURLToPath } from 'node:url';
import { NoServerError } from '../errors';
import { refuseInRank } from '../rank-realm';
import type { Task } from '../tasks/task';
import { type ConcurrentTarget, concurrentMark } from './target-spec';

/** Runs a target on the global server; set by the server module, so that targets can be defined without it. */
export type CallTarget = <T>(
  valRange: number,
  numProcs: number,
  task: Task | null,
  target: ConcurrentTarget,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
) => PromiseLike<Map<number, T | Error>>;

/** A function that runs on the ranks of the global server: see {@link concurrent}. */
export interface ConcurrentFunction<A extends readonly unknown[], T> extends ConcurrentTarget {
  (
    valRange: number,
    numProcs: number,
    task: Task | null,
    ...args: [...A] | [...A, { partitionArgs: readonly unknown[] }]
  ): PromiseLike<Map<number, Awaited<T> | Error>>;
}

/**
 * Wraps a target, so that calling it runs it on the ranks of the global server:
 *
 * ```ts
 * export const lengths = concurrent(function lengths(proc, words: string[]) { … }, __filename);
 * const results = await lengths(words.length, 0, null, words, { partitionArgs: [words] });
 * ```
 *
 * The function must be named like the export that it becomes, at module scope: the other processes load the module
 * and look that export up. A closure cannot be run elsewhere, since its variables do not travel.
 *
 * @param fn the target: `(proc, ...args) => value`
 * @param module the module that exports it: `__filename` or `import.meta.url`
 * @returns the wrapped function; it resolves to the ranks' values or errors, which `checkResultMap` throws
 * @throws TypeError when the function has no name to look up
 */
export function concurrent<A extends readonly unknown[], T>(
  fn: (proc: never, ...args: A) => T,
  module: string,
): ConcurrentFunction<A, T> {
  if (fn.name === '') {
    throw new TypeError(
      'concurrent() needs a named function that its module exports: other processes load the module and look it up by name, and a closure has variables that do not travel.',
    );
  }
  const call = (
    valRange: number,
    numProcs: number,
    task: Task | null,
    ...rest: readonly unknown[]
  ): PromiseLike<Map<number, Awaited<T> | Error>> => {
    const last = rest.at(-1);
    const isOptions = typeof last === 'object' && last !== null && Object.keys(last).join() === 'partitionArgs';
    return callTarget<Awaited<T>>(
      valRange,
      numProcs,
      task,
      wrapped,
      isOptions ? rest.slice(0, -1) : rest,
      isOptions ? { ...last } : {},
    );
  };
  const wrapped: ConcurrentFunction<A, T> = Object.assign(call, {
    [concurrentMark]: {
      module: module.startsWith('file:') ? fileURLToPath(module) : module,
      export: fn.name,
      original: fn,
    },
  });
  return wrapped;
}

let callTarget: CallTarget = () => {
  refuseInRank('A function made by concurrent()');
  throw new NoServerError();
};

/** Makes the wrapped functions run on a server. */
export function setConcurrentCaller(caller: CallTarget): void {
  callTarget = caller;
}
