import { Worker } from 'node:worker_threads';
import { toErrorInfo } from '../core/error-info';
import { openParentChannel } from '../core/pool/parent-channel';
import { RuntimeFolder } from '../core/pool/runtime-folder';
import { parentWatchEntry } from '../core/pool/worker-entries';
import { ModuleBundler } from '../core/targets/module-bundler';
import { loadScript, type ScriptFunction } from '../jobs/script';
import type { FromScript, ToScript } from '../shared/script-protocol';
import { HostedScript } from './hosted-script';
import { RelayedHost } from './relayed-host';

/*
 * The main thread of the process that hosts a script: the script, and the server that it gets. User code runs on this
 * thread, so it may stand still for as long as it likes; whoever started the process watches it from outside.
 *
 *   command line  --run, abort-->  this process  --work-->  worker processes, its children
 *                 <--events, end--
 *
 *   window  --run, abort-->  this process          a utilityProcess of Electron, which may not start others
 *           <--events, end--
 *           <== what its server and the workers say to each other ==>  worker processes, started by the window
 */

let folder: RuntimeFolder | undefined;
process.on('exit', () => folder?.remove());
const channel = openParentChannel<ToScript, FromScript>(() => process.kill(process.pid, 'SIGKILL'));
const relayed = channel.kind === 'utility' ? new RelayedHost((message) => channel.post(message)) : undefined;
// Electron ends a utilityProcess when its parent is gone, also one in an endless loop.
if (relayed === undefined)
  new Worker(parentWatchEntry(), { workerData: { parent: Number(process.argv[2]) }, env: {}, execArgv: [] }).unref();

let script: HostedScript | undefined;
/** It was asked to end before it had been loaded. */
let abortReason: string | undefined;
channel.listen(receive);

function receive(message: ToScript): void {
  switch (message.type) {
    case 'run':
      void run(message);
      return;
    case 'abort':
    case 'stop':
      abortReason ??= message.reason;
      script?.abort(message.reason, message.type === 'stop');
      return;
    case 'cancel-job':
      script?.cancelJob(message.jobId, message.reason);
      return;
    case 'leave':
      // Whatever of the script still has timers or sockets open.
      process.exit();
      break;
    case 'worker-said':
    case 'worker-ended':
      relayed?.receive(message);
  }
}

async function run({ path, ...options }: ToScript & { readonly type: 'run' }): Promise<void> {
  let main: ScriptFunction;
  try {
    main = await loadScript(path, new ModuleBundler(() => (folder ??= new RuntimeFolder()).path));
  } catch (error) {
    channel.post({ type: 'refused', error: toErrorInfo(error) });
    return;
  }
  script = new HostedScript({ ...options, path, main, host: relayed, post: (message) => channel.post(message) });
  if (abortReason !== undefined) script.abort(abortReason);
  channel.post({ type: 'ended', end: await script.run() });
}
