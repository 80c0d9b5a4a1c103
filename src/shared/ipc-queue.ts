import type { RunAnswer, TrustQuestion } from './ipc';

/*
 * What the window and the main process say to each other about the queue: part of the contract in ipc.ts.
 */

/** Where a job that was submitted stands in the queue. Times are milliseconds since the epoch. */
export interface QueueEntry {
  /** Number of the run in the history that the job belongs to: what was submitted together is one run. */
  readonly run: number;
  /** Higher goes first. */
  readonly priority: number;
  /** Among runs of the same priority the smaller goes first. */
  readonly position: number;
  readonly queuedAt: number;
  /** Its run is being worked on, so its place in the queue does not count any more. */
  readonly isActive: boolean;
  /** The process that works on it, when that is another one. */
  readonly owner: { readonly pid: number; readonly kind: string } | null;
}

/** Where to put jobs in the queue: first, last, or before a job. */
export type QueueTarget = 'first' | 'last' | { readonly before: number };

/** The queue as a whole. */
export interface QueueStatus {
  /** Nothing begins; what runs goes on. */
  readonly isPaused: boolean;
  /** Runs whose work was cut off, or that wait, since Procession has ended: `Resume all` is offered. */
  readonly left: { readonly interrupted: number; readonly waiting: number };
  /** Code that a run would execute which nobody has agreed to: it waits for an answer. */
  readonly questions: readonly TrustQuestion[];
}

/** Something that a person has to know, until it is over or they have seen it. */
export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'warning' | 'error';
  readonly title: string;
  /** What it means, and what to do. */
  readonly text: string;
  /** Whether a person can put it away; others go by themselves. */
  readonly canDismiss: boolean;
}

/** Calls from the window to main about the queue. Jobs are named by their keys in the list. */
export interface QueueRequests {
  /** Keeps jobs from beginning, or from beginning further items. */
  pauseJobs: (keys: readonly number[]) => void;
  /** Lets paused and interrupted jobs go on. */
  resumeJobs: (keys: readonly number[]) => void;
  /** Everything that was left when Procession ended goes on. */
  resumeLeft: () => void;
  /** Forgets the offer to do so. */
  keepLeft: () => void;
  setQueuePaused: (isPaused: boolean) => void;
  /** Works again on what failed of jobs whose run is over, and on what was not come to. */
  retryFailed: (keys: readonly number[]) => RunAnswer;
  /** Queues jobs once more, each beside the one there is. */
  duplicateJobs: (keys: readonly number[]) => RunAnswer;
  moveJobs: (keys: readonly number[], target: QueueTarget) => void;
  setPriority: (keys: readonly number[], priority: number) => void;
  /** Takes jobs off the list; those that have not ended are cancelled first. */
  removeJobs: (keys: readonly number[]) => void;
  /** The person does not want this code to run: what would have run it stays paused. */
  refuseTrust: (tickets: readonly string[]) => void;
  dismissNotice: (id: number) => void;
}

export const queueRequestNames = [
  'pauseJobs',
  'resumeJobs',
  'resumeLeft',
  'keepLeft',
  'setQueuePaused',
  'retryFailed',
  'duplicateJobs',
  'moveJobs',
  'setPriority',
  'removeJobs',
  'refuseTrust',
  'dismissNotice',
] as const satisfies readonly (keyof QueueRequests)[];
