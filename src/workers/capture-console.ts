import { Console } from 'node:console';
import type { LogBudget } from '../core/pool/log-budget';

/**
 * Takes what targets print as log lines of their run. The thread's own streams would wait for an event loop that a
 * synchronous target does not let run; only their `write` is replaced, since Node keeps using the objects.
 */
export function captureConsole(logs: LogBudget): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const write = (chunk: string | Uint8Array): boolean => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      for (const line of text.replace(/\n$/, '').split('\n')) logs.write(stream, line);
      return true;
    };
    Object.defineProperty(process[stream], 'write', { value: write, configurable: true, writable: true });
  }
  globalThis.console = new Console({ stdout: process.stdout, stderr: process.stderr });
}
