import { inspect } from 'node:util';
import { decodeValue } from '../../core/data/serialize';
import { toErrorInfo } from '../../core/error-info';
import type { History, StoredLogLine, StoredRun } from '../../history';
import { ItemList } from '../../jobs/plan-items';
import { SecretMask } from '../../runner/secrets';
import { planOf } from '../../runner/stored-runs';
import type { HistoryJob, HistoryLogLine, HistoryRun } from '../../shared/ipc-history';
import type { PlannedJob } from '../../shared/plan';
import type { StoredJob } from '../../shared/stored-run';
import { ErrorGroups } from '../runs/error-groups';

/** So much is told at once, in characters, lines, items and bytes. */
const longestPlan = 4_000_000;
const longestResult = 20_000;
const shownLines = 300;
const mostFailures = 2000;
const shownValues = 100;
const readBytes = 16 * 1024 * 1024;

/** All that is told of a run at once; null when it is not there any more. */
export async function runDetail(history: History, id: number): Promise<HistoryRun | null> {
  const stored = await history.get(id);
  if (!stored) return null;
  const { plan, args, versions, ...rest } = stored;
  return {
    ...rest,
    plan: stored.isDefinitionLost || plan.length > longestPlan ? null : plan,
    args: isEmpty(args) ? '' : JSON.stringify(args, null, 2),
    versions: Object.entries(isObject(versions) ? versions : {}).map(([name, version]) => [name, String(version)]),
  };
}

/**
 * What is kept of a job of a run; null when it is not there any more.
 *
 * @param environment where secrets are that the job was given: they are hidden, whoever recorded it
 */
export async function jobDetail(
  history: History,
  run: number,
  key: string,
  environment: Readonly<NodeJS.ProcessEnv>,
): Promise<HistoryJob | null> {
  const stored = await history.get(run);
  const job = stored?.jobList.find((one) => one.key === key);
  if (!stored || !job) return null;
  const plan = planOfJob(stored, key);
  const [errors, log, result] = await Promise.all([
    jobErrors(history, run, job, plan),
    history.log({ run, job: key }),
    resultText(history, run, job, plan),
  ]);
  const lines = log.tail.length > 0 && log.dropped > 0 ? log.tail : [...log.head, ...log.tail];
  const shown = lines.slice(-shownLines).map(toLogLine);
  const mask = new SecretMask(plan === undefined ? [] : [plan], environment);
  return mask.data({ ...errors, log: shown, earlierLines: Math.max(0, job.logLines - shown.length), ...result });
}

/** What a job was to do; undefined when that cannot be read any more. */
export function planOfJob(stored: StoredRun, key: string): PlannedJob | undefined {
  try {
    return planOf(stored).jobs.find((job) => job.key === key);
  } catch {
    return undefined;
  }
}

/** How a person knows the items of a job. */
export function itemNames(plan: PlannedJob | undefined): (item: number) => string {
  if (plan === undefined || plan.kind === 'target' || plan.items.kind === 'count') return String;
  const list = new ItemList(plan);
  return (index) => {
    const { item, row } = list.placeholders(index);
    return row === undefined ? String(item) : Object.values(row).join(', ');
  };
}

async function jobErrors(
  history: History,
  run: number,
  job: StoredJob,
  plan: PlannedJob | undefined,
): Promise<Pick<HistoryJob, 'errors' | 'moreErrors'>> {
  const groups = new ErrorGroups();
  // What a job of items failed with is what one of them has.
  if (job.items.failed === 0) {
    if (job.error !== null) groups.add(job.error, { rank: null });
    return { errors: groups.all.groups, moreErrors: 0 };
  }
  const nameOf = itemNames(plan);
  const ranges = await history.settled({ run, job: job.key, state: 'failed', limit: mostFailures });
  let told = 0;
  for (const { start, end, error } of ranges)
    for (let item = start; item < end && told < mostFailures; item += 1) {
      told += 1;
      if (error !== null) groups.add(error, { rank: null, item, itemName: nameOf(item) });
    }
  return { errors: groups.all.groups, moreErrors: job.items.failed - told };
}

async function resultText(
  history: History,
  run: number,
  job: StoredJob,
  plan: PlannedJob | undefined,
): Promise<Pick<HistoryJob, 'result' | 'resultNote'>> {
  const none = (resultNote: string | null): Pick<HistoryJob, 'result' | 'resultNote'> => ({ result: null, resultNote });
  if (job.isResultRefused) return none('It was too large to be kept.');
  try {
    if (job.resultBytes !== null) {
      if (job.resultBytes > readBytes) return none('It is large. Show the job in the queue to look at it.');
      const bytes = await history.result({ run, job: job.key });
      return bytes === undefined ? none(null) : cut(show(decodeValue(bytes)));
    }
    if (job.items.done === 0 || plan?.kind === 'target') return none(null);
    const nameOf = itemNames(plan);
    const lines: string[] = [];
    for (const { start, values } of await history.values({ run, job: job.key, limit: shownValues }))
      for (const [place, value] of values.entries())
        if (lines.length < shownValues)
          lines.push(`${nameOf(start + place)}: ${show(value && decodeValue(value), true)}`);
    const { result, resultNote } = cut(lines.join('\n'));
    const more = job.items.done - lines.length;
    return { result, resultNote: more > 0 ? `${more.toLocaleString('en-US')} more items have values.` : resultNote };
  } catch (error) {
    return none(toErrorInfo(error).message);
  }
}

const show = (value: unknown, isShort = false): string =>
  inspect(value, {
    depth: isShort ? 2 : 6,
    breakLength: isShort ? Number.POSITIVE_INFINITY : 100,
    compact: isShort ? true : 3,
    maxArrayLength: isShort ? 20 : 200,
    maxStringLength: isShort ? 300 : longestResult,
  });

function cut(text: string): { readonly result: string; readonly resultNote: string | null } {
  return text.length > longestResult
    ? {
        result: text.slice(0, longestResult),
        resultNote: 'This is its beginning. Show the job in the queue for all of it.',
      }
    : { result: text, resultNote: null };
}

const toLogLine = ({ at, rank, stream, text }: StoredLogLine): HistoryLogLine => ({
  at,
  rank,
  isError: stream === 'stderr',
  text,
});

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isEmpty = (value: unknown): boolean => !isObject(value) || Object.keys(value).length === 0;
