import type { History, SettledRange } from '../../history';
import type { JobError } from '../../runner/outcome';
import { placeOf, type StoredPiece } from '../../runner/tracking/piece-store';
import { decodeTrace } from '../../runner/tracking/trace-record';
import { isActive } from '../../shared/ipc';
import { isRecord } from '../../shared/is-record';
import { noRank } from '../../shared/range';
import type { ResultRef } from '../../shared/result';
import type { ListedJob, RestoredParts } from '../listed-job';
import { RunRecord } from './run-record';
import type { RunRecords } from './run-records';

/** Ranges and blocks of values that are read at a time. */
const rangesAtOnce = 2000;
const blocksAtOnce = 200;
/** What another process works on is read again so many milliseconds after the last time at the earliest. */
const refreshMs = 1000;

type Job = Readonly<ListedJob>;

export interface StoredRecordsParts {
  readonly history: () => Promise<History>;
  readonly records: RunRecords;
  readonly findJob: (key: number) => Job | undefined;
  readonly jobsOfRun: (run: number) => readonly Job[];
  /** Whether this process works on a run: then its records are those that are kept meanwhile. */
  readonly isOwn: (run: number) => boolean;
  /** Reads the plan of a run of which only an outline is known. */
  readonly loadPlan: (run: number) => Promise<void>;
  /** The record of a job has been read. */
  readonly onRestored: (key: number, parts: RestoredParts) => void;
}

/**
 * The records of jobs that ran before this start of the window, or that another process runs: read from the history
 * when somebody looks at them, and from then on the same as those of jobs that run here.
 */
export class StoredRecords {
  readonly #parts: StoredRecordsParts;
  readonly #reading = new Map<number, Promise<RunRecord | undefined>>();
  /** Of records of jobs that another process works on: when each was read. */
  readonly #readAt = new Map<number, number>();
  readonly #refreshing = new Set<number>();

  constructor(parts: StoredRecordsParts) {
    this.#parts = parts;
  }

  /** The record of a run; undefined when nothing has become of it, or it is of a run before the latest. */
  async find(ref: ResultRef): Promise<RunRecord | undefined> {
    const { records, findJob, isOwn } = this.#parts;
    const known = records.find(ref);
    if (known !== undefined) return known;
    const job = findJob(ref.key);
    if (job?.run !== ref.run || job.entry === null || (isActive(job.state) && isOwn(job.entry.run))) return undefined;
    return this.#readOnce(job);
  }

  /** Reads what had become of jobs before they go on here, so that what comes now is added to it. */
  async prepare(keys: readonly number[]): Promise<void> {
    const { records, findJob } = this.#parts;
    for (const key of keys) {
      const job = findJob(key);
      if (job === undefined || !isActive(job.state)) continue;
      const before = records.find(job);
      await this.#reading.get(key)?.catch(() => undefined);
      // It was let go in this start of the window: what is known here is more than what was recorded.
      if (before === undefined || before.isStored) await this.#read(job, { goesOn: true });
    }
  }

  /** Something has become of a run that another process works on, or did. */
  refresh(run: number, isWatched: (key: number) => boolean): void {
    const { records, jobsOfRun, isOwn } = this.#parts;
    if (isOwn(run)) return;
    for (const { key, run: ownRun } of jobsOfRun(run)) {
      if (records.find({ key, run: ownRun })?.isStored !== true) continue;
      if (!isWatched(key)) records.forget(key);
      else if (!this.#refreshing.has(key)) {
        this.#refreshing.add(key);
        const rest = (this.#readAt.get(key) ?? 0) + refreshMs - Date.now();
        setTimeout(
          () => {
            this.#refreshing.delete(key);
            const job = this.#parts.findJob(key);
            if (job?.entry && !isOwn(job.entry.run)) void this.#readOnce(job).catch(() => undefined);
          },
          Math.max(0, rest),
        );
      }
    }
  }

  #readOnce(job: Job): Promise<RunRecord | undefined> {
    const known = this.#reading.get(job.key);
    if (known !== undefined) return known;
    const reading = this.#read(job, { goesOn: false }).finally(() => {
      if (this.#reading.get(job.key) === reading) this.#reading.delete(job.key);
    });
    this.#reading.set(job.key, reading);
    return reading;
  }

  async #read({ key, run, entry }: Job, { goesOn }: { readonly goesOn: boolean }): Promise<RunRecord | undefined> {
    const { records, findJob, loadPlan, onRestored } = this.#parts;
    if (entry === null) return undefined;
    const before = records.find({ key, run });
    // What cannot be read shows as far as it is known.
    if (findJob(key)?.isOutline === true) await loadPlan(entry.run).catch(() => undefined);
    const job = findJob(key);
    if (job?.run !== run || job.entry?.run !== entry.run) return undefined;
    if (job.startedAt === null && job.progress === 0 && !goesOn) return undefined;
    const record = new RunRecord(key, run, job.plan);
    const history = await this.#parts.history();
    await fill(record, history, job, goesOn);
    const versions = versionsText((await history.get(entry.run))?.versions);
    // Meanwhile it may have begun here.
    const latest = records.find({ key, run });
    if (latest !== before) return latest;
    if (before !== undefined) record.follow(before);
    records.put(record);
    this.#readAt.set(key, Date.now());
    if (!goesOn) onRestored(key, { ranks: record.trace.ranks, errors: errorsOf(job, record), versions });
    return record;
  }
}

/** Reads all that the history has of a job into an empty record. */
async function fill(record: RunRecord, history: History, job: Job, goesOn: boolean): Promise<void> {
  const ref = { run: job.entry?.run ?? 0, job: job.plan.key };
  record.log.restore(await history.log(ref));
  const trace = decodeTrace(await history.timeline(ref));
  const ended: StoredPiece[] | undefined = record.items === null ? undefined : [];
  if (record.items !== null)
    for (let from = 0; ; ) {
      const ranges = await history.settled({ ...ref, from, limit: rangesAtOnce });
      for (const range of ranges) {
        record.items.book.restore(range);
        ended?.push(pieceOf(range));
      }
      const last = ranges.at(-1);
      if (last === undefined) break;
      from = last.end;
    }
  // The result of other jobs is one value, which is read when it is looked at.
  if (record.items !== null) await fillValues(record.items.book, history, ref);
  record.restore(trace, { ended, goesOn, isOver: !isActive(job.state), times: job });
}

async function fillValues(
  book: NonNullable<RunRecord['items']>['book'],
  history: History,
  ref: { readonly run: number; readonly job: string },
): Promise<void> {
  try {
    for (let from = 0; !book.isFull; ) {
      const blocks = await history.values({ ...ref, from, limit: blocksAtOnce });
      for (const { start, values } of blocks) book.restoreValues(start, values);
      const last = blocks.at(-1);
      if (last === undefined) return;
      from = last.start + Math.max(1, last.values.length);
    }
  } catch (error) {
    // Damaged on the disk: what else is known of the items is still of use.
    console.error('Values of items could not be read from the history:', error);
  }
}

const pieceOf = ({ start, end, state }: SettledRange): StoredPiece => ({
  start,
  end,
  state: placeOf(state === 'cancelled' ? 'skipped' : state),
  rank: noRank,
  began: Number.NaN,
  ended: Number.NaN,
});

/** What has run it, as far as that was recorded. */
function versionsText(versions: unknown): string | null {
  if (!isRecord(versions)) return null;
  const { procession, node, platform } = versions;
  const named = (name: string, value: unknown): string =>
    typeof value === 'string' && value !== '' ? `${name}${value}` : '';
  const parts = [named('Procession ', procession), named('Node ', node), named('', platform)];
  const text = parts.filter((part) => part !== '').join(', ');
  return text === '' ? null : text;
}

/** The history's list has one error of a job; its record has those of each rank and item. */
function errorsOf(job: Job, { trace, items }: RunRecord): readonly JobError[] {
  const [root] = job.errors;
  if (root === undefined) return [];
  const found: JobError[] =
    items === null
      ? trace.ranks.flatMap(({ index, error }) => (error === undefined ? [] : [{ rank: index, error }]))
      : items.book.firstErrors.map(([item, error]) => ({ rank: null, item, error }));
  const isRoot = ({ error }: JobError): boolean =>
    error.name === root.error.name && error.message === root.error.message;
  // As it was when it ended: with the root failure first.
  const own = found.filter(isRoot).map((one) => ({ ...one, error: root.error }));
  return own.length === 0 ? [root, ...found] : [...own, ...found.filter((one) => !isRoot(one))];
}
