import type { CommandResult } from './command';

/**
 * What the engine says about itself: plain data that the window, the command line and scripts show.
 * Every value here survives structured clone and JSON.
 */

/** Where a job stands. `cancelling` lasts until its last rank has really stopped. */
export type JobState = 'queued' | 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';

/** Where one rank of a job stands. `lost` means that its process died under it. */
export type RankState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'lost';

/** What a rank does for its target, in this order. */
export const runPhases = ['loading', 'decoding', 'running', 'encoding'] as const;
export type RunPhase = (typeof runPhases)[number];

/** An error as plain data: what a person needs to see, and what `reviveError` needs to rebuild it. */
export interface ErrorInfo {
  /** Class name, for example `TypeError`. */
  readonly name: string;
  /** What happened, for people. */
  readonly message: string;
  /** `code` of the error when it has one, for example `ERR_WORKER_DIED`. */
  readonly code?: string;
  /** Stack of the place where it was thrown, in the worker when it came from there. */
  readonly stack?: string;
  /** The error that led to it. */
  readonly cause?: ErrorInfo;
  /** What the program ended with, when the error is about one that has ended. */
  readonly exitCode?: number;
  /** For the failure of a rank: what it was doing when it failed, if that is known. */
  readonly phase?: RunPhase;
  /** How a command ended that failed. */
  readonly command?: CommandResult;
}

/**
 * One rank of a job. With a static schedule `[start, end)` is its part of the range; else the chunk that it was given
 * last.
 */
export interface RankInfo {
  /** Number of the rank, from 0. */
  readonly index: number;
  /** Process id while and after it runs; null before. */
  readonly pid: number | null;
  /** First index of its part, or of its latest chunk. */
  readonly start: number;
  /** Index after the last one. */
  readonly end: number;
  /** How many chunks it was given so far; 1 with a static schedule. */
  readonly chunks: number;
  /** How many items it was given so far. */
  readonly assigned: number;
  /** How many of them it has finished. */
  readonly count: number;
  /** Where it stands. */
  readonly state: RankState;
  /** Of a map job: the item that it works on, as it was at most some 50 ms ago. */
  readonly item?: number;
  /** Its process does not answer: it is stopped or starved, and goes on when it is let. */
  readonly isUnresponsive?: true;
  /** Why it failed or was lost. */
  readonly error?: ErrorInfo;
}

/** One job of the server. Times are milliseconds since the epoch. */
export interface JobInfo {
  /** Its number on its server, from 1. */
  readonly id: number;
  /** What people see: the `label` that it was given, or its target. */
  readonly label: string;
  /** Where it stands. */
  readonly state: JobState;
  /** Number of indices: the range is `[0, valRange)`. */
  readonly valRange: number;
  /** Number of ranks. */
  readonly total: number;
  /** Items finished over all ranks; never decreases, never exceeds `valRange`. */
  readonly progress: number;
  /** Higher goes first. */
  readonly priority: number;
  /** Its ranks by number. */
  readonly ranks: readonly RankInfo[];
  /** When it was submitted. */
  readonly queuedAt: number;
  /** When its latest attempt began. */
  readonly startedAt?: number;
  /** When it ended. */
  readonly endedAt?: number;
  /** Which attempt it is, when there was one before. */
  readonly attempt?: number;
  /** Its ranks meet over pipes of their own while they run; left out when the server brings them together. */
  readonly meetings?: 'direct';
  /** It waits and does not start until it is released; of a map job also: it runs, and begins no items until it is resumed. */
  readonly isHeld?: boolean;
  /** Of a map job: how many items have failed for good. */
  readonly failed?: number;
  /** Of a map job: how many items were settled without being worked on. */
  readonly skipped?: number;
  /** Of a map job: how many items had been done in an earlier run. */
  readonly earlier?: number;
  /** Of a map job: how many items may not be worked on yet. */
  readonly blocked?: number;
  /** Of a map job: how many items were tried more than once, or are about to be. */
  readonly retried?: number;
  /** The root failure of a failed job. */
  readonly error?: ErrorInfo;
}

/** State of a worker slot. `unresponsive`: its process has not answered for seconds, because it is stopped or starved. */
export type WorkerState = 'starting' | 'idle' | 'busy' | 'unresponsive' | 'dead' | 'stopped';

/** One worker slot of the server. A slot keeps its number when its process is replaced. */
export interface ProcInfo {
  /** Number of the slot, from 0; -1 for a compute thread of the server's own process. */
  readonly slot: number;
  /** Process id; null while there is no process. */
  readonly pid: number | null;
  /** What its process does. */
  readonly state: WorkerState;
  /** Job that it works on, or null. */
  readonly jobId: number | null;
  /** The rank of that job, with its part and count; in `server.procs` while it runs. */
  readonly rank?: RankInfo;
  /** How many times the slot's process has been replaced. */
  readonly restarts: number;
  /** Memory that the process takes up (its resident set) in MiB, as it was some seconds ago; null when not known. */
  readonly rssMiB: number | null;
  /** Processor time that it used over some seconds, in percent of one core; null when not known. */
  readonly cpuPercent: number | null;
}

/** One line of output of a rank. */
export interface LogLine {
  /** The rank that wrote it. */
  readonly rank: number;
  /** `log`: by `proc.log()`; else the stream that it was printed to. */
  readonly stream: 'log' | 'stdout' | 'stderr';
  /** The line without its end. */
  readonly text: string;
}

/** What the server reports to listeners, in order. */
export type ServerEvent =
  /** A job has come, begun, moved on or ended. */
  | {
      readonly type: 'job';
      /** How it stands now. */
      readonly job: JobInfo;
    }
  /** A job has got further. At most ten times a second, and once more at its end. */
  | {
      readonly type: 'progress';
      /** Number of the job. */
      readonly jobId: number;
      /** Items finished over all ranks. */
      readonly progress: number;
      /** Items finished by each rank. */
      readonly counts: readonly number[];
    }
  /**
   * A rank was given items. It begins with them at once when they are its first; further ones are given to it as soon
   * as it has begun those before, so that it never waits: what it had before those is finished then.
   */
  | {
      readonly type: 'chunk';
      /** Number of the job. */
      readonly jobId: number;
      /** The rank that was given them. */
      readonly rank: number;
      /** Whether they are the first of a run of the rank. */
      readonly isFirst: boolean;
      /** First index. */
      readonly start: number;
      /** Index after the last one; `start` when nothing is left. */
      readonly end: number;
    }
  /** Something that a rank has given out before its end, by `emit`. */
  | {
      readonly type: 'partial';
      /** Number of the job. */
      readonly jobId: number;
      /** The rank that gave it out. */
      readonly rank: number;
      /** A copy of what it gave out. */
      readonly value: unknown;
    }
  /** What a rank has logged or printed. */
  | {
      readonly type: 'log';
      /** Number of the job. */
      readonly jobId: number;
      /** The lines in their order. */
      readonly lines: readonly LogLine[];
    }
  /** The queue has changed. */
  | {
      readonly type: 'queue';
      /** Whether it is paused. */
      readonly paused: boolean;
      /** Numbers of the jobs that wait, in order. */
      readonly waiting: readonly number[];
      /** Those of them that are held. */
      readonly held: readonly number[];
    }
  /** A worker process has started, begun or ended a job, or died. */
  | {
      readonly type: 'worker';
      /** How its slot stands now. */
      readonly proc: ProcInfo;
    };
