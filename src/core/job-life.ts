import type { ErrorInfo, JobState, RankInfo } from '../shared/engine-info';
import type { CallRequest, Departure, InvokeRequest, ItemOutcome, StoredObject } from '../shared/worker-protocol';
import type { ItemResult } from './item-ledger';
import type { SharedObjects } from './latest-objects';
import type { Release } from './rendezvous';

/** How a job ended: each rank's serialised value or error, each item's, or one error for the job as a whole. */
export type JobOutcome =
  | { readonly kind: 'results'; readonly results: ReadonlyMap<number, RankOutcome> }
  | { readonly kind: 'items'; readonly results: readonly ItemResult[] }
  | { readonly kind: 'rejected'; readonly error: Error };

export type RankOutcome =
  | { readonly ok: true; readonly payload: Uint8Array | undefined }
  | { readonly ok: false; readonly error: Error };

/** What the server has to do after an event. */
export type JobAction =
  | { readonly type: 'probe'; readonly rank: number }
  | { readonly type: 'dispatch'; readonly rank: number }
  | { readonly type: 'cancel-rank'; readonly rank: number }
  | { readonly type: 'free-rank'; readonly rank: number }
  | { readonly type: 'release'; readonly release: Release }
  /** A rank has left; those that meet it directly have to be told. */
  | { readonly type: 'departed'; readonly rank: number; readonly departure: Departure }
  /** Some ranks that have ended want a worker again: see `wantedRanks`. */
  | { readonly type: 'want-ranks' }
  | { readonly type: 'settle'; readonly outcome: JobOutcome };

/**
 * The life of one job as the server drives it: events go in, actions come out, nothing else happens. `now` is in
 * milliseconds, of any clock that does not go back.
 *
 * A job settles exactly once. Events for ranks that have ended already, and all events after the end, change nothing.
 */
export interface JobLife {
  readonly total: number;
  readonly valRange: number;
  readonly isChunked: boolean;
  readonly state: JobState;
  readonly hasEnded: boolean;
  /** The root failure of a failed job, the reason of a cancelled one. */
  readonly error: ErrorInfo | undefined;
  /** Items finished over all ranks. */
  readonly progress: number;
  readonly counts: readonly number[];
  readonly ranks: readonly RankInfo[];
  /** The ranks that run now. */
  readonly activeRanks: readonly number[];
  /** Ranks that have ended and want a worker again, since there is work for them. */
  readonly wantedRanks: readonly number[];
  /** What the ranks have stored for each other. */
  readonly shared: SharedObjects;
  /** `[start, end)` of one rank: its part, or the chunk that it begins with. */
  part(rank: number): [start: number, end: number];
  /** The ranks have their workers. With `probeFirst` one of them first looks whether the target is there. */
  start(pids: readonly (number | null)[], probeFirst: boolean, now: number): JobAction[];
  /** The target is there. */
  probed(now: number): JobAction[];
  /** A wanted rank has a worker again. */
  restart(rank: number, pid: number | null, now: number): JobAction[];
  /** A rank gave its value. */
  rankDone(rank: number, payload: Uint8Array | undefined, count: number): JobAction[];
  /** A rank delivers items from `start` on, without a gap. */
  itemsDone(rank: number, start: number, outcomes: readonly ItemOutcome[]): JobAction[];
  /** A rank failed by itself (`failed`) or its process or thread ended under it (`lost`). */
  rankFailed(rank: number, error: ErrorInfo, how: 'failed' | 'lost', count?: number): JobAction[];
  /** A rank has got further. Returns whether that changes what there is to show. */
  rankProgress(rank: number, count: number, now: number): boolean;
  /** Ends runs whose item takes longer than `limitMs`. */
  endOverdue(limitMs: number, now: number): JobAction[];
  /** A rank asks for its next chunk, or calls `sync`, `shareObject` or `getObjects`. */
  call(rank: number, call: number, request: Exclude<CallRequest, InvokeRequest>, now: number): JobAction[];
  /** A rank has stored objects in direct exchanges. */
  stored(rank: number, objects: readonly StoredObject[]): void;
  /** Ends the job. A queued one ends at once; a running one when its last rank has stopped. */
  cancel(reason: Error): JobAction[];
  /** A job that waits cannot be run at all. One that has started ends by what becomes of its ranks. */
  reject(error: Error): JobAction[];
}
