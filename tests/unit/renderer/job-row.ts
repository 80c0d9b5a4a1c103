import type { JobRow } from '../../../src/shared/ipc';

/** A row of the list of jobs, of one that was not started. */
export const row = (key: number, more: Partial<JobRow> = {}): JobRow => ({
  key,
  fileKey: 1,
  id: `job-${key}`,
  kind: 'target',
  label: `Job ${key}`,
  target: 'a.mjs#a',
  state: 'ready',
  range: 100,
  progress: 0,
  items: null,
  ranks: 0,
  rate: null,
  startedAt: null,
  movedAt: null,
  endedAt: null,
  failure: null,
  role: 'job',
  scriptState: null,
  step: null,
  entry: null,
  place: key,
  ...more,
});
