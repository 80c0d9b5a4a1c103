import type * as Engine from 'procession';
import { isAlive } from './scenario';

/** How long a server that a scenario has left may take to be whole again, in milliseconds; otherwise it is stopped. */
const recoveryMs = 5000;

/**
 * Servers that scenarios use one after the other: starting worker processes costs more than most scenarios do.
 *
 * A server is handed on only when all is as it was: it runs, no job is left, its queue is not paused, and as many
 * processes as it was made for are idle, also where some of them had been killed. Whoever stops, resizes or configures
 * one has had it for itself, and so has a scenario that fails. What listens to its events is taken away.
 */
export class SharedServers {
  readonly #engine: typeof Engine;
  readonly #host: (() => Engine.WorkerHost) | undefined;
  readonly #free = new Map<string, Engine.ProcessServer>();

  constructor(engine: typeof Engine, host?: () => Engine.WorkerHost) {
    this.#engine = engine;
    this.#host = host;
  }

  /** A started server: one that was used before, if there is one with these options and they may be shared. */
  lend(options: Engine.ProcessServerOptions, isFresh: boolean): Loan {
    const key = isFresh ? undefined : keyOf(options);
    const used = key === undefined ? undefined : this.#free.get(key);
    if (key !== undefined) this.#free.delete(key);
    const host = this.#host && { host: this.#host() };
    return new Loan(used ?? new this.#engine.ProcessServer({ ...options, ...host }).start(), key);
  }

  /** Takes a server back. @param isSound the scenario held */
  async giveBack(loan: Loan, isSound: boolean): Promise<void> {
    const { server, key } = loan;
    loan.end();
    const isGood = isSound && key !== undefined && !loan.isSpoilt && !this.#free.has(key);
    if (isGood && (await becomesWhole(server))) this.#free.set(key, server);
    else await server.stop();
  }

  /** Stops all that wait for their next scenario. */
  async stop(): Promise<void> {
    const servers = [...this.#free.values()];
    this.#free.clear();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** A server as one scenario has it. */
export class Loan {
  readonly server: Engine.ProcessServer;
  readonly key: string | undefined;
  isSpoilt = false;
  readonly #listening: (() => void)[] = [];

  constructor(server: Engine.ProcessServer, key: string | undefined) {
    this.server = server;
    this.key = key;
    const { onEvent, stop, resize, configure } = server;
    Object.assign(server, {
      onEvent: (listener: (event: Engine.ServerEvent) => void) => {
        const end = onEvent.call(server, listener);
        this.#listening.push(end);
        return end;
      },
      ...this.#spoils({ stop, resize, configure }),
    });
  }

  /** The server is as it was made again. */
  end(): void {
    for (const end of this.#listening) end();
    for (const name of ['onEvent', 'stop', 'resize', 'configure']) Reflect.deleteProperty(this.server, name);
  }

  /** The same methods, which leave a server behind that is not what others expect. */
  #spoils(methods: Readonly<Record<string, (...args: never[]) => unknown>>): object {
    const entries = Object.entries(methods).map(([name, method]) => [
      name,
      (...args: never[]) => {
        this.isSpoilt = true;
        return method.apply(this.server, args);
      },
    ]);
    return Object.fromEntries(entries) as object;
  }
}

/** Servers may be shared when nothing but their size, and how their ranks meet, has been chosen. */
function keyOf({ numProcs, meetings, allowOversubscribe, ...others }: Engine.ProcessServerOptions): string | undefined {
  if (numProcs === undefined || Object.keys(others).length > 0) return undefined;
  return [numProcs, meetings, allowOversubscribe].join();
}

function becomesWhole(server: Engine.ProcessServer): Promise<boolean> {
  if (isWhole(server)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (isGood: boolean): void => {
      clearInterval(again);
      clearTimeout(limit);
      resolve(isGood);
    };
    const again = setInterval(() => isWhole(server) && end(true), 5);
    const limit = setTimeout(() => end(false), recoveryMs);
  });
}

function isWhole(server: Engine.ProcessServer): boolean {
  return (
    server.jobs.length === 0 &&
    !server.jobQueue.isPaused &&
    server.procs.length === server.realNumProcs &&
    server.procs.every((proc) => proc.state === 'idle' && proc.pid !== null && isAlive(proc.pid))
  );
}
