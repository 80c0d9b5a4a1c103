import { ComputeThread } from '../core/compute-thread';
import { readRss } from '../core/memory-watch';
import { computeEntry } from '../core/worker-entries';
import type { ControlToServer, ServerToControl, WorkerIdentity } from '../shared/worker-protocol';

/*
 * The control thread: main thread of a worker process. It never runs user code, so it always answers.
 *
 * It speaks to the server over the host's own channel: `parentPort` in a utilityProcess, `process.send` in a forked
 * child. It ends the process when the server is gone, also when the compute thread is in an endless loop.
 */

interface ControlChannel {
  post(message: ControlToServer): void;
  listen(receive: (message: ServerToControl) => void): void;
}

/** What Electron adds to `process` in a utilityProcess. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

const identity = JSON.parse(process.argv[2] ?? 'null') as WorkerIdentity | null;
if (!identity) throw new Error('control.js is started by the engine, with its identity as its argument.');

const channel = openChannel();
const compute = new ComputeThread({
  entry: computeEntry(),
  identity,
  objectRoots: identity.objectRoots,
  memoryMiB: identity.memoryMiB,
  report: (message) => channel.post(message),
  // The server counts processes that end before they were ready, and gives up in its turn.
  onHopeless: endNow,
});
channel.listen(receive);
channel.post({ type: 'hello', incarnation: identity.incarnation, pid: process.pid });

function receive(message: ServerToControl): void {
  switch (message.type) {
    case 'watch':
      compute.watch(message.run);
      return;
    case 'cancel':
      compute.cancel(message.run, message.graceMs);
      return;
    case 'reply':
      compute.reply(message.run, message.call, message.reply);
      return;
    case 'limit':
      compute.limit(message.memoryMiB);
      return;
    case 'measure':
      channel.post({ type: 'usage', rssMiB: readRss(), cpuMs: readCpu() });
      return;
    case 'stop':
      endNow();
  }
}

/** Processor time of all threads of this process, in milliseconds. */
function readCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function openChannel(): ControlChannel {
  const { parentPort } = process as { parentPort?: ParentPort };
  if (parentPort) {
    return {
      post: (message) => parentPort.postMessage(message),
      listen: (listener) => parentPort.on('message', (event) => listener(event.data as ServerToControl)),
    };
  }
  process.on('disconnect', endNow);
  // A Ctrl-C in a terminal reaches the whole process group; the server decides what it means for its workers.
  process.on('SIGINT', () => undefined);
  return {
    post: (message) => process.send?.(message, undefined, undefined, () => undefined),
    listen: (listener) => process.on('message', (message) => listener(message as ServerToControl)),
  };
}

/** An orderly exit waits for the compute thread, which may be in a system call for ever; a kill does not. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}
