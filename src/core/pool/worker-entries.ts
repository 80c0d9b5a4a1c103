import { join } from 'node:path';

/*
 * Where the build puts the scripts that the engine starts. All of Node's side is built into one folder; shared code
 * goes into its subfolder `chunks`, workers into `workers`.
 */
function buildFolder(): string {
  return join(__dirname.replace(/[\\/](?:chunks|workers)$/, ''));
}

/** Script of a worker process's main thread. */
export function controlEntry(): string {
  return join(buildFolder(), 'workers', 'control.js');
}

/** Script of the thread that runs user code. */
export function computeEntry(): string {
  return join(buildFolder(), 'workers', 'compute.js');
}

/** Script of the thread that has the database of the history. */
export function historyEntry(): string {
  return join(buildFolder(), 'workers', 'history.js');
}

/** Script of the process that hosts a script of the user's, and the server that it uses. */
export function scriptEntry(): string {
  return join(buildFolder(), 'workers', 'script.js');
}

/** Script of the thread that ends such a process when whoever started it is gone. */
export function parentWatchEntry(): string {
  return join(buildFolder(), 'workers', 'parent-watch.js');
}

/** The library, as a module of the user's gets it. */
export function libraryEntry(): string {
  return join(buildFolder(), 'lib.mjs');
}
