import { relative } from 'node:path';
import type { JobOutcome } from '../runner/outcome';
import type { ErrorInfo } from '../shared/engine-info';
import { commandLines } from './command-lines';
import type { Paint } from './paint';
import { type ResultStyle, resultLines } from './result-lines';
import type { JobView, RunSummary } from './run-events';
import { cleanText, counted } from './text';
import { durationText } from './time-text';

export interface OutcomeStyle extends ResultStyle {
  readonly paint: Paint;
}

const maxFrames = 4;
const maxErrors = 3;

/** How a job ended: one line, then its result or its errors, indented below it. */
export function outcomeLines(job: JobView, outcome: JobOutcome, style: OutcomeStyle): string[] {
  const label = style.paint.bold(cleanText(job.label));
  const took = durationText(outcome.endedAt - outcome.startedAt);
  switch (outcome.state) {
    case 'done': {
      const ranks = job.ranks.length > 0 ? ` on ${counted(job.ranks.length, 'rank')}` : '';
      const written =
        outcome.output === undefined ? [] : [`Written to ${cleanText(relative(process.cwd(), outcome.output))}`];
      const inner = { ...style, columns: style.columns - 2 };
      const result =
        job.plan.kind === 'run' ? commandLines(job.plan, outcome, inner) : resultLines(outcome.result, inner);
      const body = [...result, ...written];
      return [
        `${label} ${style.paint.good('done')} in ${took}${ranks}`,
        ...body.map((line) => (line === '' ? '' : `  ${line}`)),
      ];
    }
    case 'failed':
      return [
        `${label} ${style.paint.bad('failed')} after ${took}${itemsText(outcome)}`,
        ...[...reasonLines(outcome), ...failureLines(job, outcome, style)].map((line) => `  ${line}`),
      ];
    case 'cancelled':
      return [
        `${label} ${style.paint.bad('cancelled')} ${job.startedAt === undefined ? 'before it began' : `after ${took}${itemsText(outcome)}`}`,
        ...reasonLines(outcome).map((line) => `  ${line}`),
      ];
    case 'skipped':
      return [`${label} ${style.paint.bad('skipped')}`, ...reasonLines(outcome).map((line) => `  ${line}`)];
  }
}

/** `, 998 of its items done, 2 failed`. */
function itemsText({ items }: JobOutcome): string {
  if (!items) return '';
  const parts = [
    `${items.done} of its items done`,
    ...(items.failed > 0 ? [`${items.failed} failed`] : []),
    ...(items.skipped > 0 ? [`${items.skipped} skipped`] : []),
  ];
  return `, ${parts.join(', ')}`;
}

function reasonLines({ reason }: JobOutcome): string[] {
  return reason === undefined ? [] : [cleanText(reason)];
}

/** Of commands a table, and what is not about one of them; else the errors. */
function failureLines({ plan }: JobView, outcome: JobOutcome, style: OutcomeStyle): string[] {
  if (plan.kind !== 'run') return errorLines(outcome);
  const own = outcome.errors.filter(({ item }) => item === undefined);
  return [
    ...(own.length > 0 ? errorLines({ ...outcome, errors: own }) : []),
    ...commandLines(plan, outcome, { ...style, columns: style.columns - 2 }),
  ];
}

/** The errors that a person needs: those that came first, not those that only followed from them. */
export function errorLines({ errors }: JobOutcome): string[] {
  const roots = errors.filter(({ error }) => error.name !== 'SiblingError');
  const shown = (roots.length > 0 ? roots : errors).slice(0, maxErrors);
  const lines = shown.flatMap(({ rank, item, error }) =>
    describe(error, item !== undefined ? `item ${item}: ` : rank === null ? '' : `rank ${rank}: `),
  );
  const more = errors.length - shown.length;
  return more > 0
    ? [
        ...lines,
        `${counted(more, `more ${errors[0]?.item === undefined ? 'rank' : 'item'}`)} ended with ${more === 1 ? 'an error' : 'errors'}`,
      ]
    : lines;
}

function describe(error: ErrorInfo, prefix: string): string[] {
  const cause = error.cause ? describe(error.cause, 'caused by: ').map((line) => `  ${line}`) : [];
  const frames = framesOf(error).slice(0, maxFrames);
  return [
    `${prefix}${cleanText(error.name)}: ${cleanText(error.message)}`,
    ...frames.map((line) => `  ${line}`),
    ...cause,
  ];
}

/** Where it happened in the person's own code: frames of Node and of Procession say nothing to them. */
function framesOf({ stack = '' }: ErrorInfo): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at .*[/\\]/.test(line) && !/node:|[/\\]out[/\\]main[/\\]/.test(line))
    .map((line) =>
      cleanText(
        line
          .trim()
          .replace('file://', '')
          .replace(/\?v=[\w.-]+(?=:)/, ''),
      ),
    );
}

/** The last line of a run; none for a script without jobs, whose own end says everything. */
export function summaryLines(summary: RunSummary, paint: Paint): string[] {
  const { done, failed, cancelled, skipped } = summary;
  const jobs = done + failed + cancelled + skipped;
  if (jobs === 0) return [];
  const total = counted(jobs, 'job');
  if (done === jobs) return [`${paint.good(`${total} done`)} in ${durationText(summary.ms)}`];
  const parts = [
    ...(failed > 0 ? [paint.bad(`${failed} failed`)] : []),
    ...(cancelled > 0 ? [paint.bad(`${cancelled} cancelled`)] : []),
    ...(skipped > 0 ? [paint.bad(`${skipped} skipped`)] : []),
    ...(done > 0 ? [paint.good(`${done} done`)] : []),
  ];
  return [`${total}: ${parts.join(', ')} in ${durationText(summary.ms)}`];
}
