import { resolve } from 'node:path';
import type { RunRow, RunState } from '../history';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { cleanText, counted, fit } from './text';
import { clockText } from './time-text';
import { withHistory } from './with-history';

export interface ListOptions {
  readonly json?: true;
  readonly limit?: number;
  readonly state?: RunState;
  readonly text?: string;
  /** Path of the job file or script. */
  readonly file?: string;
  /** Only runs that were queued then or later, in milliseconds since the epoch. */
  readonly since?: number;
}

/** `procession list`: the runs of the history, the newest first. */
export async function listCommand(options: ListOptions, context: CommandContext): Promise<ExitCode> {
  const { limit = 20, state, text, file, since } = options;
  return await withHistory(context, async (history) => {
    const { rows, total } = await history.list({
      limit,
      ...(state && { states: [state] }),
      ...(text !== undefined && { text }),
      ...(file !== undefined && { file: resolve(file) }),
      ...(since !== undefined && { since }),
    });
    if (options.json === true) {
      for (const row of rows) context.stdout.write(`${JSON.stringify(row)}\n`);
      return exitCodes.done;
    }
    if (rows.length === 0) context.stdout.write('No runs.\n');
    const now = Date.now();
    const width = Math.max(4, ...rows.map(({ id }) => String(id).length));
    for (const row of rows) context.stdout.write(`${rowLine(row, width, now, context)}\n`);
    if (total > rows.length)
      context.stdout.write(`${total - rows.length} more; --limit ${Math.min(total, 1000)} shows them.\n`);
    return exitCodes.done;
  });
}

function rowLine(row: RunRow, width: number, now: number, { paint }: CommandContext): string {
  const { id, state, name, jobs, items, createdAt } = row;
  const done = `${jobs.done} of ${counted(jobs.total, 'job')} done${jobs.failed > 0 ? `, ${jobs.failed} failed` : ''}`;
  const shown = fit(state, 11);
  const coloured = state === 'done' ? paint.good(shown) : state === 'failed' ? paint.bad(shown) : shown;
  const failed = items.failed > 0 ? `, ${counted(items.failed, 'item')} failed` : '';
  return `${String(id).padStart(width)}  ${coloured}  ${fit(clockText(createdAt, now), 16)}  ${cleanText(name)}: ${done}${failed}`;
}
