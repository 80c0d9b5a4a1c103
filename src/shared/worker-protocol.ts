import type { ErrorInfo, RunPhase } from './engine-info';

/**
 * The messages of the engine.
 *
 *   server ──control link (IPC of the host)──► control thread ──MessagePort──► compute thread
 *     ▲                                             │  ▲ samples                   │
 *     └───────────── data link (local socket) ──────┼──┼───── run / result ────────┘
 *                                                   └──┴── control block (shared memory)
 *
 * Ranks that meet (`sync`, `shareObject`) do so over named pipes straight between their compute threads, where there
 * are such pipes; see `core/meetings/direct-meeting.ts`.
 *
 * Runs and results go straight between the server and the compute thread: one hop instead of two. Whatever must
 * work while user code holds the compute thread (cancel, progress, blocking calls, logs, end of life) goes through
 * the control thread, which never runs user code.
 *
 * Every message names the run that it belongs to; a late or foreign one is dropped by whoever gets it.
 */

/** One run of one rank: `runId` is unique in the server's life, so a message of an earlier attempt never matches. */
export interface RunRef {
  readonly jobId: number;
  readonly attempt: number;
  readonly rank: number;
  readonly runId: number;
}

/** A module and an export of it, resolved: `url` is what `import()` takes, or `builtin:` for the built-in targets. */
export interface ResolvedTarget {
  readonly url: string;
  readonly exportName: string;
  /** As the user wrote it, for messages. */
  readonly label: string;
}

/** The part of the work that one rank gets. */
export interface RunRequest {
  readonly type: 'run';
  readonly run: RunRef;
  /**
   * `call`: the target is called once; `map`: once for each item of the range; `probe`: it is only loaded, to see
   * whether it is there.
   */
  readonly mode: 'call' | 'map' | 'probe';
  readonly target: ResolvedTarget;
  readonly total: number;
  readonly start: number;
  readonly end: number;
  readonly maxVal: number;
  /** Added to the environment while it runs. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether more chunks than `[start, end)` may follow, which the rank asks for. */
  readonly isChunked: boolean;
  /** For `map`: how often the items of `[start, end)` have been tried, this time included. */
  readonly itemAttempt?: number;
  /** By rank, the names of the inboxes over which the ranks meet directly; left out when they meet on the server. */
  readonly inboxes?: readonly string[] | undefined;
  /**
   * `[args, kwargs?]`, serialised with `v8.serialize`; undefined when there are no arguments. For `map` there are no
   * positional arguments, and the first items follow: see `ItemStore`.
   */
  readonly payload: Uint8Array | undefined;
  /** Memory of shared arrays among the arguments; only within the server's own process. */
  readonly memories?: readonly SharedArrayBuffer[];
  /** Most bytes of a result, or of what is emitted, without its large typed arrays; no limit when left out. */
  readonly mostResultBytes?: number;
}

/** `[start, end)` of items, and how often they have been tried, this time included; once when it is left out. */
export type ChunkOfItems = readonly [start: number, end: number, attempt?: number];

/** What a map run gets when it has asked for more; `chunk` is left out when there is nothing more for it. */
export interface MoreItems {
  readonly type: 'chunk';
  readonly run: RunRef;
  readonly chunk?: ChunkOfItems;
  /** The items, where they are not their own indices: see `ItemStore`. */
  readonly payload?: Uint8Array;
}

/** To the compute thread, over the data link or, in the server's own process, its message port. */
export type ServerToCompute = RunRequest | MoreItems;

/**
 * From the compute thread. `ready` is the first message of a data link and proves who is calling. `notes` is how many
 * log lines and partial results the run has sent over the control link, which may still be on their way when its end
 * arrives.
 */
export type ComputeToServer =
  | {
      readonly type: 'ready';
      readonly token: string;
      readonly slot: number;
      readonly incarnation: number;
      readonly generation: number;
    }
  | {
      readonly type: 'result';
      readonly run: RunRef;
      /** The value as `v8.serialize` writes it; undefined when that is undefined. */
      readonly payload: Uint8Array | undefined;
      readonly count: number;
      readonly notes: number;
    }
  /** What came of the items of a map job from `start` on: see `ItemBatch`. */
  | { readonly type: 'items'; readonly run: RunRef; readonly start: number; readonly payload: Uint8Array }
  /** A map run has begun what it was given last, and wants more. Answered with {@link MoreItems}. */
  | { readonly type: 'more'; readonly run: RunRef }
  | { readonly type: 'probed'; readonly run: RunRef; readonly hasCombine: boolean; readonly notes: number }
  | {
      readonly type: 'failed';
      readonly run: RunRef;
      readonly error: ErrorInfo;
      readonly count: number;
      readonly notes: number;
    };

/**
 * Why a rank will never come to a barrier again: its target returned or threw (`failed`), or its process or thread ended
 * under it (`lost`), perhaps while it waited for others.
 */
export type Departure =
  | { readonly kind: 'returned' }
  | { readonly kind: 'failed' | 'lost'; readonly error: Pick<ErrorInfo, 'name' | 'message'> };

/** A rank that has left, and why. */
export type DepartedRank = readonly [rank: number, departure: Departure];

/**
 * An object that a rank has stored, serialised. `version` grows with each object of the rank. A payload of null is too
 * large for a message: it is in a file of its own, whose name follows from job, attempt, rank and version.
 */
export interface SharedObject {
  readonly version: number;
  readonly payload: Uint8Array | null;
}

/**
 * An object that a rank has stored in a direct exchange. Of the objects of this rank, the files of the versions in
 * `obsolete` are not needed any more once this is known.
 */
export interface StoredObject {
  readonly name: string;
  readonly object: SharedObject;
  readonly obsolete: readonly number[];
}

/**
 * Objects stored in direct exchanges. `isNote`: sent by the compute thread, and counted among the run's notes; else
 * found by the control thread.
 */
export interface StoredReport {
  readonly type: 'stored';
  readonly run: RunRef;
  readonly objects: readonly StoredObject[];
  readonly isNote: boolean;
}

/** What a blocked rank asks for. */
export type CallRequest =
  | { readonly op: 'sync' }
  | {
      readonly op: 'share';
      readonly name: string;
      readonly payload: Uint8Array;
      readonly exchange: boolean;
      /** Given by ranks that meet directly, for {@link SharedObject.version}. */
      readonly version?: number;
    }
  | { readonly op: 'get'; readonly name: string }
  /** The next chunk of the range; `count` items were worked on. */
  | { readonly op: 'chunk'; readonly count: number }
  | InvokeRequest;

/** A method of an object of the server is called; `payload` is the serialised list of arguments, when there are any. */
export interface InvokeRequest {
  readonly op: 'invoke';
  readonly object: number;
  readonly method: string;
  readonly payload: Uint8Array | undefined;
}

/** The answer: the other ranks' objects, by rank, or why there is none. */
export type CallReply =
  | {
      readonly ok: true;
      readonly entries: readonly (readonly [rank: number, object: SharedObject])[];
      /** Answer to `chunk`; undefined when nothing is left. */
      readonly chunk?: readonly [start: number, end: number] | undefined;
      /** For `map`: which attempt at the items of the chunk it is, from 1 (when left out). */
      readonly attempt?: number;
      /** Answer to `invoke`: what the method returned, serialised; left out when that is undefined. */
      readonly value?: Uint8Array;
    }
  | { readonly ok: false; readonly error: ErrorInfo };

/** Server to control thread. */
export type ServerToControl =
  | { readonly type: 'watch'; readonly run: RunRef }
  | { readonly type: 'cancel'; readonly run: RunRef; readonly graceMs: number }
  /** Lets a map run end by itself between two items. */
  | { readonly type: 'finish'; readonly run: RunRef }
  | { readonly type: 'reply'; readonly run: RunRef; readonly call: number; readonly reply: CallReply }
  /** Ranks of the same job have left, that the others meet directly. */
  | { readonly type: 'departed'; readonly run: RunRef; readonly ranks: readonly DepartedRank[] }
  | { readonly type: 'limit'; readonly memoryMiB: number | null }
  /** Asks for `usage`, which is a sign of life as well. */
  | { readonly type: 'measure' }
  | { readonly type: 'stop' };

/** Why a compute thread ended. */
export type ComputeEnd =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'exit'; readonly code: number }
  /** `usedMiB`: what its process had grown by; null when it was the heap that was full. */
  | { readonly kind: 'out-of-memory'; readonly limitMiB: number | null; readonly usedMiB: number | null }
  | { readonly kind: 'error'; readonly error: ErrorInfo }
  | { readonly kind: 'replaced' };

/** Control thread to server. */
export type ControlToServer =
  /** `hasInbox`: it has made the inbox that it was told to make, so its ranks can meet others directly. */
  | { readonly type: 'hello'; readonly incarnation: number; readonly pid: number; readonly hasInbox: boolean }
  | { readonly type: 'progress'; readonly run: RunRef; readonly count: number }
  | { readonly type: 'call'; readonly run: RunRef; readonly call: number; readonly request: CallRequest }
  | { readonly type: 'log'; readonly run: RunRef; readonly lines: readonly ComputeLogLine[]; readonly dropped: number }
  | { readonly type: 'emit'; readonly run: RunRef; readonly payload: Uint8Array }
  | StoredReport
  /** The answer to `measure`: memory that the process takes up (its resident set), and processor time that it has used. */
  | { readonly type: 'usage'; readonly rssMiB: number; readonly cpuMs: number }
  /** The process has grown past the run's limit; the run is being ended for it. */
  | { readonly type: 'over-limit'; readonly run: RunRef; readonly end: ComputeEnd }
  /** `runId` is the run that the thread had begun last, 0 when none; `phase`: what it did then. */
  | {
      readonly type: 'compute-gone';
      readonly generation: number;
      readonly runId: number;
      readonly phase: RunPhase | undefined;
      readonly end: ComputeEnd;
    };

export interface ComputeLogLine {
  readonly stream: 'log' | 'stdout' | 'stderr';
  readonly text: string;
}

/** Compute thread to its control thread. */
export type ComputeToControl =
  | { readonly type: 'call'; readonly run: RunRef; readonly call: number; readonly request: CallRequest }
  | { readonly type: 'log'; readonly run: RunRef; readonly lines: readonly ComputeLogLine[]; readonly dropped: number }
  | { readonly type: 'emit'; readonly run: RunRef; readonly payload: Uint8Array }
  | StoredReport
  | { readonly type: 'data'; readonly message: ComputeToServer }
  /** Asks for the pipes that commands write to. */
  | { readonly type: 'pipes' };

/** Control thread to its compute thread. */
export type ControlToCompute =
  | { readonly type: 'cancel'; readonly run: RunRef }
  | { readonly type: 'reply'; readonly run: RunRef; readonly call: number; readonly reply: CallReply }
  | { readonly type: 'departed'; readonly run: RunRef; readonly ranks: readonly DepartedRank[] }
  | { readonly type: 'data'; readonly message: ServerToCompute }
  /** Reading ends, as file descriptors of the process; null when there are none. */
  | { readonly type: 'pipes'; readonly readers: readonly [stdout: number, stderr: number] | null };

/** What a worker process is told when it starts (one JSON argument). */
export interface WorkerIdentity {
  readonly slot: number;
  readonly incarnation: number;
  /** Path of the server's local socket (named pipe on Windows). */
  readonly dataPath: string;
  /** The server's private folder. */
  readonly folder: string;
  /** Path of the named pipe that it is to make and read, for ranks that meet directly; null where they do not. */
  readonly inboxPath: string | null;
  /** Folders for objects and arrays that are too large for messages; where there is no room in one, the next is used. */
  readonly objectRoots: readonly string[];
  readonly token: string;
  /** Where the compute thread notes what it does: see `RunRecord`. */
  readonly recordPath: string;
  readonly serverPid: number;
  readonly memoryMiB: number | null;
}
