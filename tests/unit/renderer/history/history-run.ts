import type { HistoryRun } from '../../../../src/shared/ipc-history';
import type { RunLine, StoredJob } from '../../../../src/shared/stored-run';

const nothing = { done: 0, failed: 0, skipped: 0, cancelled: 0 };

/** A job that is done, changed as a test needs it. */
export const storedJob = (changes: Partial<StoredJob> = {}): StoredJob => ({
  key: 'a',
  kind: 'map',
  label: 'A',
  target: './a.mjs#run',
  total: 100,
  state: 'done',
  progress: 0,
  items: nothing,
  attempts: 1,
  startedAt: null,
  endedAt: null,
  error: null,
  resultBytes: null,
  isHeld: false,
  isResultRefused: false,
  output: null,
  logLines: 0,
  ...changes,
});

/** A line of the list. */
export const runLine = (changes: Partial<RunLine> = {}): RunLine => ({
  id: 1,
  state: 'done',
  name: 'a.yaml',
  file: '/jobs/a.yaml',
  hash: 'h',
  priority: 0,
  position: 1,
  isCleared: false,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
  starts: 1,
  jobs: { total: 1, done: 1, failed: 0 },
  items: { ...nothing, total: 100 },
  exitReason: null,
  exitCode: 0,
  request: null,
  owner: null,
  label: 'A',
  targets: ['./a.mjs#run'],
  failure: null,
  ...changes,
});

/** A run with one job and nothing special about it. */
export function historyRun(changes: Partial<HistoryRun> = {}): HistoryRun {
  const { targets: _, label: _label, failure: _failure, ...row } = runLine();
  return {
    ...row,
    jobList: [],
    source: '',
    plan: '{}',
    isDefinitionLost: false,
    args: '',
    versions: [['procession', '1.0.0']],
    ...changes,
  };
}
