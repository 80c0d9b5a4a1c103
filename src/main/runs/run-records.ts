import type { ServerEvent } from '../../shared/engine-info';
import type { RunPulse } from '../../shared/ipc';
import type { ResultRef } from '../../shared/result';
import { RunRecord } from './run-record';

/** Most runs whose records are kept; of the others only the list of jobs knows something. */
const mostRecords = 64;

/** Which run of which job of the list an event of the engine belongs to; undefined for jobs that are not listed. */
export type RunOf = (engineId: number) => ResultRef | undefined;

/** The records of the latest runs, one for each job. The oldest ones go first; those that run stay. */
export class RunRecords {
  readonly #runOf: RunOf;
  readonly #isActive: (key: number) => boolean;
  /** By key of the job, in the order in which they were begun. */
  readonly #records = new Map<number, RunRecord>();
  /** By the engine's number of a job that combines results. */
  readonly #combining = new Map<number, RunRecord>();

  /** @param isActive whether a job is on its way through the engine */
  constructor(runOf: RunOf, isActive: (key: number) => boolean) {
    this.#runOf = runOf;
    this.#isActive = isActive;
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
    const ref = this.#runOf(engineId);
    if (ref === undefined) return null;
    return this.#recordOf(ref).onServerEvent(event) ? ref.key : null;
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

  /** What has changed of a job's latest run. */
  pulse(key: number): RunPulse | null {
    return this.#records.get(key)?.pulse ?? null;
  }

  #recordOf({ key, run }: ResultRef): RunRecord {
    const known = this.#records.get(key);
    if (known?.run === run) return known;
    this.#records.delete(key);
    const record = new RunRecord(key, run);
    this.#records.set(key, record);
    if (this.#records.size > mostRecords) this.#forget();
    return record;
  }

  #forget(): void {
    for (const key of this.#records.keys()) {
      if (this.#records.size <= mostRecords) return;
      if (!this.#isActive(key)) this.#records.delete(key);
    }
  }
}
