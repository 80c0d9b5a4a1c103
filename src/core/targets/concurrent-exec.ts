import { NoServerError } from '../errors';
import type { JobFuture } from '../jobs/job-future';
import type { ExecOptions } from '../jobs/job-options';
import { ProcessServer } from '../process-server';
import type { Task } from '../tasks/task';

/**
 * Runs a piece of code on the ranks of the global server: see `ProcessServer.concurrentExec`.
 *
 * @throws NoServerError when there is no global server
 */
export function concurrentExec<T = unknown>(
  valRange: number,
  numProcs: number,
  task: Task | null,
  code: string,
  options: ExecOptions = {},
): JobFuture<T> {
  const server = ProcessServer.globalServer;
  if (!server) throw new NoServerError();
  return server.concurrentExec<T>(valRange, numProcs, task, code, options);
}
