import { encodeValue } from '../core/data/serialize';
import type { SettledItem } from '../core/items/item-result';
import type { RunRecorder } from '../history';
import type { ServerEvent } from '../shared/engine-info';
import type { PlannedRun } from '../shared/plan';
import { combineRank } from '../shared/run';
import type { JobFileRunEvent } from './job-file-run';
import type { JobOutcome } from './outcome';
import type { JobTrace } from './tracking/job-trace';
import { encodeTrace } from './tracking/trace-record';

/**
 * How a job goes is written at its begin and at its end; between them when this part of its time has gone by since, but
 * not more often than the one and at least as often as the other, in milliseconds.
 */
const tracePart = 0.25;
const leastTraceMs = 500;
const mostTraceMs = 5000;

/**
 * Writes what happens in a run into the history. Items that are skipped are not written while the run may still be
 * resumed: what they waited for may yet come. Secrets are hidden already in the events of the run, and by the recorder in logs.
 */
export class RunRecording {
  readonly #recorder: RunRecorder;
  readonly #kinds: ReadonlyMap<string, string>;
  readonly #traceOf: (key: string) => JobTrace | undefined;
  readonly #keyOf = new Map<number, string>();
  /** The engine's numbers of jobs that only combine what the ranks of others have returned. */
  readonly #combining = new Set<number>();
  /** When the trace of each job was written first, and last. */
  readonly #traced = new Map<string, { readonly first: number; readonly last: number }>();
  readonly #attempts = new Map<string, number>();
  #isStopping = false;

  /**
   * @param traceOf how a job goes, by its key
   * @param attempts how often each job had been started before, by key
   */
  constructor(
    recorder: RunRecorder,
    plan: PlannedRun,
    traceOf: (key: string) => JobTrace | undefined,
    attempts: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#recorder = recorder;
    this.#traceOf = traceOf;
    this.#kinds = new Map(plan.jobs.map(({ key, kind }) => [key, kind]));
    for (const [key, times] of attempts) this.#attempts.set(key, times);
  }

  onRunEvent(event: JobFileRunEvent): void {
    switch (event.type) {
      case 'queued':
        this.#keyOf.set(event.jobId, event.key);
        if (event.part === 'combine') this.#combining.add(event.jobId);
        return;
      case 'items':
        this.#items(event.key, event.items);
        this.#trace(event.key, 'if due');
        return;
      case 'ended':
        this.#ended(event.key, event.outcome);
    }
  }

  onServerEvent(event: ServerEvent): void {
    if (event.type === 'job') {
      const key = this.#keyOf.get(event.job.id);
      if (key === undefined || event.job.startedAt === undefined) return;
      // One that fails soon has not told its progress before.
      if (event.job.endedAt !== undefined) this.#progress(key, event.job.id, event.job.progress);
      if (event.job.state !== 'running' || this.#isStarted.has(event.job.id)) return;
      this.#isStarted.add(event.job.id);
      if (!this.#combining.has(event.job.id)) this.#trace(key, 'now');
      const attempts = (this.#attempts.get(key) ?? 0) + 1;
      this.#attempts.set(key, attempts);
      ignore(this.#recorder.job(key, { state: 'running', startedAt: event.job.startedAt, attempts }));
    } else if (event.type === 'progress') {
      const key = this.#keyOf.get(event.jobId);
      if (key !== undefined && this.#progress(key, event.jobId, event.progress)) this.#trace(key, 'if due');
    } else if (event.type === 'log') {
      const key = this.#keyOf.get(event.jobId);
      const at = Date.now();
      const isCombining = this.#combining.has(event.jobId);
      if (key !== undefined)
        ignore(
          this.#recorder.log(
            key,
            event.lines.map((line) => ({ at, ...line, ...(isCombining && { rank: combineRank }) })),
          ),
        );
    }
  }

  readonly #isStarted = new Set<number>();

  /** A person has paused a job of the run, or let it go on; it stays so when the run is resumed. */
  hold(key: string, isHeld: boolean): void {
    ignore(this.#recorder.job(key, { isHeld }));
  }

  /** From now on jobs that do not come to their end are interrupted, not cancelled: the run is to be resumed later. */
  stop(): void {
    this.#isStopping = true;
  }

  /** The run is over. `interrupted` and `paused`: it was stopped from outside and can be resumed. */
  async end(
    outcomes: ReadonlyMap<string, JobOutcome>,
    how: 'interrupted' | 'paused' | 'cancelled' | undefined,
    code: number,
  ): Promise<void> {
    if (how === 'interrupted' || how === 'paused') {
      await this.#recorder.release(how);
      return;
    }
    for (const [key, { state, items }] of outcomes)
      if (items && state !== 'done') ignore(this.#recorder.rest(key, how === 'cancelled' ? 'cancelled' : 'skipped'));
    // One that only runs after a failure is skipped when there is none.
    const isDone = [...outcomes.values()].every(({ state }) => state === 'done' || state === 'skipped');
    await this.#recorder.end(how ?? (isDone ? 'done' : 'failed'), { code });
  }

  #items(key: string, items: readonly SettledItem[]): void {
    let batch: { start: number; attempts: number; values: (Uint8Array | undefined)[]; durations: number[] } | undefined;
    const flush = (): void => {
      if (batch) ignore(this.#recorder.done(key, batch.start, batch.values, batch.attempts, batch.durations));
      batch = undefined;
    };
    for (const item of items) {
      if (item.state === 'failed')
        ignore(this.#recorder.failed(key, item.index, item.error, item.attempts, item.durationMs));
      if (item.state !== 'done') continue;
      if (!batch || batch.start + batch.values.length !== item.index || batch.attempts !== item.attempts) {
        flush();
        batch = { start: item.index, attempts: item.attempts, values: [], durations: [] };
      }
      batch.values.push(item.payload);
      batch.durations.push(item.durationMs);
    }
    flush();
  }

  /** Of jobs with items those that have ended are counted instead: false. */
  #progress(key: string, jobId: number, progress: number): boolean {
    if (this.#kinds.get(key) !== 'target' || this.#combining.has(jobId)) return false;
    ignore(this.#recorder.job(key, { progress }));
    return true;
  }

  #trace(key: string, when: 'now' | 'if due'): void {
    const now = Date.now();
    const { first = now, last = 0 } = this.#traced.get(key) ?? {};
    const rest = Math.min(mostTraceMs, Math.max(leastTraceMs, (now - first) * tracePart));
    if (when === 'if due' && now - last < rest) return;
    const trace = this.#traceOf(key);
    if (trace === undefined) return;
    this.#traced.set(key, { first, last: now });
    ignore(this.#recorder.timeline(key, encodeTrace(trace.record())));
  }

  #ended(key: string, outcome: JobOutcome): void {
    const { state, errors, reason, output, startedAt, endedAt } = outcome;
    this.#trace(key, 'now');
    if (this.#isStopping && (state === 'cancelled' || state === 'skipped')) {
      ignore(this.#recorder.job(key, { state: 'interrupted' }));
      return;
    }
    const error = errors[0]?.error ?? (reason === undefined ? null : { name: 'Error', message: reason });
    const times = state === 'skipped' ? {} : { startedAt, endedAt };
    ignore(
      this.#recorder.job(key, {
        state,
        ...times,
        error: state === 'done' ? null : error,
        ...(output !== undefined && { output }),
      }),
    );
    // The values of items are kept one by one.
    const isList = this.#kinds.get(key) !== 'target' && Array.isArray(outcome.result);
    if (state !== 'done' || outcome.result === undefined || isList) return;
    ignore(this.#recorder.result(key, encodeValue(outcome.result, 'result')));
  }
}

/** What cannot be recorded any more shows in the history's own events. */
function ignore(recorded: Promise<void>): void {
  recorded.catch(() => undefined);
}
