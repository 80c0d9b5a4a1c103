/*
 * How a process speaks to the one that has started it: over `parentPort` in a utilityProcess of Electron, over the IPC
 * channel in a forked child of plain Node.
 */

/** The other end is whoever has started this process. */
export interface ParentChannel<In, Out> {
  /** Which kind of process this is. */
  readonly kind: 'node' | 'utility';
  /** Sends a message. One to a parent that is gone is dropped. */
  post(message: Out): void;
  listen(receive: (message: In) => void): void;
}

/** What Electron adds to `process` in a utilityProcess. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/**
 * The channel to the process that has started this one.
 *
 * @param onGone called when that is gone; Electron ends a utilityProcess by itself then
 */
export function openParentChannel<In, Out>(onGone: () => void): ParentChannel<In, Out> {
  const { parentPort } = process as { parentPort?: ParentPort };
  if (parentPort) {
    return {
      kind: 'utility',
      post: (message) => parentPort.postMessage(message),
      listen: (receive) => parentPort.on('message', (event) => receive(event.data as In)),
    };
  }
  process.on('disconnect', onGone);
  // A Ctrl-C in a terminal reaches the whole process group; whoever started this process decides what it means for it.
  process.on('SIGINT', () => undefined);
  return {
    kind: 'node',
    post: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    listen: (receive) => process.on('message', (message) => receive(message as In)),
  };
}
