import { crc32 } from '../checksum';
import { HistoryError } from '../history-error';
import { uncovered } from '../ranges';
import type {
  ItemState,
  JobRemainder,
  RunOutlinePage,
  RunPage,
  RunQuery,
  SettledRange,
  SettledValues,
  StoredJob,
  StoredLog,
  StoredRun,
} from '../types';
import { countsOf, type JobRow, toStoredJob } from './job-table';
import { toRunRow } from './run-table';
import type { Store } from './store';

/** Names a job of a run. */
export interface JobRef {
  readonly run: number;
  readonly job: string;
}

export function list(store: Store, query: RunQuery): RunPage {
  return store.runs.list(query, store.owners.self);
}

/** One page of the list of runs, each with its jobs. */
export function outline(store: Store, query: RunQuery): RunOutlinePage {
  const { rows, total } = list(store, query);
  const jobs = new Map<number, StoredJob[]>(rows.map(({ id }) => [id, []]));
  for (const row of store.jobs.ofRuns(rows.map(({ id }) => id))) jobs.get(row.run)?.push(toStoredJob(row));
  return { rows: rows.map((row) => ({ ...row, jobList: jobs.get(row.id) ?? [] })), total };
}

/** A run with its jobs and its definition; undefined when there is none. */
export function get(store: Store, id: number): StoredRun | undefined {
  const run = store.runs.find(id);
  if (!run) return undefined;
  const { args, versions } = store.runs.textsOf(id);
  const definition = store.definitions.get(run.definition);
  return {
    ...toRunRow(run, store.owners.self),
    ...(definition ?? { source: '', plan: '' }),
    isDefinitionLost: definition === undefined,
    args: readJson(args),
    versions: readJson(versions),
    jobList: store.jobs.ofRun(id).map(toStoredJob),
  };
}

/** What is left to do of a run, job by job. */
export function remainder(store: Store, run: number): JobRemainder[] {
  return store.jobs.ofRun(run).map((job) => ({
    key: job.key,
    state: job.state,
    total: job.total,
    missing: uncovered(0, job.total, store.settled.ranges(job.id)),
    counts: countsOf(job),
  }));
}

/** At most `limit` ranges of items of a job that ended in one way, or in any, from an item on. */
export function settled(
  store: Store,
  {
    state,
    from = 0,
    limit = 1000,
    ...ref
  }: JobRef & { readonly state?: ItemState; readonly from?: number; readonly limit?: number },
): SettledRange[] {
  return store.settled.ofState(jobOf(store, ref).id, state, from, limit);
}

/** Values of done items in order, from the first block on that begins at `from` or later; at most `limit` blocks. */
export function values(
  store: Store,
  { from = 0, limit = 100, ...ref }: JobRef & { readonly from?: number; readonly limit?: number },
): SettledValues[] {
  return store.settled.values(jobOf(store, ref).id, from, limit);
}

/** The result of a job, serialised; undefined when it has none or one that was too large to be kept. */
export function result(store: Store, ref: JobRef): Uint8Array | undefined {
  const { bytes, file, crc } = store.jobs.resultOf(jobOf(store, ref).id);
  if (bytes === null && file === null) return undefined;
  try {
    const found = file === null ? bytes : store.spill.read(file);
    if (found !== null && crc32(found) === crc) return found;
  } catch (error) {
    throw damagedResult(ref, error);
  }
  throw damagedResult(ref, new RangeError('The checksum differs.'));
}

/** What {@link TimelineTable} keeps of a job; undefined when nothing is. */
export function timeline(store: Store, ref: JobRef): Uint8Array | undefined {
  return store.timelines.get(jobOf(store, ref).id);
}

export function log(store: Store, ref: JobRef): StoredLog {
  const job = jobOf(store, ref);
  return store.logs.get(job.id, job.log_lines);
}

function damagedResult({ run, job }: JobRef, cause: unknown): HistoryError {
  const message = `The kept result of job "${job}" of run ${run} cannot be read. Run the job again.`;
  return new HistoryError('ERR_HISTORY_DAMAGED', message, { cause });
}

function jobOf(store: Store, { run, job }: JobRef): JobRow {
  const row = store.jobs.find(run, job);
  if (!row) throw new HistoryError('ERR_HISTORY_STATE', `There is no job "${job}" in run ${run} of the history.`);
  return row;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
