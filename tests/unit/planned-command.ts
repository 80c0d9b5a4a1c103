import type { PlannedCommandJob } from '../../src/shared/plan';
import { plannedJob } from './planned-job';

/** A planned job that runs `echo` for each of its items, changed as a test needs it. */
export function plannedCommand(changes: Partial<PlannedCommandJob> = {}): PlannedCommandJob {
  const { target: _target, partitionArgs: _parts, ...common } = plannedJob();
  return { ...common, kind: 'run', argv: ['echo', '{item}'], ...changes };
}
