import type { History, StoredRun } from '../history';
import { hasSameItems, type ItemMove, matchItems } from '../jobs/match-items';
import { planChanges } from '../jobs/plan-changes';
import { planToJson } from '../jobs/plan-json';
import { counted } from '../shared/counted';
import type { PlannedJob, PlannedRun } from '../shared/plan';
import { readsPlace } from './reads-place';
import { mismatches, newRun, type OwnedRun, planOf, ResumeError, takeRun } from './stored-runs';

export interface ResumeOptions {
  /** Items that failed are worked on again too. */
  readonly again: boolean;
  /** Version of Procession. */
  readonly version: string;
  /** Where secrets come from. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Takes an earlier run, to do what is missing of it. When its job file has other items, jobs or settings by now, that is
 * a new run, which takes over what was done: items are told by their keys.
 *
 * @param plan the job file as it is now; undefined when it is not there any more, or cannot be read
 * @param args what was given beyond the file
 * @throws ResumeError when its results would not fit the file as it is now, or somebody else works on it
 */
export async function resumeRun(
  history: History,
  stored: StoredRun,
  plan: PlannedRun | undefined,
  args: Readonly<Record<string, unknown>>,
  { again, version, environment }: ResumeOptions,
): Promise<OwnedRun> {
  await refuseMismatch(stored, plan);
  const before = planOf(stored);
  if (!plan || planToJson(before) === planToJson(plan))
    return await takeRun(history, stored.id, environment, { again });
  const jobs = jobPairs(before, plan).map(async ([old, now]) => ({
    key: now.key,
    isSame: hasSameItems(old, now),
    items: await movesOf(old, now),
  }));
  const outcome = await history.continueRun({
    run: await newRun(plan, { args, version }),
    of: stored.id,
    jobs: await Promise.all(jobs),
  });
  if (!outcome.ok)
    throw new ResumeError(
      `Run ${stored.id} is being worked on by process ${outcome.owner?.pid} (${outcome.owner?.kind}).`,
    );
  return await takeRun(history, outcome.run, environment, { again });
}

/**
 * How an earlier run's jobs, items or settings differ from those of the file now, in sentences; empty when they do not.
 * Results of the earlier run are of use all the same.
 */
export async function workChanges(stored: StoredRun, plan: PlannedRun): Promise<string[]> {
  const before = planOf(stored);
  const changes = planChanges(before, plan).filter(({ spoilsResults }) => !spoilsResults);
  const moved: string[] = [];
  for (const [old, now] of jobPairs(before, plan)) {
    if (now.kind !== 'map' || hasSameItems(old, now) || !(await readsPlace(now))) continue;
    const count = (moves: readonly ItemMove[]): number => moves.reduce((sum, [, , items]) => sum + items, 0);
    const again = count(matchItems(old, now)) - count(matchItems(old, now, true));
    if (again > 0)
      moved.push(
        `Job "${now.key}": ${counted(again, 'item')} of the earlier run ${again === 1 ? 'has' : 'have'} another place now, which the function reads: ${again === 1 ? 'it is' : 'they are'} worked on again.`,
      );
  }
  return [...changes.map(({ text }) => text), ...moved];
}

async function movesOf(old: PlannedJob, now: PlannedJob): Promise<ItemMove[]> {
  return now.kind === 'target' ? [] : matchItems(old, now, await readsPlace(now));
}

/**
 * How many items of each job a resumed run would find done, by key of the job; of a job that is called once per
 * process all or none.
 *
 * @throws ResumeError as {@link resumeRun} does for a file that does not fit
 */
export async function countDone(
  history: History,
  stored: StoredRun,
  plan: PlannedRun,
  again: boolean,
): Promise<Map<string, number>> {
  await refuseMismatch(stored, plan);
  const counts = new Map<string, number>();
  for (const [old, now] of jobPairs(planOf(stored), plan)) {
    const known = stored.jobList.find(({ key }) => key === old.key);
    if (now.kind === 'target') {
      counts.set(now.key, known?.state === 'done' ? now.range : 0);
      continue;
    }
    const ended = await endedRanges(history, stored.id, old.key, again ? ['done'] : ['done', 'failed']);
    const moves = await movesOf(old, now);
    counts.set(
      now.key,
      moves.reduce((sum, [from, , count]) => sum + overlap(ended, from, from + count), 0),
    );
  }
  return counts;
}

async function endedRanges(
  history: History,
  run: number,
  job: string,
  states: readonly ('done' | 'failed')[],
): Promise<(readonly [start: number, end: number])[]> {
  const ranges: (readonly [number, number])[] = [];
  for (const state of states)
    for (let from = 0; ; ) {
      const page = await history.settled({ run, job, state, from });
      const last = page.at(-1);
      if (!last) break;
      for (const { start, end } of page) ranges.push([start, end]);
      from = last.end;
    }
  return ranges;
}

function overlap(ranges: readonly (readonly [number, number])[], start: number, end: number): number {
  return ranges.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
}

function jobPairs(before: PlannedRun, after: PlannedRun): [PlannedJob, PlannedJob][] {
  const old = new Map(before.jobs.map((job) => [job.key, job]));
  return after.jobs.flatMap((job): [PlannedJob, PlannedJob][] => {
    const earlier = old.get(job.key);
    return earlier ? [[earlier, job]] : [];
  });
}

async function refuseMismatch(stored: StoredRun, plan: PlannedRun | undefined): Promise<void> {
  const reasons = await mismatches(stored, plan);
  if (reasons.length === 0) return;
  throw new ResumeError(
    [
      `Run ${stored.id} is not resumed, since its results would not fit:`,
      ...reasons.map((reason) => `  ${reason}`),
      'Run the file from its beginning, without --resume.',
    ].join('\n'),
    { isMismatch: true },
  );
}
