import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarrierBrokenError, SiblingError } from '../../../src/core/errors';
import { checkResultMap, listResults, type ResultMap, sumResultMap } from '../../../src/core/results';

const echo = () => new SiblingError('Rank 2 of this job failed (Error: root), so the ranks can no longer meet.');

function thrownBy(results: ResultMap<unknown>): unknown {
  try {
    checkResultMap(results);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('listResults', () => {
  it('gives the values in the order of the ranks, whatever order they came in', () => {
    const values = new Map([
      [2, 'c'],
      [10, 'd'],
      [0, 'a'],
      [1, 'b'],
    ]);
    expect(listResults(values)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves an error where it is', () => {
    const error = new Error('no');
    expect(
      listResults(
        new Map<number, string | Error>([
          [1, error],
          [0, 'a'],
        ]),
      ),
    ).toEqual(['a', error]);
  });
});

describe('checkResultMap', () => {
  it('accepts values of any kind', () => {
    expect(
      thrownBy(
        new Map<number, unknown>([
          [0, undefined],
          [1, { message: 'not an error' }],
        ]),
      ),
    ).toBeUndefined();
    expect(thrownBy(new Map())).toBeUndefined();
  });

  it('throws the failure of the rank that failed by itself, not the echo of a sibling', () => {
    const root = new TypeError('root');
    const [first, second] = [echo(), echo()];
    const thrown = thrownBy(
      new Map<number, Error>([
        [0, first],
        [1, second],
        [2, root],
      ]),
    );
    expect(thrown).toBe(root);
    expect(thrown).toMatchObject({
      rank: 2,
      siblings: new Map([
        [0, first],
        [1, second],
      ]),
    });
  });

  it('throws the first of several failures and attaches the others', () => {
    const [early, late] = [new Error('early'), new Error('late')];
    const thrown = thrownBy(
      new Map<number, unknown>([
        [3, late],
        [0, 'fine'],
        [1, early],
      ]),
    );
    expect(thrown).toBe(early);
    expect(thrown).toMatchObject({ rank: 1, siblings: new Map([[3, late]]) });
  });

  it('throws the broken barrier, which names the rank that left, when nobody failed by himself', () => {
    const broken = new BarrierBrokenError('Rank 2 has returned and will not come to sync().');
    expect(
      thrownBy(
        new Map<number, unknown>([
          [0, echo()],
          [1, broken],
          [2, 'done'],
        ]),
      ),
    ).toBe(broken);
  });

  it('follows a chain of ranks that wait for each other to its end, also through errors that wrap others', () => {
    const root = new RangeError('slice 17');
    const wrapped = new Error('no neighbour', { cause: new Error('exchange failed', { cause: echo() }) });
    const left = new Error('no partner', { cause: new BarrierBrokenError('Rank 3 has returned.') });
    const circle = new Error('goes round');
    circle.cause = circle;
    const chain: [number, Error][] = [
      [0, wrapped],
      [1, left],
      [2, echo()],
    ];
    expect(thrownBy(new Map([...chain, [3, root]]))).toBe(root);
    expect(thrownBy(new Map([...chain, [3, circle]]))).toBe(circle);
    expect(thrownBy(new Map(chain))).toBe(left);
  });

  it('throws an echo when there is nothing else', () => {
    const only = echo();
    expect(
      thrownBy(
        new Map<number, unknown>([
          [1, only],
          [0, 'done'],
        ]),
      ),
    ).toBe(only);
  });

  it('says the same when it is asked again', () => {
    const results = new Map<number, unknown>([
      [0, echo()],
      [1, new Error('root')],
    ]);
    const first = thrownBy(results);
    expect(thrownBy(results)).toBe(first);
    expect(first).toMatchObject({ rank: 1 });
  });
});

describe('sumResultMap', () => {
  it('joins arrays in rank order', () => {
    expect(
      sumResultMap(
        new Map([
          [1, [3, 4]],
          [0, [1, 2]],
          [2, []],
        ]),
      ),
    ).toEqual([1, 2, 3, 4]);
  });

  it('keeps arrays within the arrays as they are', () => {
    expect(
      sumResultMap(
        new Map([
          [0, [[1], [2]]],
          [1, [[3]]],
        ]),
      ),
    ).toEqual([[1], [2], [3]]);
  });

  it('joins strings', () => {
    expect(
      sumResultMap(
        new Map([
          [1, 'cd'],
          [0, 'ab'],
        ]),
      ),
    ).toBe('abcd');
  });

  it('joins typed arrays of one kind into one of the same kind', () => {
    const joined = sumResultMap(
      new Map([
        [1, new Int16Array([3])],
        [0, new Int16Array([1, 2])],
      ]),
    );
    expect(joined).toEqual(new Int16Array([1, 2, 3]));
  });

  it('refuses typed arrays of different kinds', () => {
    const mixed = new Map<number, Uint8Array | Float64Array>([
      [0, new Uint8Array(1)],
      [1, new Float64Array(1)],
    ]);
    expect(() => sumResultMap<Uint8Array | Float64Array>(mixed)).toThrow(
      new TypeError('sumResultMap can join typed arrays of one kind only; the ranks returned different kinds.'),
    );
  });

  it('throws the root failure', () => {
    const root = new Error('root');
    expect(() =>
      sumResultMap(
        new Map<number, number[] | Error>([
          [0, echo()],
          [1, root],
          [2, [1]],
        ]),
      ),
    ).toThrow(root);
  });

  it('gives back a list that was cut over any number of ranks', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer()), { maxLength: 8 }), (parts) => {
        const shuffled = [...parts.entries()].reverse();
        expect(sumResultMap(new Map(shuffled))).toEqual(parts.flat());
      }),
    );
  });
});
