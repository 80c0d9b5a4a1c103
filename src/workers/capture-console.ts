import { Console } from 'node:console';
import { OutputLines } from '../core/commands/output-lines';
import type { LogBudget } from '../core/pool/log-budget';

/** What targets print. */
export interface Printed {
  /** Writes what has not come to the end of a line. */
  flush(): void;
}

/**
 * Takes what targets print as log lines of their run: whole ones, however many writes they come in. The thread's own
 * streams would wait for an event loop that a synchronous target does not let run; only their `write` is replaced, since
 * Node keeps using the objects.
 */
export function captureConsole(logs: LogBudget): Printed {
  const lines = [capture('stdout', logs), capture('stderr', logs)];
  globalThis.console = new Console({ stdout: process.stdout, stderr: process.stderr });
  return {
    flush: () => {
      for (const each of lines) each.flush();
    },
  };
}

function capture(stream: 'stdout' | 'stderr', logs: LogBudget): OutputLines {
  const lines = new OutputLines(stream, logs);
  const write = (chunk: string | Uint8Array): boolean => {
    lines.push(
      typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
    );
    return true;
  };
  Object.defineProperty(process[stream], 'write', { value: write, configurable: true, writable: true });
  return lines;
}
