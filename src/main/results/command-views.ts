import type { CommandOutput, CommandResult } from '../../shared/command';
import { isRecord } from '../../shared/is-record';
import type { Cell, Figure, View } from '../../shared/report';
import type { RowSource } from './shown-views';

/** Whether a value is what the engine tells of a command that has ended. */
export function isCommandResult(value: unknown): value is CommandResult {
  return (
    isRecord(value) &&
    'exitCode' in value &&
    'signal' in value &&
    typeof value.durationMs === 'number' &&
    isOutput(value.stdout) &&
    isOutput(value.stderr)
  );
}

const isOutput = (value: unknown): value is CommandOutput =>
  isRecord(value) && typeof value.text === 'string' && typeof value.bytes === 'number';

/** How a command ended: `exit code 2`, `ended by SIGKILL`. */
export const exitText = ({ exitCode, signal }: CommandResult): string =>
  signal === null ? `exit code ${exitCode ?? '?'}` : `ended by ${signal}`;

/** A command in one line: how it ended, unless well, and what it said last. */
export function commandLine(result: CommandResult): string {
  const failed = result.exitCode !== 0;
  const said = failed
    ? lastLine(result.stderr.text) || lastLine(result.stdout.text)
    : lastLine(result.stdout.text) || lastLine(result.stderr.text);
  return [...(failed ? [exitText(result)] : []), ...(said === '' ? [] : [said])].join(' · ');
}

function lastLine(text: string): string {
  const end = text.trimEnd();
  return end.slice(end.lastIndexOf('\n') + 1).trim();
}

/** What is shown of one command: how it ended, and what it wrote. */
export function commandReport(result: CommandResult): { readonly figures: Figure[]; readonly views: View[] } {
  const { stdout, stderr, exitCode, signal, durationMs } = result;
  const text = (title: string, output: CommandOutput): View[] =>
    output.text === '' ? [] : [{ kind: 'text', title, text: output.text }];
  return {
    figures: [
      signal === null ? { label: 'Exit code', value: exitCode ?? '–' } : { label: 'Signal', value: signal },
      { label: 'Time', value: Math.round(durationMs), unit: 'ms' },
      ...(stdout.bytes > 0 ? [{ label: 'Output', value: stdout.bytes, unit: 'bytes' }] : []),
      ...(stderr.bytes > 0 ? [{ label: 'Error output', value: stderr.bytes, unit: 'bytes' }] : []),
    ],
    views: [...text('Output', stdout), ...text('Error output', stderr)],
  };
}

/**
 * A table of commands, one row for each; null when a list is of anything else.
 *
 * @param nameOf how the item of a row is called
 */
export function commandRows(value: unknown, nameOf: (row: number) => string): RowSource | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const list: readonly unknown[] = value;
  if (!list.some(isCommandResult) || !list.every((one) => one === null || isCommandResult(one))) return null;
  const rows = list.map((one, row): Cell[] => {
    if (!isCommandResult(one)) return [nameOf(row), null, null, null, null];
    const { exitCode, signal, durationMs, stdout, stderr } = one;
    return [nameOf(row), signal ?? exitCode, Math.round(durationMs), stdout.text.trimEnd(), stderr.text.trimEnd()];
  });
  return { title: 'Commands', columns: ['Item', 'Exit code', 'Time (ms)', 'Output', 'Error output'], rows };
}
