import type { PlannedCommandJob, PlannedMapJob, PlannedTargetJob } from '../../src/jobs/plan';

/** A planned job of a built-in target over 100 indices, with nothing special about it, changed as a test needs it. */
export function plannedJob(changes: Partial<PlannedTargetJob> = {}): PlannedTargetJob {
  const { id = 'a' } = changes;
  return {
    kind: 'target',
    key: id,
    id,
    label: id,
    target: 'builtin:mandelbrot',
    file: '/w/jobs.yaml',
    range: 100,
    items: { kind: 'count' },
    args: {},
    partitionArgs: [],
    matrix: {},
    numProcs: 0,
    schedule: { kind: 'static', chunk: null },
    priority: 0,
    env: {},
    cwd: '.',
    memoryMiB: null,
    recycleAfter: null,
    timeoutMs: null,
    jobTimeoutMs: null,
    retries: {
      max: 0,
      backoff: 'none',
      delayMs: 0,
      maxDelayMs: 60_000,
      jitter: 0,
      on: ['crash', 'timeout', 'error'],
    },
    onFailure: { then: 'continue' },
    needs: [],
    output: null,
    hash: '0',
    ...changes,
  };
}

/** The same, calling a function for each of its items. */
export function plannedMapJob(changes: Partial<PlannedMapJob> = {}): PlannedMapJob {
  const { partitionArgs: _, ...common } = plannedJob();
  return { ...common, kind: 'map', schedule: { kind: 'dynamic', chunk: null }, ...changes };
}

/** The same, running a command for each of its items. */
export function plannedCommandJob(changes: Partial<PlannedCommandJob> = {}): PlannedCommandJob {
  const { target: _, ...common } = plannedMapJob();
  return { ...common, kind: 'run', argv: ['echo', '{item}'], ...changes };
}
