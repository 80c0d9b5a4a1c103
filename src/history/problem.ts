import { reviveError, toErrorInfo } from '../core/error-info';
import { troubleOf } from './database';
import { HistoryError } from './history-error';
import type { Problem } from './messages';

/** Makes of whatever went wrong with the database something that can be told. */
export function toProblem(error: unknown): Problem {
  if (error instanceof HistoryError) {
    const { code, message, cause } = error;
    return { code, message, ...(cause !== undefined && { cause: toErrorInfo(cause) }) };
  }
  const cause = toErrorInfo(error);
  switch (troubleOf(error)) {
    case 'busy':
      return { code: 'ERR_HISTORY_BUSY', message: 'Another process holds the history for too long. Try again.', cause };
    case 'unwritable':
      return {
        code: 'ERR_HISTORY_FULL',
        message: `The history cannot be written: ${cause.message}. Make room on its disk.`,
        cause,
      };
    case 'damaged':
      return {
        code: 'ERR_HISTORY_DAMAGED',
        message: `The history is damaged: ${cause.message}. Start again: it is kept aside then, and what can be read is taken over.`,
        cause,
      };
    case 'other':
      return { code: 'ERR_HISTORY', message: `The history has failed: ${cause.message}`, cause };
  }
}

export function fromProblem({ code, message, cause }: Problem): HistoryError {
  return new HistoryError(code, message, cause && { cause: reviveError(cause) });
}
