import { setTimeout as delay } from 'node:timers/promises';
import { endCommandsOf, hasCommands, lostGraceMs } from '../core/commands/command-register';
import { ownStart } from '../core/commands/process-tree';
import { ComputeThread } from '../core/pool/compute-thread';
import { readRss } from '../core/pool/memory-watch';
import { openParentChannel } from '../core/pool/parent-channel';
import { computeEntry } from '../core/pool/worker-entries';
import type { ControlToServer, ServerToControl, WorkerIdentity } from '../shared/worker-protocol';
import { openCommandPipes } from './command-pipes';
import { makeInbox } from './make-inbox';

/*
 * The control thread: main thread of a worker process. It never runs user code, so it always answers.
 *
 * It speaks to the server over the host's own channel: `parentPort` in a utilityProcess, `process.send` in a forked
 * child. It ends the process when the server is gone, also when the compute thread is in an endless loop.
 */

/** How long ending the compute thread may take before this process is ended without, in milliseconds. */
const closeLimitMs = 300;

const identity = readIdentity();
const since = ownStart();

const channel = openParentChannel<ServerToControl, ControlToServer>(endNow);
const compute = new ComputeThread({
  entry: computeEntry(),
  identity,
  objectRoots: identity.objectRoots,
  memoryMiB: identity.memoryMiB,
  report: (message) => channel.post(message),
  openPipes: (done) => openCommandPipes(identity.folder, done),
  cleanUp: endCommands,
  // The server counts processes that end before they were ready, and gives up in its turn.
  onHopeless: endNow,
});
channel.listen(receive);
if (identity.inboxPath === null) greet(false);
else
  makeInbox(identity.inboxPath, (wake) => {
    if (wake) compute.setWakeReader(wake);
    greet(wake !== undefined);
  });

function readIdentity(): WorkerIdentity {
  const found = JSON.parse(process.argv[2] ?? 'null') as WorkerIdentity | null;
  if (!found) throw new Error('control.js is started by the engine, with its identity as its argument.');
  return found;
}

function greet(hasInbox: boolean): void {
  channel.post({ type: 'hello', incarnation: identity.incarnation, pid: process.pid, hasInbox });
}

function receive(message: ServerToControl): void {
  switch (message.type) {
    case 'watch':
      compute.watch(message.run);
      return;
    case 'cancel':
      compute.cancel(message.run, message.graceMs);
      return;
    case 'finish':
      compute.finish(message.run);
      return;
    case 'reply':
      compute.reply(message.run, message.call, message.reply);
      return;
    case 'departed':
      compute.departed(message.run, message.ranks);
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

function endCommands(): Promise<void> | undefined {
  return endCommandsOf(identity, lostGraceMs, since);
}

/**
 * An orderly exit waits for the compute thread, which may be in a system call for ever; a kill does not. Commands that
 * run go first, and before them the thread that would go on with the next.
 */
function endNow(): void {
  const kill = (): void => void process.kill(process.pid, 'SIGKILL');
  if (!hasCommands(identity)) kill();
  else {
    const closed = Promise.race([compute.close(), delay(closeLimitMs)]);
    void closed.then(endCommands).finally(kill);
  }
}
