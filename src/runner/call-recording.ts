import type { RunRecorder } from '../history';
import type { JobInfo } from '../shared/engine-info';
import type { ScriptServerEvent } from '../shared/script-protocol';
import { callOutcome } from './call-outcome';
import { JobTrace } from './tracking/job-trace';
import { encodeTrace } from './tracking/trace-record';

/** Of the jobs that a script has asked for so many are listed and kept; the oldest that have ended go. */
export const mostCalls = 500;

/** How a call went is written so long after its end, in milliseconds: most calls of a flood are not kept by then. */
const traceDelayMs = 100;

interface Call {
  readonly key: string;
  readonly trace: JobTrace;
  isStarted: boolean;
}

/**
 * Writes what becomes of the jobs that a script has asked its server for into the history, beneath the script: what they
 * were, how they went and ended, and what they printed. Their values go to the script, which alone knows what for.
 */
export class CallRecording {
  readonly #recorder: RunRecorder;
  readonly #script: string;
  /** Those that have not ended, by their number on the script's server. */
  readonly #calls = new Map<number, Call>();
  /** Those that have ended, the oldest first; with how they went until that is written. */
  readonly #ended: { readonly key: string; trace?: JobTrace }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param script key of the script's own job */
  constructor(recorder: RunRecorder, script: string) {
    this.#recorder = recorder;
    this.#script = script;
  }

  onServerEvent(event: ScriptServerEvent): void {
    if (event.type === 'job') {
      this.#onJob(event.job);
      return;
    }
    const call = this.#calls.get(event.jobId);
    if (call === undefined) return;
    call.trace.onServerEvent(event);
    if (event.type === 'progress') ignore(this.#recorder.job(call.key, { progress: event.progress }));
    else if (event.type === 'log') {
      const at = Date.now();
      ignore(
        this.#recorder.log(
          call.key,
          event.lines.map((line) => ({ at, ...line })),
        ),
      );
    }
  }

  /** The script is over, and with it what it has left running. */
  end(): void {
    const endedAt = Date.now();
    for (const { key } of this.#calls.values())
      ignore(this.#recorder.job(key, { state: 'cancelled', endedAt, error: scriptEnded }));
    this.#calls.clear();
    this.#writeTraces();
  }

  #onJob(info: JobInfo): void {
    const call = this.#calls.get(info.id) ?? this.#add(info);
    const { key, trace } = call;
    trace.onServerEvent({ type: 'job', job: info });
    const { startedAt, progress } = info;
    const outcome = callOutcome(info, Date.now());
    if (outcome !== undefined) {
      const { state, errors, endedAt } = outcome;
      const times = { ...(startedAt !== undefined && { startedAt }), endedAt };
      ignore(this.#recorder.job(key, { state, progress, ...times, error: errors[0]?.error ?? null }));
      this.#calls.delete(info.id);
      this.#ended.push({ key, ...(startedAt !== undefined && { trace }) });
      this.#timer ??= setTimeout(() => this.#writeTraces(), traceDelayMs);
      this.#trim();
    } else if (startedAt !== undefined && !call.isStarted) {
      call.isStarted = true;
      ignore(this.#recorder.job(key, { state: 'running', startedAt, attempts: info.attempt ?? 1 }));
    }
  }

  #add({ id, label, valRange }: JobInfo): Call {
    const key = `${this.#script}/${id}`;
    const call = { key, trace: new JobTrace('target'), isStarted: false };
    this.#calls.set(id, call);
    ignore(this.#recorder.add({ key, kind: 'call', label, target: label, total: valRange }));
    return call;
  }

  #trim(): void {
    while (this.#calls.size + this.#ended.length > mostCalls) {
      const oldest = this.#ended.shift();
      if (oldest === undefined) return;
      ignore(this.#recorder.remove(oldest.key));
    }
  }

  #writeTraces(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const call of this.#ended) {
      if (call.trace === undefined) continue;
      ignore(this.#recorder.timeline(call.key, encodeTrace(call.trace.record())));
      delete call.trace;
    }
  }
}

const scriptEnded = { name: 'Error', message: 'The script has ended.' };

/** What cannot be recorded any more shows in the history's own events. */
function ignore(recorded: Promise<void>): void {
  recorded.catch(() => undefined);
}
