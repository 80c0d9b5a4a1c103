import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paint } from '../../../src/cli/paint';
import { progressLines, rankLine, type Screen } from '../../../src/cli/progress-lines';
import type { JobView } from '../../../src/cli/run-events';
import { displayWidth } from '../../../src/cli/text';
import { plan } from './fixtures';

const now = new Date(2024, 4, 17, 14, 32, 0).getTime();
const screen: Screen = { columns: 80, rows: 24, unicode: true, paint: paint(false) };
const ranks = [
  { start: 0, end: 12, count: 7 },
  { start: 12, end: 25, count: 8 },
  { start: 25, end: 37, count: 5 },
  { start: 37, end: 50, count: 10 },
];
const half: JobView = {
  plan: plan(),
  label: 'Count',
  range: 50,
  phase: 'running',
  failed: 0,
  progress: 30,
  ranks,
  startedAt: now - 6000,
  samples: [{ at: now - 6000, progress: 0 }],
};

describe('the live lines', () => {
  it('show bar, count, percentage, rate, clock time of the end, and each rank', () => {
    expect(progressLines([half], now, screen)).toEqual([
      'Count  █████████████████████░░░░░░░░░░░░░░  30 of 50   60%  5.0/s  ends 14:32:04',
      '  0 [0,12) 7  1 [12,25) 8  2 [25,37) 5  3 [37,50) 10',
    ]);
  });

  it('need neither block characters nor a known rate', () => {
    expect(
      progressLines([{ ...half, progress: 0, samples: [] }], now, { ...screen, unicode: false, columns: 60 })[0],
    ).toBe('Count  -------------------------------------   0 of 50    0%');
  });

  it('say that a job with all items done is finishing', () => {
    expect(progressLines([{ ...half, progress: 50 }], now, screen)[0]).toMatch(
      /50 of 50 {2}100% {2}8\.3\/s {2}finishing$/,
    );
  });

  it('tell of items that have failed', () => {
    expect(progressLines([{ ...half, failed: 3 }], now, screen)[0]).toMatch(/60% {2}3 failed {2}5\.0\/s {2}ends/);
  });

  it('give up percentage, rate and bar before the count, the failures and the end', () => {
    const at = (columns: number): string | undefined =>
      progressLines([{ ...half, failed: 3 }], now, { ...screen, columns })[0];
    expect(at(58)).toBe('Count  █████░░░░  30 of 50  3 failed  5.0/s  ends 14:32:04');
    expect(at(51)).toBe('Count  █████░░░░  30 of 50  3 failed  ends 14:32:04');
    expect(at(47)).toBe('Count  30 of 50  3 failed  5.0/s  ends 14:32:04');
    expect(at(40)).toBe('Count  30 of 50  3 failed  ends 14:32:04');
    expect(at(26)).toBe('Count  30 of 50  3 failed');
    expect(at(20)).toBe('Count  30 of 50');
  });

  it('show forty jobs in a line each, as many as fit', () => {
    const jobs = Array.from({ length: 40 }, (_, index): JobView => ({ ...half, label: `Job ${index}` }));
    const lines = progressLines(jobs, now, { ...screen, rows: 24 });
    expect(lines).toHaveLength(22);
    expect(lines[20]).toMatch(/^Job 20 {2}█+░+ {2}30 of 50 {3}60% {2}5\.0\/s {2}ends 14:32:04$/);
    expect(lines[21]).toBe('19 more running, 0 of 40 jobs ended');
    expect(progressLines(jobs, now, { ...screen, rows: 100 })).toHaveLength(81);
  });

  it('say how long a script runs that does not count', () => {
    const script: JobView = {
      ...half,
      plan: { kind: 'script', file: 'a.ts', key: 'a.ts' },
      label: 'a.ts',
      range: 0,
      progress: 0,
      ranks: [],
    };
    expect(progressLines([script], now, screen)).toEqual(['a.ts  running for 6.0 s']);
  });

  it('tell of jobs that wait, have ended, or do not fit', () => {
    const waiting: JobView = { ...half, phase: 'waiting' };
    const ended: JobView = { ...half, phase: 'ended' };
    expect(progressLines([half, half, half, waiting, ended], now, { ...screen, rows: 5 }).at(-1)).toBe(
      '1 more running, 1 waiting, 1 of 5 jobs ended',
    );
    expect(progressLines([waiting], now, screen)).toEqual([]);
  });

  it('cannot be steered by a label', () => {
    expect(progressLines([{ ...half, label: '\u001b[2Jx\ny' }], now, screen)[0]).toMatch(/^x y {2}█/);
  });

  it('never leave the screen, whatever it and the jobs are like', () => {
    const job = fc
      .record({
        label: fc.string({ unit: 'grapheme', maxLength: 60 }),
        range: fc.integer({ min: 0, max: 1e12 }),
        done: fc.double({ min: 0, max: 1, noNaN: true }),
        ranks: fc.integer({ min: 0, max: 300 }),
        failed: fc.integer({ min: 0, max: 1e9 }),
      })
      .map(
        ({ label, range, done, ranks: count, failed }): JobView => ({
          ...half,
          label,
          range,
          failed,
          progress: Math.floor(range * done),
          ranks: Array.from({ length: count }, (_, rank) => ({
            start: rank * 1000,
            end: rank * 1000 + 1000,
            count: rank,
          })),
        }),
      );
    fc.assert(
      fc.property(
        fc.array(job, { minLength: 1, maxLength: 45 }),
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 6, max: 60 }),
        (jobs, columns, rows) => {
          const lines = progressLines(jobs, now, { ...screen, columns, rows });
          expect(lines.length).toBeLessThan(rows);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe('the line of ranks', () => {
  it('shows as many as fit and counts the others', () => {
    expect(rankLine(half, 34)).toBe('  0 [0,12) 7  1 [12,25) 8  +2 more');
    expect(rankLine(half, 12)).toBe('  +4 more');
    expect(rankLine({ ...half, ranks: ranks.slice(0, 1) }, 80)).toBe('  0 [0,12) 7');
  });

  it('shows no parts of the range where ranks take one chunk after the other', () => {
    const dynamic = plan({ schedule: { kind: 'dynamic', chunk: null } });
    expect(rankLine({ ...half, plan: dynamic }, 80)).toBe('  0: 7  1: 8  2: 5  3: 10');
  });
});
