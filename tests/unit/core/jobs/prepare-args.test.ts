import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPartitioned, partitioned, prepareArgs, splitPartitionArgs } from '../../../../src/core/jobs/prepare-args';

const forRanks = (
  total: number,
  ...rest: Parameters<typeof prepareArgs> extends [number, number, ...infer R] ? R : never
) => Array.from({ length: total }, (_, rank) => prepareArgs(rank, total, ...rest));

describe('prepareArgs', () => {
  it('cuts a list of ten for three ranks as documented', () => {
    const list = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(forRanks(3, [list], {}, [list])).toEqual([
      [[[0, 1, 2]], {}],
      [[[3, 4, 5]], {}],
      [[[6, 7, 8, 9]], {}],
    ]);
  });

  it('hands everything on whole when nothing is named', () => {
    const list = [1, 2, 3];
    const [args, kwargs] = prepareArgs(0, 2, [list, 'text'], { scale: 2, list });
    expect(args).toEqual([[1, 2, 3], 'text']);
    expect(args[0]).toBe(list);
    expect(kwargs).toEqual({ scale: 2, list: [1, 2, 3] });
  });

  it('cuts only the named one of two equal lists', () => {
    const named = [1, 2, 3, 4];
    const equal = [1, 2, 3, 4];
    expect(prepareArgs(0, 2, [equal, named], {}, [named])).toEqual([
      [
        [1, 2, 3, 4],
        [1, 2],
      ],
      {},
    ]);
    expect(prepareArgs(1, 2, [named, equal], { equal }, [named])).toEqual([
      [
        [3, 4],
        [1, 2, 3, 4],
      ],
      { equal: [1, 2, 3, 4] },
    ]);
  });

  it('cuts every place at which the very same list is passed', () => {
    const list = [1, 2, 3, 4];
    expect(prepareArgs(1, 2, [list, list], { weights: list }, [list])).toEqual([
      [
        [3, 4],
        [3, 4],
      ],
      { weights: [3, 4] },
    ]);
  });

  it('cuts each argument by its own length', () => {
    const short = ['a', 'b'];
    const long = [1, 2, 3, 4, 5, 6, 7];
    expect(forRanks(3, [short, long], {}, [short, long])).toEqual([
      [[[], [1, 2]], {}],
      [[['a'], [3, 4]], {}],
      [[['b'], [5, 6, 7]], {}],
    ]);
  });

  it('cuts a keyword argument by name', () => {
    expect(forRanks(2, [], { words: ['a', 'b', 'c'], unit: 'mm' }, ['words'])).toEqual([
      [[], { words: ['a'], unit: 'mm' }],
      [[], { words: ['b', 'c'], unit: 'mm' }],
    ]);
  });

  it('cuts a keyword argument that is passed by itself', () => {
    const words = ['a', 'b', 'c'];
    expect(prepareArgs(1, 2, [], { words }, [words])).toEqual([[], { words: ['b', 'c'] }]);
  });

  it('takes a string as the name of a keyword argument before it takes it as a value', () => {
    expect(prepareArgs(0, 2, ['word'], { word: 'abcd' }, ['word'])).toEqual([['word'], { word: 'ab' }]);
  });

  it('cuts strings, typed arrays and anything with length and slice', () => {
    const numbers = new Float64Array([1, 2, 3, 4]);
    const span = { length: 10, slice: (start: number, end: number) => `${start}..${end}` };
    const [args] = prepareArgs(1, 2, ['abcdef', numbers, span], {}, ['abcdef', numbers, span]);
    expect(args).toEqual(['def', new Float64Array([3, 4]), '5..10']);
  });

  it('cuts what is marked with partitioned(), and hands the rest of the mark to nobody', () => {
    const list = [1, 2, 3, 4];
    expect(prepareArgs(0, 2, [partitioned(list), list], { list: partitioned(list) })).toEqual([
      [
        [1, 2],
        [1, 2, 3, 4],
      ],
      { list: [1, 2] },
    ]);
  });

  it('refuses to cut what is not an argument, and says what it was given', () => {
    expect(() => prepareArgs(0, 2, [[1, 2]], {}, [[1, 2]])).toThrow(
      new TypeError(
        'partitionArgs names an array of 2, which is not one of the arguments. Name a keyword argument, or pass the very same object.',
      ),
    );
    expect(() => prepareArgs(0, 2, [], { words: [] }, ['wrods'])).toThrow(
      /^partitionArgs names "wrods", which is not one of the arguments\./,
    );
    expect(() => prepareArgs(0, 2, [], {}, ['toString'])).toThrow(/^partitionArgs names "toString"/);
  });

  it('refuses to cut what has no length and slice', () => {
    const map = new Map([[1, 2]]);
    expect(() => prepareArgs(0, 2, [0, map], {}, [map])).toThrow(
      /^Argument 1 cannot be partitioned: an object.* has no length and slice\.$/,
    );
    expect(() => prepareArgs(0, 2, [], { scale: 3 }, ['scale'])).toThrow(
      new TypeError('Argument scale cannot be partitioned: 3 has no length and slice.'),
    );
  });

  it('changes neither the arguments nor what is in them', () => {
    const list = Object.freeze([1, 2, 3]);
    const args = Object.freeze([list]);
    const kwargs = Object.freeze({ list: Object.freeze([4, 5]) });
    expect(prepareArgs(1, 2, args, kwargs, [list, 'list'])).toEqual([[[2, 3]], { list: [5] }]);
    expect(args).toEqual([[1, 2, 3]]);
    expect(kwargs).toEqual({ list: [4, 5] });
  });

  it('gives every element to exactly one rank, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), fc.integer({ min: 1, max: 12 }), (list, text, total) => {
        const parts = forRanks(total, [list], { text }, [list, 'text']);
        expect(parts.flatMap(([args]) => args[0])).toEqual(list);
        expect(parts.map(([, kwargs]) => kwargs.text).join('')).toBe(text);
      }),
    );
  });
});

describe('partitioned', () => {
  it('refuses what cannot be cut', () => {
    const notSliceable = new Map() as unknown as readonly unknown[];
    expect(() => partitioned(notSliceable)).toThrow(
      /^Only something with length and slice can be partitioned, not an object/,
    );
  });

  it('is recognised, and nothing that looks like it', () => {
    expect([partitioned([1]), { 'procession.partitioned': [1] }, [1], null].map(isPartitioned)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('splitPartitionArgs', () => {
  it('takes partitionArgs out of the named arguments', () => {
    const kwargs = { scale: 2, words: ['a'], partitionArgs: ['words'] };
    expect(splitPartitionArgs(kwargs)).toEqual({ kwargs: { scale: 2, words: ['a'] }, partArgs: ['words'] });
    expect(kwargs.partitionArgs).toEqual(['words']);
  });

  it('names nothing when there is none', () => {
    expect(splitPartitionArgs({ scale: 2 })).toEqual({ kwargs: { scale: 2 }, partArgs: [] });
  });

  it('refuses a single name, which would be easy to misread as its letters', () => {
    expect(() => splitPartitionArgs({ partitionArgs: 'words' })).toThrow(
      new TypeError('partitionArgs must be an array of the arguments to cut, or of their names.'),
    );
  });
});
