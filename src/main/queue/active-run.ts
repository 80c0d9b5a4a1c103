import type { SettledItem } from '../../core/items/item-result';
import type { ProcessServer } from '../../core/process-server';
import type { JobFileRunEvent } from '../../runner/job-file-run';
import type { JobOutcome } from '../../runner/outcome';
import { type RecordedRun, recordRun } from '../../runner/recorded-run';
import { maskEvent } from '../../runner/secrets';
import type { OwnedRun } from '../../runner/stored-runs';
import type { JobTrace } from '../../runner/tracking/job-trace';
import type { JobInfo, ServerEvent } from '../../shared/engine-info';
import { isActive } from '../../shared/ipc';
import type { JobList } from '../job-list';
import type { ActiveWork } from './active-work';

/** Who hears of what happens in a run. */
export interface RunObserver {
  /** The list has changed. */
  changed(): void;
  /** A job has come into the engine's queue, where it stands like this. */
  onBound(info: JobInfo): void;
  /** The engine's job of this number combines what the ranks of a listed one have returned. */
  onCombine(engineId: number, key: number): void;
  /** Something has happened on an engine: the window's own, or a script's. */
  onEvent(event: ServerEvent): void;
  /** Items of a listed job have ended, each once. */
  onItems(key: number, items: readonly SettledItem[]): void;
  /** These jobs go on where they stood: what had become of them is to be shown together with what comes. */
  prepare(keys: readonly number[]): Promise<void>;
  /** How a listed job goes. */
  traceOf(key: number): JobTrace | undefined;
  /** What the list says of a run that is not worked on here has been read again. */
  onRefreshed(run: number): void;
}

/** A run of the history that this process works on: keeps the list right about its jobs. */
export class ActiveRun implements ActiveWork {
  readonly id: number;
  /** Absolute path of its job file. */
  readonly file: string;
  /** Whether its jobs may only use so many processes together. */
  readonly isLimited: boolean;
  readonly #server: ProcessServer;
  readonly #list: JobList;
  readonly #observer: RunObserver;
  readonly #recorded: RecordedRun;
  /** Keys in the list, by those in the plan. */
  readonly #keys: ReadonlyMap<string, number>;
  #isStopping = false;

  constructor(server: ProcessServer, owned: OwnedRun, list: JobList, observer: RunObserver) {
    this.id = owned.id;
    this.file = owned.plan.file;
    this.isLimited = owned.plan.maxProcs !== null;
    this.#server = server;
    this.#list = list;
    this.#observer = observer;
    this.#keys = new Map(list.jobsOfRun(owned.id).map(({ key, plan }) => [plan.key, key]));
    const [first] = list.jobsOfRun(owned.id);
    if (first?.entry) list.enterRun(owned.id, { ...first.entry, isActive: true });
    this.#recorded = recordRun(
      server,
      owned,
      (event) => this.#follow(event),
      (jobKey) => observer.traceOf(this.#keys.get(jobKey) ?? 0),
    );
  }

  /** Whether it has jobs that could begin, and none that has: no further run need begin yet. */
  get isWaiting(): boolean {
    let waits = false;
    for (const key of this.#keys.values()) {
      const state = this.#list.job(key)?.state;
      if (state === 'running' || state === 'cancelling' || state === 'pausing') return false;
      waits ||= state === 'queued';
    }
    return waits;
  }

  /** An event of the engine without the secrets of this run. */
  masked(event: ServerEvent): ServerEvent {
    return maskEvent(event, this.#recorded.run.mask);
  }

  /** Works on it until its end is on the disk, or somebody else has it. */
  async work(): Promise<void> {
    const { run, recording } = this.#recorded;
    const outcomes = await run.start().ended;
    const isWhole = [...outcomes.values()].every(({ state }) => state === 'done' || state === 'skipped');
    await recording.end(outcomes, isWhole ? undefined : this.#endOf(outcomes), isWhole ? 0 : 1);
  }

  cancel(jobKey: string): void {
    this.#recorded.run.cancelJob(jobKey, 'Cancelled.');
  }

  pause(jobKey: string): void {
    this.#recorded.run.pauseJob(jobKey);
    this.#recorded.recording.hold(jobKey, true);
  }

  resume(jobKey: string): void {
    this.#recorded.run.resumeJob(jobKey);
    this.#recorded.recording.hold(jobKey, false);
  }

  /** Ends it now, to be resumed later. */
  stop(): void {
    this.#isStopping = true;
    this.#recorded.recording.stop();
    this.#recorded.run.cancel('Stopped before it was done.');
  }

  #endOf(outcomes: ReadonlyMap<string, JobOutcome>): 'interrupted' | 'paused' | 'cancelled' | undefined {
    const { asked } = this.#recorded;
    if (this.#isStopping) return 'interrupted';
    if (asked !== undefined) return asked === 'pause' ? 'paused' : 'cancelled';
    const states = [...outcomes.values()].map(({ state }) => state);
    return states.includes('cancelled') && !states.includes('failed') ? 'cancelled' : undefined;
  }

  #follow(event: JobFileRunEvent): void {
    const key = this.#keys.get(event.key);
    if (key === undefined) return;
    switch (event.type) {
      case 'queued':
        this.#onQueued(key, event.jobId, event.part);
        break;
      case 'items':
        this.#observer.onItems(key, event.items);
        break;
      case 'ended':
        this.#list.settle(key, event.outcome);
    }
    this.#observer.changed();
  }

  #onQueued(key: number, jobId: number, part: 'work' | 'combine'): void {
    if (part === 'combine') {
      this.#observer.onCombine(jobId, key);
      return;
    }
    const info = this.#server.jobs.find(({ id }) => id === jobId);
    this.#list.bind(key, jobId, info);
    // What the engine has said of it so far was said before anybody knew whose it is.
    if (info !== undefined) this.#observer.onBound(info);
  }

  /** Does what a person has asked for while the run was being taken. */
  catchUp(): void {
    for (const [jobKey, key] of this.#keys) {
      const state = this.#list.job(key)?.state ?? 'done';
      if (state === 'cancelling') this.cancel(jobKey);
      else if (state === 'paused' || state === 'pausing') this.pause(jobKey);
      else if (isActive(state)) this.#list.mark(key, 'queued');
    }
  }
}
