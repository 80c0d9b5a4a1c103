import { fork } from 'node:child_process';
import type { ControlToServer } from '../../shared/worker-protocol';
import type { WorkerExit, WorkerHost, WorkerLink, WorkerSpec } from './worker-host';

/** Worker processes as forked children of plain Node. */
export class NodeHost implements WorkerHost {
  readonly name = 'node';

  start(spec: WorkerSpec): WorkerLink {
    const child = fork(spec.entry, [JSON.stringify(spec.identity)], {
      env: { ...spec.env },
      // What Node was started with (a debugger's port, a loader) is not meant for workers.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Workers outlive a Ctrl-C in the terminal for as long as the server wants them to.
      detached: false,
    });
    let ended: WorkerExit | undefined;
    let listeners: ((exit: WorkerExit) => void)[] = [];
    const end = (exit: WorkerExit): void => {
      if (ended) return;
      ended = exit;
      for (const listener of listeners.splice(0)) listener(exit);
    };
    child.on('exit', (code, signal) => end({ code, signal }));
    child.on('error', () => {
      // Also raised when a message could not be sent to a process that is just ending: only a failed start ends it.
      if (child.pid === undefined) end({ code: null, signal: null });
    });
    return {
      get pid() {
        return child.pid;
      },
      post: (message) => {
        if (!ended && child.connected) child.send(message, () => undefined);
      },
      onMessage: (listener) => void child.on('message', (message) => listener(message as ControlToServer)),
      onExit: (listener) => {
        if (ended) listener(ended);
        else listeners = [...listeners, listener];
      },
      kill: () => void child.kill('SIGKILL'),
      setRef: (keepAlive) => {
        if (keepAlive) {
          child.ref();
          child.channel?.ref();
        } else {
          child.unref();
          child.channel?.unref();
        }
      },
    };
  }
}
