import { constants } from 'node:os';
import type { WorkerExit } from '../core/pool/worker-host';

const signals: ReadonlyMap<number, string> = new Map(
  // Some signals have two names; the usual one comes first and stays.
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/**
 * What the exit code of a utility process says. Outside Windows Electron gives the number of the signal that ended
 * a process as if it were its code, which a worker never uses as a code of its own, except for 1: Node's code for
 * an error that nobody caught.
 */
export function describeExitCode(code: number, platform: NodeJS.Platform = process.platform): WorkerExit {
  const signal = platform === 'win32' || code === 1 ? undefined : signals.get(code);
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}
