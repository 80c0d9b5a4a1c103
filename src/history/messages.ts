import type { ErrorInfo } from '../shared/engine-info';
import type { HistoryErrorCode } from './history-error';
import type { Input, OperationName, Output } from './operations';
import type { BatchOutcome, RunBatch } from './store/commit';
import type { HistoryEvent, Notice } from './types';

/*
 * Between a program and the thread that has the database:
 *
 *   History ──call──►  HistoryService ──► Store ──► SQLite
 *      ▲  ◄─reply──         │
 *   BatchWriter ─commit─►   │ one transaction for what all runs recorded in 100 ms; only one is on its way at a time
 *      ▲  ◄─committed─      │
 *   listeners ◄──event──────┘ looks twice a second for what others have changed
 */

/** An error on its way between threads. */
export interface Problem {
  readonly code: HistoryErrorCode;
  readonly message: string;
  readonly cause?: ErrorInfo;
}

export interface CallMessage {
  readonly type: 'call';
  readonly id: number;
  readonly name: OperationName;
  readonly input: Input<OperationName>;
}

export type ToService =
  | CallMessage
  | { readonly type: 'commit'; readonly id: number; readonly batches: readonly RunBatch[] }
  | { readonly type: 'close'; readonly id: number };

/** What became of one run's batch: kept, refused because the run is somebody else's, or in error. */
export type CommitOutcome = BatchOutcome | Problem;

export type FromService =
  | { readonly type: 'opened'; readonly notices: readonly Notice[] }
  | { readonly type: 'refused'; readonly problem: Problem }
  | { readonly type: 'reply'; readonly id: number; readonly value: Output<OperationName> }
  | { readonly type: 'problem'; readonly id: number; readonly problem: Problem }
  | { readonly type: 'committed'; readonly id: number; readonly outcomes: readonly CommitOutcome[] }
  | { readonly type: 'closed'; readonly id: number }
  | { readonly type: 'event'; readonly event: HistoryEvent };
