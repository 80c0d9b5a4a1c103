import type { ErrorInfo, JobState, RankInfo } from '../../shared/engine-info';
import type { CallRequest, ChunkOfItems, Departure, InvokeRequest, StoredObject } from '../../shared/worker-protocol';
import type { ItemBatch } from '../items/item-batch';
import type { ItemCounts, ItemResult, SettledItem } from '../items/item-result';
import type { SharedObjects } from '../meetings/latest-objects';
import type { Release } from '../meetings/rendezvous';

/** How a job ended: each rank's serialised value or error, each item's, or one error for the job as a whole. */
export type JobOutcome =
  | { readonly kind: 'results'; readonly results: ReadonlyMap<number, RankOutcome> }
  | { readonly kind: 'items'; readonly results: Iterable<ItemResult> }
  | { readonly kind: 'rejected'; readonly error: Error };

export type RankOutcome =
  | { readonly ok: true; readonly payload: Uint8Array | undefined }
  | { readonly ok: false; readonly error: Error };

/** What the server has to do after an event. */
export type JobAction =
  | { readonly type: 'probe'; readonly rank: number }
  | { readonly type: 'dispatch'; readonly rank: number }
  | { readonly type: 'cancel-rank'; readonly rank: number }
  /** Lets a run end by itself between two items. */
  | { readonly type: 'finish-rank'; readonly rank: number }
  /** Gives a rank its next items, or tells it that there are no more for it. */
  | { readonly type: 'give'; readonly rank: number; readonly piece: ChunkOfItems | undefined }
  /** The rank is done with its worker, which is worn when it is to be replaced by a fresh one. */
  | { readonly type: 'free-rank'; readonly rank: number; readonly isWorn?: boolean }
  | { readonly type: 'release'; readonly release: Release }
  /** A rank has left; those that meet it directly have to be told. */
  | { readonly type: 'departed'; readonly rank: number; readonly departure: Departure }
  /** Some ranks that have ended want a worker again: see `wantedRanks`. */
  | { readonly type: 'want-ranks' }
  /** Calls for `wake` at a moment of the clock of `now`; replaces an earlier call. */
  | { readonly type: 'wake-at'; readonly at: number }
  /** These items have been settled. */
  | { readonly type: 'settled'; readonly items: readonly SettledItem[] }
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
  /** How many workers it needs to begin, and how many it takes. */
  readonly least: number;
  readonly most: number;
  /** Whether there is anything to do for a worker now. */
  readonly hasWork: boolean;
  /** What can happen to the items of a map job; undefined for other jobs. */
  readonly items: ItemWork | undefined;
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
  part(rank: number): ChunkOfItems;
  /**
   * The first ranks have their workers: as many as there are `pids`, which may be fewer than all for a job that needs
   * fewer. With `probeFirst` one of them first looks whether the target is there.
   */
  start(pids: readonly (number | null)[], probeFirst: boolean, now: number): JobAction[];
  /** The target is there. */
  probed(now: number): JobAction[];
  /** A wanted rank has a worker again. */
  restart(rank: number, pid: number | null, now: number): JobAction[];
  /** A rank gave its value. */
  rankDone(rank: number, payload: Uint8Array | undefined, count: number, now: number): JobAction[];
  /** A rank failed by itself (`failed`) or its process or thread ended under it (`lost`). */
  rankFailed(
    rank: number,
    error: ErrorInfo,
    how: 'failed' | 'lost',
    count: number | undefined,
    now: number,
  ): JobAction[];
  /** A rank has got further. Returns whether that changes what there is to show. */
  rankProgress(rank: number, count: number, now: number): boolean;
  /** A rank asks for its next chunk, or calls `sync`, `shareObject` or `getObjects`. */
  call(rank: number, call: number, request: Exclude<CallRequest, InvokeRequest>, now: number): JobAction[];
  /** A rank has stored objects in direct exchanges. */
  stored(rank: number, objects: readonly StoredObject[]): void;
  /** Ends the job. A queued one ends at once; a running one when its last rank has stopped. */
  cancel(reason: Error): JobAction[];
  /** A job that waits cannot be run at all. One that has started ends by what becomes of its ranks. */
  reject(error: Error): JobAction[];
}

/** The events of a map job that other jobs do not have. */
export interface ItemWork {
  readonly itemCounts: ItemCounts;
  /** Nothing is given out for the time being. */
  readonly isHeld: boolean;
  /** A rank delivers items from `start` on, without a gap. */
  itemsDone(rank: number, start: number, batch: ItemBatch, now: number): JobAction[];
  /** A rank asks for more items. */
  more(rank: number): JobAction[];
  /** Ends runs whose item takes longer than `limitMs`. */
  endOverdue(limitMs: number, now: number): JobAction[];
  /** The moment has come that `wake-at` has named. */
  wake(now: number): JobAction[];
  /** Blocked items may be worked on. Returns how many that are. */
  release(start: number, end: number): readonly [count: number, actions: JobAction[]];
  /** Settles items that no rank holds as skipped. Returns how many that are. */
  skip(start: number, end: number, reason: string): readonly [count: number, actions: JobAction[]];
  /** Gives out nothing more; the job ends when the items that are worked on now have. */
  finish(reason: string): JobAction[];
  /** Gives out nothing (or something again) until told otherwise; ranks give their workers back after their item. */
  hold(isHeld: boolean): JobAction[];
  /** A rank is to give its worker back after the item that it works on; the job goes on. */
  retire(rank: number): JobAction[];
  /** There may be more ranks than before. */
  grow(total: number): JobAction[];
}
