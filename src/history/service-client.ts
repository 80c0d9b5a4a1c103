import { HistoryError } from './history-error';
import type { CommitOutcome, FromService, ToService } from './messages';
import type { Input, OperationName, Output } from './operations';
import { fromProblem } from './problem';
import type { LinkEvents, ServiceLink } from './service-link';
import type { RunBatch } from './store/commit';
import type { HistoryEvent, Notice } from './types';

/** Whoever waits for an answer. */
interface Waiting<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** This side of the link to a service: questions and their answers, commits, and the end. */
export class ServiceClient {
  /** Resolves with what has to be told once the history is open. */
  readonly opened: Promise<readonly Notice[]>;
  readonly #link: ServiceLink;
  readonly #onEvent: (event: HistoryEvent) => void;
  readonly #onEnd: (error: Error) => void;
  readonly #asked = new Map<number, Waiting<Output<OperationName>>>();
  #opening: Waiting<readonly Notice[]> | undefined;
  #committing: Waiting<readonly CommitOutcome[]> | undefined;
  #closing: Promise<void> | undefined;
  #onClosed: (() => void) | undefined;
  #failure: Error | undefined;
  #lastId = 0;

  /** @param onEnd called once, when nothing can be asked any more */
  constructor(
    connect: (events: LinkEvents) => ServiceLink,
    onEvent: (event: HistoryEvent) => void,
    onEnd: (error: Error) => void,
  ) {
    this.#onEvent = onEvent;
    this.#onEnd = onEnd;
    this.opened = new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
    });
    this.#link = connect({
      onMessage: (message) => this.#receive(message),
      onFailure: (error) => this.#fail(error),
    });
  }

  call<K extends OperationName>(name: K, input: Input<K>): Promise<Output<K>> {
    return new Promise((resolve, reject) => {
      const reason = this.#failure ?? (this.#closing && closedError());
      if (reason) {
        reject(reason);
        return;
      }
      const id = ++this.#lastId;
      this.#asked.set(id, { resolve, reject });
      this.#post({ type: 'call', id, name, input });
    });
  }

  /** Only one at a time. */
  commit(batches: readonly RunBatch[], transfer: readonly ArrayBuffer[]): Promise<readonly CommitOutcome[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      this.#committing = { resolve, reject };
      this.#post({ type: 'commit', id: ++this.#lastId, batches }, transfer);
    });
  }

  /** Resolves when the database is closed. Nothing can be asked from now on. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#onClosed = resolve;
      if (this.#failure) resolve();
      else this.#post({ type: 'close', id: ++this.#lastId });
    });
    return this.#closing;
  }

  #post(message: ToService, transfer?: readonly ArrayBuffer[]): void {
    this.#link.keepAlive(true);
    this.#link.post(message, transfer);
  }

  #receive(message: FromService): void {
    switch (message.type) {
      case 'opened':
        this.#opening?.resolve(message.notices);
        break;
      case 'refused':
        this.#fail(fromProblem(message.problem));
        break;
      case 'reply':
        this.#takeAsked(message.id)?.resolve(message.value);
        break;
      case 'problem':
        this.#takeAsked(message.id)?.reject(fromProblem(message.problem));
        break;
      case 'committed': {
        const waiting = this.#committing;
        this.#committing = undefined;
        waiting?.resolve(message.outcomes);
        break;
      }
      case 'closed':
        this.#fail(closedError());
        break;
      case 'event':
        this.#onEvent(message.event);
        break;
    }
    // An open history alone keeps no program from ending.
    const isAwaited = this.#asked.size > 0 || this.#committing !== undefined || this.#closing !== undefined;
    if (!this.#failure) this.#link.keepAlive(isAwaited);
  }

  #takeAsked(id: number): Waiting<Output<OperationName>> | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }

  /** The end, in order or not: whoever still waits is told. */
  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#opening?.reject(error);
    for (const asked of this.#asked.values()) asked.reject(error);
    this.#asked.clear();
    this.#committing?.reject(error);
    this.#onEnd(error);
    void this.#link.end().then(() => this.#onClosed?.());
  }
}

const closedError = (): HistoryError => new HistoryError('ERR_HISTORY_CLOSED', 'The history has been closed.');
