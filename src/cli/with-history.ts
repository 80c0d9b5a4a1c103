import { History, HistoryError } from '../history';
import { ResumeError } from '../runner/stored-runs';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';

/** Opens the history for a command, says what has to be said about it, and closes it. */
export async function withHistory(
  { stderr }: CommandContext,
  use: (history: History) => Promise<ExitCode>,
): Promise<ExitCode> {
  let history: History | undefined;
  try {
    history = await History.open({ kind: 'cli' });
    for (const notice of history.notices) {
      if (notice.type !== 'set-aside') continue;
      const saved = `${notice.salvagedRuns} runs could be saved${notice.isComplete ? '' : ', not all of them whole'}`;
      stderr.write(`The history could not be used (${notice.reason}). It was kept as ${notice.movedTo}; ${saved}.\n`);
    }
    history.onEvent((event) => {
      if (event.type === 'stalled') stderr.write(`warning: nothing can be recorded now: ${event.reason}\n`);
      if (event.type === 'resumed') stderr.write('It can be recorded again, and nothing is lost.\n');
      if (event.type === 'damaged') stderr.write(`warning: the history is damaged: ${event.reason}\n`);
    });
    return await use(history);
  } catch (error) {
    if (error instanceof ResumeError) {
      stderr.write(`error: ${error.message}\n`);
      return error.isMismatch ? exitCodes.resumeMismatch : exitCodes.usage;
    }
    if (!(error instanceof HistoryError)) throw error;
    stderr.write(`error: the history: ${error.message}\n`);
    return exitCodes.history;
  } finally {
    await history?.close();
  }
}
