import { describe, expect, it } from 'vitest';
import { formatDate, formatMemory, formatTick } from '../../../src/renderer/lib/format';
import { everything, logRows, logText } from '../../../src/renderer/lib/log-rows';
import { ratesOf } from '../../../src/renderer/lib/throughput';
import { withLog } from '../../../src/renderer/state/use-log';
import type { LogEntry } from '../../../src/shared/run';

const entry = (number: number, more: Partial<LogEntry> = {}): LogEntry => ({
  number,
  at: 0,
  rank: number % 2,
  stream: 'stdout',
  text: `line ${number}`,
  ...more,
});
const page = (entries: readonly LogEntry[], total: number, dropped = { from: 1000, to: 1000 }) => ({
  entries,
  total,
  dropped,
  more: false,
});

describe('the log', () => {
  it('grows by its pages, each line once', () => {
    const first = withLog(null, page([entry(0), entry(1)], 3));
    const next = withLog(first, page([entry(1), entry(2)], 3));
    expect(next.entries.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  it('forgets what main does not keep any more', () => {
    const before = withLog(null, page([entry(0), entry(1), entry(2), entry(3)], 4));
    const after = withLog(before, page([entry(9)], 10, { from: 1, to: 9 }));
    expect(after.entries.map(({ number }) => number)).toEqual([0, 9]);
  });

  it('says where lines are missing, and shows those that are wanted', () => {
    const entries = [entry(0), entry(1), entry(7, { stream: 'stderr' }), entry(8)];
    const told = (rank: number | null, stream: LogEntry['stream'] | null) =>
      logRows(entries, { rank, stream }).map((row) => (row.kind === 'gap' ? `gap ${row.count}` : row.text));
    expect(told(null, null)).toEqual(['line 0', 'line 1', 'gap 5', 'line 7', 'line 8']);
    expect(told(0, null)).toEqual(['line 0', 'gap 5', 'line 8']);
    expect(told(null, 'stderr')).toEqual(['gap 5', 'line 7']);
  });

  it('is copied with times and ranks', () => {
    const rows = logRows([entry(0), entry(2, { rank: -1 })], everything);
    expect(logText(rows)).toBe(
      '1970-01-01T00:00:00.000Z\t0\tline 0\n… 1 lines are not kept\n1970-01-01T00:00:00.000Z\tcombine\tline 2',
    );
  });
});

describe('the throughput', () => {
  it('is that of the last second, of all and of each rank', () => {
    const at = Float64Array.from({ length: 51 }, (_, index) => 5000 + index * 100);
    const total = at.map((time) => (time - 5000) / 10);
    const { series, now, average, peak } = ratesOf({
      at,
      total,
      ranks: [total.map((count) => count / 4), total.map((count) => (count * 3) / 4)],
    });
    expect([now, average, peak]).toEqual([100, 100, 100]);
    expect(series.map(({ name }) => name)).toEqual(['All', 'Rank 0', 'Rank 1']);
    expect(series.map(({ y }) => y[30])).toEqual([100, 25, 75]);
    // Nothing is said of the time before there is a rate.
    expect(series.map(({ x, y }) => [x?.[0], Number.isFinite(y[0])])).toEqual(series.map(() => [300, true]));
  });

  it('of nothing is nothing', () => {
    const none = new Float64Array(0);
    expect(ratesOf({ at: none, total: none, ranks: [] })).toMatchObject({ now: null, average: null, peak: null });
  });
});

it('times of an axis, dates and memory are short and have their units', () => {
  expect([0, 250, 12_500, 185_000, 7_380_000].map(formatTick)).toEqual(['0', '250 ms', '12.5 s', '3:05', '2:03:00']);
  expect([0.5, 64.2, 1536].map(formatMemory)).toEqual(['512 KiB', '64 MiB', '1.5 GiB']);
  expect(formatDate(new Date(2026, 2, 5, 14, 5, 9).getTime())).toBe('2026-03-05 14:05:09');
});
