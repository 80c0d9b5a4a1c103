import { troubleOf } from './database';
import type { CallMessage, CommitOutcome, FromService, ToService } from './messages';
import { perform } from './operations';
import { toProblem } from './problem';
import { commit, type PreparedBatch, prepare, type RunBatch } from './store/commit';
import { leave, releaseDead } from './store/ownership';
import type { Store } from './store/store';
import { Watcher } from './watcher';

/** In milliseconds. */
export interface ServiceTimes {
  /** How often what others have changed is looked for, and whether they are still there. */
  readonly pollMs: number;
  /** How soon a commit that failed is tried again. */
  readonly retryMs: number;
  /** What is recorded waits so long for more to come. */
  readonly commitMs: number;
}

/** Looking costs 30 microseconds; an owner that is gone is to be noticed within a second. */
export const defaultTimes: ServiceTimes = { pollMs: 400, retryMs: 250, commitMs: 100 };

/** A commit that has not succeeded yet. */
interface Waiting {
  readonly id: number;
  readonly batches: readonly RunBatch[];
  prepared: PreparedBatch[];
  /** Why it was told that nothing can be written; undefined as long as it was not. */
  reason?: string;
}

/**
 * Answers for one open database. It runs on a thread of its own, since it blocks: a commit waits for the disk, and for
 * another process that is writing.
 */
export class HistoryService {
  readonly #store: Store;
  readonly #post: (message: FromService, transfer?: readonly ArrayBuffer[]) => void;
  readonly #onDamage: () => void;
  readonly #times: ServiceTimes;
  readonly #watcher: Watcher;
  readonly #poll: NodeJS.Timeout;
  #waiting: Waiting | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isDamaged = false;

  /**
   * @param post sends to whoever opened the history
   * @param onDamage called once, when the database turns out to be damaged
   */
  constructor(store: Store, post: (message: FromService) => void, onDamage: () => void, times: ServiceTimes) {
    this.#store = store;
    this.#post = post;
    this.#onDamage = onDamage;
    this.#times = times;
    this.#watcher = new Watcher(store, (event) => this.#post({ type: 'event', event }));
    this.#poll = setInterval(() => this.#look(), times.pollMs);
    this.#poll.unref();
  }

  receive(message: ToService): void {
    switch (message.type) {
      case 'call':
        this.#call(message);
        break;
      case 'commit':
        this.#waiting = { id: message.id, batches: message.batches, prepared: [] };
        this.#tryCommit(this.#waiting);
        break;
      case 'close':
        this.#close(message.id);
        break;
    }
  }

  #call(message: CallMessage): void {
    const { id, name, input } = message;
    try {
      this.#post({ type: 'reply', id, value: perform(this.#store, name, input) });
    } catch (error) {
      this.#noteDamage(error);
      this.#post({ type: 'problem', id, problem: toProblem(error) });
    }
  }

  #tryCommit(waiting: Waiting): void {
    let outcomes: readonly CommitOutcome[];
    try {
      // What is in a file already is not written again.
      for (const batch of waiting.batches.slice(waiting.prepared.length))
        waiting.prepared.push(prepare(this.#store, batch));
      outcomes = commit(this.#store, waiting.prepared);
    } catch (error) {
      const trouble = fileTroubleOf(error);
      if (trouble === 'unwritable' || trouble === 'busy') {
        this.#stall(waiting, error);
        return;
      }
      this.#noteDamage(error);
      outcomes = trouble === 'damaged' ? waiting.batches.map(() => toProblem(error)) : this.#commitEach(waiting);
    }
    this.#waiting = undefined;
    this.#post({ type: 'committed', id: waiting.id, outcomes });
    if (waiting.reason !== undefined) this.#post({ type: 'event', event: { type: 'resumed' } });
  }

  /** One run's batch makes no sense: the others must not suffer. */
  #commitEach({ prepared }: Waiting): CommitOutcome[] {
    return prepared.map((batch) => {
      try {
        return commit(this.#store, [batch])[0] ?? 'lost';
      } catch (error) {
        return toProblem(error);
      }
    });
  }

  /** Keeps what cannot be written and tries again, until it can be. */
  #stall(waiting: Waiting, error: unknown): void {
    if (waiting.reason === undefined) {
      waiting.reason = toProblem(error).message;
      this.#post({ type: 'event', event: { type: 'stalled', reason: waiting.reason } });
    }
    this.#retry = setTimeout(() => this.#tryCommit(waiting), this.#times.retryMs);
  }

  #look(): void {
    try {
      this.#watcher.look();
    } catch (error) {
      // A busy or a full database is noticed by whoever writes.
      this.#noteDamage(error);
    }
  }

  #noteDamage(error: unknown): void {
    if (troubleOf(error) !== 'damaged' || this.#isDamaged) return;
    this.#isDamaged = true;
    this.#onDamage();
    this.#post({ type: 'event', event: { type: 'damaged', reason: toProblem(error).message } });
  }

  #close(id: number): void {
    clearInterval(this.#poll);
    clearTimeout(this.#retry);
    const waiting = this.#waiting;
    if (waiting) this.#giveUp(waiting);
    try {
      leave(this.#store);
    } catch {
      // Its runs are interrupted all the same, once the process is gone.
    }
    this.#store.database.close();
    this.#post({ type: 'closed', id });
  }

  /** The last attempt at a commit that has waited. */
  #giveUp(waiting: Waiting): void {
    this.#waiting = undefined;
    let outcomes: readonly CommitOutcome[];
    try {
      outcomes = commit(
        this.#store,
        waiting.prepared.length === waiting.batches.length
          ? waiting.prepared
          : waiting.batches.map((batch) => prepare(this.#store, batch)),
      );
    } catch (error) {
      outcomes = waiting.batches.map(() => toProblem(error));
    }
    this.#post({ type: 'committed', id: waiting.id, outcomes });
  }
}

/** Marks runs whose owner is gone, as the first thing. Returns them. */
export function releaseDeadAtStart(store: Store): number[] {
  try {
    return releaseDead(store);
  } catch (error) {
    // A full disk does not keep anybody from looking at the list.
    if (fileTroubleOf(error) === 'unwritable') return [];
    throw error;
  }
}

/** Also tells what the file system says, which refuses a file of a large value as it does the database. */
function fileTroubleOf(error: unknown): ReturnType<typeof troubleOf> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const refused: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG'];
  return refused.includes(code) ? 'unwritable' : troubleOf(error);
}
