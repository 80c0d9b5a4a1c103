import type { ErrorInfo } from '../../shared/engine-info';
import { describeExit } from './process-death';
import type { WorkerExit } from './worker-host';

/** A worker that dies this often in a row before it was ready will not become ready by trying again. */
const mostFailedStarts = 5;
const restartDelayMs = 200;

/** What becomes of a slot whose process has ended. */
export type Restart =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly delayMs: number }
  | { readonly kind: 'never'; readonly reason: string };

/** Decides when a slot starts its next process: at once, unless processes end again and again before they are ready. */
export class StartFailures {
  #count = 0;
  /** What a compute thread ended with last; tells why none can be started. */
  #lastError: ErrorInfo | undefined;

  /** A process was ready. */
  succeeded(): void {
    this.#count = 0;
    this.#lastError = undefined;
  }

  threadFailed(error: ErrorInfo): void {
    this.#lastError = error;
  }

  ended(exit: WorkerExit): Restart {
    // Killed from outside says nothing about whether the next one will start; ending by itself, or after its compute
    // thread could not be started, does.
    if (exit.signal === null || this.#lastError) this.#count += 1;
    if (this.#count > mostFailedStarts) {
      const cause = this.#lastError ? ` ${this.#lastError.name}: ${this.#lastError.message}` : '';
      return {
        kind: 'never',
        reason: `its process ${describeExit(exit)}, ${mostFailedStarts} times in a row.${cause}`,
      };
    }
    return this.#count <= 1 ? { kind: 'now' } : { kind: 'later', delayMs: restartDelayMs * this.#count };
  }
}
