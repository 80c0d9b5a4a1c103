import type { RankState, WorkerState } from '../../shared/engine-info';
import type { RowState } from '../../shared/ipc';

/** Colour family of a state; the style sheets have one class for each. */
export type Tone = 'neutral' | 'accent' | 'good' | 'bad' | 'warn';

export const rowStates: Readonly<Record<RowState, { readonly text: string; readonly tone: Tone }>> = {
  ready: { text: 'Ready', tone: 'neutral' },
  queued: { text: 'Waiting', tone: 'neutral' },
  running: { text: 'Running', tone: 'accent' },
  cancelling: { text: 'Cancelling', tone: 'warn' },
  done: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'warn' },
};

export const rankStates: Readonly<Record<RankState, { readonly text: string; readonly tone: Tone }>> = {
  waiting: { text: 'Waiting', tone: 'neutral' },
  running: { text: 'Running', tone: 'accent' },
  done: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'warn' },
  lost: { text: 'Process lost', tone: 'bad' },
};

export const workerStates: Readonly<Record<WorkerState, { readonly text: string; readonly tone: Tone }>> = {
  starting: { text: 'starting', tone: 'neutral' },
  idle: { text: 'idle', tone: 'neutral' },
  busy: { text: 'busy', tone: 'accent' },
  dead: { text: 'dead', tone: 'bad' },
  stopped: { text: 'stopped', tone: 'neutral' },
};

/** Whether a job is on its way: it can be cancelled, and cannot be run again yet. */
export const isActive = (state: RowState): boolean =>
  state === 'queued' || state === 'running' || state === 'cancelling';
