import type { JobSpec } from '../shared/job-file';
import { groupPlaceholders, placeholdersOf, plainPlaceholders } from '../shared/placeholders';
import type { Checker } from './checker';
import type { FullJob } from './full-job';
import type { Path } from './source';
import { didYouMean } from './suggest';

/** Fields that may have placeholders. */
type Place = 'run' | 'output' | 'cwd';

/** What stands for the item, or a part of it. */
const ofItem: ReadonlySet<string> = new Set(['item', 'index', 'stem', 'ext', 'basename', 'dir']);
const ofPath: ReadonlySet<string> = new Set(['stem', 'ext', 'basename', 'dir']);
/** What is another one in each attempt or schedule, so that nothing can be found again under it. */
const fleeting: ReadonlySet<string> = new Set(['start', 'stop', 'attempt']);

/** Whether a text has something that differs from item to item. */
export function dependsOnItem(template: string): boolean {
  return placeholdersOf(template).some(({ name }) => ofItem.has(name) || name.startsWith('row.'));
}

/** Checks every placeholder of a job: that there is such a thing, and that it means something at its place. */
export function checkPlaceholders(full: FullJob, { report }: Checker): void {
  const { spec, work, pathOf } = full;
  const check = (template: string, path: Path, place: Place): void => {
    for (const { name } of placeholdersOf(template)) {
      const problem = problemWith(name, place, full);
      if (problem !== undefined) report(path, 'E121', problem, { text: `{${name}}` });
    }
  };
  for (const [index, argument] of (spec.run ?? []).entries()) check(argument, [...pathOf('run'), index], 'run');
  const { output } = spec;
  if (typeof output === 'string') check(output, pathOf('output'), 'output');
  else if (output) check(output.path, [...pathOf('output'), 'path'], 'output');
  if (spec.cwd !== undefined && work.includes('run')) check(spec.cwd, pathOf('cwd'), 'cwd');
}

/** A sentence about what is wrong with a placeholder, if anything is. */
function problemWith(name: string, place: Place, full: FullJob): string | undefined {
  const written = `{${name}}`;
  const { spec } = full;
  const dot = name.indexOf('.');
  const group = groupPlaceholders.find((known) => dot > 0 && known === name.slice(0, dot));
  if (group === undefined && !plainPlaceholders.some((known) => known === name)) {
    const hint = didYouMean(
      written,
      candidates(place, full).map((known) => `{${known}}`),
    );
    return `Unknown placeholder ${written} in "${place}".${hint || ' Write {{ and }} for braces.'}`;
  }
  const perItem = ofItem.has(name) || group === 'row';
  if (perItem && !hasItems(place, full))
    return `${written} means nothing in "${place}" of a target: it is called once per process, not per item.`;
  if (place !== 'run' && fleeting.has(name))
    return `${written} cannot be part of "${place}": it would be another one when the job is run again.`;
  if (name === 'out')
    return place !== 'run'
      ? `${written} stands for the file of "output", and only in "run".`
      : full.has('output')
        ? undefined
        : `${written} stands for the file of "output", and the job has none.`;
  if (group !== undefined) return problemWithMember(written, group, name.slice(dot + 1), full);
  if (ofItem.has(name) && name !== 'index') return problemWithItem(name, spec.range);
  return undefined;
}

function problemWithItem(name: string, range: JobSpec['range']): string | undefined {
  if (typeof range === 'object' && 'csv' in range)
    return `{${name}} means nothing for the rows of a table; name a column, such as {row.name}.`;
  const isNumbers = typeof range === 'number' || typeof range === 'string' || (range !== undefined && 'from' in range);
  return ofPath.has(name) && isNumbers
    ? `{${name}} is a part of a path, and the items of "range" are numbers; use {item}.`
    : undefined;
}

function problemWithMember(
  written: string,
  group: (typeof groupPlaceholders)[number],
  member: string,
  { spec, has }: FullJob,
): string | undefined {
  if (group === 'row') {
    const { range } = spec;
    if (range === undefined && has('range')) return undefined;
    // Whether there is such a column is known when the table has been read.
    return typeof range === 'object' && 'csv' in range
      ? undefined
      : `${written} stands for a column, and "range" is not a table; write range: { csv: table.csv }.`;
  }
  const members = spec[group];
  if (members === undefined && has(group)) return undefined;
  if (members !== undefined && Object.hasOwn(members, member)) return undefined;
  const hint = didYouMean(
    written,
    Object.keys(members ?? {}).map((known) => `{${group}.${known}}`),
  );
  return `There is no "${member}" in "${group}" of the job for ${written} to stand for.${hint}`;
}

/** Whether what has this field is done for one item at a time. */
function hasItems(place: Place, { work }: FullJob): boolean {
  return place === 'run' || !work.includes('target');
}

function candidates(place: Place, full: FullJob): string[] {
  const { spec } = full;
  const members = (['matrix', 'args'] as const).flatMap((group) =>
    Object.keys(spec[group] ?? {}).map((name) => `${group}.${name}`),
  );
  const plain = plainPlaceholders.filter(
    (name) =>
      (hasItems(place, full) || !ofItem.has(name)) && (place === 'run' || (!fleeting.has(name) && name !== 'out')),
  );
  return [...plain, ...members];
}
