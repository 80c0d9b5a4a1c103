import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { OutputLines } from '../core/commands/output-lines';
import { decodeValue } from '../core/data/serialize';
import { LogBudget } from '../core/pool/log-budget';
import { ScriptError } from '../jobs/script';
import type { ErrorInfo, LogLine } from '../shared/engine-info';
import type { FromScript, ScriptEnd, ScriptServerEvent, TaskView } from '../shared/script-protocol';
import type { JobOutcome } from './outcome';
import type { ScriptExit, ScriptProcess } from './script-process';

export interface ScriptRunOptions {
  /** Absolute path of the script. */
  readonly path: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Worker processes of its server; null: one for each processor. */
  readonly numProcs: number | null;
  /** Whether `chunk` and `partial` events of its server are told, too. */
  readonly isWatched?: boolean;
  /** The process that is to host it; it has just been started. */
  readonly process: ScriptProcess;
  readonly onEvent: (event: ScriptRunEvent) => void;
}

/** What happens while a script runs, in order. */
export type ScriptRunEvent =
  /** It has been loaded, and begins with so many worker processes. */
  | { readonly type: 'begun'; readonly numProcs: number }
  /** Something happened to a job that it has asked its server for. */
  | { readonly type: 'server'; readonly event: ScriptServerEvent }
  | { readonly type: 'task'; readonly task: TaskView }
  /** What it has printed. */
  | { readonly type: 'log'; readonly lines: readonly LogLine[] };

/** How a script ended: as a job does, or it could not even be loaded. */
export type ScriptOutcome =
  | { readonly state: 'refused'; readonly error: ErrorInfo }
  | (JobOutcome & { readonly state: 'done' | 'failed' | 'cancelled' });

/** How long the output of a process that has ended is waited for, in milliseconds: others may hold its pipes open. */
const outputLimitMs = 500;

/** How long a script's process may take to stop in order, in milliseconds. */
const stopLimitMs = 1000;

/** How long its workers may take to be gone after it, in milliseconds. */
const workersLimitMs = 5000;

/**
 * A script that runs in a process of its own, seen from outside. It is told to run at once; whatever it does, also when
 * it ends its process or never answers, it has one outcome.
 */
export class ScriptRun {
  /** Never rejects. By then its process is gone, and all it has printed was told. */
  readonly ended: Promise<ScriptOutcome>;
  readonly #options: ScriptRunOptions;
  readonly #outputs: readonly Promise<unknown>[];
  #startedAt = Date.now();
  #last: Extract<FromScript, { type: 'refused' | 'ended' }> | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #workers: readonly number[] = [];
  #abortReason: string | undefined;

  constructor(options: ScriptRunOptions) {
    this.#options = options;
    const { process: host, path, args, numProcs, isWatched = false } = options;
    this.#outputs = [this.#follow('stdout', host.stdout), this.#follow('stderr', host.stderr)];
    host.onMessage((message) => this.#receive(message));
    this.ended = new Promise<ScriptExit>((resolve) => host.onExit(resolve)).then((exit) => this.#conclude(exit));
    host.post({ type: 'run', path, args, numProcs, isWatched });
  }

  /** Asks the script to end, through its `signal`. */
  abort(reason: string): void {
    this.#abortReason ??= reason;
    this.#options.process.post({ type: 'abort', reason });
  }

  /** Ends it, whatever it does: in order, or by force when it does not answer. */
  stop(reason: string): void {
    this.#abortReason ??= reason;
    const { process: host } = this.#options;
    host.post({ type: 'stop', reason });
    this.#killTimer ??= setTimeout(() => host.kill(), stopLimitMs);
  }

  /** Cancels one of the jobs that it has asked its server for, by its number there. */
  cancelJob(jobId: number, reason: string): void {
    this.#options.process.post({ type: 'cancel-job', jobId, reason });
  }

  #receive(message: FromScript): void {
    const { onEvent } = this.#options;
    switch (message.type) {
      case 'loaded':
        this.#startedAt = Date.now();
        onEvent({ type: 'begun', numProcs: message.numProcs });
        break;
      case 'server':
      case 'task':
        onEvent(message);
        break;
      case 'workers':
        this.#workers = message.pids;
        break;
      case 'refused':
      case 'ended':
        this.#last = message;
        this.#options.process.post({ type: 'leave' });
        break;
      case 'worker-start':
      case 'worker-post':
      case 'worker-kill':
      // Whoever has started the process sees to it.
    }
  }

  /** Tells what is printed, line by line; of a flood only so much as anybody could read. */
  #follow(stream: 'stdout' | 'stderr', readable: Readable | null): Promise<unknown> {
    if (!readable) return Promise.resolve();
    const budget = new LogBudget((lines, dropped) => {
      const told = lines.map((line) => ({ rank: 0, ...line }));
      const left = dropped > 0 ? [{ rank: 0, stream, text: `… ${dropped} lines were left out …` } as const] : [];
      this.#options.onEvent({ type: 'log', lines: [...left, ...told] });
    });
    const output = new OutputLines(stream, budget);
    readable.on('data', (piece: Buffer) => output.push(piece));
    return finished(readable)
      .catch(() => undefined)
      .then(() => {
        output.flush();
        budget.flush();
      });
  }

  async #conclude(exit: ScriptExit): Promise<ScriptOutcome> {
    clearTimeout(this.#killTimer);
    await Promise.all([
      Promise.race([Promise.all(this.#outputs), delay(outputLimitMs, undefined, { ref: false })]),
      // Workers of a process that was killed notice it, and end what they had started first.
      whenGone(this.#workers),
    ]);
    const last = this.#last;
    if (last?.type === 'refused') return { state: 'refused', error: last.error };
    const end: ScriptEnd = last?.end ?? {
      state: this.#abortReason !== undefined ? 'cancelled' : 'failed',
      error: this.#lostError(exit),
    };
    const times = { startedAt: this.#startedAt, endedAt: Math.max(this.#startedAt, Date.now()) };
    if (end.state === 'done')
      return { ...times, state: 'done', result: end.result && decodeValue(end.result), errors: [] };
    return {
      ...times,
      state: end.state,
      errors: [{ rank: null, error: end.error }],
      ...(end.state === 'cancelled' && { reason: this.#abortReason ?? end.error.message }),
    };
  }

  #lostError({ code, signal }: ScriptExit): ErrorInfo {
    const how =
      signal !== null
        ? `was ended by ${signal}`
        : code === null
          ? 'could not be started'
          : `ended with exit code ${code}`;
    const name = basename(this.#options.path);
    return { name: ScriptError.name, message: `The process of ${name} ${how} before the script was done.` };
  }
}

/** Resolves when the processes are gone, or have had the time for it. */
async function whenGone(pids: readonly number[]): Promise<void> {
  for (const end = performance.now() + workersLimitMs; pids.some(isThere) && performance.now() < end; ) await delay(10);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
