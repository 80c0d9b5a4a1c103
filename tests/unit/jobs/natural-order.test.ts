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
});
