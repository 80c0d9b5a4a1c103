import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest, didYouMean, editDistance } from '../../../src/jobs/suggest';

describe('the distance of two texts', () => {
  it.each([
    ['numproc', 'numProcs', 2],
    ['dynamc', 'dynamic', 1],
    ['cvs', 'csv', 1],
    ['', 'ab', 2],
    ['same', 'same', 0],
    ['range', 'priority', 3],
  ])('counts a swap of neighbours as one edit: %s, %s', (a, b, distance) => {
    expect(editDistance(a, b, 2)).toBe(distance);
  });

  it('is the same in both directions and zero only for equals', () => {
    const word = fc.stringMatching(/^[abc]{0,6}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b, 9)).toBe(editDistance(b, a, 9));
        expect(editDistance(a, b, 9) === 0).toBe(a === b);
      }),
    );
  });
});

describe('a suggestion', () => {
  it('is the nearest candidate at most two edits away', () => {
    expect(closest('numproc', ['range', 'numProcs', 'args'])).toBe('numProcs');
    expect(closest('NUMPROCS', ['range', 'numProcs'])).toBe('numProcs');
    expect(closest('completely', ['range', 'numProcs'])).toBeUndefined();
    expect(closest('ab', ['xy'])).toBeUndefined();
    expect(didYouMean('tagret', ['target'])).toBe(' Did you mean "target"?');
    expect(didYouMean('zzz', ['target'])).toBe('');
  });
});
