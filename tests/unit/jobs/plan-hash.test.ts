import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/jobs/plan-hash';

/** The same value with the keys of all its objects the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}

describe('canonical JSON', () => {
  it('has its keys in order, at every depth', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }, 2], c: { z: true, y: {} } })).toBe(
      '{"a":[{"c":"x","d":null},2],"b":1,"c":{"y":{},"z":true}}',
    );
    expect(canonicalJson({ a: 1, b: { d: 1, c: 2 }, c: undefined })).toBe('{"a":1,"b":{"c":2,"d":1}}');
  });

  it('is the same however the value was written down, says what it means, and changes nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'medium' }), (value) => {
        const before = JSON.stringify(value);
        expect(canonicalJson(value)).toBe(canonicalJson(turned(value)));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(before));
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });
});
