import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naturalCompare } from '../../../src/jobs/natural-order';

describe('natural order', () => {
  it('puts numbers in names by their value', () => {
    const names = [
      's10.dcm',
      's9.dcm',
      's09b.dcm',
      'S1.dcm',
      's1/10',
      's1/9',
      's1',
      's007',
      's7',
      's99999999999999999999',
      's100000000000000000000',
    ];
    expect([...names].sort(naturalCompare)).toEqual([
      'S1.dcm',
      's1',
      's1/9',
      's1/10',
      's007',
      's7',
      's9.dcm',
      's09b.dcm',
      's10.dcm',
      's99999999999999999999',
      's100000000000000000000',
    ]);
  });

  it('is a total order: the same list from every shuffle', () => {
    const name = fc.stringMatching(/^[a./0129]{0,8}$/);
    fc.assert(
      fc.property(
        fc
          .uniqueArray(name, { maxLength: 12 })
          .chain((names) => fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length }))),
        ([names, shuffled]) => {
          expect([...shuffled].sort(naturalCompare)).toEqual([...names].sort(naturalCompare));
        },
      ),
    );
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(naturalCompare(a, b))).toBe(-Math.sign(naturalCompare(b, a)) + 0);
        if (naturalCompare(a, b) <= 0 && naturalCompare(b, c) <= 0) expect(naturalCompare(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('compares runs of digits and of other characters one after the other', () => {
    const runs = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
    const byUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    const byRuns = (a: string, b: string): number => {
      const orders = runs(a).map((run, index) => {
        const other = runs(b)[index];
        if (other === undefined) return 1;
        if (!/^\d/.test(run) || !/^\d/.test(other)) return byUnit(run, other);
        return Number(BigInt(run) - BigInt(other));
      });
      return orders.find((order) => order !== 0) ?? (runs(a).length - runs(b).length || byUnit(a, b));
    };
    const name = fc.stringMatching(/^[a-c./0129]{0,8}$/);
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(Math.sign(naturalCompare(a, b))).toBe(Math.sign(byRuns(a, b)));
      }),
      { numRuns: 2000 },
    );
  });
});
