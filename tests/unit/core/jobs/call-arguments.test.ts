import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValue } from '../../../../src/core/data/serialize';
import { SerializationError } from '../../../../src/core/errors';
import { countRanks, encodeArguments } from '../../../../src/core/jobs/call-arguments';
import { partitioned } from '../../../../src/core/jobs/prepare-args';

const decoded = (payload: Uint8Array | undefined): unknown => payload && decodeValue(payload);

describe('countRanks', () => {
  it.each([
    [100, 3, 4, 3],
    [100, 0, 4, 4],
    [100, -1, 4, 4],
    [100, 9, 4, 4],
    [2, 0, 4, 2],
    [2, 3, 4, 2],
    [0, 3, 4, 0],
  ])('range %d with numProcs %d on %d processes: %d ranks', (valRange, numProcs, real, ranks) => {
    expect(countRanks(valRange, numProcs, real)).toBe(ranks);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a range of %d', (valRange) => {
    expect(() => countRanks(valRange, 1, 4)).toThrow(
      new RangeError(
        `valRange must be an integer of at least 0, the number of indices to work through, not ${valRange}.`,
      ),
    );
  });

  it.each([1.5, Number.NaN])('refuses %d processes', (numProcs) => {
    expect(() => countRanks(10, numProcs, 4)).toThrow(
      new RangeError(`numProcs must be an integer (0 for all processes), not ${numProcs}.`),
    );
  });

  it('gives no rank an empty part, and none where there is no process', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer(), fc.integer({ min: 1, max: 512 }), (valRange, numProcs, real) => {
        const ranks = countRanks(valRange, numProcs, real);
        expect(ranks).toBeLessThanOrEqual(Math.min(valRange, real));
        expect(ranks > 0).toBe(valRange > 0);
      }),
    );
  });
});

describe('encodeArguments', () => {
  it('encodes once for all ranks when nothing is cut', () => {
    const payloads = encodeArguments(3, ['text', 2], { scale: 3 });
    expect(payloads.map(decoded)).toEqual(Array(3).fill([['text', 2], { scale: 3 }]));
    expect(new Set(payloads).size).toBe(1);
  });

  it('encodes nothing for any rank when there are no arguments', () => {
    expect(encodeArguments(3, [], {})).toEqual([undefined, undefined, undefined]);
  });

  it('leaves named arguments out when there are none', () => {
    expect(encodeArguments(1, [1], {}).map(decoded)).toEqual([[[1]]]);
  });

  it('gives each rank its own part, and partitionArgs to nobody', () => {
    const list = [1, 2, 3, 4];
    expect(encodeArguments(2, [list], { word: 'abcd', partitionArgs: [list, 'word'] }).map(decoded)).toEqual([
      [[[1, 2]], { word: 'ab' }],
      [[[3, 4]], { word: 'cd' }],
    ]);
    expect(encodeArguments(2, [list], { partitionArgs: [list] }).map(decoded)).toEqual([[[[1, 2]]], [[[3, 4]]]]);
  });

  it('gives each rank its own part of what is marked, also among the named arguments', () => {
    expect(encodeArguments(2, [partitioned([1, 2])], {}).map(decoded)).toEqual([[[[1]]], [[[2]]]]);
    expect(encodeArguments(2, [], { word: partitioned('ab') }).map(decoded)).toEqual([
      [[], { word: 'a' }],
      [[], { word: 'b' }],
    ]);
  });

  it.each([
    ['args[1].onEnd is a function (onEnd)', [1, { onEnd: function onEnd() {} }], {}],
    ['options.list[2] is a symbol (Symbol(s))', [], { options: { list: [0, 1, Symbol('s')] } }],
    ['args[0] is a promise', [Promise.resolve(1)], {}],
  ])('names the argument that cannot be sent: %s', (start, args, kwargs) => {
    expect(() => encodeArguments(2, args, kwargs)).toThrow(SerializationError);
    expect(() => encodeArguments(2, args, kwargs)).toThrow(start);
  });

  it('refuses to cut what is not an argument', () => {
    expect(() => encodeArguments(2, [[1, 2]], { partitionArgs: [[1, 2]] })).toThrow(TypeError);
  });
});
