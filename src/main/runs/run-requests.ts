import { clipboard } from 'electron';
import type { ResultRef } from '../../shared/result';
import type { RequestHandlers } from '../ipc';
import type { ListedJob } from '../listed-job';
import { type FoundResult, ResultSource } from '../results/result-source';
import type { StoredResults } from '../results/stored-results';
import { timelineOf } from './range-feed';
import { runErrors } from './run-errors';
import type { RunRecords } from './run-records';
import type { StoredRecords } from './stored-records';

type RunRequest =
  | 'getResult'
  | 'getLive'
  | 'getRange'
  | 'getPiece'
  | 'getSelection'
  | 'getTimeline'
  | 'getLog'
  | 'getThroughput'
  | 'getItems'
  | 'getItem'
  | 'getErrors'
  | 'getTablePage'
  | 'getTreePage'
  | 'searchResult'
  | 'copyResult';

/** Where jobs of the list are looked up. */
export type FindJob = (key: number) => Readonly<ListedJob> | undefined;

/** Answers what the window asks of one run: its result, its range, its items, its output. */
export function runRequests(
  records: RunRecords,
  earlier: StoredRecords,
  stored: StoredResults,
  findJob: FindJob,
): Pick<RequestHandlers, RunRequest> {
  const results = new ResultSource((ref, fresh) => findResult(records, stored, findJob, ref, fresh));
  return {
    getResult: async (ref) => {
      await earlier.find(ref);
      await stored.load(ref, findJob(ref.key));
      return results.view(ref);
    },
    getLive: (ref, fresh) => records.find(ref)?.live.take(ref.run, fresh) ?? null,
    getRange: async (ref, view, fresh) => (await earlier.find(ref))?.rangeFeed.update(ref.run, view, fresh) ?? null,
    getPiece: async (ref, index) => (await earlier.find(ref))?.piece(index) ?? null,
    getSelection: async (ref, start, end) => (await earlier.find(ref))?.range.select(start, end) ?? null,
    getTimeline: async (ref, from, to) => {
      const record = await earlier.find(ref);
      return record === undefined ? null : timelineOf(record.range, ref.run, from, to, Date.now());
    },
    getLog: async (ref, from) => (await earlier.find(ref))?.log.page(from) ?? null,
    getThroughput: async (ref) => (await earlier.find(ref))?.trace.throughput.data ?? null,
    getItems: async (ref, query) => (await (await earlier.find(ref))?.items?.queries.page(query)) ?? null,
    getItem: async (ref, index) => (await earlier.find(ref))?.item(index) ?? null,
    getErrors: async (ref) => {
      const record = await earlier.find(ref);
      const job = findJob(ref.key);
      return job?.run === ref.run ? runErrors(job, record) : { groups: [], more: 0 };
    },
    getTablePage: (ref, view, offset) => results.tablePage(ref, view, offset),
    getTreePage: (ref, path, offset, limit) => results.treePage(ref, path, offset, limit),
    searchResult: (ref, text) => results.search(ref, text),
    copyResult: async (ref, path, what) => {
      const copied = results.copy(ref, path, what);
      if (copied.ok) await clipboard.writeText(copied.text);
      return copied.ok ? null : copied.problem;
    },
  };
}

/** What a run or one of its items came to; of one that is not done, the values of its items so far. */
function findResult(
  records: RunRecords,
  stored: StoredResults,
  findJob: FindJob,
  ref: ResultRef,
  fresh: boolean,
): FoundResult | undefined {
  const job = findJob(ref.key);
  if (job?.run !== ref.run) return undefined;
  const record = records.find(ref);
  const book = record?.items?.book;
  if (ref.item !== undefined) return found(book?.value(ref.item));
  const isWhole = job.state === 'done';
  const value = isWhole ? (job.result ?? stored.value(ref)) : record?.valuesSoFar(fresh);
  // What one command came to is no list.
  if (job.plan.kind === 'run' && job.plan.range === 1 && Array.isArray(value)) return found(value[0]);
  return found(value, book && ((index) => book.name(index)), !isWhole);
}

const found = (
  value: unknown,
  nameOf: ((index: number) => string) | undefined = String,
  isSparse = false,
): FoundResult | undefined => (value === undefined ? undefined : { value, nameOf, isSparse });
