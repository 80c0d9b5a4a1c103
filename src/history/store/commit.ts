import { crc32 } from '../checksum';
import { HistoryError } from '../history-error';
import type { ItemState, NewJob, RunState, StoredLogLine } from '../types';
import type { JobRow, JobUpdate, StoredResult } from './job-table';
import { settleRest } from './queue';
import type { CountNews } from './run-table';
import type { SettledBlock } from './settled-table';
import type { Store } from './store';

/** What is new about one job. */
export interface JobBatch {
  readonly key: string;
  /** What it is, when the run did not have it before. */
  readonly added?: Omit<NewJob, 'key'>;
  readonly update: Omit<JobUpdate, 'result'>;
  /** Its result, serialised. */
  readonly result?: Uint8Array;
  readonly settled: readonly SettledBlock[];
  /** When which process worked on what; in place of what was there. */
  readonly timeline?: Uint8Array;
  /** All items that have not ended by then end like this. */
  readonly settleRest?: Exclude<ItemState, 'done'>;
  readonly lines: readonly StoredLogLine[];
  /** Lines that it logged and that are not in `lines`. */
  readonly droppedLines: number;
}

/** How the owner of a run lets it go. */
export interface RunEnd {
  readonly state: Exclude<RunState, 'running'>;
  readonly reason: string | null;
  readonly code: number | null;
}

/** What the owner of a run has to say about it since the last time: kept as a whole or not at all. */
export interface RunBatch {
  readonly run: number;
  readonly fence: number;
  /** Counts up from 1 for each fence, so that a batch that comes again is known. */
  readonly batch: number;
  readonly jobs: readonly JobBatch[];
  /** Keys of jobs that are to be forgotten, before anything else. */
  readonly removed?: readonly string[];
  readonly end?: RunEnd;
}

/** `lost`: the run has another owner by now, and nothing of the batch was kept. */
export type BatchOutcome = 'kept' | 'lost';

/** A batch whose large parts are on the disk already. */
export interface PreparedBatch {
  readonly batch: RunBatch;
  readonly blocks: ReadonlyMap<SettledBlock, SettledBlock>;
  readonly results: ReadonlyMap<string, StoredResult>;
}

/**
 * Writes what is too large for the database into files, before the transaction: others wait for its end.
 * Cut off in the middle, it leaves files that nothing refers to.
 */
export function prepare(store: Store, batch: RunBatch): PreparedBatch {
  const blocks = new Map<SettledBlock, SettledBlock>();
  const results = new Map<string, StoredResult>();
  for (const { key, result, settled } of batch.jobs) {
    for (const block of settled)
      if (block.payload !== null && block.payload.byteLength > store.spillBytes && block.count === 1)
        blocks.set(block, { ...block, file: store.spill.write(block.payload) });
    if (result) results.set(key, keepResult(store, result));
  }
  return { batch, blocks, results };
}

/**
 * Keeps what the owners of runs report, in one transaction. A batch of one that is no longer the owner is refused,
 * without harm to the others.
 *
 * @returns the outcome of each batch, in order
 * @throws HistoryError `ERR_HISTORY_STATE` when a batch names a job that its run does not have
 */
export function commit(store: Store, batches: readonly PreparedBatch[]): BatchOutcome[] {
  return store.write((revision) => batches.map((prepared) => apply(store, prepared, revision)));
}

function keepResult(store: Store, result: Uint8Array): StoredResult {
  const size = result.byteLength;
  if (size > store.mostResultBytes) return { bytes: null, file: null, size, crc: 0 };
  const crc = crc32(result);
  return size > store.spillBytes
    ? { bytes: null, file: store.spill.write(result), size, crc }
    : { bytes: result, file: null, size, crc };
}

function apply(store: Store, prepared: PreparedBatch, revision: number): BatchOutcome {
  const { batch } = prepared;
  const run = store.runs.find(batch.run);
  if (run?.fence !== batch.fence) return 'lost';
  // It was kept, but its owner has not heard of it: the answer to a commit can be lost.
  if (batch.batch <= run.batch) return 'kept';
  if (run.owner !== store.owners.self) return 'lost';
  for (const key of batch.removed ?? []) store.jobs.remove(batch.run, key);
  const news = batch.jobs.map((job) => applyJob(store, job, prepared));
  store.runs.addCounts(batch.run, news, batch.batch, revision);
  if (batch.end) applyEnd(store, batch.run, batch.end, revision);
  return 'kept';
}

function applyEnd(store: Store, run: number, { state, reason, code }: RunEnd, revision: number): void {
  const isOver = state === 'done' || state === 'failed' || state === 'cancelled';
  if (!isOver) store.jobs.setStates(run, 'running', 'interrupted', null);
  store.runs.setState(run, state, isOver ? { at: store.now(), reason, code } : null, revision);
  store.runs.set(run, { owner: null, request: null });
}

function applyJob(store: Store, job: JobBatch, { batch, blocks, results }: PreparedBatch): CountNews {
  if (job.added && !store.jobs.find(batch.run, job.key)) store.jobs.append(batch.run, { ...job.added, key: job.key });
  const row = jobOf(store, batch.run, job.key);
  const items = { done: 0, failed: 0, skipped: 0, cancelled: 0 };
  for (const block of job.settled) {
    if (block.start < 0 || block.start + block.count > row.total)
      throw new HistoryError(
        'ERR_HISTORY_STATE',
        `Job "${job.key}" has ${row.total} items; ${block.start} to ${block.start + block.count - 1} cannot be recorded.`,
      );
    items[block.state] += store.settled.record(row.id, blocks.get(block) ?? block, store.now());
  }
  if (job.settleRest) items[job.settleRest] += settleRest(store, row, job.settleRest);
  store.jobs.addCounts(row.id, items);
  const result = results.get(job.key);
  store.jobs.update(row, { ...job.update, ...(result && { result }) });
  if (job.timeline) store.timelines.put(row.id, job.timeline);
  store.logs.append(row.id, job.lines);
  const lines = job.lines.length + job.droppedLines;
  if (lines > 0) store.jobs.addLines(row.id, lines);
  const state = job.update.state ?? row.state;
  if (row.kind === 'call') return nothingNew;
  return {
    items,
    done: Number(state === 'done') - Number(row.state === 'done'),
    failed: Number(state === 'failed') - Number(row.state === 'failed'),
  };
}

/** What another job of the run has asked for does not count among the jobs of the run. */
const nothingNew: CountNews = { items: { done: 0, failed: 0, skipped: 0, cancelled: 0 }, done: 0, failed: 0 };

function jobOf(store: Store, run: number, key: string): JobRow {
  const row = store.jobs.find(run, key);
  if (!row) throw new HistoryError('ERR_HISTORY_STATE', `Run ${run} has no job "${key}".`);
  return row;
}
