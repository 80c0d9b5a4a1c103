import { Worker } from 'node:worker_threads';
import { historyEntry } from '../core/pool/worker-entries';
import type { FromService, ToService } from './messages';
import { openSqlite } from './sqlite';
import { type ServiceOptions, startService } from './start-service';

/** The way to the service of a history, wherever that runs. */
export interface ServiceLink {
  /** @param transfer buffers in the message that are moved instead of copied, and are empty here afterwards */
  post(message: ToService, transfer?: readonly ArrayBuffer[]): void;
  /** Whether the program stays alive because of it. */
  keepAlive(isNeeded: boolean): void;
  end(): Promise<void>;
}

/** What comes back: messages, or an error when the thread ended by itself. */
export interface LinkEvents {
  readonly onMessage: (message: FromService) => void;
  readonly onFailure: (error: Error) => void;
}

/** Runs the service on a thread of its own. */
export function linkToThread(options: ServiceOptions, { onMessage, onFailure }: LinkEvents): ServiceLink {
  const worker = new Worker(historyEntry(), { workerData: options, execArgv: [], name: 'history' });
  worker.on('message', onMessage);
  worker.on('error', onFailure);
  worker.on('exit', (code) => onFailure(new Error(`The thread of the history has ended (exit code ${code}).`)));
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    keepAlive: (isNeeded) => (isNeeded ? worker.ref() : worker.unref()),
    end: async () => {
      await worker.terminate();
    },
  };
}

/** Runs the service on this very thread, which then waits for the disk: for programs that only look something up. */
export function linkHere(options: ServiceOptions, { onMessage }: LinkEvents, open = openSqlite): ServiceLink {
  // Answers come later, as they do from a thread.
  const post = (message: FromService): void => queueMicrotask(() => onMessage(message));
  const service = startService(options, open, post);
  return {
    post: (message) => service?.receive(message),
    keepAlive: () => undefined,
    end: () => Promise.resolve(),
  };
}
