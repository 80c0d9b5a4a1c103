import type { SettledItem } from '../core/items/item-result';
import type { ProcessServer } from '../core/process-server';
import type { PlannedJob } from '../shared/plan';
import type { EarlierItems } from './earlier-items';
import type { ItemRange } from './item-gate';
import type { JobOutcome } from './outcome';
import type { SecretMask } from './secrets';

/** What a job needs to be started. */
export interface JobStart {
  readonly server: ProcessServer;
  readonly job: PlannedJob;
  /** Most ranks that it may have. */
  readonly ranks: number;
  /** What is added to the environment, secrets included. */
  readonly env: Readonly<Record<string, string>>;
  /** Hides the secrets of the run in what is written. */
  readonly mask: SecretMask;
  /** Items that wait for others. */
  readonly closed: readonly ItemRange[];
  /** Items that will never be worked on. */
  readonly skipped: readonly ItemRange[];
  /** What an earlier start of the run has done. */
  readonly earlier: EarlierItems;
  /** The server has given the job (`work`), or the small one that combines its values, this number. */
  readonly onQueued: (jobId: number, part: 'work' | 'combine') => void;
  /** Items have ended, each once. */
  readonly onItems: (items: readonly SettledItem[]) => void;
}

/** A job that has been started. */
export interface RunningJob {
  /** How it ended; never rejects. */
  readonly outcome: Promise<JobOutcome>;
  release(ranges: readonly ItemRange[]): void;
  skip(ranges: readonly ItemRange[], reason: string): void;
  /** Begins no further items. A job that is called once per process has nothing smaller, and runs to its end. */
  finish(reason: string): void;
  /** Begins no items until it is resumed. One that is called once per process does so only while it waits. */
  pause(): void;
  resume(): void;
  cancel(reason: string): void;
}
