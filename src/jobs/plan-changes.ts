import { counted } from '../shared/counted';
import { isRecord } from '../shared/is-record';
import type { PlannedJob, PlannedRun } from '../shared/plan';
import { canonicalJson, definitionOf } from './plan-hash';
import { ItemList } from './plan-items';
import { showValue } from './show-value';

/** One thing that differs between two plans. */
export interface PlanChange {
  /** Key of the job. */
  readonly job: string;
  /** A sentence for people. */
  readonly text: string;
  /** Whether results of the earlier plan are of no use for the later one because of it. */
  readonly spoilsResults: boolean;
}

/**
 * What differs between two plans of one job file: jobs that came and went, what they run and with what, which items
 * there are, and how they are run. The last spoils no results: what is done stays as it is, and what is left is done in
 * the new way.
 *
 * @param before the plan that results are there for
 * @param after the plan that they are to be used for
 */
export function planChanges(before: PlannedRun, after: PlannedRun): PlanChange[] {
  const earlier = new Map(before.jobs.map((job) => [job.key, job]));
  const later = new Set(after.jobs.map(({ key }) => key));
  const gone = before.jobs
    .filter(({ key }) => !later.has(key))
    .map(({ key }): PlanChange => ({ job: key, text: `Job "${key}" is no longer there.`, spoilsResults: false }));
  const together =
    before.maxProcs === after.maxProcs
      ? []
      : [
          {
            job: '',
            text: `maxProcs ${described('maxProcs', before.maxProcs, after.maxProcs)}.`,
            spoilsResults: false,
          },
        ];
  return [
    ...gone,
    ...together,
    ...after.jobs.flatMap((job) => {
      const old = earlier.get(job.key);
      return old ? jobChanges(old, job) : [{ job: job.key, text: `Job "${job.key}" is new.`, spoilsResults: false }];
    }),
  ];
}

function jobChanges(before: PlannedJob, after: PlannedJob): PlanChange[] {
  const { key } = after;
  const changed =
    before.hash === after.hash
      ? []
      : definitionChanges(before, after).map((text) => ({ job: key, text, spoilsResults: true }));
  const items = itemChange(before, after);
  return [
    ...changed,
    ...(items === undefined ? [] : [{ job: key, text: items, spoilsResults: after.kind === 'target' }]),
    ...settingChanges(before, after).map((text) => ({ job: key, text, spoilsResults: false })),
  ];
}

/** How a job is run: nothing that an item or a rank computes depends on it. Named as in a job file. */
function settingsOf(job: PlannedJob): Readonly<Record<string, unknown>> {
  const { priority, retries, onFailure, needs, timeoutMs, jobTimeoutMs, memoryMiB, recycleAfter } = job;
  return {
    priority,
    retries: { ...retries, on: [...retries.on].sort() },
    onFailure,
    needs: needs.map(({ id, when }) => (when === 'success' ? id : { job: id, when })),
    timeout: timeoutMs === null ? null : duration(timeoutMs),
    jobTimeout: jobTimeoutMs === null ? null : duration(jobTimeoutMs),
    memory: memoryMiB === null ? null : `${memoryMiB}MiB`,
    recycleAfter,
    // Of a target they say what each rank works on, and belong to its definition.
    ...(job.kind !== 'target' && { numProcs: job.numProcs === 0 ? 'auto' : job.numProcs, schedule: job.schedule }),
  };
}

function settingChanges(before: PlannedJob, after: PlannedJob): string[] {
  if (before.kind !== after.kind) return [];
  const [old, now] = [settingsOf(before), settingsOf(after)];
  return Object.keys(now)
    .flatMap((field) => differences(field, old[field], now[field]))
    .map(([path, was, is]) => `Job "${after.key}": ${path} ${described(path, was, is)}.`);
}

/** As people write it in a job file. */
const duration = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);

function definitionChanges(before: PlannedJob, after: PlannedJob): string[] {
  const old = definitionOf(before);
  const now = definitionOf(after);
  if (old.kind !== now.kind) return [`Job "${after.key}" is a ${after.kind} now, and was a ${before.kind}.`];
  return Object.keys(now)
    .filter((field) => field !== 'items' && field !== 'range')
    .flatMap((field) => differences(field, old[field], now[field]))
    .map(([path, was, is]) => `Job "${after.key}": ${path} ${described(path, was, is)}.`);
}

type Difference = readonly [path: string, was: unknown, is: unknown];

/** The innermost values that differ, each with its path. */
function differences(path: string, was: unknown, is: unknown): Difference[] {
  if (canonicalJson(was) === canonicalJson(is)) return [];
  if (!isRecord(was) || !isRecord(is)) return [[path, was, is]];
  const keys = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...keys].flatMap((key) => differences(`${path}.${key}`, was[key], is[key]));
}

function described(path: string, was: unknown, is: unknown): string {
  if (was === undefined || was === null)
    return path.startsWith('env.') ? 'is new' : `is ${valueText(is)}, and was not there`;
  if (is === undefined || is === null) return 'is no longer there';
  // Variables often hold what is nobody else's business.
  return path.startsWith('env.') ? 'has another value' : `is ${valueText(is)}, and was ${valueText(was)}`;
}

function valueText(value: unknown): string {
  const json = JSON.stringify(value);
  return typeof value === 'object' && value !== null && json.length <= 80 ? json : showValue(value);
}

function itemChange(before: PlannedJob, after: PlannedJob): string | undefined {
  if (canonicalJson([before.range, before.items]) === canonicalJson([after.range, after.items])) return undefined;
  const keysOf = (job: PlannedJob): Set<string> => {
    const list = new ItemList(job);
    return new Set(Array.from({ length: Math.min(job.range, mostCompared) }, (_, index) => list.keyAt(index)));
  };
  const size = `has ${counted(after.range, 'item')}, and had ${before.range}`;
  if (Math.max(before.range, after.range) > mostCompared) return `Job "${after.key}" ${size}.`;
  const [old, now] = [keysOf(before), keysOf(after)];
  const added = [...now].filter((key) => !old.has(key)).length;
  const missing = [...old].filter((key) => !now.has(key)).length;
  return added + missing === 0
    ? `Job "${after.key}" has its items in another order.`
    : `Job "${after.key}" ${size}: ${added} new, ${missing} gone.`;
}

/** Lists longer than this are told by their lengths. */
const mostCompared = 1_000_000;
