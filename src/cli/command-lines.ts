import { ItemList } from '../jobs/plan-items';
import type { JobOutcome } from '../runner/outcome';
import type { CommandResult } from '../shared/command';
import type { ErrorInfo } from '../shared/engine-info';
import { isRecord } from '../shared/is-record';
import type { PlannedCommandJob } from '../shared/plan';
import type { Paint } from './paint';
import { cleanText, displayWidth, fit, shorten } from './text';
import { durationText } from './time-text';

const maxRows = 12;

interface CommandRow {
  readonly isFailed: boolean;
  readonly item: string;
  /** Exit code, signal, or a dash when it was never started. */
  readonly exit: string;
  readonly time: string;
  /** First line of what it wrote; of one that failed on standard error, or why it failed. */
  readonly wrote: string;
}

/** What has become of the commands of a job, as a table: those that failed first. */
export function commandLines(
  job: PlannedCommandJob,
  outcome: JobOutcome,
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string[] {
  const values: readonly unknown[] = Array.isArray(outcome.result) ? outcome.result : [];
  const items = new ItemList(job);
  const failed = outcome.errors
    .flatMap(({ item, error }) => (item === undefined ? [] : [{ item, error }]))
    .sort((a, b) => a.item - b.item);
  const done = values.flatMap((value, item) => (isCommandResult(value) ? [{ item, value }] : []));
  const rows = [
    ...failed.slice(0, maxRows).map(({ item, error }) => failedRow(nameOf(job, items, item), error)),
    ...done
      .slice(0, Math.max(0, maxRows - failed.length))
      .map(({ item, value }) => doneRow(nameOf(job, items, item), value)),
  ];
  if (rows.length === 0) return [];
  const head: CommandRow = { isFailed: false, exit: 'exit', time: 'time', item: 'item', wrote: 'output' };
  const widthOf = (pick: (row: CommandRow) => string): number =>
    Math.max(...[head, ...rows].map((row) => displayWidth(pick(row))));
  const exitWidth = widthOf(({ exit }) => exit);
  const timeWidth = widthOf(({ time }) => time);
  const itemWidth = Math.min(
    widthOf(({ item }) => item),
    Math.max(10, Math.floor(columns / 3)),
  );
  const lineOf = ({ exit, time, item, wrote }: CommandRow): string =>
    shorten(
      `${exit.padStart(exitWidth)}  ${time.padStart(timeWidth)}  ${fit(item, itemWidth)}  ${wrote}`.trimEnd(),
      columns,
    );
  const [failedTotal, doneTotal] = [Math.max(failed.length, outcome.items?.failed ?? 0), done.length];
  const failedShown = rows.filter(({ isFailed }) => isFailed).length;
  return [
    paint.dim(lineOf(head)),
    ...rows.map((row) => (row.isFailed ? paint.bad(lineOf(row)) : lineOf(row))),
    ...moreLines(failedTotal - failedShown, doneTotal - (rows.length - failedShown)),
  ];
}

function doneRow(item: string, { exitCode, signal, durationMs, stdout, stderr }: CommandResult): CommandRow {
  return {
    isFailed: false,
    item,
    exit: signal ?? String(exitCode),
    time: timeText(durationMs),
    wrote: firstLine(stdout.text) || firstLine(stderr.text),
  };
}

function failedRow(item: string, { command, message }: ErrorInfo): CommandRow {
  return {
    isFailed: true,
    item,
    exit: command ? (command.signal ?? String(command.exitCode)) : '-',
    time: command ? timeText(command.durationMs) : '-',
    wrote: (command && (firstLine(command.stderr.text) || firstLine(command.stdout.text))) || firstLine(message),
  };
}

/** Most commands are quick: the first second in milliseconds. */
function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : durationText(ms);
}

function moreLines(failed: number, done: number): string[] {
  const parts = [...(failed > 0 ? [`${failed} failed`] : []), ...(done > 0 ? [`${done} done`] : [])];
  return parts.length === 0 ? [] : [`and ${failed + done} more: ${parts.join(', ')}`];
}

/** An item as a person knows it: of a table its columns. */
function nameOf(job: PlannedCommandJob, items: ItemList, index: number): string {
  if (job.items.kind === 'rows') return cleanText((job.items.rows[index] ?? []).join(', '));
  return cleanText(items.keyAt(index));
}

function firstLine(text: string): string {
  return cleanText(text.trimStart().split('\n', 1)[0] ?? '');
}

function isCommandResult(value: unknown): value is CommandResult {
  return isRecord(value) && 'exitCode' in value && 'durationMs' in value;
}
