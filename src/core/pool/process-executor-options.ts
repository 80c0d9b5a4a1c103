import type { ExecutorListener } from './executor';
import type { RecyclePolicy } from './process-wear';
import type { WorkerHost, WorkerSpec } from './worker-host';

export interface ProcessExecutorOptions {
  readonly slot: number;
  readonly host: WorkerHost;
  /** What to start for one incarnation of this slot. */
  readonly spec: (incarnation: number, memoryMiB: number | null) => WorkerSpec;
  readonly memoryMiB: number | null;
  readonly recycle: RecyclePolicy;
  readonly listener: ExecutorListener;
  /** Ends the commands that one incarnation of this slot has left; nothing is returned when there are none. */
  readonly endCommands: (incarnation: number) => Promise<void> | undefined;
  /** The slot's process does not start, whatever is tried. */
  readonly onHopeless: (error: Error) => void;
}
