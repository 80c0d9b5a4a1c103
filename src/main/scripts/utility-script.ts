import type { Readable } from 'node:stream';
import { type UtilityProcess, utilityProcess } from 'electron';
import { scriptEntry } from '../../core/pool/worker-entries';
import type { WorkerLink } from '../../core/pool/worker-host';
import type { ScriptExit, ScriptProcess } from '../../runner/script-process';
import type { FromScript, FromWorkerOwner, ToScript } from '../../shared/script-protocol';
import { describeExitCode } from '../exit-code';
import { UtilityHost } from '../utility-host';

/**
 * A script's process as a utilityProcess of Electron. It has the whole environment of this one, as in a terminal: a
 * script is a program that the person has started.
 */
export function startUtilityScript(): ScriptProcess {
  return new UtilityScript();
}

/**
 * The process, and the workers of its server, which it may not start itself. They end with it.
 *
 * As with workers, nothing is posted once it is gone: that can take main with it.
 */
class UtilityScript implements ScriptProcess {
  readonly #process: UtilityProcess | undefined;
  readonly #host = new UtilityHost();
  readonly #workers = new Map<number, WorkerLink>();
  #exit: ScriptExit | undefined;
  #listener: ((exit: ScriptExit) => void) | undefined;
  #onMessage: ((message: FromScript) => void) | undefined;

  constructor() {
    try {
      const child = utilityProcess.fork(scriptEntry(), [], {
        env: { ...process.env },
        serviceName: 'procession script',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      this.#process = child;
      child.on('message', (message: FromScript) => this.#receive(message));
      child.once('exit', (code) => this.#end(describeExitCode(code)));
    } catch {
      queueMicrotask(() => this.#end({ code: null, signal: null }));
    }
  }

  get stdout(): Readable | null {
    return (this.#process?.stdout as Readable | null | undefined) ?? null;
  }

  get stderr(): Readable | null {
    return (this.#process?.stderr as Readable | null | undefined) ?? null;
  }

  post(message: ToScript): void {
    if (this.#exit !== undefined) return;
    try {
      this.#process?.postMessage(message);
    } catch {
      // The process went away between two events; its exit is about to be reported.
    }
  }

  onMessage(listener: (message: FromScript) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: (exit: ScriptExit) => void): void {
    this.#listener = listener;
    if (this.#exit !== undefined) listener(this.#exit);
  }

  /** `UtilityProcess.kill` asks politely outside Windows, which a busy process may ignore. */
  kill(): void {
    const pid = this.#process?.pid;
    if (this.#exit !== undefined || pid === undefined) return;
    if (process.platform === 'win32') {
      this.#process?.kill();
      return;
    }
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }

  #receive(message: FromScript): void {
    if (this.#exit !== undefined) return;
    switch (message.type) {
      case 'worker-start':
        this.#startWorker(message);
        return;
      case 'worker-post':
        this.#workers.get(message.worker)?.post(message.message);
        return;
      case 'worker-kill':
        this.#workers.get(message.worker)?.kill();
        return;
      default:
        this.#onMessage?.(message);
    }
  }

  #startWorker({ worker, entry, identity, env, name }: FromWorkerOwner & { readonly type: 'worker-start' }): void {
    const link = this.#host.start({ entry, identity, env, name });
    this.#workers.set(worker, link);
    link.onMessage((message) => this.post({ type: 'worker-said', worker, pid: link.pid ?? 0, message }));
    link.onExit(({ code, signal }) => {
      this.#workers.delete(worker);
      this.post({ type: 'worker-ended', worker, code, signal });
    });
  }

  #end(exit: ScriptExit): void {
    if (this.#exit !== undefined) return;
    this.#exit = exit;
    for (const worker of this.#workers.values()) worker.kill();
    this.#listener?.(exit);
  }
}
