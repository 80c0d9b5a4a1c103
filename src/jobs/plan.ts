import { resolve } from 'node:path';
import { parseRetries } from '../core/jobs/retry';
import type { JobSpec } from '../shared/job-file';
import { parseDuration, parseExitCode, parseMemory, parsePercent } from '../shared/job-units';
import {
  type PlannedJob,
  type PlannedNeed,
  type PlannedOnFailure,
  type PlannedOutput,
  type PlannedRetries,
  type PlannedRun,
  planVersion,
} from '../shared/plan';
import { needsOf } from './check-needs';
import { isCommandsFile, outputFormatOf, outputPathOf } from './check-output';
import { dependsOnItem } from './check-placeholders';
import type { Report } from './checker';
import { expandRange } from './expand-range';
import type { FullJob } from './full-job';
import { resolveIn } from './inside-folder';
import { Lookups } from './lookups';
import { combinationLabel, combinationsOf, keyOf } from './matrix';
import type { ParsedJobFile } from './parse';
import { hashJob, type Unhashed } from './plan-hash';
import { checkColumns, OutputPaths } from './plan-outputs';
import { JobFileError, type Problem } from './problem';

export type * from '../shared/plan';

/**
 * Looks up what a job file names: expands ranges and matrices, fills in defaults, resolves paths. Imports and starts
 * nothing.
 *
 * @throws JobFileError with all problems: files that are not there, links that lead outside the folder, outputs that
 *   would be written twice
 */
export async function planJobs(parsed: ParsedJobFile): Promise<PlannedRun> {
  const { jobFile, source } = parsed;
  const problems: Problem[] = [];
  const report: Report = (...where) => problems.push(source.problemAt(...where));
  const lookups = new Lookups(parsed.folder);
  const outputs = new OutputPaths(lookups, resolve(parsed.file), report);
  const keys = keysById(parsed.jobs);
  const file = resolve(parsed.file);
  const jobs: PlannedJob[] = [];
  for (const full of parsed.jobs) {
    if (full.spec.enabled === false) continue;
    const planned = await planJob(full, keys, file, lookups, report);
    outputs.check(full, planned);
    jobs.push(...planned);
  }
  checkItemNeeds(parsed.jobs, jobs, report);
  if (problems.length > 0) throw new JobFileError(problems, parsed.text);
  return {
    version: planVersion,
    file,
    name: jobFile.name ?? null,
    description: jobFile.description ?? null,
    maxProcs: jobFile.maxProcs ?? null,
    jobs,
    disabled: parsed.jobs.filter(({ spec }) => spec.enabled === false).map(({ id }) => id),
  };
}

/** One job for each combination of its matrix. */
async function planJob(
  full: FullJob,
  keys: ReadonlyMap<string, readonly string[]>,
  file: string,
  lookups: Lookups,
  report: Report,
): Promise<PlannedJob[]> {
  const { spec, id, pathOf } = full;
  checkCwd(full, lookups, report);
  const work = workOf(full, lookups, report);
  const expanded = await expandRange(spec.range, lookups);
  if ('message' in expanded) {
    report([...pathOf('range'), ...expanded.at], expanded.code, expanded.message);
    return [];
  }
  if (!checkColumns(full, expanded.items, report)) return [];
  const common = {
    id,
    file,
    range: expanded.count,
    items: expanded.items,
    ...optionsOf(spec, work.kind),
    needs: needsOf(full).map(
      ({ id: needed, when }): PlannedNeed => ({ id: needed, keys: keys.get(needed) ?? [], when }),
    ),
    output: outputOf(full),
  };
  return combinationsOf(spec.matrix).map((matrix) => {
    const job: Unhashed = {
      key: keyOf(id, matrix),
      label: `${spec.label ?? id}${combinationLabel(matrix)}`,
      ...work,
      ...common,
      matrix,
      args: work.kind === 'run' ? (spec.args ?? {}) : { ...spec.args, ...matrix },
    };
    return Object.assign(job, { hash: hashJob(job) });
  });
}

type Work =
  | { readonly kind: 'target'; readonly target: string; readonly partitionArgs: readonly string[] }
  | { readonly kind: 'map'; readonly target: string }
  | { readonly kind: 'run'; readonly argv: readonly string[] };

function workOf(full: FullJob, lookups: Lookups, report: Report): Work {
  const { spec } = full;
  if (spec.run) return { kind: 'run', argv: spec.run };
  if (spec.map !== undefined) return { kind: 'map', target: targetOf('map', spec.map, full, lookups, report) };
  const target = targetOf('target', spec.target ?? '', full, lookups, report);
  return { kind: 'target', target, partitionArgs: spec.partitionArgs ?? [] };
}

/** The engine finds out whether the module loads; that it is there, and where it leads, shows without touching it. */
function targetOf(key: 'target' | 'map', written: string, full: FullJob, lookups: Lookups, report: Report): string {
  if (written.startsWith('builtin:')) return written;
  const [module = '', name = ''] = written.split('#');
  const resolved = resolveIn(lookups.folder, module.replace(/^\.\//, ''));
  if (!lookups.exists(resolved)) report(full.pathOf(key), 'E208', `The target's module "${module}" is not there.`);
  else if (!lookups.isReallyInside(resolved))
    report(
      full.pathOf(key),
      'E202',
      `The target's module "${module}" is a link that leads out of the job file's folder.`,
    );
  return `${resolved}#${name}`;
}

/** The settings of a job in the engine's units, with what is taken where nothing is written. */
function optionsOf(
  spec: JobSpec,
  kind: Work['kind'],
): Pick<
  PlannedJob,
  | 'numProcs'
  | 'schedule'
  | 'priority'
  | 'env'
  | 'cwd'
  | 'memoryMiB'
  | 'recycleAfter'
  | 'timeoutMs'
  | 'jobTimeoutMs'
  | 'retries'
  | 'onFailure'
> {
  const { numProcs, schedule = kind === 'target' ? 'static' : 'dynamic' } = spec;
  return {
    numProcs: numProcs === undefined || numProcs === 'auto' ? 0 : numProcs,
    schedule:
      typeof schedule === 'string'
        ? { kind: schedule, chunk: null }
        : { kind: schedule.kind, chunk: schedule.chunk ?? null },
    priority: spec.priority ?? 0,
    env: spec.env ?? {},
    cwd: kind === 'run' ? (spec.cwd ?? '.') : '.',
    memoryMiB: kind === 'run' ? null : unit(spec.memory, parseMemory),
    recycleAfter: kind === 'run' ? null : (spec.recycleAfter ?? null),
    timeoutMs: unit(spec.timeout, parseDuration),
    jobTimeoutMs: unit(spec.jobTimeout, parseDuration),
    retries: retriesOf(spec.retries),
    onFailure: kind === 'target' ? { then: 'continue' } : onFailureOf(spec.onFailure),
  };
}

function unit(text: string | undefined, parse: (text: string) => number | undefined): number | null {
  return text === undefined ? null : (parse(text) ?? null);
}

function retriesOf(written: JobSpec['retries']): PlannedRetries {
  if (typeof written !== 'object') return parseRetries(written);
  const { max, backoff, delay, maxDelay, jitter, on } = written;
  return parseRetries({
    max,
    ...(backoff !== undefined && { backoff }),
    ...(delay !== undefined && { delayMs: parseDuration(delay) ?? 0 }),
    ...(maxDelay !== undefined && { maxDelayMs: parseDuration(maxDelay) ?? 0 }),
    ...(jitter !== undefined && { jitter }),
    ...(on !== undefined && { on: on.map(causeOf) }),
  });
}

type WrittenCause = NonNullable<Exclude<JobSpec['retries'], number | undefined>['on']>[number];

function causeOf(written: WrittenCause): PlannedRetries['on'][number] {
  return written === 'crash' || written === 'timeout' ? written : (parseExitCode(written) ?? 'error');
}

function onFailureOf(written: JobSpec['onFailure'] = 'continue'): PlannedOnFailure {
  if (written === 'continue') return { then: 'continue' };
  if (typeof written === 'string') return { then: written, after: { items: 1 } };
  const { after, then } = written;
  return { then, after: typeof after === 'number' ? { items: after } : { percent: parsePercent(after) ?? 100 } };
}

function outputOf(full: FullJob): PlannedOutput | null {
  const path = outputPathOf(full.spec);
  if (path === undefined) return null;
  const format = isCommandsFile(full) ? null : (outputFormatOf(full.spec) ?? null);
  return { path, format, perItem: dependsOnItem(path) };
}

/** A folder that is made by a needed job cannot be there yet, nor one that is only known with the item. */
function checkCwd(full: FullJob, lookups: Lookups, report: Report): void {
  const { spec } = full;
  const { cwd, needs } = spec;
  if (spec.run === undefined || cwd === undefined || needs !== undefined || cwd.includes('{')) return;
  if (!lookups.isFolder(resolve(lookups.folder, cwd)))
    report(full.pathOf('cwd'), 'E214', `The working folder ${JSON.stringify(cwd)} is not there.`);
}

function keysById(jobs: readonly FullJob[]): Map<string, readonly string[]> {
  return new Map(jobs.map(({ id, spec }) => [id, combinationsOf(spec.matrix).map((matrix) => keyOf(id, matrix))]));
}

/** Item i can only wait for an item i that there is. */
function checkItemNeeds(all: readonly FullJob[], planned: readonly PlannedJob[], report: Report): void {
  const rangeOf = new Map(planned.map(({ id, range }) => [id, range]));
  for (const full of all) {
    if (full.spec.needs === undefined) continue;
    const range = rangeOf.get(full.id);
    for (const need of needsOf(full)) {
      const other = rangeOf.get(need.id);
      if (need.when === 'items' && range !== undefined && other !== undefined && range !== other)
        report(
          need.path.slice(0, -1),
          'E209',
          `With "when: items" both jobs must have as many items: "${full.id}" has ${range}, "${need.id}" has ${other}.`,
        );
    }
  }
}
