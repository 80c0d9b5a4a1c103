import type { ControlToServer, ServerToControl, WorkerIdentity } from '../../shared/worker-protocol';

/** How to start one worker process. */
export interface WorkerSpec {
  /** Absolute path of the control thread's script. */
  readonly entry: string;
  /** Handed to the script as its first argument, as JSON. What it says is between the engine's own parts. */
  readonly identity: WorkerIdentity;
  /** Environment of the process; nothing else of the server's environment reaches it. */
  readonly env: Readonly<Record<string, string>>;
  /** Name for process lists, for example `procession worker 3`. */
  readonly name: string;
}

/** How a worker process ended. Codes of killed processes are unreliable: use them in messages only. */
export interface WorkerExit {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  /** Name of the signal that ended it, if it is known. */
  readonly signal: string | null;
}

/**
 * One running worker process as its host shows it.
 *
 * A link never throws: what is posted to a process that is gone is dropped, and `onExit` is called exactly once,
 * also when the process could not be started.
 */
export interface WorkerLink {
  /** Process id, undefined until the process has been started and after a failed start. */
  readonly pid: number | undefined;
  /** Sends a message to the process. */
  post(message: ServerToControl): void;
  /** Calls `listener` with every message of the process. */
  onMessage(listener: (message: ControlToServer) => void): void;
  /** Calls `listener` once, when the process has ended or could not be started. */
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Ends the process at once (SIGKILL). */
  kill(): void;
  /** Whether the process and its channel keep the server's program alive. */
  setRef(keepAlive: boolean): void;
}

/** Something that can start worker processes: `child_process` in plain Node, `utilityProcess` in Electron. */
export interface WorkerHost {
  /** Which kind of process it starts. */
  readonly name: 'node' | 'utility';
  /** Starts a process. Never throws: one that cannot be started is told to `onExit`. */
  start(spec: WorkerSpec): WorkerLink;
}
