import type { StoredRun } from '../../history';
import { callOutcome } from '../../runner/call-outcome';
import { mostCalls } from '../../runner/call-recording';
import type { JobOutcome } from '../../runner/outcome';
import type { ScriptProcess } from '../../runner/script-process';
import { ScriptRecording } from '../../runner/script-recording';
import { ScriptRun, type ScriptRunEvent } from '../../runner/script-run';
import type { JobInfo, ServerEvent } from '../../shared/engine-info';
import type { ScriptServerEvent } from '../../shared/script-protocol';
import type { JobList } from '../job-list';
import type { RunObserver } from '../queue/active-run';
import type { ActiveWork } from '../queue/active-work';
import { workOf } from './script-plan';

/** Numbers of jobs on a script's own server become numbers of nobody else's by adding a multiple of this. */
const numbersOfOne = 2 ** 32;

/** How long a script that is cancelled may take to end by itself, in milliseconds. */
const cancelGraceMs = 1000;

export interface ScriptParts {
  readonly list: JobList;
  readonly observer: RunObserver;
  /** Starts a process that hosts a script. */
  readonly startScript: () => ScriptProcess;
  /** Worker processes that it gets. */
  readonly numProcs: number;
}

/** So much of what it says that it is at is shown. */
const longestLabel = 200;

let scripts = 0;

/**
 * A script that runs in a process of its own. In the list it is a job, and what it asks its server for are jobs beneath
 * it: to the list and the records they look as if the window's own engine had them, under other numbers.
 */
export class ActiveScript implements ActiveWork {
  readonly id: number;
  readonly file: string;
  /** Another script has to wait: each has as many worker processes as the window. */
  readonly isLimited = true;
  readonly isWaiting = false;
  readonly #parts: ScriptParts;
  readonly #recording: ScriptRecording;
  readonly #args: Readonly<Record<string, unknown>>;
  readonly #key: number | undefined;
  readonly #jobKey: string;
  readonly #base: number;
  /** Keys of the listed calls, by their number on the script's server. */
  readonly #calls = new Map<number, number>();
  readonly #ended: number[] = [];
  #run: ScriptRun | undefined;
  #info: JobInfo;
  #isStopping = false;
  #killTimer: NodeJS.Timeout | undefined;

  /** @throws ResumeError when somebody else works on it */
  static async take(
    history: Parameters<typeof ScriptRecording.take>[0],
    stored: StoredRun,
    parts: ScriptParts,
  ): Promise<ActiveScript> {
    const { file, jobs } = workOf(stored);
    const [{ key, args } = { key: '', args: {} }] = jobs;
    return new ActiveScript(await ScriptRecording.take(history, stored.id, key), stored.id, file, key, args, parts);
  }

  private constructor(
    recording: ScriptRecording,
    id: number,
    file: string,
    jobKey: string,
    args: Readonly<Record<string, unknown>>,
    parts: ScriptParts,
  ) {
    this.id = id;
    this.file = file;
    this.#jobKey = jobKey;
    this.#args = args;
    this.#parts = parts;
    this.#recording = recording;
    this.#key = parts.list.jobsOfRun(id).find(({ role }) => role === 'script')?.key;
    // Those that it had asked for before it was cut off: it begins anew.
    for (const job of parts.list.jobsOfRun(id)) if (job.role === 'call') parts.list.remove(job.key);
    scripts += 1;
    this.#base = scripts * numbersOfOne;
    const now = Date.now();
    this.#info = {
      id: this.#base,
      label: jobKey,
      state: 'queued',
      valRange: 0,
      total: 0,
      progress: 0,
      priority: 0,
      ranks: [],
      queuedAt: now,
    };
    if (this.#key !== undefined) parts.list.bind(this.#key, this.#base, this.#info);
  }

  /** A script's environment is the whole of this process's, so nothing of it is a secret of a job. */
  masked(event: ServerEvent): ServerEvent {
    return event;
  }

  /** Runs it until its end is on the disk. */
  async work(): Promise<void> {
    const { startScript, numProcs } = this.#parts;
    const run = new ScriptRun({
      path: this.file,
      args: this.#args,
      numProcs,
      isWatched: true,
      process: startScript(),
      onEvent: (event) => this.#follow(event),
    });
    this.#run = run;
    this.#recording.signal.addEventListener('abort', () => run.stop('Another process has taken the run over.'), {
      once: true,
    });
    if (this.#isStopping) run.stop('Stopped before it was done.');
    const outcome = await run.ended;
    clearTimeout(this.#killTimer);
    const shown: JobOutcome =
      outcome.state === 'refused'
        ? {
            state: 'failed',
            errors: [{ rank: null, error: outcome.error }],
            startedAt: this.#info.queuedAt,
            endedAt: Date.now(),
          }
        : outcome;
    this.#endCalls();
    if (this.#isStopping && outcome.state === 'cancelled') {
      await this.#recording.interrupt();
      return;
    }
    if (this.#key !== undefined) this.#parts.list.settle(this.#key, shown);
    this.#parts.observer.changed();
    await this.#recording.end(outcome, shown.state === 'done' ? 0 : 1);
  }

  /** Cancels the script, or one of the jobs that it has asked for. */
  cancel(jobKey: string): void {
    if (jobKey !== this.#jobKey) {
      const number = Number(jobKey.slice(this.#jobKey.length + 1));
      this.#run?.cancelJob(number, 'Cancelled.');
      return;
    }
    this.#run?.abort('Cancelled.');
    this.#killTimer ??= setTimeout(() => this.#run?.stop('Cancelled.'), cancelGraceMs);
  }

  pause(): void {
    // Nobody but the script knows what it is at: it cannot be paused.
  }

  resume(): void {
    // As it cannot be paused.
  }

  stop(): void {
    this.#isStopping = true;
    this.#run?.stop('Stopped before it was done.');
  }

  catchUp(): void {
    const job = this.#key === undefined ? undefined : this.#parts.list.job(this.#key);
    if (job?.state === 'cancelling') this.cancel(this.#jobKey);
    else if (job?.state === 'paused' || job?.state === 'pausing') this.#parts.list.mark(job.key, 'queued');
  }

  #follow(event: ScriptRunEvent): void {
    this.#recording.onEvent(event);
    switch (event.type) {
      case 'begun':
        this.#tell({ state: 'running', startedAt: Date.now() });
        return;
      case 'task': {
        const { label, progress, max } = event.task;
        const valRange = whole(max);
        this.#tell({ label: label.slice(0, longestLabel), valRange, progress: Math.min(whole(progress), valRange) });
        return;
      }
      case 'log':
        this.#parts.observer.onEvent({ type: 'log', jobId: this.#base, lines: event.lines });
        return;
      case 'server':
        this.#onServerEvent(event.event);
    }
  }

  #tell(news: Partial<JobInfo>): void {
    this.#info = { ...this.#info, ...news };
    this.#parts.observer.onEvent({ type: 'job', job: this.#info });
  }

  #onServerEvent(event: ScriptServerEvent): void {
    const { observer } = this.#parts;
    if (event.type !== 'job') {
      observer.onEvent({ ...event, jobId: event.jobId + this.#base });
      return;
    }
    const { id } = event.job;
    const job = { ...event.job, id: id + this.#base };
    if (!this.#calls.has(id)) this.#list(id, job);
    observer.onEvent({ type: 'job', job });
    const outcome = callOutcome(event.job, Date.now());
    const key = this.#calls.get(id);
    if (outcome === undefined || key === undefined) return;
    this.#parts.list.settle(key, outcome);
    observer.changed();
    this.#ended.push(id);
    if (this.#calls.size > mostCalls) this.#forget(this.#ended.shift());
  }

  #list(id: number, info: JobInfo): void {
    if (this.#key === undefined) return;
    const { list } = this.#parts;
    const key = list.addCall(this.#key, `${this.#jobKey}/${id}`, info.label, info.valRange, id);
    if (key === undefined) return;
    this.#calls.set(id, key);
    list.bind(key, info.id, info);
  }

  #forget(id: number | undefined): void {
    const key = id === undefined ? undefined : this.#calls.get(id);
    if (id === undefined || key === undefined) return;
    this.#calls.delete(id);
    this.#parts.list.remove(key);
  }

  /** The script is over, and with it all that it has asked for. */
  #endCalls(): void {
    const now = Date.now();
    const ended = new Set(this.#ended);
    for (const [id, key] of this.#calls)
      if (!ended.has(id))
        this.#parts.list.settle(key, {
          state: 'cancelled',
          errors: [],
          reason: 'The script has ended.',
          startedAt: this.#parts.list.job(key)?.startedAt ?? now,
          endedAt: now,
        });
  }
}

/** A script may say that it is at any number. */
const whole = (value: number): number => (Number.isFinite(value) ? Math.max(0, Math.floor(value)) : 0);
