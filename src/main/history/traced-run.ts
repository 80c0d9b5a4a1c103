import { decodeValue } from '../../core/data/serialize';
import type { History, StoredRun } from '../../history';
import { isRecord } from '../../shared/is-record';
import type { LaneSpans } from '../../shared/range';
import type { ListedJob } from '../listed-job';
import { timelineOf } from '../runs/range-feed';
import type { RunRecord } from '../runs/run-record';
import type { TracedJob, TracedRun } from './chrome-trace';

/** A run of the history as a trace: its jobs, and what each rank worked on as far as that was recorded. */
export async function tracedRun(history: History, stored: StoredRun, now: number): Promise<TracedRun> {
  const jobs: TracedJob[] = [];
  for (const { key, label, state, startedAt, endedAt } of stored.jobList) {
    if (startedAt === null) continue;
    const recorded = recordedLanes(await history.timeline({ run: stored.id, job: key }));
    jobs.push({ key, label, state, began: startedAt, ended: endedAt ?? stored.endedAt ?? Number.NaN, ...recorded });
  }
  return { name: stored.name, at: now, jobs };
}

/** A job of the list as a trace, from what is kept of its latest run in memory. */
export function tracedJob(job: Readonly<ListedJob>, record: RunRecord | undefined, now: number): TracedRun {
  const { plan, state, startedAt, endedAt, ranks } = job;
  const spans =
    record === undefined
      ? []
      : timelineOf(record.range, job.run, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, now).lanes;
  return {
    name: plan.label,
    at: now,
    jobs: [
      {
        key: plan.key,
        label: plan.label,
        state,
        began: startedAt ?? Number.NaN,
        ended: endedAt ?? Number.NaN,
        pids: ranks.map(({ pid }) => pid),
        spans,
      },
    ],
  };
}

/** The lanes of what the history keeps of how a job went; none when nothing is, or of another version. */
export function recordedLanes(bytes: Uint8Array | undefined): Pick<TracedJob, 'pids' | 'spans'> {
  const none = { pids: [], spans: [] };
  if (bytes === undefined) return none;
  try {
    const value = decodeValue(bytes);
    if (!isRecord(value) || !Array.isArray(value.ranks) || !Array.isArray(value.spans)) return none;
    if (!value.spans.every(isLane)) return none;
    const pids = value.ranks.map((rank: unknown) => (isRecord(rank) && typeof rank.pid === 'number' ? rank.pid : null));
    return { pids, spans: value.spans };
  } catch {
    return none;
  }
}

const isLane = (value: unknown): value is LaneSpans =>
  isRecord(value) &&
  value.spans instanceof Float64Array &&
  value.states instanceof Uint8Array &&
  value.spans.length === value.states.length * 4;
