import type { ErrorInfo, RankInfo } from '../../shared/engine-info';
import { JobTimeoutError, WorkerDiedError } from '../errors';
import type { JobOutcome } from './job-life';

/** Why an attempt did not succeed: a process or thread ended under it, a time limit, or anything else. */
export type FailureKind = 'crash' | 'timeout' | 'error';

/** What can be named to be tried again: a kind of failure, or the code that a program ended with, as `exit:75`. */
export type RetryCause = FailureKind | `exit:${number}`;

/** How often and when something is tried again: a job as a whole, or one item of a map job. */
export interface RetryOptions {
  /** How many more attempts there may be after the first. */
  readonly max: number;
  /** How the pause before an attempt grows: not at all (default), by `delayMs` each time, or twofold each time. */
  readonly backoff?: 'none' | 'linear' | 'exponential';
  /** Pause before the second attempt, in milliseconds; by default 0, and 1000 with a backoff. */
  readonly delayMs?: number;
  /** Longest pause, in milliseconds; 60,000 by default. */
  readonly maxDelayMs?: number;
  /** Share of each pause that is left to chance, from 0 (default) to 1: with 0.5 it is half to all of the pause. */
  readonly jitter?: number;
  /** After what there is another attempt; by default after all. A failure that is not named is final at once. */
  readonly on?: readonly RetryCause[];
}

export type RetryPolicy = Required<RetryOptions>;

/** Why one attempt failed; `exitCode` when a program ended with it. */
export interface Failure {
  readonly kind: FailureKind;
  readonly exitCode?: number | undefined;
}

const kinds: readonly string[] = ['crash', 'timeout', 'error'];
const backoffs = ['none', 'linear', 'exponential'];
const highestExitCode = 255;

/**
 * Fills in what was left out; a number is the number of further attempts.
 *
 * @throws RangeError when a value makes no sense
 */
export function parseRetries(option: number | RetryOptions | undefined): RetryPolicy {
  return option === undefined ? noRetries : completePolicy(typeof option === 'object' ? option : { max: option });
}

function completePolicy(given: RetryOptions): RetryPolicy {
  const backoff = given.backoff ?? 'none';
  const policy: RetryPolicy = {
    max: given.max,
    backoff,
    delayMs: given.delayMs ?? (backoff === 'none' ? 0 : 1000),
    maxDelayMs: given.maxDelayMs ?? 60_000,
    jitter: given.jitter ?? 0,
    on: given.on ?? ['crash', 'timeout', 'error'],
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
  if (!(policy.jitter >= 0 && policy.jitter <= 1)) {
    throw new RangeError(`retries.jitter must be a number from 0 to 1, not ${policy.jitter}.`);
  }
  const unknown = policy.on.find((cause) => !isCause(cause));
  if (unknown !== undefined) {
    throw new RangeError(`retries.on may name ${kinds.join(', ')} and exit codes as exit:75, not ${unknown}.`);
  }
  return policy;
}

/** What is tried once. */
export const noRetries: RetryPolicy = completePolicy({ max: 0 });

function isCause(cause: string): boolean {
  if (kinds.includes(cause)) return true;
  const code = /^exit:(\d{1,3})$/.exec(cause)?.[1];
  return code !== undefined && Number(code) <= highestExitCode;
}

/**
 * What made an attempt at a job fail; undefined when it succeeded, and when trying again is of no use because the job
 * was cancelled or its target cannot be found or loaded. One that ended its process while it was loaded may do so by
 * chance.
 */
export function jobFailure(outcome: JobOutcome, ranks: readonly RankInfo[]): Failure | undefined {
  if (outcome.kind === 'rejected') {
    if (outcome.error instanceof JobTimeoutError) return { kind: 'timeout' };
    return outcome.error.cause instanceof WorkerDiedError ? { kind: 'crash' } : undefined;
  }
  const lost = ranks.find((rank) => rank.state === 'lost');
  if (lost) return { kind: 'crash', exitCode: lost.error?.exitCode };
  const failed = ranks.find((rank) => rank.state === 'failed');
  return failed && { kind: 'error', exitCode: failed.error?.exitCode };
}

const kindsOfCodes: Readonly<Record<string, FailureKind>> = {
  ERR_WORKER_DIED: 'crash',
  ERR_OUT_OF_MEMORY: 'crash',
  ERR_JOB_TIMEOUT: 'timeout',
};

/** What an error that an item has reported counts as. */
export function itemFailure(error: ErrorInfo): Failure {
  const kind = error.code !== undefined && Object.hasOwn(kindsOfCodes, error.code) ? kindsOfCodes[error.code] : 'error';
  return { kind: kind ?? 'error', exitCode: error.exitCode };
}

/**
 * Whether there is to be another attempt, and after which pause.
 *
 * @param attempt number of the attempt that has ended, from 1
 * @param random a number in [0, 1), for what the policy leaves to chance
 * @returns the pause in milliseconds, undefined when there is none
 */
export function nextAttemptDelay(
  policy: RetryPolicy,
  attempt: number,
  failure: Failure | undefined,
  random: () => number = Math.random,
): number | undefined {
  if (failure === undefined || attempt > policy.max || !isNamed(policy.on, failure)) return undefined;
  // 0 times infinity is no pause.
  if (policy.delayMs === 0) return 0;
  const factor = { none: 1, linear: attempt, exponential: 2 ** (attempt - 1) }[policy.backoff];
  const pause = Math.min(policy.delayMs * factor, policy.maxDelayMs);
  return policy.jitter === 0 ? pause : pause * (1 - policy.jitter * random());
}

function isNamed(causes: readonly RetryCause[], { kind, exitCode }: Failure): boolean {
  return causes.some((cause) => cause === kind || (exitCode !== undefined && cause === `exit:${exitCode}`));
}

const crashLimit = 5;
const crashWindowMs = 10_000;

/**
 * Whether a job whose attempts died at these times would only go on dying: five deaths within ten seconds. A pause
 * between the attempts (`backoff`) gives it longer.
 *
 * @param deaths in milliseconds, of a clock that does not go back, oldest first
 */
export function keepsCrashing(deaths: readonly number[]): boolean {
  const [first, last] = [deaths.at(-crashLimit), deaths.at(-1)];
  return first !== undefined && last !== undefined && last - first <= crashWindowMs;
}
