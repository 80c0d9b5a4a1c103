import type { ServerEvent } from '../../shared/engine-info';

/** A run of the history that this process works on: one of a job file, or of a script. */
export interface ActiveWork {
  /** Its number in the history. */
  readonly id: number;
  /** Absolute path of its job file or script. */
  readonly file: string;
  /** Whether others have to wait for its end, see {@link RunStarter}. */
  readonly isLimited: boolean;
  /** Whether it has jobs that could begin, and none that has: no further run need begin yet. */
  readonly isWaiting: boolean;
  /** An event of the engine without the secrets of this run. */
  masked(event: ServerEvent): ServerEvent;
  /** Works on it until its end is on the disk, or somebody else has it. */
  work(): Promise<void>;
  /** What a person wants of a job, which is named by its key in the plan. */
  cancel(jobKey: string): void;
  pause(jobKey: string): void;
  resume(jobKey: string): void;
  /** Ends it now, to be resumed later. */
  stop(): void;
  /** Does what a person has asked for while the run was being taken. */
  catchUp(): void;
}
