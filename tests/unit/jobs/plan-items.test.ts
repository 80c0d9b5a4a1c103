import { describe, expect, it } from 'vitest';
import type { PlannedItems } from '../../../src/jobs/plan';
import { ItemList } from '../../../src/jobs/plan-items';
import { plannedJob } from '../planned-job';

const listOf = (items: PlannedItems, range: number) => new ItemList(plannedJob({ items, range }));
const all = (list: ItemList) => list.slice(0, list.length);
const keys = (list: ItemList) => Array.from({ length: list.length }, (_, index) => list.keyAt(index));

describe('the items of a job', () => {
  it('of a number are the indices', () => {
    const list = listOf({ kind: 'count' }, 3);
    expect(all(list)).toEqual([0, 1, 2]);
    expect(keys(list)).toEqual(['0', '1', '2']);
    expect(list.placeholders(2)).toMatchObject({ item: 2, index: 2, jobId: 'a' });
  });

  it('of spans are their numbers, each found without unfolding the others', () => {
    const spans = [
      [1, 2, 50],
      [205, 1, 1],
      [1_000_000, -10, 1_000_000],
    ] as const;
    const list = listOf({ kind: 'numbers', spans }, 1_000_051);
    expect([0, 1, 49, 50, 51, 52, 1_000_050].map((index) => list.at(index))).toEqual([
      1, 3, 99, 205, 1_000_000, 999_990, -8_999_990,
    ]);
    expect(list.keyAt(50)).toBe('205');
  });

  it('that are files are absolute paths for functions, and relative ones for commands and outputs', () => {
    const list = listOf({ kind: 'files', paths: ['scans/s1.dcm', '../other/x.dcm'] }, 2);
    expect(list.isFiles).toBe(true);
    expect(all(list)).toEqual(['/w/scans/s1.dcm', '/other/x.dcm']);
    expect(keys(list)).toEqual(['scans/s1.dcm', '../other/x.dcm']);
    expect(list.placeholders(0)).toMatchObject({ item: 'scans/s1.dcm' });
    expect(list.placeholders(0, '/w/scans')).toMatchObject({ item: 's1.dcm' });
  });

  it('that are rows are objects with a text for each column', () => {
    const list = listOf({ kind: 'rows', columns: ['name', 'age'], rows: [['Ada', '36']] }, 1);
    expect(all(list)).toEqual([{ name: 'Ada', age: '36' }]);
    expect(list.placeholders(0)).toEqual({
      jobId: 'a',
      args: {},
      matrix: {},
      index: 0,
      row: { name: 'Ada', age: '36' },
    });
    expect(keys(list)).toEqual(['["Ada","36"]']);
  });

  it('each have a key of their own, even when they are alike', () => {
    const values = ['a', 'a', 'a#2', 'b', 'a', 1, '1'];
    const list = listOf({ kind: 'values', values }, values.length);
    expect(keys(list)).toEqual(['a', 'a#2', 'a#2#2', 'b', 'a#3', '1', '1#2']);
    expect(new Set(keys(list)).size).toBe(values.length);
  });

  it('have keys that stay short', () => {
    const long = 'x'.repeat(5000);
    const [first = '', second = ''] = keys(listOf({ kind: 'values', values: [long, `${long}y`] }, 2));
    expect([first.length, second.length]).toEqual([65, 65]);
    expect(first).not.toBe(second);
  });

  it('end where the range ends', () => {
    const list = listOf({ kind: 'values', values: ['a', 'b'] }, 2);
    expect(list.slice(1, 9)).toEqual(['b']);
    for (const index of [-1, 2, 0.5]) expect(() => list.at(index)).toThrow(RangeError);
  });
});
