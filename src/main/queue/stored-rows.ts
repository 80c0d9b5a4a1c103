import { isActive, type RowState } from '../../shared/ipc';
import type { QueueEntry } from '../../shared/ipc-queue';
import type { PlannedJob } from '../../shared/plan';
import type { RunOutline, StoredJob } from '../../shared/stored-run';
import { type ListedJob, noItems } from '../listed-job';
import { outlineParts } from '../outline-parts';
import { callPlan } from '../scripts/listed-calls';
import { scriptJob } from '../scripts/script-plan';

/**
 * What stands for the plan of a stored job until somebody needs the plan itself: its name, kind, size. A list of a
 * hundred thousand jobs has no room for their plans, and no time to read them.
 *
 * @param hash its own part of the run's hash
 */
export function outlineOf(job: StoredJob, file: string, hash: string): PlannedJob {
  const common = {
    ...outlineParts,
    key: job.key,
    id: job.key,
    label: job.label,
    file,
    range: job.total,
    hash,
  };
  if (job.kind === 'run') return { ...common, kind: 'run', argv: [job.target] };
  if (job.kind === 'map') return { ...common, kind: 'map', target: job.target };
  if (job.kind === 'call') return callPlan(file, job.key, job.label, job.total);
  if (job.kind === 'script') return scriptJob(job.target, hash);
  return { ...common, kind: 'target', target: job.target, partitionArgs: [] };
}

/** How a job is listed of which the history tells. */
export function listedAs(
  job: StoredJob,
  run: Pick<RunOutline, 'file'>,
  hash: string,
): Pick<ListedJob, 'plan' | 'role' | 'target' | 'isOutline'> {
  const isScript = job.kind === 'script';
  const isCall = job.kind === 'call';
  return {
    plan: outlineOf(job, run.file ?? '', hash),
    role: isScript ? 'script' : isCall ? 'call' : 'job',
    // Of what a script has asked for nobody knows more.
    isOutline: !isCall,
    target: isScript ? `${job.key}#default` : job.target,
  };
}

/** The hashes of a run's jobs, in its order. */
export const hashesOf = ({ hash, jobList }: RunOutline): readonly string[] => {
  const hashes = hash.split(' ');
  // Those that a script has asked for come last, and have none.
  return hashes.length === jobList.filter(({ kind }) => kind !== 'call').length ? hashes : [];
};

export function entryOf(run: Omit<RunOutline, 'jobList'>): QueueEntry {
  const { id, priority, position, createdAt, owner } = run;
  return {
    run: id,
    priority,
    position,
    queuedAt: createdAt,
    isActive: owner !== null,
    owner: owner === null || owner.isSelf ? null : { pid: owner.pid, kind: owner.kind },
  };
}

/**
 * How the list shows a job of a run that is not worked on here.
 *
 * @param isDue the window will begin the run when it is its turn; otherwise it waits until somebody resumes it
 */
export function rowStateOf(run: RunOutline, job: StoredJob, isDue: boolean): RowState {
  if (job.state !== 'queued' && job.state !== 'running' && job.state !== 'interrupted') return job.state;
  // What a script had asked for is not gone on with: it asks anew.
  if (job.kind === 'call' && run.state !== 'running') return 'cancelled';
  switch (run.state) {
    case 'queued':
      return isDue && !job.isHeld ? 'queued' : 'paused';
    case 'paused':
      return 'paused';
    case 'interrupted':
      return job.isHeld ? 'paused' : 'interrupted';
    case 'running':
      if (run.request === 'cancel') return 'cancelling';
      if (run.request === 'pause') return 'pausing';
      if (job.isHeld) return 'paused';
      return job.state === 'running' ? 'running' : 'queued';
    case 'done':
    case 'failed':
    case 'cancelled':
      return 'cancelled';
  }
}

/** What the list shows of a job of a run that is not worked on here. */
export function restoredRun(run: RunOutline, job: StoredJob, isDue: boolean): Partial<ListedJob> {
  const { kind, startedAt, endedAt, error, output, resultBytes, isResultRefused } = job;
  const state = rowStateOf(run, job, isDue);
  const hasItems = kind === 'map' || kind === 'run';
  return {
    state,
    progress: progressOf(job, hasItems),
    tally: hasItems ? { ...noItems, failed: job.items.failed, skipped: job.items.skipped } : null,
    startedAt,
    endedAt: isActive(state) ? null : (endedAt ?? run.endedAt),
    errors: error === null || state === 'cancelled' ? [] : [{ rank: null, error }],
    reason:
      state === 'cancelled' || state === 'skipped'
        ? (error?.message ?? (kind === 'call' ? 'Its script was cut off.' : null))
        : null,
    output,
    isHeld: job.isHeld,
    isResultRefused,
    isResultStored: (resultBytes !== null && !isResultRefused) || (hasItems && state === 'done'),
  };
}

function progressOf({ progress, items, state, total }: StoredJob, hasItems: boolean): number {
  if (state === 'done') return total;
  return hasItems ? items.done + items.failed + items.skipped : progress;
}
