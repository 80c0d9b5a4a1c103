import type { RunLine, RunRow, RunState, StoredJobState } from '../../shared/stored-run';
import { formatCount, formatDuration } from '../lib/format';
import { type Look, rowStates } from '../lib/states';

/** States of runs in the order in which they are offered. */
export const runStates: readonly RunState[] = [
  'running',
  'queued',
  'paused',
  'interrupted',
  'done',
  'failed',
  'cancelled',
];

/** How the state of a run or of one of its jobs is shown. */
export const lookOf = (state: RunState | StoredJobState): Look => rowStates[state];

/** How long a run took; null while it has not ended. */
export const durationOf = ({ startedAt, endedAt }: Pick<RunRow, 'startedAt' | 'endedAt'>): number | null =>
  startedAt === null || endedAt === null ? null : endedAt - startedAt;

/** The same in words; empty when there is none. */
export function durationText(times: Pick<RunRow, 'startedAt' | 'endedAt'>): string {
  const ms = durationOf(times);
  return ms === null ? '' : formatDuration(ms);
}

/** How a run stands in one line, besides its state. */
export function countsText({ state, jobs, items, failure }: RunLine): string {
  const total = `${formatCount(jobs.total)} ${jobs.total === 1 ? 'job' : 'jobs'}`;
  if (state === 'failed') {
    const failed = items.failed > 0 ? `${formatCount(items.failed)} of ${formatCount(items.total)} items failed` : null;
    return failed ?? failure ?? `${formatCount(jobs.failed)} of ${total} failed`;
  }
  if (state === 'done') return `${total} · ${formatCount(items.total)} ${items.total === 1 ? 'item' : 'items'}`;
  return `${formatCount(jobs.done)} of ${total} done`;
}
