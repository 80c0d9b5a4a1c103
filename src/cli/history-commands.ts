import { decodeValue } from '../core/data/serialize';
import type { RunRow, RunState, StoredJob, StoredRun } from '../history';
import { toPlain } from '../jobs/output-json';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { cleanText, counted, fit } from './text';
import { clockText, durationText } from './time-text';
import { withHistory } from './with-history';

export interface ListOptions {
  readonly json?: true;
  readonly limit?: number;
  readonly state?: RunState;
  readonly text?: string;
}

/** `procession list`: the runs of the history, the newest first. */
export async function listCommand(options: ListOptions, context: CommandContext): Promise<ExitCode> {
  return await withHistory(context, async (history) => {
    const { rows, total } = await history.list({
      limit: options.limit ?? 20,
      ...(options.state && { states: [options.state] }),
      ...(options.text !== undefined && { text: options.text }),
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

export interface ShowOptions {
  readonly json?: true;
  readonly log?: true;
}

/** `procession show`: all that is known of a run. */
export async function showCommand(id: number, options: ShowOptions, context: CommandContext): Promise<ExitCode> {
  return await withHistory(context, async (history) => {
    const run = await history.get(id);
    if (!run) {
      context.stderr.write(`error: There is no run ${id}; "procession list" shows those there are.\n`);
      return exitCodes.usage;
    }
    if (options.json === true) {
      const jobs = await Promise.all(
        run.jobList.map(async (job) => {
          const bytes = await history.result({ run: id, job: job.key });
          return { ...job, ...(bytes && { result: toPlain(decodeValue(bytes), 'length') }) };
        }),
      );
      const { plan, jobList: _, ...rest } = run;
      context.stdout.write(`${JSON.stringify({ ...rest, plan: JSON.parse(plan) as unknown, jobs })}\n`);
      return exitCodes.done;
    }
    for (const line of runLines(run, context)) context.stdout.write(`${line}\n`);
    for (const job of run.jobList) {
      for (const line of jobLines(job, context)) context.stdout.write(`  ${line}\n`);
      const failed = await history.settled({ run: id, job: job.key, state: 'failed', limit: 10 });
      for (const { start, end, error } of failed)
        context.stdout.write(
          `    ${end - start === 1 ? `item ${start}` : `items ${start} to ${end - 1}`}: ${cleanText(error ? `${error.name}: ${error.message}` : 'failed')}\n`,
        );
      if (options.log !== true) continue;
      const { head, dropped, tail } = await history.log({ run: id, job: job.key });
      for (const { rank, text } of head) context.stdout.write(`    [${rank}] ${cleanText(text)}\n`);
      if (dropped > 0) context.stdout.write(`    … ${counted(dropped, 'line')} not kept …\n`);
      for (const { rank, text } of tail) context.stdout.write(`    [${rank}] ${cleanText(text)}\n`);
    }
    return exitCodes.done;
  });
}

function runLines(run: StoredRun, { paint }: CommandContext): string[] {
  const now = Date.now();
  const took =
    run.startedAt !== null && run.endedAt !== null ? `, took ${durationText(run.endedAt - run.startedAt)}` : '';
  return [
    `Run ${run.id}: ${paint.bold(cleanText(run.name))}, ${run.state}`,
    ...(run.file === null ? [] : [`  file     ${cleanText(run.file)}`]),
    `  queued   ${clockText(run.createdAt, now)}${took}${run.starts > 1 ? `, started ${run.starts} times` : ''}`,
    ...(run.owner ? [`  process  ${run.owner.pid} (${run.owner.kind})`] : []),
    ...(run.exitReason === null ? [] : [`  reason   ${cleanText(run.exitReason)}`]),
  ];
}

function jobLines(job: StoredJob, { paint }: CommandContext): string[] {
  const { items } = job;
  const parts = [
    ...(job.kind === 'target' ? [] : [`${items.done} of ${job.total} items done`]),
    ...(items.failed > 0 ? [`${items.failed} failed`] : []),
    ...(items.skipped > 0 ? [`${items.skipped} skipped`] : []),
  ];
  return [
    `${paint.bold(cleanText(job.label))} ${job.state}${parts.length > 0 ? `, ${parts.join(', ')}` : ''}: ${cleanText(job.target)}`,
    ...(job.output === null ? [] : [`  written to ${cleanText(job.output)}`]),
    ...(job.error === null ? [] : [`  ${cleanText(`${job.error.name}: ${job.error.message}`)}`]),
  ];
}
