import { setMaxListeners } from 'node:events';
import { type ExitCode, exitCodes } from './exit-codes';

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hungUp } as const;

/**
 * The wish to stop, from outside: Ctrl-C, `kill`, a closed terminal, a closed pipe. The first one aborts `signal`, so
 * that everything ends in order; a second one calls `onSecond`, which must not wait for anything.
 */
export class StopSignals {
  readonly #controller = new AbortController();
  readonly #listeners: (() => void)[] = [];
  #code: ExitCode | undefined;

  constructor(handlers: { readonly onFirst: () => void; readonly onSecond: (code: ExitCode) => void }) {
    // Every job of the run listens; a thousand of them are no leak.
    setMaxListeners(0, this.#controller.signal);
    for (const [name, code] of Object.entries(codes)) {
      const listener = (): void => {
        if (this.#code !== undefined) handlers.onSecond(this.#code);
        else {
          this.request(code);
          handlers.onFirst();
        }
      };
      process.on(name, listener);
      this.#listeners.push(() => process.off(name, listener));
    }
  }

  /** Aborted when the run is to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code of the reason to stop; undefined as long as there is none. */
  get exitCode(): ExitCode | undefined {
    return this.#code;
  }

  /** Stops for a reason that is not a signal. */
  request(code: ExitCode): void {
    this.#code ??= code;
    this.#controller.abort();
  }

  /** Takes the listeners off: from here on a signal ends the program as usual. */
  close(): void {
    for (const remove of this.#listeners.splice(0)) remove();
  }
}
