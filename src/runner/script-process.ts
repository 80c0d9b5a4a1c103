import { fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { scriptEntry } from '../core/pool/worker-entries';
import type { FromScript, ToScript } from '../shared/script-protocol';

/** How a script's process ended. */
export interface ScriptExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process that hosts a script, as whoever started it sees it: nothing here throws. */
export interface ScriptProcess {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  post(message: ToScript): void;
  onMessage(listener: (message: FromScript) => void): void;
  /** Calls `listener` once, when the process has ended or could not be started. */
  onExit(listener: (exit: ScriptExit) => void): void;
  /** Ends the process at once. Its workers notice and end too. */
  kill(): void;
}

/**
 * A script's process as a forked child of plain Node. It has the whole environment of this one: a script is a program
 * that the person has started.
 */
export function forkScript(): ScriptProcess {
  const child = fork(scriptEntry(), [String(process.pid)], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let exit: ScriptExit | undefined;
  let listener: ((exit: ScriptExit) => void) | undefined;
  const end = (how: ScriptExit): void => {
    if (exit) return;
    exit = how;
    listener?.(how);
  };
  child.on('exit', (code, signal) => end({ code, signal }));
  child.on('error', () => {
    // Also raised for a message to a process that is just ending: only a failed start ends it.
    if (child.pid === undefined) end({ code: null, signal: null });
  });
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    post: (message) => {
      if (!exit && child.connected) child.send(message, () => undefined);
    },
    onMessage: (listen) => void child.on('message', (message) => listen(message as FromScript)),
    onExit: (listen) => {
      listener = listen;
      if (exit) listen(exit);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
