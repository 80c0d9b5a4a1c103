import type { JobInfo } from '../shared/engine-info';
import type { JobOutcome } from './outcome';

/** States in which a job that a script has asked for has ended. */
export type CallEnd = Extract<JobOutcome['state'], 'done' | 'failed' | 'cancelled'>;

/** How a job has ended that a script has asked its server for; undefined while it has not. */
export function callOutcome(
  { state, error, failed, skipped = 0, progress, startedAt, queuedAt, endedAt }: JobInfo,
  now: number,
): (JobOutcome & { readonly state: CallEnd }) | undefined {
  if (state !== 'done' && state !== 'failed' && state !== 'cancelled') return undefined;
  const began = startedAt ?? queuedAt;
  return {
    state,
    errors: error === undefined ? [] : [{ rank: null, error }],
    ...(failed !== undefined && { items: { done: progress - failed - skipped, failed, skipped } }),
    startedAt: began,
    endedAt: Math.max(began, endedAt ?? now),
  };
}
