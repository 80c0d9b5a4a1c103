import type { History, ItemRange, StoredRun } from '../history';
import type { ErrorInfo } from '../shared/engine-info';
import type { PlannedJob, PlannedRun } from '../shared/plan';
import type { EarlierItems } from './earlier-items';
import type { EarlierJob } from './job-file-run';
import type { JobOutcome } from './outcome';
import { decodeTrace } from './tracking/trace-record';

/** What was done of a run when it was started before, from the history; of a run that this process has claimed. */
export async function loadEarlier(
  history: History,
  stored: StoredRun,
  plan: PlannedRun,
): Promise<Map<string, EarlierJob>> {
  const remainders = new Map((await history.remainder(stored.id)).map((remainder) => [remainder.key, remainder]));
  const earlier = new Map<string, EarlierJob>();
  for (const job of plan.jobs) {
    const remainder = remainders.get(job.key);
    const known = stored.jobList.find(({ key }) => key === job.key);
    if (!remainder || !known) continue;
    const items = await loadItems(history, stored.id, job, remainder.missing);
    const trace =
      known.attempts === 0 ? undefined : decodeTrace(await history.timeline({ run: stored.id, job: job.key }));
    earlier.set(job.key, { items, outcome: outcomeOf(job, known, items), trace });
  }
  return earlier;
}

async function loadItems(
  history: History,
  run: number,
  job: PlannedJob,
  missing: readonly ItemRange[],
): Promise<EarlierItems> {
  if (job.kind === 'target') return { ranges: [], values: new Map(), errors: new Map(), done: 0 };
  const values = new Map<number, Uint8Array | undefined>();
  for (let from = 0; ; ) {
    const blocks = await history.values({ run, job: job.key, from });
    for (const { start, values: found } of blocks) found.forEach((value, offset) => values.set(start + offset, value));
    const last = blocks.at(-1);
    if (!last) break;
    from = last.start + Math.max(1, last.values.length);
  }
  const errors = new Map<number, ErrorInfo>();
  for (let from = 0; ; ) {
    const ranges = await history.settled({ run, job: job.key, state: 'failed', from });
    for (const { start, end, error } of ranges)
      for (let item = start; item < end; item += 1) errors.set(item, error ?? { name: 'Error', message: 'It failed.' });
    const last = ranges.at(-1);
    if (!last) break;
    from = last.end;
  }
  return { ranges: gapsBetween(missing, job.range), values, errors, done: values.size };
}

/** The items that are in none of the ranges. */
export function gapsBetween(ranges: readonly ItemRange[], length: number): ItemRange[] {
  const gaps: ItemRange[] = [];
  let next = 0;
  for (const [start, end] of [...ranges, [length, length] as const]) {
    if (start > next) gaps.push([next, start]);
    next = Math.max(next, end);
  }
  return gaps;
}

/** How the job had ended, if nothing of it is left to do. */
function outcomeOf(job: PlannedJob, known: StoredRun['jobList'][number], items: EarlierItems): JobOutcome | undefined {
  const { state, startedAt, endedAt, error, output } = known;
  // One that was cancelled by itself stays so when its run goes on.
  if (state === 'cancelled')
    return { state, errors: [], startedAt: startedAt ?? 0, endedAt: endedAt ?? startedAt ?? 0 };
  if (state !== 'done' && state !== 'failed') return undefined;
  const ended = items.ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  if (job.kind !== 'target' && ended < job.range) return undefined;
  return {
    state,
    errors: error === null ? [] : [{ rank: null, error }],
    ...(job.kind !== 'target' && { items: { done: items.done, failed: items.errors.size, skipped: 0 } }),
    ...(output !== null && { output }),
    startedAt: startedAt ?? 0,
    endedAt: endedAt ?? startedAt ?? 0,
  };
}
