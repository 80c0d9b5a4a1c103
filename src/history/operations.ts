import { dismissNotice } from './open-database';
import { type Continuation, type ContinuationOutcome, continueRun } from './store/continuation';
import { type ClaimOptions, type ClaimOutcome, claim, claimNext } from './store/ownership';
import {
  cancel,
  clear,
  enqueue,
  isQueuePaused,
  move,
  pause,
  release,
  setPriority,
  setQueuePaused,
  split,
  unpause,
} from './store/queue';
import type { QueuePlace } from './store/queue-order';
import { get, type JobRef, list, log, outline, remainder, result, settled, timeline, values } from './store/reading';
import { bytesInUse, prune, remove } from './store/removal';
import { facets, lines, search } from './store/run-search';
import type { Store } from './store/store';
import type {
  ItemState,
  JobRemainder,
  NewRun,
  PruneOptions,
  RunFacets,
  RunKeys,
  RunLine,
  RunOutlinePage,
  RunPage,
  RunQuery,
  RunSplit,
  SettledRange,
  SettledValues,
  StoredLog,
  StoredRun,
} from './types';

type Ids = readonly number[];

/** What can be asked of the thread that has the database: what goes in, and what comes out. */
export interface Operations {
  readonly enqueue: { input: readonly NewRun[]; output: number[] };
  readonly continueRun: { input: Continuation; output: ContinuationOutcome };
  readonly move: { input: { readonly ids: Ids; readonly place: QueuePlace }; output: number[] };
  readonly setPriority: { input: { readonly ids: Ids; readonly priority: number }; output: number[] };
  readonly pause: { input: Ids; output: number[] };
  readonly unpause: { input: Ids; output: number[] };
  readonly cancel: { input: Ids; output: number[] };
  readonly isQueuePaused: { input: null; output: boolean };
  readonly setQueuePaused: { input: boolean; output: undefined };
  readonly release: { input: JobRef; output: undefined };
  readonly clear: { input: { readonly ids: Ids; readonly isCleared: boolean }; output: number[] };
  readonly split: { input: RunSplit; output: number | undefined };
  readonly claim: { input: ClaimOptions & { readonly run: number }; output: ClaimOutcome };
  readonly claimNext: { input: null; output: ClaimOutcome | undefined };
  readonly list: { input: RunQuery; output: RunPage };
  readonly outline: { input: RunQuery; output: RunOutlinePage };
  readonly search: { input: RunQuery; output: RunKeys };
  readonly lines: { input: Ids; output: RunLine[] };
  readonly facets: { input: null; output: RunFacets };
  readonly get: { input: number; output: StoredRun | undefined };
  readonly remainder: { input: number; output: JobRemainder[] };
  readonly settled: {
    input: JobRef & { readonly state?: ItemState; readonly from?: number; readonly limit?: number };
    output: SettledRange[];
  };
  readonly values: {
    input: JobRef & { readonly from?: number; readonly limit?: number };
    output: SettledValues[];
  };
  readonly result: { input: JobRef; output: Uint8Array | undefined };
  readonly timeline: { input: JobRef; output: Uint8Array | undefined };
  readonly log: { input: JobRef; output: StoredLog };
  readonly remove: { input: Ids; output: number[] };
  readonly prune: { input: PruneOptions; output: number[] };
  readonly bytesInUse: { input: null; output: number };
  readonly dismissNotice: { input: null; output: undefined };
}

export type OperationName = keyof Operations;
export type Input<K extends OperationName> = Operations[K]['input'];
export type Output<K extends OperationName> = Operations[K]['output'];

const operations: { readonly [K in OperationName]: (store: Store, input: Input<K>) => Output<K> } = {
  enqueue,
  continueRun,
  move,
  setPriority,
  pause,
  unpause,
  cancel,
  isQueuePaused,
  setQueuePaused,
  release,
  clear,
  split,
  claim,
  claimNext,
  list,
  outline,
  search,
  lines,
  facets,
  get,
  remainder,
  settled,
  values,
  result,
  timeline,
  log,
  remove,
  prune,
  bytesInUse,
  dismissNotice: ({ database }) => {
    dismissNotice(database);
    return undefined;
  },
};

/** Does what is asked, at once. */
export function perform<K extends OperationName>(store: Store, name: K, input: Input<K>): Output<K> {
  return operations[name](store, input);
}
