import type { RankInfo } from '../shared/engine-info';
import { JobTimeoutError } from './errors';
import type { JobOutcome } from './job-life';

/** Why an attempt did not succeed: a rank's process or thread ended, the time limit, or an exception. */
export type FailureKind = 'died' | 'timeout' | 'failed';

/** How often and when a job is run again. */
export interface RetryOptions {
  /** How many more attempts there may be after the first. */
  readonly max: number;
  /** How the pause before an attempt grows: not at all (default), by `delayMs` each time, or twofold each time. */
  readonly backoff?: 'none' | 'linear' | 'exponential';
  /** Pause before the second attempt, in milliseconds; by default 0, and 1000 with a backoff. */
  readonly delayMs?: number;
  /** Longest pause, in milliseconds; 60,000 by default. */
  readonly maxDelayMs?: number;
  /** After what a job is run again; by default after all. */
  readonly on?: readonly FailureKind[];
}

export type RetryPolicy = Required<RetryOptions>;

const kinds: readonly FailureKind[] = ['died', 'timeout', 'failed'];
const backoffs = ['none', 'linear', 'exponential'];

/**
 * Fills in what was left out; a number is the number of further attempts.
 *
 * @throws RangeError when a value makes no sense
 */
export function parseRetries(option: number | RetryOptions | undefined): RetryPolicy {
  const given = typeof option === 'object' ? option : { max: option ?? 0 };
  const backoff = given.backoff ?? 'none';
  const policy = {
    max: given.max,
    backoff,
    delayMs: given.delayMs ?? (backoff === 'none' ? 0 : 1000),
    maxDelayMs: given.maxDelayMs ?? 60_000,
    on: given.on ?? kinds,
  };
  if (!Number.isInteger(policy.max) || policy.max < 0) {
    throw new RangeError(
      `retries must be an integer of at least 0, the number of further attempts, not ${policy.max}.`,
    );
  }
  if (!backoffs.includes(backoff)) {
    throw new RangeError(`retries.backoff must be one of ${backoffs.join(', ')}, not ${backoff}.`);
  }
  for (const name of ['delayMs', 'maxDelayMs'] as const) {
    if (!(policy[name] >= 0)) {
      throw new RangeError(`retries.${name} must be a number of milliseconds of at least 0, not ${policy[name]}.`);
    }
  }
  const unknown = policy.on.find((kind) => !kinds.includes(kind));
  if (unknown !== undefined) {
    throw new RangeError(`retries.on may name ${kinds.join(', ')}, not ${unknown}.`);
  }
  return policy;
}

/**
 * What made an attempt fail; undefined when it succeeded, and when trying again is of no use because the job was
 * cancelled or its target cannot be found or loaded.
 */
export function failureKind(outcome: JobOutcome, ranks: readonly RankInfo[]): FailureKind | undefined {
  if (outcome.kind === 'rejected') return outcome.error instanceof JobTimeoutError ? 'timeout' : undefined;
  if (ranks.some((rank) => rank.state === 'lost')) return 'died';
  return ranks.some((rank) => rank.state === 'failed') ? 'failed' : undefined;
}

/**
 * Whether there is to be another attempt, and after which pause.
 *
 * @param attempt number of the attempt that has ended, from 1
 * @returns the pause in milliseconds, undefined when the job has its outcome
 */
export function nextAttemptDelay(
  policy: RetryPolicy,
  attempt: number,
  kind: FailureKind | undefined,
): number | undefined {
  if (kind === undefined || attempt > policy.max || !policy.on.includes(kind)) return undefined;
  const factor = { none: 1, linear: attempt, exponential: 2 ** (attempt - 1) }[policy.backoff];
  // 0 times infinity is no pause.
  return policy.delayMs === 0 ? 0 : Math.min(policy.delayMs * factor, policy.maxDelayMs);
}
