import { availableParallelism, cpus } from 'node:os';
import type { WorkerHost } from './pool/worker-host';

/** How a server is set up; see {@link ProcessServer}. */
export interface ProcessServerOptions {
  /** How many worker processes; by default, and at most, as many as the machine has processors. */
  readonly numProcs?: number;
  /** Allows more worker processes than processors. */
  readonly allowOversubscribe?: boolean;
  /** What starts worker processes; by default `child_process`. */
  readonly host?: WorkerHost;
  /** An idle server does not keep the program alive. */
  readonly daemon?: boolean;
  /** How much memory each rank may need, in MiB, where a job gives nothing; by default Node's own limit of the heap. */
  readonly memoryMiB?: number;
  /** Most that a rank may return in MiB where a job says nothing; 64 by default. See `JobOptions.maxResultMiB`. */
  readonly maxResultMiB?: number;
  /** A worker process is replaced by a fresh one after so many runs, between two jobs; by default never. */
  readonly recycleAfter?: number;
  /** A worker process that takes up more memory than so many MiB is replaced by a fresh one once its job is over. */
  readonly recycleAboveMiB?: number;
  /** A worker that is idle for so many milliseconds ends its process, and starts one when it is needed; by default never. */
  readonly idleTimeoutMs?: number;
  /**
   * How ranks meet in `sync` and `shareObject`. `direct`: over named pipes, without the server, where there are such
   * pipes; the default on Linux. `server`: the server brings them together, which takes several times as long.
   */
  readonly meetings?: 'direct' | 'server';
  /** So many worker processes stay however long they are idle; 0 by default. */
  readonly minProcs?: number;
}

/** Options that can be changed while a server works; see {@link ProcessServer.configure}. */
export interface LiveServerOptions {
  /** How much memory each rank may need, in MiB, where a job gives no limit; `null`: there is none. */
  readonly memoryMiB?: number | null;
  /** Workers that are idle for longer end their processes, in milliseconds; `null`: they stay. */
  readonly idleTimeoutMs?: number | null;
}

/** @throws RangeError when a number makes no sense */
export function checkServerOptions({
  memoryMiB,
  maxResultMiB,
  recycleAfter,
  recycleAboveMiB,
  idleTimeoutMs,
  minProcs,
}: ProcessServerOptions): void {
  const check = (name: string, value: number | undefined, isRight: (given: number) => boolean, what: string): void => {
    if (value !== undefined && !isRight(value)) throw new RangeError(`${name} must be ${what}, not ${value}.`);
  };
  const isPositive = (value: number): boolean => value > 0;
  check('recycleAfter', recycleAfter, (runs) => Number.isInteger(runs) && runs > 0, 'an integer of at least 1');
  check('memoryMiB', memoryMiB, isPositive, 'a positive number of MiB');
  check('maxResultMiB', maxResultMiB, isPositive, 'a positive number of MiB');
  check('recycleAboveMiB', recycleAboveMiB, isPositive, 'a positive number of MiB');
  check('idleTimeoutMs', idleTimeoutMs, isPositive, 'a positive number of milliseconds');
  check('minProcs', minProcs, (procs) => Number.isInteger(procs) && procs >= 0, 'an integer of at least 0');
}

/**
 * A number of worker processes within what the options allow; by default as many as the machine has processors.
 *
 * @throws RangeError when it is not an integer
 */
export function clampProcs(numProcs: number | undefined, allowOversubscribe = false): number {
  const processors = countProcessors();
  const wanted = numProcs ?? processors;
  if (!Number.isInteger(wanted)) throw new RangeError(`numProcs must be an integer of at least 1, not ${wanted}.`);
  return Math.max(1, allowOversubscribe ? wanted : Math.min(wanted, processors));
}

/** Whether workers are to make inboxes: Windows has no such pipes, and on others than Linux nobody has tried them. */
export function wantsInboxes(meetings: ProcessServerOptions['meetings']): boolean {
  return meetings === undefined ? process.platform === 'linux' : meetings === 'direct' && process.platform !== 'win32';
}

function countProcessors(): number {
  return typeof availableParallelism === 'function' ? availableParallelism() : cpus().length;
}
