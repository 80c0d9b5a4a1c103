import { setMaxListeners } from 'node:events';
import { type ExitCode, exitCodes } from './exit-codes';

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hungUp } as const;

/**
 * The wish to stop, from outside. A Ctrl-C asks to finish what runs, a second one to stop it, a third one to leave at
 * once. Whatever else comes (`kill`, a closed terminal, a closed pipe) asks to stop.
 */
export class StopSignals {
  readonly #finishing = new AbortController();
  readonly #stopping = new AbortController();
  readonly #listeners: (() => void)[] = [];
  #code: ExitCode | undefined;

  constructor(handlers: {
    readonly onFirst: (code: ExitCode) => void;
    readonly onSecond: () => void;
    /** Must not wait for anything. */
    readonly onThird: (code: ExitCode) => void;
  }) {
    // Every job of the run listens; a thousand of them are no leak.
    for (const { signal } of [this.#finishing, this.#stopping]) setMaxListeners(0, signal);
    for (const [name, code] of Object.entries(codes)) {
      const listener = (): void => {
        if (this.#stopping.signal.aborted) handlers.onThird(this.#code ?? code);
        else if (this.#code !== undefined) {
          this.request(code);
          handlers.onSecond();
        } else {
          if (name === 'SIGINT') this.#finish(code);
          else this.request(code);
          handlers.onFirst(code);
        }
      };
      process.on(name, listener);
      this.#listeners.push(() => process.off(name, listener));
    }
  }

  /** Aborted when nothing more is to begin. */
  get finishing(): AbortSignal {
    return this.#finishing.signal;
  }

  /** Aborted when everything is to end. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** The exit code of the reason to stop; undefined as long as there is none. */
  get exitCode(): ExitCode | undefined {
    return this.#code;
  }

  /** Stops everything. */
  request(code: ExitCode): void {
    this.#finish(code);
    this.#stopping.abort();
  }

  /** Takes the listeners off: from here on a signal ends the program as usual. */
  close(): void {
    for (const remove of this.#listeners.splice(0)) remove();
  }

  #finish(code: ExitCode): void {
    this.#code ??= code;
    this.#finishing.abort();
  }
}
