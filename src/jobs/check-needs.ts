import type { JobSpec } from '../shared/job-file';
import type { Checker } from './checker';
import type { FullJob } from './full-job';
import type { Path } from './source';
import { didYouMean } from './suggest';

export type NeedWhen = 'success' | 'failure' | 'always' | 'items';

/** One entry of `needs`, in its long form, and where it stands. */
export interface Need {
  readonly id: string;
  readonly when: NeedWhen;
  readonly path: Path;
}

/** What a job needs, as written. */
export function needsOf({ spec, pathOf }: Pick<FullJob, 'spec' | 'pathOf'>): Need[] {
  const { needs } = spec;
  if (needs === undefined) return [];
  const at = pathOf('needs');
  const entries: (readonly [Extract<JobSpec['needs'], readonly unknown[]>[number], Path])[] = Array.isArray(needs)
    ? needs.map((entry, index) => [entry, [...at, index]] as const)
    : [[needs, at]];
  return entries.map(([entry, path]) =>
    typeof entry === 'string'
      ? { id: entry, when: 'success', path }
      : { id: entry.job, when: entry.when ?? 'success', path: [...path, 'job'] },
  );
}

/** Checks that what is needed is there, is on, and never in the end the job itself. */
export function checkNeeds(checker: Checker): void {
  const { jobs, ids, report } = checker;
  const known = new Set(ids);
  const byId = new Map(jobs.map((full) => [full.id, full]));
  for (const full of jobs) {
    const seen = new Set<string>();
    for (const need of needsOf(full)) {
      const other = byId.get(need.id);
      if (!known.has(need.id))
        report(need.path, 'E209', `There is no job "${need.id}" in this file.${didYouMean(need.id, known)}`);
      else if (seen.has(need.id)) report(need.path, 'E209', `Job "${need.id}" is needed twice.`);
      else if (other?.spec.enabled === false && full.spec.enabled !== false)
        report(
          need.path,
          'E209',
          `Job "${need.id}" is switched off by "enabled: false"; switch it on, or take it out of "needs".`,
        );
      else if (need.when === 'items') checkItems(full, other, need, checker);
      seen.add(need.id);
    }
  }
  checkCircles(checker);
}

function checkItems(full: FullJob, other: FullJob | undefined, need: Need, { report }: Checker): void {
  const culprit = [full, other].find((job) => job?.work.includes('target'));
  if (culprit)
    report(
      need.path.slice(0, -1),
      'E209',
      `"when: items" is for map and run; job "${culprit.id}" is a target, which has no items that are done one by one.`,
    );
}

/** Tells each circle once, at the entry that closes it. */
function checkCircles({ jobs, report }: Checker): void {
  const byId = new Map(jobs.map((full) => [full.id, full]));
  const done = new Set<string>();
  for (const start of jobs) {
    // Depth first, without recursion: a chain may be as long as the file has jobs.
    const way: { readonly id: string; readonly needs: Need[] }[] = [];
    const enter = (full: FullJob): void => {
      way.push({ id: full.id, needs: needsOf(full) });
    };
    if (!done.has(start.id)) enter(start);
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const need = top.needs.shift();
      const next = need && byId.get(need.id);
      if (need === undefined) {
        done.add(top.id);
        way.pop();
      } else if (next && !done.has(next.id)) {
        const from = way.findIndex(({ id }) => id === next.id);
        if (from < 0) enter(next);
        else report(need.path, 'E210', circleSentence([...way.slice(from).map(({ id }) => id), next.id]));
      }
    }
  }
}

function circleSentence(ids: readonly string[]): string {
  if (ids.length === 2) return `Job "${ids[0] ?? ''}" needs itself.`;
  // A circle of hundreds is told by its ends.
  const shown = ids.length > 12 ? [...ids.slice(0, 6), '…', ...ids.slice(-5)] : ids;
  return `"needs" goes in a circle: ${shown.join(' -> ')}.`;
}
