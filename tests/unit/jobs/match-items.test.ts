import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchItems } from '../../../src/jobs/match-items';
import type { PlannedCommandJob, PlannedItems } from '../../../src/shared/plan';
import { plannedCommand } from '../planned-command';

function job(items: PlannedItems, range: number, changes: Partial<PlannedCommandJob> = {}): PlannedCommandJob {
  return plannedCommand({ items, range, ...changes });
}
const files = (...paths: string[]): PlannedCommandJob => job({ kind: 'files', paths }, paths.length);
const values = (...list: (string | number)[]): PlannedCommandJob => job({ kind: 'values', values: list }, list.length);

describe('items of two plans', () => {
  it('are the same by their keys, wherever they stand', () => {
    expect(matchItems(files('a', 'c', 'd'), files('a', 'b', 'c', 'd', 'e'))).toEqual([
      [0, 0, 1],
      [1, 2, 2],
    ]);
    expect(matchItems(files('a', 'b', 'c'), files('c'))).toEqual([[2, 0, 1]]);
    expect(matchItems(files('a'), files('b'))).toEqual([]);
  });

  it('are others when they have moved and their function reads their places', () => {
    expect(matchItems(values('a', 'c', 'd'), values('a', 'b', 'c', 'd'), true)).toEqual([[0, 0, 1]]);
  });

  it('are told apart when several are equal', () => {
    expect(matchItems(values('x', 'x', 'y'), values('x', 'y', 'x', 'x'))).toEqual([
      [0, 0, 1],
      [2, 1, 1],
      [1, 2, 1],
    ]);
  });

  it('of plain ranges are their numbers', () => {
    expect(matchItems(job({ kind: 'count' }, 1e9), job({ kind: 'count' }, 2e9))).toEqual([[0, 0, 1e9]]);
    const spans = (first: number, count: number): PlannedItems => ({ kind: 'numbers', spans: [[first, 1, count]] });
    expect(matchItems(job(spans(1, 10), 10), job(spans(5, 10), 10))).toEqual([[4, 0, 6]]);
  });

  it('of tables are their rows', () => {
    const rows = (...all: string[][]): PlannedCommandJob =>
      job({ kind: 'rows', columns: ['name', 'town'], rows: all }, all.length);
    expect(matchItems(rows(['a', 'x'], ['b', 'y']), rows(['b', 'y'], ['a', 'z']))).toEqual([[1, 0, 1]]);
  });

  it.each([
    { argv: ['convert', '{item}', '{index}.png'] },
    { cwd: 'work/{index}' },
    { output: { path: 'out/{index}.txt', format: null, perItem: true } },
  ])('that have moved are others where their place is part of it: %j', (changes) => {
    const before = { ...files('a', 'c'), ...changes };
    const after = { ...files('a', 'b', 'c'), ...changes };
    expect(matchItems(before, after)).toEqual([[0, 0, 1]]);
  });

  it('are matched once each, and only with themselves, whatever the lists', () => {
    const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 20 });
    fc.assert(
      fc.property(list, list, (old, now) => {
        const pairs = matchItems(values(...old), values(...now)).flatMap(([from, to, count]) =>
          Array.from({ length: count }, (_, offset) => [from + offset, to + offset] as const),
        );
        for (const [from, to] of pairs) expect(old[from]).toBe(now[to]);
        expect(new Set(pairs.map(([from]) => from)).size).toBe(pairs.length);
        expect(new Set(pairs.map(([, to]) => to)).size).toBe(pairs.length);
        const common = [...new Set(now)].reduce(
          (sum, name) =>
            sum + Math.min(old.filter((one) => one === name).length, now.filter((one) => one === name).length),
          0,
        );
        expect(pairs).toHaveLength(common);
      }),
    );
  });
});
