import type { ErrorInfo } from '../../shared/engine-info';
import type { RankError } from '../../shared/ipc';

/** The same error from several ranks. */
export interface ErrorGroup {
  readonly signature: string;
  readonly error: ErrorInfo;
  /** Ascending; empty when it belongs to the job as a whole. */
  readonly ranks: readonly number[];
}

/** Errors of the same class, code and message as one, in the order of their first rank. */
export function groupErrors(errors: readonly RankError[]): ErrorGroup[] {
  const groups = new Map<string, { signature: string; error: ErrorInfo; ranks: number[] }>();
  for (const { rank, error } of errors) {
    const signature = [error.name, error.code ?? '', error.message].join('\n');
    const group = groups.get(signature) ?? { signature, error, ranks: [] };
    if (rank !== null && !group.ranks.includes(rank)) group.ranks.push(rank);
    groups.set(signature, group);
  }
  for (const group of groups.values()) group.ranks.sort((a, b) => a - b);
  return [...groups.values()];
}
