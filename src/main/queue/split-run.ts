import type { History } from '../../history';
import { planToJson } from '../../jobs/plan-json';
import type { PlannedJob, PlannedRun } from '../../shared/plan';
import { workOf } from '../scripts/script-plan';

/**
 * Jobs of a run that must stay together with the given ones: those that need each other, or all when the file says how
 * many processes they may use together.
 */
export function inseparable(plan: Pick<PlannedRun, 'maxProcs' | 'jobs'>, keys: readonly string[]): ReadonlySet<string> {
  if (plan.maxProcs !== null) return new Set(plan.jobs.map(({ key }) => key));
  const others = new Map<string, Set<string>>(plan.jobs.map(({ key }) => [key, new Set()]));
  for (const { key, needs } of plan.jobs)
    for (const need of needs.flatMap((one) => one.keys)) {
      others.get(key)?.add(need);
      others.get(need)?.add(key);
    }
  const together = new Set<string>();
  const open = keys.filter((key) => others.has(key));
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (together.has(key)) continue;
    together.add(key);
    open.push(...(others.get(key) ?? []));
  }
  return together;
}

/** A run and those of its jobs that something is to happen to. */
export interface RunPart {
  readonly run: number;
  /** Keys of the jobs in the plan. */
  readonly jobs: readonly string[];
}

/**
 * Makes a run of their own of some jobs of a run that waits, so that something can happen to them alone.
 *
 * @returns the run that they are in now, and the keys of all its jobs; the old one when they cannot leave it
 */
export async function isolate(history: History, { run, jobs }: RunPart): Promise<RunPart> {
  const stored = await history.get(run);
  if (!stored) return { run, jobs: [] };
  const plan = workOf(stored);
  const leaving = inseparable(plan, jobs);
  const all = plan.jobs.map(({ key }) => key);
  if (leaving.size === all.length || leaving.size === 0) return { run, jobs: all };
  const part = (isIn: (job: PlannedJob) => boolean): { plan: string; hash: string } => {
    const own = plan.jobs.filter(isIn);
    return { plan: planToJson({ ...plan, jobs: own }), hash: own.map(({ hash }) => hash).join(' ') };
  };
  const created = await history.split({
    run,
    keys: [...leaving],
    moved: part(({ key }) => leaving.has(key)),
    rest: part(({ key }) => !leaving.has(key)),
  });
  return created === undefined ? { run, jobs: all } : { run: created, jobs: [...leaving] };
}
