import type { SettledItem } from '../../core/items/item-result';
import type { ServerEvent } from '../../shared/engine-info';
import type { RunPulse } from '../../shared/ipc';
import type { PlannedJob } from '../../shared/plan';
import type { ResultRef } from '../../shared/result';
import { RunRecord } from './run-record';

/** Most runs whose records are kept; of the others only the list of jobs knows something. */
const mostRecords = 64;
/** About how many bytes they may take up together before the oldest go. */
const mostWeight = 512 * 1024 * 1024;

/** What is known of a job of the list and its latest run. */
export interface ListedRun extends ResultRef {
  readonly plan: PlannedJob;
  /** It is on its way through the engine. */
  readonly isActive: boolean;
}

/** Where the jobs are that events are about; each is undefined for jobs that are not listed. */
export interface RunLookup {
  /** By the engine's number. */
  readonly byEngineId: (engineId: number) => ListedRun | undefined;
  readonly byKey: (key: number) => ListedRun | undefined;
}

/** The records of the latest runs, one for each job. The oldest ones go first; those that run stay. */
export class RunRecords {
  readonly #lookup: RunLookup;
  /** By key of the job, in the order in which they were begun. */
  readonly #records = new Map<number, RunRecord>();
  /** By the engine's number of a job that combines results. */
  readonly #combining = new Map<number, RunRecord>();

  constructor(lookup: RunLookup) {
    this.#lookup = lookup;
  }

  /** Takes an event of the engine. Returns the key of the job that has news for those who look at it closely. */
  onServerEvent(event: ServerEvent): number | null {
    const engineId = event.type === 'job' ? event.job.id : 'jobId' in event ? event.jobId : null;
    if (engineId === null) return null;
    const combining = this.#combining.get(engineId);
    if (combining !== undefined) {
      if (event.type === 'job' && event.job.endedAt !== undefined) this.#combining.delete(engineId);
      return combining.onCombineEvent(event) ? combining.key : null;
    }
    const run = this.#lookup.byEngineId(engineId);
    if (run === undefined) return null;
    return this.#recordOf(run).onServerEvent(event) ? run.key : null;
  }

  /** Items of a job's latest run have ended, each once. */
  onItems(key: number, items: readonly SettledItem[]): void {
    const run = this.#lookup.byKey(key);
    if (run !== undefined) this.#recordOf(run).onItems(items);
  }

  /** The engine's job of this number combines what the ranks of a run have returned. */
  onCombine(engineId: number, key: number): void {
    const record = this.#records.get(key);
    if (record !== undefined) this.#combining.set(engineId, record);
  }

  /** The record of a run; undefined when there is none, or not any more. */
  find({ key, run }: ResultRef): RunRecord | undefined {
    const record = this.#records.get(key);
    return record?.run === run ? record : undefined;
  }

  /** Takes a record that was read from the history. */
  put(record: RunRecord): void {
    this.#records.delete(record.key);
    this.#records.set(record.key, record);
    this.#forget(record.key);
  }

  forget(key: number): void {
    this.#records.delete(key);
  }

  /** What has changed of a job's latest run. */
  pulse(key: number): RunPulse | null {
    return this.#records.get(key)?.pulse ?? null;
  }

  #recordOf({ key, run, plan }: ListedRun): RunRecord {
    const known = this.#records.get(key);
    if (known?.run === run) return known;
    this.#records.delete(key);
    const record = new RunRecord(key, run, plan);
    this.#records.set(key, record);
    this.#forget(key);
    return record;
  }

  /** @param latest key of the job whose record stays, however large it is */
  #forget(latest: number): void {
    let weight = 0;
    for (const record of this.#records.values()) weight += record.weight;
    for (const [key, record] of this.#records) {
      if (this.#records.size <= mostRecords && weight <= mostWeight) return;
      if (key === latest || (this.#lookup.byKey(key)?.isActive === true && !record.isStored)) continue;
      this.#records.delete(key);
      weight -= record.weight;
    }
  }
}
