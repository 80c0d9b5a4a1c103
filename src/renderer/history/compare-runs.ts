import type { HistoryRun } from '../../shared/ipc-history';
import { isRecord } from '../../shared/is-record';
import type { StoredJob } from '../../shared/stored-run';
import { formatCount, formatDate, formatDuration, formatRate } from '../lib/format';
import { doneOf, rateOf } from './job-figures';
import { durationOf, lookOf } from './run-states';
import { type DiffLine, diffLines } from './text-diff';

/** A figure of two runs side by side. */
export interface ComparedFigure {
  readonly label: string;
  readonly left: string;
  readonly right: string;
  readonly isSame: boolean;
  /** By how much the second differs: `+12%`, `-3`; empty where that says nothing. */
  readonly change: string;
}

/** Something of the definition that is another one: which, and what it is in each run; null where it is not there. */
export interface Difference {
  readonly path: string;
  readonly left: string | null;
  readonly right: string | null;
}

/** A job of two runs, by its key. */
export interface ComparedJob {
  readonly key: string;
  readonly label: string;
  readonly left: StoredJob | null;
  readonly right: StoredJob | null;
  readonly figures: readonly ComparedFigure[];
}

export interface Comparison {
  readonly figures: readonly ComparedFigure[];
  readonly jobs: readonly ComparedJob[];
  /** What was to be done differently; null when that of one of them cannot be read any more. */
  readonly definition: readonly Difference[] | null;
  readonly args: readonly Difference[];
  readonly versions: readonly Difference[];
  /** The job files line by line; empty when they are the same. */
  readonly source: readonly DiffLine[];
}

/** Differences above this are not told one by one. */
export const mostDifferences = 200;

/** What two runs have in common and what not. */
export function compareRuns(left: HistoryRun, right: HistoryRun): Comparison {
  return {
    figures: runFigures(left, right),
    jobs: comparedJobs(left, right),
    definition:
      left.plan === null || right.plan === null
        ? null
        : differences(definitionOf(left.plan), definitionOf(right.plan)).map((one) => shortJob(one, left, right)),
    args: differences(parse(left.args), parse(right.args)),
    versions: differences(Object.fromEntries(left.versions), Object.fromEntries(right.versions)),
    source: left.source === right.source ? [] : diffLines(left.source, right.source),
  };
}

/** A job that only one of them has is told of by its name: all that it was to do says nothing here. */
function shortJob(found: Difference, left: HistoryRun, right: HistoryRun): Difference {
  if (found.left !== null && found.right !== null) return found;
  const job = [...left.jobList, ...right.jobList].find(({ key }) => key === found.path);
  if (job === undefined) return found;
  const text = `the job "${job.label}"`;
  return { path: found.path, left: found.left && text, right: found.right && text };
}

/** Whether the two did the same with the same. */
export const isSameWork = ({ definition, args, source }: Comparison): boolean =>
  definition?.length === 0 && args.length === 0 && source.length === 0;

function runFigures(left: HistoryRun, right: HistoryRun): ComparedFigure[] {
  const done = ({ jobList }: HistoryRun): number => jobList.reduce((sum, job) => sum + doneOf(job), 0);
  const speed = (run: HistoryRun): number | null => {
    const ms = durationOf(run);
    return ms === null || ms <= 0 || done(run) === 0 ? null : (done(run) / ms) * 1000;
  };
  return [
    texts('State', lookOf(left.state).text, lookOf(right.state).text),
    // Two runs never begin at one moment: that is no difference worth a mark.
    { ...texts('Started', dateText(left.startedAt), dateText(right.startedAt)), isSame: true },
    numbers('Took', durationOf(left), durationOf(right), formatDuration),
    numbers('Items', left.items.total, right.items.total, formatCount),
    numbers('Done', done(left), done(right), formatCount),
    numbers('Failed', left.items.failed, right.items.failed, formatCount),
    numbers('Jobs failed', left.jobs.failed, right.jobs.failed, formatCount),
    numbers('Rate', speed(left), speed(right), formatRate),
  ];
}

function comparedJobs(left: HistoryRun, right: HistoryRun): ComparedJob[] {
  const others = new Map(right.jobList.map((job) => [job.key, job]));
  const own = left.jobList.map((job): [StoredJob | null, StoredJob | null] => [job, others.get(job.key) ?? null]);
  const keys = new Set(left.jobList.map(({ key }) => key));
  const added = right.jobList.filter(({ key }) => !keys.has(key)).map((job): [null, StoredJob] => [null, job]);
  return [...own, ...added].map(([a, b]) => ({
    key: a?.key ?? b?.key ?? '',
    label: a?.label ?? b?.label ?? '',
    left: a,
    right: b,
    figures: a === null || b === null ? [] : jobFigures(a, b),
  }));
}

function jobFigures(left: StoredJob, right: StoredJob): ComparedFigure[] {
  return [
    texts('State', lookOf(left.state).text, lookOf(right.state).text),
    numbers('Took', durationOf(left), durationOf(right), formatDuration),
    numbers('Items', left.total, right.total, formatCount),
    numbers('Done', doneOf(left), doneOf(right), formatCount),
    numbers('Failed', left.items.failed, right.items.failed, formatCount),
    numbers('Rate', rateOf(left), rateOf(right), formatRate),
  ];
}

const texts = (label: string, left: string, right: string): ComparedFigure => ({
  label,
  left,
  right,
  isSame: left === right,
  change: '',
});

function numbers(
  label: string,
  left: number | null,
  right: number | null,
  format: (value: number) => string,
): ComparedFigure {
  const show = (value: number | null): string => (value === null ? '–' : format(value));
  return {
    label,
    left: show(left),
    right: show(right),
    isSame: show(left) === show(right),
    change: changeOf(left, right),
  };
}

/** By how much the second is more or less, in percent; in times from twice as much on. */
function changeOf(left: number | null, right: number | null): string {
  if (left === null || right === null || left === right || left === 0) return '';
  const ratio = right / left;
  if (ratio >= 2) return `${Number(ratio.toPrecision(2))}×`;
  const percent = Math.round((ratio - 1) * 100);
  return percent === 0 ? '' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)}%`;
}

const dateText = (time: number | null): string => (time === null ? '–' : formatDate(time));

/** Jobs by their keys; what jobs share is put where it belongs, and what follows from the rest is left out. */
function definitionOf(plan: string): unknown {
  const value = parse(plan);
  if (!isRecord(value) || !Array.isArray(value.jobs)) return value;
  const at = (table: unknown, place: unknown): unknown =>
    Array.isArray(table) && typeof place === 'number' ? table[place] : undefined;
  const jobs = value.jobs.filter(isRecord).map((job) => {
    const { hash: _hash, key, items, needs, ...rest } = job;
    const own = Array.isArray(needs) ? needs.filter(isRecord).map(({ keys: _keys, ...need }) => need) : [];
    return [String(key), { ...rest, items: at(value.items, items), needs: own }];
  });
  const { jobs: _jobs, items: _items, keys: _keys, version: _version, ...frame } = value;
  return { ...frame, ...Object.fromEntries(jobs) };
}

function parse(json: string): unknown {
  try {
    return json === '' ? {} : JSON.parse(json);
  } catch {
    return {};
  }
}

/** Every leaf that is not the same in two values. */
export function differences(left: unknown, right: unknown): Difference[] {
  const found: Difference[] = [];
  collect('', left, right, found);
  return found;
}

function collect(path: string, left: unknown, right: unknown, found: Difference[]): void {
  if (found.length > mostDifferences) return;
  if (isNested(left) && isNested(right) && Array.isArray(left) === Array.isArray(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    for (const key of keys) collect(joined(path, key, left), Reflect.get(left, key), Reflect.get(right, key), found);
    return;
  }
  if (left === right || JSON.stringify(left) === JSON.stringify(right)) return;
  found.push({ path, left: leafText(left), right: leafText(right) });
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

function joined(path: string, key: string, parent: object): string {
  if (Array.isArray(parent)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Longest text of a value that is told of. */
const longestLeaf = 160;

function leafText(value: unknown): string | null {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longestLeaf ? `${text.slice(0, longestLeaf)}…` : text;
}
