import type { ServerEvent } from '../../shared/engine-info';
import type { PlannedRun } from '../../shared/plan';
import type { EarlierJob, JobFileRunEvent } from '../job-file-run';
import { maskEvent, type SecretMask } from '../secrets';
import { JobTrace } from './job-trace';

/** How the jobs of one run go, where nobody else keeps that: without a window. */
export class RunTraces {
  readonly #kinds: ReadonlyMap<string, 'target' | 'map' | 'run'>;
  readonly #earlier: ReadonlyMap<string, EarlierJob>;
  readonly #mask: SecretMask;
  readonly #traces = new Map<string, JobTrace>();
  /** By the engine's number of the job. */
  readonly #ofEngine = new Map<number, JobTrace>();

  constructor(plan: PlannedRun, earlier: ReadonlyMap<string, EarlierJob>, mask: SecretMask) {
    this.#kinds = new Map(plan.jobs.map(({ key, kind }) => [key, kind]));
    this.#earlier = earlier;
    this.#mask = mask;
  }

  /** The trace of a job that has been queued in the engine. */
  of(key: string): JobTrace | undefined {
    return this.#traces.get(key);
  }

  onRunEvent(event: JobFileRunEvent): void {
    if (event.type === 'items') this.#traces.get(event.key)?.onItems(event.items);
    if (event.type !== 'queued' || event.part !== 'work') return;
    const trace = new JobTrace(this.#kinds.get(event.key) ?? 'target');
    const record = this.#earlier.get(event.key)?.trace;
    if (record !== undefined) trace.restore(record, { goesOn: true, isOver: false });
    this.#traces.set(event.key, trace);
    this.#ofEngine.set(event.jobId, trace);
  }

  onServerEvent(event: ServerEvent): void {
    const id = event.type === 'job' ? event.job.id : 'jobId' in event ? event.jobId : undefined;
    const trace = id === undefined ? undefined : this.#ofEngine.get(id);
    trace?.onServerEvent(event.type === 'job' ? maskEvent(event, this.#mask) : event);
  }
}
