import { encodeValue } from '../core/data/serialize';
import type { SettledItem } from '../core/items/item-result';
import type { RunRecorder } from '../history';
import type { ServerEvent } from '../shared/engine-info';
import type { PlannedRun } from '../shared/plan';
import type { JobFileRunEvent } from './job-file-run';
import type { JobOutcome } from './outcome';

/**
 * Writes what happens in a run into the history. Items that are skipped are not written while the run may still be
 * resumed: what they waited for may yet come. Secrets are hidden already in the events of the run, and by the recorder in logs.
 */
export class RunRecording {
  readonly #recorder: RunRecorder;
  readonly #kinds: ReadonlyMap<string, string>;
  readonly #keyOf = new Map<number, string>();
  readonly #attempts = new Map<string, number>();
  #isStopping = false;

  /** @param attempts how often each job had been started before, by key */
  constructor(recorder: RunRecorder, plan: PlannedRun, attempts: ReadonlyMap<string, number> = new Map()) {
    this.#recorder = recorder;
    this.#kinds = new Map(plan.jobs.map(({ key, kind }) => [key, kind]));
    for (const [key, times] of attempts) this.#attempts.set(key, times);
  }

  onRunEvent(event: JobFileRunEvent): void {
    switch (event.type) {
      case 'queued':
        this.#keyOf.set(event.jobId, event.key);
        return;
      case 'items':
        this.#items(event.key, event.items);
        return;
      case 'ended':
        this.#ended(event.key, event.outcome);
    }
  }

  onServerEvent(event: ServerEvent): void {
    if (event.type === 'job') {
      const key = this.#keyOf.get(event.job.id);
      if (key === undefined || event.job.startedAt === undefined || event.job.state !== 'running') return;
      if (this.#isStarted.has(event.job.id)) return;
      this.#isStarted.add(event.job.id);
      const attempts = (this.#attempts.get(key) ?? 0) + 1;
      this.#attempts.set(key, attempts);
      ignore(this.#recorder.job(key, { state: 'running', startedAt: event.job.startedAt, attempts }));
    } else if (event.type === 'progress') {
      const key = this.#keyOf.get(event.jobId);
      // Of the others the items that have ended are counted.
      if (key !== undefined && this.#kinds.get(key) === 'target')
        ignore(this.#recorder.job(key, { progress: event.progress }));
    } else if (event.type === 'log') {
      const key = this.#keyOf.get(event.jobId);
      const at = Date.now();
      if (key !== undefined)
        ignore(
          this.#recorder.log(
            key,
            event.lines.map((line) => ({ at, ...line })),
          ),
        );
    }
  }

  readonly #isStarted = new Set<number>();

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
    let batch: { start: number; attempts: number; values: (Uint8Array | undefined)[] } | undefined;
    const flush = (): void => {
      if (batch) ignore(this.#recorder.done(key, batch.start, batch.values, batch.attempts));
      batch = undefined;
    };
    for (const item of items) {
      if (item.state === 'failed') ignore(this.#recorder.failed(key, item.index, item.error, item.attempts));
      if (item.state !== 'done') continue;
      if (!batch || batch.start + batch.values.length !== item.index || batch.attempts !== item.attempts) {
        flush();
        batch = { start: item.index, attempts: item.attempts, values: [] };
      }
      batch.values.push(item.payload);
    }
    flush();
  }

  #ended(key: string, outcome: JobOutcome): void {
    const { state, errors, reason, output, startedAt, endedAt } = outcome;
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
