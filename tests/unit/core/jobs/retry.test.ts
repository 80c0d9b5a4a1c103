import { describe, expect, it } from 'vitest';
import { JobCancelledError, JobTimeoutError, TargetLoadError, WorkerDiedError } from '../../../../src/core/errors';
import {
  itemFailure,
  jobFailure,
  keepsCrashing,
  nextAttemptDelay,
  parseRetries,
  type RetryCause,
} from '../../../../src/core/jobs/retry';
import type { ErrorInfo, RankInfo, RankState } from '../../../../src/shared/engine-info';

const ranks = (...states: RankState[]): RankInfo[] =>
  states.map((state, index) => ({ index, state, pid: 1, start: 0, end: 1, chunks: 1, assigned: 1, count: 0 }));
const error = { kind: 'error' } as const;

describe('how often something is tried again', () => {
  it('is never, unless it says so', () => {
    expect(nextAttemptDelay(parseRetries(undefined), 1, error)).toBeUndefined();
  });

  it('is as often as it says, at once', () => {
    const policy = parseRetries(2);
    expect([1, 2, 3].map((attempt) => nextAttemptDelay(policy, attempt, { kind: 'crash' }))).toEqual([0, 0, undefined]);
  });

  it('is after pauses that grow as asked, up to the longest', () => {
    const pauses = (backoff: 'none' | 'linear' | 'exponential'): unknown[] => {
      const policy = parseRetries({ max: 4, backoff, delayMs: 100, maxDelayMs: 350 });
      return [1, 2, 3, 4].map((attempt) => nextAttemptDelay(policy, attempt, error));
    };
    expect(pauses('none')).toEqual([100, 100, 100, 100]);
    expect(pauses('linear')).toEqual([100, 200, 300, 350]);
    expect(pauses('exponential')).toEqual([100, 200, 350, 350]);
    const many = parseRetries({ max: 5000, backoff: 'exponential', delayMs: 0 });
    expect(nextAttemptDelay(many, 4000, error)).toBe(0);
  });

  it('leaves a share of each pause to chance', () => {
    const pause = (jitter: number, random: number): unknown =>
      nextAttemptDelay(parseRetries({ max: 1, delayMs: 200, jitter }), 1, error, () => random);
    expect([pause(0, 0.5), pause(0.5, 0), pause(0.5, 0.5), pause(1, 0.75)]).toEqual([200, 200, 150, 50]);
  });

  it('is only after what it names', () => {
    const delay = (on: readonly RetryCause[], failure: Parameters<typeof nextAttemptDelay>[2]): unknown =>
      nextAttemptDelay(parseRetries({ max: 1, on }), 1, failure);
    expect(delay(['crash', 'timeout'], error)).toBeUndefined();
    expect(delay(['crash', 'timeout'], { kind: 'timeout' })).toBe(0);
    expect(delay(['crash', 'timeout'], undefined)).toBeUndefined();
    expect(delay(['exit:75'], { kind: 'error', exitCode: 75 })).toBe(0);
    expect(delay(['exit:75'], { kind: 'crash', exitCode: 7 })).toBeUndefined();
    expect(delay(['exit:75'], error)).toBeUndefined();
  });

  it('is refused at once when it makes no sense', () => {
    expect(() => parseRetries(1.5)).toThrow(/^retries must be an integer of at least 0.*not 1\.5/);
    expect(() => parseRetries({ max: 1, delayMs: -1 })).toThrow(/^retries\.delayMs .*not -1/);
    expect(() => parseRetries({ max: 1, maxDelayMs: Number.NaN })).toThrow(/^retries\.maxDelayMs .*not NaN/);
    expect(() => parseRetries({ max: 1, jitter: 1.5 })).toThrow(/^retries\.jitter .*from 0 to 1, not 1\.5/);
    expect(() => parseRetries({ max: 1, on: ['exit:256'] })).toThrow(/^retries\.on .*not exit:256/);
  });
});

describe('why an attempt failed', () => {
  it('tells a death, an exception and the time limit of a job apart', () => {
    const results = { kind: 'results', results: new Map() } as const;
    expect(jobFailure(results, ranks('done', 'done'))).toBeUndefined();
    expect(jobFailure(results, ranks('failed', 'lost'))).toEqual({ kind: 'crash' });
    expect(jobFailure(results, ranks('failed', 'done'))).toEqual({ kind: 'error' });
    expect(jobFailure({ kind: 'rejected', error: new JobTimeoutError('late') }, ranks('cancelled'))).toEqual({
      kind: 'timeout',
    });
  });

  it('is of no matter for what would fail again or is not wanted', () => {
    for (const error of [new JobCancelledError('no'), new TargetLoadError('broken')]) {
      expect(jobFailure({ kind: 'rejected', error }, ranks('cancelled'))).toBeUndefined();
    }
  });

  it('is told for an item by the code of its error, and by what its program ended with', () => {
    const of = (info: Partial<ErrorInfo>): unknown => itemFailure({ name: 'Error', message: '', ...info });
    expect(of({})).toEqual({ kind: 'error' });
    expect(of({ code: 'toString', exitCode: 75 })).toEqual({ kind: 'error', exitCode: 75 });
    expect(of({ code: 'ERR_WORKER_DIED' })).toEqual({ kind: 'crash' });
    expect(of({ code: 'ERR_JOB_TIMEOUT' })).toEqual({ kind: 'timeout' });
  });

  it('is a death when the target ended its process while it was loaded', () => {
    const error = new TargetLoadError('ended its process', { cause: new WorkerDiedError('killed') });
    expect(jobFailure({ kind: 'rejected', error }, ranks('cancelled'))).toEqual({ kind: 'crash' });
  });
});

describe('a job that keeps crashing', () => {
  it('has died five times within ten seconds, whatever was before', () => {
    expect(keepsCrashing([])).toBe(false);
    expect(keepsCrashing([0, 1, 2, 3])).toBe(false);
    expect(keepsCrashing([0, 1, 2, 3, 10_000])).toBe(true);
    expect(keepsCrashing([0, 1, 2, 3, 10_001])).toBe(false);
    expect(keepsCrashing([0, 10_001, 10_002, 10_003, 10_004, 10_005])).toBe(true);
  });
});
