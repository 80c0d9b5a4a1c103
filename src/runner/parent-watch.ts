import { workerData } from 'node:worker_threads';

/*
 * A thread that ends its process when the one that started it is gone, also while the main thread is in an endless
 * loop: it asks the system, not the channel, whose messages nobody would read.
 */

/** How often the parent is looked at, in milliseconds. */
const lookEveryMs = 500;

const { parent } = workerData as { readonly parent: number };

setInterval(() => {
  if (!isThere()) process.kill(process.pid, 'SIGKILL');
}, lookEveryMs);

function isThere(): boolean {
  try {
    // An orphan gets another parent, except on Windows, where the number stays and belongs to nobody.
    if (process.ppid !== parent) return false;
    process.kill(parent, 0);
    return true;
  } catch {
    return false;
  }
}
