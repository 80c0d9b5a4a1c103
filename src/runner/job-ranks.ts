import { clampProcs } from '../core/server-options';
import type { PlannedRun } from '../shared/plan';
import { RunMachine } from './run-machine';

/**
 * How many processes each job of a run may have at most, by its key.
 *
 * @param procs worker processes that were asked for; undefined: one for each processor
 */
export function ranksOf(
  plan: PlannedRun,
  procs: number | undefined,
): { readonly numProcs: number; readonly of: (key: string) => number } {
  const numProcs = clampProcs(procs, procs !== undefined);
  const machine = new RunMachine(plan.jobs, { maxProcs: plan.maxProcs, realNumProcs: numProcs });
  return { numProcs, of: (key) => machine.ranksOf(key) };
}
