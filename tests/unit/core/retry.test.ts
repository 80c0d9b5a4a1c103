import { describe, expect, it } from 'vitest';
import { JobCancelledError, JobTimeoutError, TargetLoadError } from '../../../src/core/errors';
import { failureKind, nextAttemptDelay, parseRetries } from '../../../src/core/retry';
import type { RankInfo, RankState } from '../../../src/shared/engine-info';

const ranks = (...states: RankState[]): RankInfo[] =>
  states.map((state, index) => ({ index, state, pid: 1, start: 0, end: 1, chunks: 1, assigned: 1, count: 0 }));

describe('how often a job is run again', () => {
  it('is never, unless it says so', () => {
    expect(nextAttemptDelay(parseRetries(undefined), 1, 'failed')).toBeUndefined();
  });

  it('is as often as it says, at once', () => {
    const policy = parseRetries(2);
    expect([1, 2, 3].map((attempt) => nextAttemptDelay(policy, attempt, 'died'))).toEqual([0, 0, undefined]);
  });

  it('is after pauses that grow as asked, up to the longest', () => {
    const pauses = (backoff: 'none' | 'linear' | 'exponential'): unknown[] => {
      const policy = parseRetries({ max: 4, backoff, delayMs: 100, maxDelayMs: 350 });
      return [1, 2, 3, 4].map((attempt) => nextAttemptDelay(policy, attempt, 'failed'));
    };
    expect(pauses('none')).toEqual([100, 100, 100, 100]);
    expect(pauses('linear')).toEqual([100, 200, 300, 350]);
    expect(pauses('exponential')).toEqual([100, 200, 350, 350]);
    const many = parseRetries({ max: 5000, backoff: 'exponential', delayMs: 0 });
    expect(nextAttemptDelay(many, 4000, 'failed')).toBe(0);
  });

  it('is only after what it names', () => {
    const policy = parseRetries({ max: 1, on: ['died', 'timeout'] });
    expect(nextAttemptDelay(policy, 1, 'failed')).toBeUndefined();
    expect(nextAttemptDelay(policy, 1, 'timeout')).toBe(0);
    expect(nextAttemptDelay(policy, 1, undefined)).toBeUndefined();
  });

  it('is refused at once when it makes no sense', () => {
    expect(() => parseRetries(1.5)).toThrow(/^retries must be an integer of at least 0.*not 1\.5/);
    expect(() => parseRetries({ max: 1, delayMs: -1 })).toThrow(/^retries\.delayMs .*not -1/);
    expect(() => parseRetries({ max: 1, maxDelayMs: Number.NaN })).toThrow(/^retries\.maxDelayMs .*not NaN/);
  });
});

describe('why an attempt failed', () => {
  it('tells a death, an exception and the time limit apart', () => {
    const results = { kind: 'results', results: new Map() } as const;
    expect(failureKind(results, ranks('done', 'done'))).toBeUndefined();
    expect(failureKind(results, ranks('failed', 'lost'))).toBe('died');
    expect(failureKind(results, ranks('failed', 'done'))).toBe('failed');
    expect(failureKind({ kind: 'rejected', error: new JobTimeoutError('late') }, ranks('cancelled'))).toBe('timeout');
  });

  it('is of no matter for what would fail again or is not wanted', () => {
    for (const error of [new JobCancelledError('no'), new TargetLoadError('broken')]) {
      expect(failureKind({ kind: 'rejected', error }, ranks('cancelled'))).toBeUndefined();
    }
  });
});
