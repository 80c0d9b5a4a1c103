import { basename } from 'node:path';
import { callOutcome } from '../runner/call-outcome';
import type { JobOutcome } from '../runner/outcome';
import type { ScriptRunEvent } from '../runner/script-run';
import type { JobInfo } from '../shared/engine-info';
import type { RunEvent } from './run-events';
import { RunState } from './run-state';

/**
 * Makes what is told of a run out of what happens in a script: the script itself is its first job, and each job that
 * it asks its server for another one, `script.ts/1`, `script.ts/2`, …
 */
export class ScriptEvents {
  readonly state = new RunState([]);
  readonly #file: string;
  readonly #script: number;
  /** By number on the script's server. */
  readonly #calls = new Map<number, number>();
  readonly #ended = { done: 0, failed: 0, cancelled: 0, skipped: 0 };

  /** @param file path of the script */
  constructor(file: string) {
    this.#file = file;
    this.#script = this.state.add({ kind: 'script', file, key: basename(file) }, basename(file), 0);
  }

  /** How the jobs that the script has asked for have ended. */
  get counts(): Readonly<Record<JobOutcome['state'], number>> {
    return this.#ended;
  }

  /** What an event of the script means for the run. */
  apply(event: ScriptRunEvent, now: number): RunEvent[] {
    switch (event.type) {
      case 'begun':
        return [
          { type: 'run.start', jobs: this.state.jobs, numProcs: event.numProcs },
          ...this.state.begin(this.#script, now),
        ];
      case 'task':
        return this.state.advance(this.#script, event.task, now);
      case 'log': {
        const job = this.state.jobs[this.#script];
        return job ? [{ type: 'log', job, lines: event.lines }] : [];
      }
      case 'server':
        if (event.event.type !== 'job') return this.state.apply(event.event, now);
        return this.#onJob(event.event.job, now);
    }
  }

  /** The script has ended. */
  end(outcome: JobOutcome): RunEvent[] {
    return this.state.end(this.#script, outcome);
  }

  #onJob(info: JobInfo, now: number): RunEvent[] {
    const known = this.#calls.get(info.id);
    if (known === undefined) {
      const key = `${basename(this.#file)}/${info.id}`;
      const index = this.state.add({ kind: 'call', file: this.#file, key }, info.label, info.valRange);
      this.#calls.set(info.id, index);
      return this.state.bind(index, info.id, info);
    }
    const events = this.state.apply({ type: 'job', job: info }, now);
    const outcome = callOutcome(info, now);
    if (outcome === undefined) return events;
    this.#calls.delete(info.id);
    this.#ended[outcome.state] += 1;
    return [...events, ...this.state.end(known, outcome)];
  }
}
