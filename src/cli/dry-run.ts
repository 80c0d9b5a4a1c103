import { relative } from 'node:path';
import { commandText } from '../jobs/work-text';
import { type JobPreview, previewJob } from '../runner/job-preview';
import { ranksOf } from '../runner/job-ranks';
import { countDone } from '../runner/resume-run';
import type { PlannedRun } from '../shared/plan';
import type { CommandContext } from './command-context';
import { type ExitCode, exitCodes } from './exit-codes';
import { lastRun } from './find-run';
import { jsonLine } from './json-reporter';
import type { RunOptions, Work } from './run-command';
import type { ExecuteOptions } from './run-session';
import { cleanText, counted, shorten } from './text';
import { durationText } from './time-text';
import { scriptTrustRefusal, trustRefusal } from './trust-refusal';
import { withHistory } from './with-history';

/** So many items are shown to a person, and to a program. */
const shownItems = 3;
const toldItems = 10;

/**
 * `procession run --dry-run`: says what would run. Imports and starts nothing, and needs no trust. With `--resume` the
 * history is read for what is done already.
 */
export async function dryRun(work: Work, options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const isResumed = options.resume === true || options.resumeFailed === true;
  if (!isResumed || work.kind === 'script') return tellPlan(work, new Map(), options, context);
  return await withHistory(context, async (history) => {
    const done = new Map<PlannedRun, ReadonlyMap<string, number>>();
    for (const { run } of work.files) {
      const stored = await lastRun(history, run);
      done.set(run, await countDone(history, stored, run, options.resumeFailed === true));
    }
    return tellPlan(work, done, options, context);
  });
}

/** How many items of each job an earlier run has done, for runs that would be resumed. */
type Done = ReadonlyMap<PlannedRun, ReadonlyMap<string, number>>;

/** Says what would run. */
export function tellPlan(work: Work, done: Done, options: ExecuteOptions, context: CommandContext): ExitCode {
  const { stdout } = context;
  if (options.json === true) tellProgram(work, done, options, context);
  else if (work.kind === 'script') {
    const how = 'a script, which decides what runs when it runs';
    stdout.write(`${cleanText(work.script.file)}: ${how}${trustNote(work, context)}\nNothing was run.\n`);
  } else {
    for (const { file, run } of work.files) {
      const ranks = ranksOf(run, options.procs);
      stdout.write(
        `${cleanText(file)}: ${counted(run.jobs.length, 'job')} would run on ${counted(ranks.numProcs, 'process', 'processes')}\n`,
      );
      for (const preview of previewsOf(run, done, options, shownItems))
        for (const line of previewLines(preview, run, context)) stdout.write(`${line}\n`);
      for (const id of run.disabled) stdout.write(`\n${cleanText(id)}\n  switched off\n`);
    }
    stdout.write(`${trustNote(work, context)}\nNothing was run.\n`);
  }
  return exitCodes.done;
}

function tellProgram(work: Work, done: Done, options: ExecuteOptions, context: CommandContext): void {
  const line = (type: string, fields: object): unknown =>
    context.stdout.write(jsonLine(context.nextLine(), Date.now(), type, { ...fields }));
  const needsTrust = refusalOf(work, context) !== undefined;
  if (work.kind === 'script') {
    line('plan.script', { file: work.script.file, args: work.script.args });
    line('plan.end', { jobs: 0, needsTrust });
    return;
  }
  const previews = work.files.flatMap(({ run }) => previewsOf(run, done, options, toldItems));
  for (const preview of previews) line('plan.job', preview);
  line('plan.end', { jobs: previews.length, needsTrust });
}

function previewsOf(run: PlannedRun, done: Done, { procs }: ExecuteOptions, mostItems: number): JobPreview[] {
  const ranks = ranksOf(run, procs);
  return run.jobs.map((job) =>
    previewJob(job, {
      ranks: ranks.of(job.key),
      done: done.get(run) ? (done.get(run)?.get(job.key) ?? 0) : undefined,
      mostItems,
      environment: process.env,
    }),
  );
}

function previewLines(preview: JobPreview, run: PlannedRun, { stdout, paint }: CommandContext): string[] {
  const job = run.jobs.find(({ key }) => key === preview.job);
  const rows: [name: string, text: string][] = [
    [preview.kind === 'run' ? 'runs' : 'calls', workText(preview, run.file)],
    ...(preview.done === undefined
      ? []
      : [['left', `${preview.range - preview.done} of ${preview.range}`] as [string, string]]),
    ...(Object.keys(preview.args).length > 0 ? [['args', JSON.stringify(preview.args)] as [string, string]] : []),
    ...(preview.env.length > 0 ? [['env', preview.env.map(envText).join(', ')] as [string, string]] : []),
    ...(preview.needs.length > 0 ? [['needs', preview.needs.map(needText).join(', ')] as [string, string]] : []),
    ...preview.items.map(({ item, argv }, index): [string, string] => [
      index === 0 ? (argv ? 'commands' : 'items') : '',
      argv ? commandText(argv) : item,
    ]),
    ...(preview.items.length > 0 && preview.range > preview.items.length
      ? [['', `and ${preview.range - preview.items.length} more`] as [string, string]]
      : []),
    ...outputRows(preview),
    ...(job && settingsOf(job).length > 0 ? [['settings', settingsOf(job).join(', ')] as [string, string]] : []),
  ];
  const columns = stdout.columns || 200;
  const title = preview.label === preview.job ? '' : `  ${cleanText(preview.label)}`;
  return [
    '',
    `${paint.bold(cleanText(preview.job))}${title}`,
    ...rows.map(([name, text]) => shorten(`  ${name.padEnd(9)} ${cleanText(text)}`, columns)),
  ];
}

function workText(
  { kind, target = '', command = [], range, ranks, schedule, items }: JobPreview,
  file: string,
): string {
  const on = counted(ranks, 'process', 'processes');
  if (kind === 'run') {
    const each = range === 1 ? 'once' : `for each of ${range} items, on ${on}, ${schedule.kind}`;
    return `${commandText(command)}, ${each}`;
  }
  const what = target.startsWith('builtin:') ? target : relative(relativeBase(file), target);
  if (kind === 'map') return `${what} for each of ${range} items, on ${on}, ${schedule.kind}`;
  const over = items.length > 0 ? counted(range, 'item') : `a range of ${range}`;
  return `${what} once in each of ${on}, over ${over}${schedule.kind === 'static' ? '' : `, ${schedule.kind}`}`;
}

const relativeBase = (file: string): string => relative('', file).replace(/[^/\\]*$/, '') || '.';

function envText({ name, secret, isMissing }: JobPreview['env'][number]): string {
  if (secret === undefined) return name;
  return isMissing ? `${name} (secret ${secret}, WHICH IS NOT SET)` : `${name} (secret)`;
}

function needText({ id, when }: JobPreview['needs'][number]): string {
  const how = { success: '', failure: ' (when it fails)', always: ' (however it ends)', items: ' (item by item)' };
  return `${id}${how[when]}`;
}

function outputRows({ output, items, range }: JobPreview): [string, string][] {
  const shown = (path: string): string => relative('', path);
  if (output !== undefined) return [['writes', shown(output)]];
  const files = items.flatMap(({ output: file }) => (file === undefined ? [] : [shown(file)]));
  if (files.length === 0) return [];
  const more = range - files.length;
  return [['writes', `${files.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]];
}

function settingsOf(job: PlannedRun['jobs'][number]): string[] {
  const { timeoutMs, jobTimeoutMs, retries, onFailure, memoryMiB, recycleAfter, priority } = job;
  return [
    ...(timeoutMs === null
      ? []
      : [`${durationText(timeoutMs)} for ${job.kind === 'target' ? 'an attempt' : 'each item'}`]),
    ...(jobTimeoutMs === null ? [] : [`${durationText(jobTimeoutMs)} for all of it`]),
    ...(retries.max === 0 ? [] : [`up to ${retries.max + 1} attempts`]),
    ...(onFailure.then === 'continue'
      ? []
      : [
          `${onFailure.then} after ${'items' in onFailure.after ? counted(onFailure.after.items, 'failure') : `${onFailure.after.percent}% failures`}`,
        ]),
    ...(memoryMiB === null ? [] : [`${memoryMiB} MiB for each process`]),
    ...(recycleAfter === null ? [] : [`a fresh process after ${recycleAfter}`]),
    ...(priority === 0 ? [] : [`priority ${priority}`]),
  ];
}

function refusalOf(work: Work, context: CommandContext): string | undefined {
  return work.kind === 'script'
    ? scriptTrustRefusal(work.script.path, context)
    : trustRefusal(
        work.files.flatMap(({ run }) => run.jobs),
        context,
      );
}

function trustNote(work: Work, context: CommandContext): string {
  return refusalOf(work, context) === undefined ? '' : '\nIt would need --trust.';
}
