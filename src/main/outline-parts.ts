import type { PlannedJob } from '../shared/plan';

/** What is not known of a job of which only an outline is. */
export const outlineParts = {
  items: { kind: 'count' },
  args: {},
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
  retries: { max: 0, backoff: 'none', delayMs: 0, maxDelayMs: 0, jitter: 0, on: [] },
  onFailure: { then: 'continue' },
  needs: [],
  output: null,
} as const satisfies Partial<PlannedJob>;
