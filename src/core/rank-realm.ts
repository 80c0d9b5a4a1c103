import { NestedCallError } from './errors';

/*
 * A target that loads the engine as a library gets a copy of it, which must know where it is: in a rank's thread
 * there is no server. The mark is on the global object, since several copies may be loaded there.
 */
const mark = Symbol.for('procession.rank');

/** Says that this thread runs targets. */
export function markRankThread(): void {
  Object.defineProperty(globalThis, mark, { value: true });
}

/**
 * @param what what was tried, as the beginning of a sentence
 * @throws NestedCallError in a thread that runs targets
 */
export function refuseInRank(what: string): void {
  if (!(mark in globalThis)) return;
  throw new NestedCallError(
    `${what} cannot be used inside a target: its rank already holds a process of the server, which it would wait for. Start the second job where the first one was started, when that one has returned what it needs.`,
  );
}
