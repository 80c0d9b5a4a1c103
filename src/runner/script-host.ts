import { Worker } from 'node:worker_threads';
import { toErrorInfo } from '../core/error-info';
import { RuntimeFolder } from '../core/pool/runtime-folder';
import { parentWatchEntry } from '../core/pool/worker-entries';
import { ModuleBundler } from '../core/targets/module-bundler';
import { loadScript, type ScriptFunction } from '../jobs/script';
import type { FromScript, ToScript } from '../shared/script-protocol';
import { HostedScript } from './hosted-script';

/*
 * The main thread of the process that hosts a script: the script, and the server that it gets. User code runs on this
 * thread, so it may stand still for as long as it likes; whoever started the process watches it from outside.
 *
 *   command line or window  --run, abort-->  this process  --work-->  worker processes
 *                           <--events, end--
 */

let folder: RuntimeFolder | undefined;
process.on('exit', () => folder?.remove());
// A Ctrl-C in a terminal reaches the whole process group; whoever started this process decides what it means.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
new Worker(parentWatchEntry(), { workerData: { parent: Number(process.argv[2]) }, env: {}, execArgv: [] }).unref();

let script: HostedScript | undefined;
/** It was asked to end before it had been loaded. */
let abortReason: string | undefined;
process.on('message', (message) => receive(message as ToScript));

function receive(message: ToScript): void {
  if (message.type === 'run') void run(message);
  else {
    abortReason ??= message.reason;
    script?.abort(message.reason, message.type === 'stop');
  }
}

async function run({ path, args, numProcs }: ToScript & { readonly type: 'run' }): Promise<void> {
  let main: ScriptFunction;
  try {
    main = await loadScript(path, new ModuleBundler(() => (folder ??= new RuntimeFolder()).path));
  } catch (error) {
    leave({ type: 'refused', error: toErrorInfo(error) });
    return;
  }
  script = new HostedScript({ path, main, args, numProcs, post });
  if (abortReason !== undefined) script.abort(abortReason);
  leave({ type: 'ended', end: await script.run() });
}

function post(message: FromScript): void {
  // Nobody is there any more: this process is about to end.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Says the last word and ends the process, whatever of the script still has timers or sockets open. */
function leave(message: FromScript): void {
  process.send?.(message, undefined, undefined, () => process.exit());
}
