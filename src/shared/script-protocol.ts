import type { ErrorInfo, ServerEvent } from './engine-info';

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
    }
  /** Asks it to end, through `signal`. */
  | { readonly type: 'abort'; readonly reason: string }
  /** Ends it, whatever it does: its server is stopped first, so that nothing of it is left. */
  | { readonly type: 'stop'; readonly reason: string };

export type FromScript =
  /** It is loaded and begins. */
  | { readonly type: 'loaded'; readonly numProcs: number }
  /** It cannot be loaded; nothing of it runs. */
  | { readonly type: 'refused'; readonly error: ErrorInfo }
  | { readonly type: 'server'; readonly event: ScriptServerEvent }
  | { readonly type: 'task'; readonly task: TaskView }
  /** Process ids of its server's workers, whenever they have changed. */
  | { readonly type: 'workers'; readonly pids: readonly number[] }
  | { readonly type: 'ended'; readonly end: ScriptEnd };

/** What of its server's events matters to whoever looks on. */
export type ScriptServerEvent = Extract<ServerEvent, { readonly type: 'job' | 'progress' | 'log' }>;

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
