import type { ErrorInfo } from '../../shared/engine-info';
import type { RankError } from '../../shared/ipc';

/** The same mistake at several places. */
export interface ErrorGroup {
  readonly signature: string;
  /** The first of them. */
  readonly error: ErrorInfo;
  /** Ascending; empty when it belongs to the job as a whole. */
  readonly ranks: readonly number[];
  /** How many errors there are. */
  readonly count: number;
  /** What the others say, where it is not the same word for word. */
  readonly messages: readonly string[];
}

/** Most messages of a group that are shown besides the first. */
const mostMessages = 50;

/**
 * Errors by what went wrong where: of one class and code, with messages that differ in numbers only, thrown at one
 * place of the code; in the order of their first.
 */
export function groupErrors(errors: readonly RankError[]): ErrorGroup[] {
  const groups = new Map<string, { error: ErrorInfo; ranks: Set<number>; count: number; messages: Set<string> }>();
  for (const { rank, error } of errors) {
    const signature = signatureOf(error);
    const group = groups.get(signature) ?? { error, ranks: new Set(), count: 0, messages: new Set() };
    if (rank !== null) group.ranks.add(rank);
    group.count += 1;
    if (error.message !== group.error.message && group.messages.size < mostMessages) group.messages.add(error.message);
    groups.set(signature, group);
  }
  return [...groups].map(([signature, { error, ranks, count, messages }]) => ({
    signature,
    error,
    ranks: [...ranks].sort((a, b) => a - b),
    count,
    messages: [...messages],
  }));
}

function signatureOf({ name, code = '', message, stack = '' }: ErrorInfo): string {
  const frame = /^\s+at .*$/m.exec(stack)?.[0].trim() ?? '';
  return [name, code, message.replaceAll(/\d+(?:[.,]\d+)*/g, '#'), frame].join('\n');
}
