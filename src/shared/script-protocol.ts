import type { ErrorInfo, ServerEvent } from './engine-info';
import type { ControlToServer, ServerToControl, WorkerIdentity } from './worker-protocol';

/*
 * What is said between the process that hosts a script and whoever started it: the command line or the window. All of
 * it survives structured clone.
 */

export type ToScript =
  /** The first message: what to run. */
  | {
      readonly type: 'run';
      /** Absolute path of the script. */
      readonly path: string;
      readonly args: Readonly<Record<string, unknown>>;
      /** Worker processes of its server; null: one for each processor. */
      readonly numProcs: number | null;
      /** Whether somebody looks closely: which rank works on what, and what it gives out early, is told too. */
      readonly isWatched: boolean;
    }
  /** Asks it to end, through `signal`. */
  | { readonly type: 'abort'; readonly reason: string }
  /** Ends it, whatever it does: its server is stopped first, so that nothing of it is left. */
  | { readonly type: 'stop'; readonly reason: string }
  /** Cancels one of the jobs that it has asked its server for. */
  | { readonly type: 'cancel-job'; readonly jobId: number; readonly reason: string }
  /** Its last word has come: only now may it end, since a process that ends takes what is on its way with it. */
  | { readonly type: 'leave' }
  | ToWorkerOwner;

export type FromScript =
  /** It is loaded and begins. */
  | { readonly type: 'loaded'; readonly numProcs: number }
  /** It cannot be loaded; nothing of it runs. */
  | { readonly type: 'refused'; readonly error: ErrorInfo }
  | { readonly type: 'server'; readonly event: ScriptServerEvent }
  | { readonly type: 'task'; readonly task: TaskView }
  /** Process ids of its server's workers, whenever they have changed. */
  | { readonly type: 'workers'; readonly pids: readonly number[] }
  | { readonly type: 'ended'; readonly end: ScriptEnd }
  | FromWorkerOwner;

/*
 * A process of Electron's may not start others. There whoever has started the script also starts its server's workers,
 * and hands on what they and the server say to each other. `worker` is a number that the script's process gives out.
 */

/** From the script's process: what its server wants of a worker process. */
export type FromWorkerOwner =
  | {
      readonly type: 'worker-start';
      readonly worker: number;
      readonly entry: string;
      readonly identity: WorkerIdentity;
      readonly env: Readonly<Record<string, string>>;
      readonly name: string;
    }
  | { readonly type: 'worker-post'; readonly worker: number; readonly message: ServerToControl }
  | { readonly type: 'worker-kill'; readonly worker: number };

/** To the script's process: what a worker process says, and how it ended. */
export type ToWorkerOwner =
  | { readonly type: 'worker-said'; readonly worker: number; readonly pid: number; readonly message: ControlToServer }
  | {
      readonly type: 'worker-ended';
      readonly worker: number;
      readonly code: number | null;
      readonly signal: string | null;
    };

/** What of its server's events matters to whoever looks on. */
export type ScriptServerEvent = Extract<
  ServerEvent,
  { readonly type: 'job' | 'progress' | 'log' | 'chunk' | 'partial' }
>;

/** How far a script says it is. `max` is 0 while unknown. */
export interface TaskView {
  readonly label: string;
  readonly progress: number;
  readonly max: number;
}

export type ScriptEnd =
  /** `result` is its value, serialised; undefined for undefined. */
  | { readonly state: 'done'; readonly result: Uint8Array | undefined }
  | { readonly state: 'failed' | 'cancelled'; readonly error: ErrorInfo };
