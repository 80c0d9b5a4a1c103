import { decodeValue } from '../core/data/serialize';
import type { History, StoredJob, StoredRun } from '../history';
import { toPlain } from '../jobs/output-json';
import { planFromJson } from '../jobs/plan-json';
import { didYouMean } from '../jobs/suggest';
import type { PlannedJob } from '../shared/plan';
import type { CommandContext } from './command-context';
import { commandLines } from './command-lines';
import { type ExitCode, exitCodes } from './exit-codes';
import { resultLines } from './result-lines';
import { cleanText, counted } from './text';
import { clockText, durationText } from './time-text';
import { withHistory } from './with-history';

export interface ShowOptions {
  readonly json?: true;
  readonly log?: true;
  /** Results of the jobs. */
  readonly result?: true;
  /** All items that failed. */
  readonly failed?: true;
  /** Only this job, by its key or its id. */
  readonly job?: string;
}

/** Without `--failed` so many items that failed are shown of each job. */
const shownFailures = 10;

/** `procession show`: all that is known of a run. */
export async function showCommand(id: number, options: ShowOptions, context: CommandContext): Promise<ExitCode> {
  return await withHistory(context, async (history) => {
    const run = await history.get(id);
    const refusal = run
      ? wrongJob(run, options.job)
      : `There is no run ${id}; "procession list" shows those there are.`;
    if (!run || refusal !== undefined) {
      context.stderr.write(`error: ${refusal}\n`);
      return exitCodes.usage;
    }
    const jobs = run.jobList.filter(({ key }) => isMeant(key, options.job));
    if (options.json === true) {
      await writeJson(run, jobs, history, context);
      return exitCodes.done;
    }
    for (const line of runLines(run, context)) context.stdout.write(`${line}\n`);
    for (const job of jobs)
      for await (const line of detailLines(run, job, options, history, context)) context.stdout.write(`  ${line}\n`);
    return exitCodes.done;
  });
}

function wrongJob(run: StoredRun, job: string | undefined): string | undefined {
  if (run.jobList.some(({ key }) => isMeant(key, job))) return undefined;
  const hint = didYouMean(
    job ?? '',
    run.jobList.map(({ key }) => key),
  );
  return `Run ${run.id} has no job "${cleanText(job ?? '')}".${hint}`;
}

/** An id means all combinations of its matrix. */
function isMeant(key: string, job: string | undefined): boolean {
  return job === undefined || key === job || key.startsWith(`${job}[`);
}

async function writeJson(
  run: StoredRun,
  jobList: readonly StoredJob[],
  history: History,
  { stdout }: CommandContext,
): Promise<void> {
  const jobs = await Promise.all(
    jobList.map(async (job) => {
      const bytes = await history.result({ run: run.id, job: job.key });
      return { ...job, ...(bytes && { result: toPlain(decodeValue(bytes), 'length') }) };
    }),
  );
  const { plan, jobList: _, ...rest } = run;
  const definition: unknown = run.isDefinitionLost ? null : JSON.parse(plan);
  stdout.write(`${JSON.stringify({ ...rest, plan: definition, jobs })}\n`);
}

async function* detailLines(
  run: StoredRun,
  job: StoredJob,
  options: ShowOptions,
  history: History,
  context: CommandContext,
): AsyncGenerator<string> {
  yield* jobLines(job, context);
  yield* failureLines(run, job, options, history);
  if (options.result === true) yield* storedResultLines(run, job, history, context);
  if (options.log !== true) return;
  const { head, dropped, tail } = await history.log({ run: run.id, job: job.key });
  for (const { rank, text } of head) yield `  [${rank}] ${cleanText(text)}`;
  if (dropped > 0) yield `  … ${counted(dropped, 'line')} not kept …`;
  for (const { rank, text } of tail) yield `  [${rank}] ${cleanText(text)}`;
}

async function* failureLines(
  run: StoredRun,
  job: StoredJob,
  { failed: all }: ShowOptions,
  history: History,
): AsyncGenerator<string> {
  for (let from = 0; ; ) {
    const page = await history.settled({
      run: run.id,
      job: job.key,
      state: 'failed',
      from,
      ...(all !== true && { limit: shownFailures }),
    });
    for (const { start, end, error } of page)
      yield `  ${end - start === 1 ? `item ${start}` : `items ${start} to ${end - 1}`}: ${cleanText(error ? `${error.name}: ${error.message}` : 'failed')}`;
    const last = page.at(-1);
    if (!last) return;
    if (all !== true) {
      const shown = page.reduce((sum, { start, end }) => sum + end - start, 0);
      if (job.items.failed > shown) yield `  and ${job.items.failed - shown} more; --failed shows all`;
      return;
    }
    from = last.end;
  }
}

/** The result as it was shown when the job ended; of items their values, as far as they are there. */
async function* storedResultLines(
  run: StoredRun,
  job: StoredJob,
  history: History,
  { stdout, unicode, colour, paint }: CommandContext,
): AsyncGenerator<string> {
  const style = { columns: (stdout.columns || 100) - 4, unicode, images: unicode && colour, paint };
  const bytes = await history.result({ run: run.id, job: job.key });
  if (bytes) {
    for (const line of resultLines(decodeValue(bytes), style)) yield `  ${line}`;
    return;
  }
  if (job.isResultRefused) yield '  The result was too large to be kept.';
  const planned = run.isDefinitionLost || job.kind === 'script' ? undefined : plannedJob(run, job.key);
  if (!planned || planned.kind === 'target') return;
  const values = await readValues(run, planned, history);
  if (values.every((value) => value === null)) return;
  const times = { startedAt: job.startedAt ?? 0, endedAt: job.endedAt ?? 0 };
  const lines =
    planned.kind === 'run'
      ? commandLines(planned, { state: 'done', result: values, errors: [], ...times }, style)
      : resultLines(values, style);
  for (const line of lines) yield `  ${line}`;
}

function plannedJob(run: StoredRun, key: string): PlannedJob | undefined {
  return planFromJson(run.plan).jobs.find((job) => job.key === key);
}

/** The values in the order of the items, null where there is none. */
async function readValues(run: StoredRun, job: PlannedJob, history: History): Promise<unknown[]> {
  const values: unknown[] = Array.from({ length: job.range }, () => null);
  for (let from = 0; ; ) {
    const blocks = await history.values({ run: run.id, job: job.key, from });
    for (const { start, values: found } of blocks)
      found.forEach((value, offset) => {
        values[start + offset] = value && decodeValue(value);
      });
    const last = blocks.at(-1);
    if (!last) return values;
    from = last.start + Math.max(1, last.values.length);
  }
}

function runLines(run: StoredRun, { paint }: CommandContext): string[] {
  const now = Date.now();
  const took =
    run.startedAt !== null && run.endedAt !== null ? `, took ${durationText(run.endedAt - run.startedAt)}` : '';
  const args = JSON.stringify(run.args);
  return [
    `Run ${run.id}: ${paint.bold(cleanText(run.name))}, ${run.state}`,
    ...(run.file === null ? [] : [`  file     ${cleanText(run.file)}`]),
    `  queued   ${clockText(run.createdAt, now)}${took}${run.starts > 1 ? `, started ${run.starts} times` : ''}`,
    ...(args === '{}' ? [] : [`  args     ${cleanText(args)}`]),
    ...(run.owner ? [`  process  ${run.owner.pid} (${run.owner.kind})`] : []),
    ...(run.exitReason === null ? [] : [`  reason   ${cleanText(run.exitReason)}`]),
  ];
}

function jobLines(job: StoredJob, { paint }: CommandContext): string[] {
  const { items } = job;
  const parts = [
    ...(job.kind !== 'map' && job.kind !== 'run' ? [] : [`${items.done} of ${job.total} items done`]),
    ...(items.failed > 0 ? [`${items.failed} failed`] : []),
    ...(items.skipped > 0 ? [`${items.skipped} skipped`] : []),
  ];
  // Many jobs of a script may have the same label.
  const name = job.kind === 'call' ? job.key : job.label;
  return [
    `${paint.bold(cleanText(name))} ${job.state}${parts.length > 0 ? `, ${parts.join(', ')}` : ''}: ${cleanText(job.target)}`,
    ...(job.output === null ? [] : [`  written to ${cleanText(job.output)}`]),
    ...(job.error === null ? [] : [`  ${cleanText(`${job.error.name}: ${job.error.message}`)}`]),
  ];
}
