import type { ErrorInfo } from '../../shared/engine-info';
import type { ComputeEnd, RunRef } from '../../shared/worker-protocol';
import type { RecordedRun } from './run-record';
import { describeEnd, diedError } from './run-slot';
import type { WorkerExit } from './worker-host';

/** A run that is being ended because its process has become too large. */
export interface OversizedRun {
  readonly run: RunRef;
  readonly end: ComputeEnd;
}

/** For example `was ended by SIGKILL`. */
export function describeExit(exit: WorkerExit): string {
  if (exit.signal) return `was ended by ${exit.signal}`;
  return exit.code === null ? 'ended' : `ended with exit code ${exit.code}`;
}

/** What a person is told when a process ended under a run. @param recorded what the run had written about itself, if so */
export function describeDeath(
  exit: WorkerExit,
  run: RunRef,
  recorded: RecordedRun | undefined,
  oversized: OversizedRun | undefined,
): ErrorInfo {
  const phase = recorded?.runId === run.runId ? recorded.phase : undefined;
  return oversized?.run.runId === run.runId
    ? describeEnd(oversized.end, run, phase)
    : diedError(run, `its process ${describeExit(exit)}`, phase);
}
