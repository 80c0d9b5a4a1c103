import type { WorkerExit, WorkerHost, WorkerLink, WorkerSpec } from '../core/pool/worker-host';
import type { FromWorkerOwner, ToWorkerOwner } from '../shared/script-protocol';
import type { ControlToServer, ServerToControl } from '../shared/worker-protocol';

/**
 * Worker processes that somebody else starts: whoever has started this process, which may not do it itself. What is
 * said goes over this process's own channel.
 */
export class RelayedHost implements WorkerHost {
  readonly name = 'utility';
  readonly #post: (message: FromWorkerOwner) => void;
  readonly #links = new Map<number, RelayedLink>();
  #next = 1;

  constructor(post: (message: FromWorkerOwner) => void) {
    this.#post = post;
  }

  start({ entry, identity, env, name }: WorkerSpec): WorkerLink {
    const worker = this.#next++;
    const link = new RelayedLink(worker, this.#post);
    this.#links.set(worker, link);
    this.#post({ type: 'worker-start', worker, entry, identity, env, name });
    return link;
  }

  receive(message: ToWorkerOwner): void {
    const link = this.#links.get(message.worker);
    if (message.type === 'worker-said') link?.said(message.pid, message.message);
    else {
      this.#links.delete(message.worker);
      link?.ended({ code: message.code, signal: message.signal });
    }
  }
}

class RelayedLink implements WorkerLink {
  pid: number | undefined;
  readonly #worker: number;
  readonly #post: (message: FromWorkerOwner) => void;
  readonly #messageListeners: ((message: ControlToServer) => void)[] = [];
  readonly #exitListeners: ((exit: WorkerExit) => void)[] = [];
  #exit: WorkerExit | undefined;

  constructor(worker: number, post: (message: FromWorkerOwner) => void) {
    this.#worker = worker;
    this.#post = post;
  }

  post(message: ServerToControl): void {
    if (this.#exit === undefined) this.#post({ type: 'worker-post', worker: this.#worker, message });
  }

  onMessage(listener: (message: ControlToServer) => void): void {
    this.#messageListeners.push(listener);
  }

  onExit(listener: (exit: WorkerExit) => void): void {
    if (this.#exit === undefined) this.#exitListeners.push(listener);
    else listener(this.#exit);
  }

  kill(): void {
    if (this.#exit === undefined) this.#post({ type: 'worker-kill', worker: this.#worker });
  }

  setRef(): void {
    // The script's process ends when the script has, whatever its workers do.
  }

  said(pid: number, message: ControlToServer): void {
    this.pid = pid;
    for (const listener of this.#messageListeners) listener(message);
  }

  ended(exit: WorkerExit): void {
    this.#exit = exit;
    for (const listener of this.#exitListeners.splice(0)) listener(exit);
  }
}
