import { describe, expect, it } from 'vitest';
import {
  estimateEnd,
  formatCount,
  formatDuration,
  formatFigure,
  formatPercent,
  formatPlural,
  formatRange,
  formatRate,
  stalledFor,
} from '../../../src/renderer/lib/format';

describe('numbers', () => {
  it('have thousands separators', () => {
    expect(formatCount(1310720)).toBe('1,310,720');
    expect(formatRange(0, 1310720)).toBe('[0, 1,310,720)');
    expect(formatPlural(1, 'job')).toBe('1 job');
    expect(formatPlural(2000, 'index', 'indices')).toBe('2,000 indices');
  });

  it('as figures keep whole numbers exact and show six decimals of others', () => {
    expect(formatFigure(219593921)).toBe('219,593,921');
    expect(formatFigure(167.53686599731446)).toBe('167.536866');
    expect(formatFigure(-0.5)).toBe('-0.5');
    expect(formatFigure(1.5e-9)).toBe('1.500000e-9');
    expect(formatFigure(Number.NaN)).toBe('NaN');
    expect(formatFigure('unknown')).toBe('unknown');
  });
});

describe('percent', () => {
  it('is rounded down and says 100% only when the job has ended', () => {
    expect(formatPercent(999, 1000, 'running')).toBe('99%');
    expect(formatPercent(1000, 1000, 'running')).toBe('99%');
    expect(formatPercent(1000, 1000, 'done')).toBe('100%');
    expect(formatPercent(1000, 1000, 'failed')).toBe('100%');
    expect(formatPercent(999, 1000, 'failed')).toBe('99%');
    expect(formatPercent(0, 0, 'running')).toBe('0%');
    expect(formatPercent(0, 0, 'done')).toBe('100%');
  });
});

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.00008, '<1 µs'],
    [0.0351, '35 µs'],
    [0.9996, '1 ms'],
    [4.26, '4.3 ms'],
    [9.96, '10 ms'],
    [840.4, '840 ms'],
    [999.9, '1.0 s'],
    [12_440, '12.4 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_380_000, '2 h 03 min'],
    [-5, '0 ms'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('rates', () => {
  it.each([
    [0.2512, '0.251/s'],
    [34.5, '34.5/s'],
    [1234.4, '1,234/s'],
    [15_230_000, '15.2 M/s'],
    [2.5e9, '2.5 G/s'],
  ])('%d a second is %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });
});

describe('the expected end', () => {
  it('is not told while it would be a guess', () => {
    expect(estimateEnd(500, 1000, 100, 0, 1999)).toBeNull();
    expect(estimateEnd(10, 1000, 100, 0, 5000)).toBeNull();
    expect(estimateEnd(500, 1000, null, 0, 5000)).toBeNull();
    expect(estimateEnd(500, 1000, 0, 0, 5000)).toBeNull();
    expect(estimateEnd(500, 1e9, 100, 0, 5000)).toBeNull();
  });

  it('is now and what is left at this rate', () => {
    expect(estimateEnd(500, 1000, 100, 0, 5000)).toBe(10_000);
  });
});

describe('a job without progress', () => {
  const job = { state: 'running', movedAt: 100_000, startedAt: 0, progress: 100 } as const;

  it('says so after twenty seconds', () => {
    expect(stalledFor(job, 119_999)).toBeNull();
    expect(stalledFor(job, 120_000)).toBe(20_000);
  });

  it('says so later when its items take long, and not before any has ended', () => {
    const slow = { ...job, progress: 10 };
    expect(stalledFor(slow, 149_999)).toBeNull();
    expect(stalledFor(slow, 150_000)).toBe(50_000);
    expect(stalledFor({ ...job, movedAt: 0, progress: 0 }, 25_000)).toBe(25_000);
  });

  it('says nothing when it does not run or nobody can tell', () => {
    expect(stalledFor({ ...job, state: 'paused' }, 1e9)).toBeNull();
    expect(stalledFor({ ...job, movedAt: null }, 1e9)).toBeNull();
  });
});
