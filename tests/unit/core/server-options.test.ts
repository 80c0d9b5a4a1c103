import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { checkServerOptions, clampProcs } from '../../../src/core/server-options';

const processors = availableParallelism();

describe('the number of worker processes', () => {
  it('is that of the processors when nothing is said', () => {
    expect(clampProcs(undefined)).toBe(processors);
  });

  it('is at least 1 and at most that of the processors', () => {
    expect([-3, 0, 1, processors, processors + 5].map((wanted) => clampProcs(wanted))).toEqual([
      1,
      1,
      1,
      processors,
      processors,
    ]);
  });

  it('may be more than there are processors when that is allowed, but not less than 1', () => {
    expect([-1, processors + 5].map((wanted) => clampProcs(wanted, true))).toEqual([1, processors + 5]);
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY])('is not %d', (wanted) => {
    expect(() => clampProcs(wanted)).toThrow(
      new RangeError(`numProcs must be an integer of at least 1, not ${wanted}.`),
    );
  });
});

describe('the options of a server', () => {
  it('may all be left out', () => {
    expect(() => checkServerOptions({})).not.toThrow();
  });

  it.each([
    [{ recycleAfter: 0 }, 'recycleAfter must be an integer of at least 1, not 0.'],
    [{ recycleAboveMiB: -1 }, 'recycleAboveMiB must be a positive number of MiB, not -1.'],
    [{ idleTimeoutMs: Number.NaN }, 'idleTimeoutMs must be a positive number of milliseconds, not NaN.'],
    [{ minProcs: 0.5 }, 'minProcs must be an integer of at least 0, not 0.5.'],
  ])('are refused when they make no sense: %j', (options, message) => {
    expect(() => checkServerOptions(options)).toThrow(new RangeError(message));
  });
});
