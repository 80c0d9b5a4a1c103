import { describe, expect, it } from 'vitest';
import { commandLines } from '../../../src/cli/command-lines';
import { paint } from '../../../src/cli/paint';
import type { JobOutcome } from '../../../src/runner/outcome';
import type { CommandResult } from '../../../src/shared/command';
import { plannedCommand } from '../planned-command';

const wrote = (text: string): CommandResult['stdout'] => ({ text, bytes: text.length, droppedBytes: 0 });
const ended = (exitCode: number | null, changes: Partial<CommandResult> = {}): CommandResult => ({
  exitCode,
  signal: null,
  stdout: wrote(''),
  stderr: wrote(''),
  durationMs: 12.4,
  ...changes,
});
const times = { startedAt: 0, endedAt: 1000 };
const style = { columns: 60, paint: paint(false) };
const files = (...paths: string[]): ReturnType<typeof plannedCommand> =>
  plannedCommand({ range: paths.length, items: { kind: 'files', paths } });

describe('the table of commands', () => {
  it('shows exit code, time, item and the first line of output, and those first that failed', () => {
    const outcome: JobOutcome = {
      state: 'failed',
      result: [ended(0, { stdout: wrote('\nfirst\nsecond'), durationMs: 2345 }), null, ended(0), null, null],
      errors: [
        {
          rank: null,
          item: 3,
          error: { name: 'CommandFailedError', message: 'x', command: ended(null, { signal: 'SIGKILL' }) },
        },
        {
          rank: null,
          item: 1,
          error: {
            name: 'CommandFailedError',
            message: 'x',
            command: ended(75, { stdout: wrote('a'), stderr: wrote('no\u001b[2J room') }),
          },
        },
        { rank: null, item: 4, error: { name: 'JobTimeoutError', message: 'It took longer than 1 s.' } },
      ],
      ...times,
    };
    expect(commandLines(files('a.png', 'b.png', 'c.png', 'd.png', 'e.png'), outcome, style)).toEqual([
      '   exit   time  item   output',
      '     75  12 ms  b.png  no room',
      'SIGKILL  12 ms  d.png  x',
      '      -      -  e.png  It took longer than 1 s.',
      '      0  2.3 s  a.png  first',
      '      0  12 ms  c.png',
    ]);
  });

  it('never leaves its columns, and counts what is not shown', () => {
    const names = Array.from({ length: 40 }, (_, index) => `${'long '.repeat(10)}${index}`);
    const outcome: JobOutcome = {
      state: 'failed',
      result: names.map((_, index) => (index < 20 ? null : ended(0, { stdout: wrote('y'.repeat(200)) }))),
      items: { done: 20, failed: 20, skipped: 0 },
      errors: Array.from({ length: 20 }, (_, item) => ({
        rank: null,
        item,
        error: { name: 'Error', message: 'm', command: ended(1) },
      })),
      ...times,
    };
    const lines = commandLines(files(...names), outcome, style);
    expect(lines).toHaveLength(14);
    expect(lines.at(-1)).toBe('and 28 more: 8 failed, 20 done');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('names rows by their columns, and is not there without commands', () => {
    const rows = plannedCommand({ range: 1, items: { kind: 'rows', columns: ['a', 'b'], rows: [['Ada', '1815']] } });
    expect(commandLines(rows, { state: 'done', result: [ended(0)], errors: [], ...times }, style)[1]).toBe(
      '   0  12 ms  Ada, 1815',
    );
    expect(commandLines(rows, { state: 'cancelled', errors: [], ...times }, style)).toEqual([]);
  });
});
