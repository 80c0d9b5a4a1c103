import type { ControlToServer, ServerToControl, WorkerIdentity } from '../shared/worker-protocol';

/** How to start one worker process. */
export interface WorkerSpec {
  /** Absolute path of the control thread's script. */
  readonly entry: string;
  readonly identity: WorkerIdentity;
  /** Environment of the process; nothing else of the server's environment reaches it. */
  readonly env: Readonly<Record<string, string>>;
  /** Name for process lists, for example `procession worker 3`. */
  readonly name: string;
}

/** How a worker process ended. Codes of killed processes are unreliable: use them in messages only. */
export interface WorkerExit {
  readonly code: number | null;
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
  post(message: ServerToControl): void;
  onMessage(listener: (message: ControlToServer) => void): void;
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Ends the process at once (SIGKILL). */
  kill(): void;
  /** Whether the process and its channel keep the server's program alive. */
  setRef(keepAlive: boolean): void;
}

/** Something that can start worker processes: `child_process` in plain Node, `utilityProcess` in Electron. */
export interface WorkerHost {
  readonly name: 'node' | 'utility';
  start(spec: WorkerSpec): WorkerLink;
}
