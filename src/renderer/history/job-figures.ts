import type { StoredJob } from '../../shared/stored-run';
import { formatRate } from '../lib/format';
import { durationOf } from './run-states';

type Figures = Pick<StoredJob, 'kind' | 'state' | 'total' | 'progress' | 'items' | 'startedAt' | 'endedAt'>;

/** How many items of a job are done. What is called once per process counts none, but says how far it is. */
export function doneOf({ kind, state, total, progress, items }: Figures): number {
  if (kind === 'map' || kind === 'run') return items.done;
  return state === 'done' ? total : progress;
}

/** Items a second, over all of it; null when nobody can tell. */
export function rateOf(job: Figures): number | null {
  const ms = durationOf(job);
  const done = doneOf(job);
  return ms === null || ms <= 0 || done === 0 ? null : (done / ms) * 1000;
}

/** The same in words; empty when there is none. */
export function rateText(job: Figures): string {
  const rate = rateOf(job);
  return rate === null ? '' : formatRate(rate);
}
