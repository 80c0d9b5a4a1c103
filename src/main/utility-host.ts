import { type UtilityProcess, utilityProcess } from 'electron';
import type { WorkerExit, WorkerHost, WorkerLink, WorkerSpec } from '../core/pool/worker-host';
import type { ControlToServer, ServerToControl } from '../shared/worker-protocol';
import { describeExitCode } from './exit-code';

/** Starts worker processes as Electron utility processes. */
export class UtilityHost implements WorkerHost {
  readonly name = 'utility';

  start(spec: WorkerSpec): WorkerLink {
    return new UtilityLink(spec);
  }
}

/**
 * One utility process.
 *
 * Electron may report `exit` twice, and posting to a process that has gone can take main with it: `gone` is set
 * before anybody is told, and nothing is posted after it.
 */
class UtilityLink implements WorkerLink {
  pid: number | undefined;
  #process: UtilityProcess | null = null;
  #gone: WorkerExit | null = null;
  #killed = false;
  readonly #messageListeners: ((message: ControlToServer) => void)[] = [];
  readonly #exitListeners: ((exit: WorkerExit) => void)[] = [];

  constructor(spec: WorkerSpec) {
    try {
      const child = utilityProcess.fork(spec.entry, [JSON.stringify(spec.identity)], {
        env: { ...spec.env },
        serviceName: spec.name,
        stdio: 'ignore',
      });
      this.#process = child;
      child.once('spawn', () => {
        this.pid = child.pid;
        if (this.#killed) this.#killNow();
      });
      child.on('message', (message: ControlToServer) => {
        if (this.#gone !== null) return;
        for (const listener of this.#messageListeners) listener(message);
      });
      child.once('exit', (code) => this.#end(describeExitCode(code)));
    } catch {
      // The caller still has to attach its listeners.
      queueMicrotask(() => this.#end({ code: null, signal: null }));
    }
  }

  post(message: ServerToControl): void {
    if (this.#gone !== null || this.#process === null) return;
    try {
      this.#process.postMessage(message);
    } catch {
      // The process went away between two events; its exit is about to be reported.
    }
  }

  onMessage(listener: (message: ControlToServer) => void): void {
    this.#messageListeners.push(listener);
  }

  onExit(listener: (exit: WorkerExit) => void): void {
    if (this.#gone === null) this.#exitListeners.push(listener);
    else listener(this.#gone);
  }

  kill(): void {
    if (this.#gone !== null) return;
    this.#killed = true;
    if (this.pid !== undefined) this.#killNow();
  }

  setRef(): void {
    // Windows keep Electron's main process alive; its workers never do.
  }

  /** `UtilityProcess.kill` asks politely (SIGTERM) outside Windows, which a busy process may ignore. */
  #killNow(): void {
    if (process.platform === 'win32' || this.pid === undefined) {
      this.#process?.kill();
      return;
    }
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }

  #end(exit: WorkerExit): void {
    if (this.#gone !== null) return;
    this.#gone = exit;
    for (const listener of this.#exitListeners) listener(exit);
  }
}
