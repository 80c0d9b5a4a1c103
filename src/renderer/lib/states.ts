import type { RankState, WorkerState } from '../../shared/engine-info';
import type { RowState } from '../../shared/ipc';
import type { IndexState } from '../../shared/range';

/** Colour family of a state; the style sheets have one class for each. */
export type Tone = 'neutral' | 'accent' | 'good' | 'bad' | 'warn';

/** How a state is shown. */
export interface Look {
  readonly text: string;
  readonly tone: Tone;
}

/** What jobs and ranks have in common. */
const waiting: Look = { text: 'Waiting', tone: 'neutral' };
const workStates = {
  running: { text: 'Running', tone: 'accent' },
  done: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'warn' },
} as const satisfies Record<string, Look>;

export const rowStates: Readonly<Record<RowState, Look>> = {
  ...workStates,
  ready: { text: 'Ready', tone: 'neutral' },
  queued: waiting,
  cancelling: { text: 'Cancelling', tone: 'warn' },
  skipped: { text: 'Skipped', tone: 'neutral' },
  pausing: { text: 'Pausing', tone: 'neutral' },
  paused: { text: 'Paused', tone: 'neutral' },
  interrupted: { text: 'Interrupted', tone: 'warn' },
};

export const rankStates: Readonly<Record<RankState, Look>> = {
  ...workStates,
  waiting,
  lost: { text: 'Process lost', tone: 'bad' },
};

/** What became of indices of the range. */
export const indexLooks: Readonly<Record<IndexState, Look>> = {
  waiting,
  running: workStates.running,
  done: workStates.done,
  failed: workStates.failed,
  lost: { text: 'Lost', tone: 'bad' },
  skipped: { text: 'Skipped', tone: 'warn' },
};

export const workerStates: Readonly<Record<WorkerState, Look>> = {
  starting: { text: 'starting', tone: 'neutral' },
  idle: { text: 'idle', tone: 'neutral' },
  busy: { text: 'busy', tone: 'accent' },
  unresponsive: { text: 'not responding', tone: 'warn' },
  dead: { text: 'dead', tone: 'bad' },
  stopped: { text: 'stopped', tone: 'neutral' },
};
