import { basename } from 'node:path';
import { encodeValue } from '../core/data/serialize';
import { toErrorInfo } from '../core/error-info';
import { JobCancelledError } from '../core/errors';
import type { WorkerHost } from '../core/pool/worker-host';
import { ProcessServer } from '../core/process-server';
import { Task } from '../core/tasks/task';
import type { ScriptFunction } from '../jobs/script';
import { counted } from '../shared/counted';
import type { FromScript, ScriptEnd, ScriptServerEvent, TaskView } from '../shared/script-protocol';

/** How often a change of the task is told, in milliseconds. */
const taskEveryMs = 100;

export interface HostedScriptOptions {
  /** Absolute path. */
  readonly path: string;
  readonly main: ScriptFunction;
  readonly args: Readonly<Record<string, unknown>>;
  readonly numProcs: number | null;
  /** Whether somebody looks closely, see {@link ToScript}. */
  readonly isWatched: boolean;
  /** What starts its worker processes; undefined: this process does. */
  readonly host: WorkerHost | undefined;
  readonly post: (message: FromScript) => void;
}

/** A script that has been loaded, its server, and all that is told of both. */
export class HostedScript {
  readonly #options: HostedScriptOptions;
  readonly #abort = new AbortController();
  readonly #server: ProcessServer;
  readonly #task: Task;
  #lastView = '';
  #lastPids = '';
  #giveUp: (error: Error) => void = () => undefined;
  readonly #givenUp = new Promise<never>((_, reject) => {
    this.#giveUp = reject;
  });

  constructor(options: HostedScriptOptions) {
    const { path, main, args, numProcs, isWatched, host, post } = options;
    this.#options = options;
    this.#server = new ProcessServer({
      ...(numProcs !== null && { numProcs, allowOversubscribe: true }),
      ...(host && { host }),
    });
    this.#server.onEvent((event) => {
      if (event.type === 'worker') this.#tellWorkers();
      else if (event.type !== 'queue' && (isWatched || !isClose(event))) post({ type: 'server', event });
    });
    this.#task = new Task(basename(path), () =>
      main(this.#server, { args, signal: this.#abort.signal, task: this.#task }),
    );
  }

  /**
   * Asks it to end.
   *
   * @param now it is not waited for
   */
  abort(reason: string, now = false): void {
    const error = new JobCancelledError(reason);
    this.#abort.abort(error);
    this.#task.cancel(reason);
    if (now) this.#giveUp(error);
  }

  /** Cancels one of the jobs that it has asked its server for. */
  cancelJob(id: number, reason: string): void {
    this.#server.cancelJob(id, reason);
  }

  /** Runs it to its end. By then its server has stopped, and no process of it is left. Never rejects. */
  async run(): Promise<ScriptEnd> {
    const { post } = this.#options;
    // What nobody awaits can still fail; it is the script's failure then.
    process.once('uncaughtException', (error) => this.#giveUp(error));
    this.#givenUp.catch(() => undefined);
    this.#server.start();
    // The script may never let an event through that would tell of them.
    this.#tellWorkers();
    post({ type: 'loaded', numProcs: this.#server.realNumProcs });
    const tell = setInterval(() => this.#tellTask(), taskEveryMs);
    const end = await this.#runMain();
    clearInterval(tell);
    this.#tellTask();
    await this.#server.stop({ graceMs: 0 });
    return end;
  }

  async #runMain(): Promise<ScriptEnd> {
    try {
      const result = await Promise.race([this.#task.start(), this.#givenUp]);
      const left = this.#server.jobs;
      if (left.length > 0 && !this.#abort.signal.aborted)
        throw new Error(
          `The script returned while ${counted(left.length, 'job')} of its server had not ended (${left
            .slice(0, 3)
            .map(({ label }) => label)
            .join(', ')}${left.length > 3 ? ', …' : ''}). They are cancelled; await what the server returns.`,
        );
      return { state: 'done', result: result === undefined ? undefined : encodeValue(result, 'result') };
    } catch (error) {
      const isCancelled = this.#abort.signal.aborted && isAbort(error);
      return { state: isCancelled ? 'cancelled' : 'failed', error: toErrorInfo(error) };
    }
  }

  #tellWorkers(): void {
    const pids = this.#server.procs.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    const text = pids.join();
    if (text === this.#lastPids) return;
    this.#lastPids = text;
    this.#options.post({ type: 'workers', pids });
  }

  #tellTask(): void {
    const { label, curProgress: progress, maxProgress: max } = this.#task;
    const view: TaskView = { label, progress, max };
    const text = JSON.stringify(view);
    if (text === this.#lastView) return;
    this.#lastView = text;
    this.#options.post({ type: 'task', task: view });
  }
}

/** It only matters to who looks closely. */
function isClose({ type }: ScriptServerEvent): boolean {
  return type === 'chunk' || type === 'partial';
}

/** What a script ends with that was asked to end and did. */
function isAbort(error: unknown): boolean {
  return error instanceof JobCancelledError || (error instanceof Error && error.name === 'AbortError');
}
