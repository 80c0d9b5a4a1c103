import { describe, expect, it } from 'vitest';
import { LogRing } from '../../../../src/main/runs/log-ring';
import { Throughput } from '../../../../src/runner/tracking/throughput';
import type { LogLine } from '../../../../src/shared/engine-info';

const lines = (from: number, count: number, text = 'line'): LogLine[] =>
  Array.from({ length: count }, (_, index) => ({ rank: 0, stream: 'stdout', text: `${text} ${from + index}` }));

/** All pages of a log, from a line on. */
function readAll(log: LogRing, from = 0): number[] {
  const numbers: number[] = [];
  for (let at = from, more = true; more; ) {
    const page = log.page(at);
    numbers.push(...page.entries.map(({ number }) => number));
    at = (page.entries.at(-1)?.number ?? at) + 1;
    ({ more } = page);
  }
  return numbers;
}

describe('the log of a run', () => {
  it('gives its lines in pages', () => {
    const log = new LogRing();
    log.add(lines(0, 5000), 7);
    expect(log.page(0).entries).toHaveLength(2000);
    expect(log.page(4990)).toMatchObject({ total: 5000, more: false, dropped: { from: 1000, to: 1000 } });
    expect(log.page(4990).entries[0]).toEqual({ number: 4990, at: 7, rank: 0, stream: 'stdout', text: 'line 4990' });
    expect(readAll(log)).toEqual(Array.from({ length: 5000 }, (_, index) => index));
  });

  it('keeps the beginning and the end of a flood, and counts the rest', () => {
    const log = new LogRing();
    for (let block = 0; block < 1000; block += 1) log.add(lines(block * 1000, 1000), 0);
    const kept = readAll(log);
    expect(kept).toHaveLength(10_000);
    expect([kept[0], kept[999], kept[1000], kept.at(-1)]).toEqual([0, 999, 991_000, 999_999]);
    expect(log.page(0)).toMatchObject({ total: 1_000_000, dropped: { from: 1000, to: 991_000 } });
    expect(log.page(999_998).entries.map(({ text }) => text)).toEqual(['line 999998', 'line 999999']);
  });

  it('bounds its memory also when lines are long', () => {
    const log = new LogRing();
    log.add(lines(0, 3000, 'x'.repeat(50_000)), 0);
    const kept = readAll(log);
    expect(kept.length).toBeLessThan(920);
    expect(kept.at(-1)).toBe(2999);
    expect(log.page(2999).entries[0]?.text).toMatch(/^x{10000}… \(cut\)$/);
    log.add(lines(3000, 1), 0);
    expect(readAll(log, 3000)).toEqual([3000]);
  });
});

describe('the throughput of a run', () => {
  it('keeps the whole course in bounded memory, and always the latest state', () => {
    const throughput = new Throughput();
    for (let now = 0; now <= 1_000_000; now += 50) throughput.sample(now, now / 10, [now / 20, now / 20]);
    const { at, total, ranks } = throughput.data;
    expect(at.length).toBeLessThanOrEqual(1200);
    expect(at.length).toBeGreaterThan(500);
    expect([at[0], at.at(-1), total.at(-1), ranks[1]?.at(-1)]).toEqual([0, 1_000_000, 100_000, 50_000]);
    for (let place = 1; place < at.length; place += 1) expect(at[place]).toBeGreaterThan(at[place - 1] ?? 0);
  });

  it('of few samples has them all', () => {
    const throughput = new Throughput();
    for (const now of [0, 300, 600]) throughput.sample(now, now, [now]);
    expect([...throughput.data.at]).toEqual([0, 300, 600]);
    throughput.clear();
    expect(throughput.data.at.length).toBe(0);
  });
});
