import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const heartbeatMs = 1000;
/** A holder that has not touched its lock for this long is dead, or stopped: its lock is taken over. */
const staleMs = 15_000;

/**
 * Does something while no other process does: a lock file whose holder touches it every second.
 * A holder that was killed leaves its lock behind; it is taken over once it has gone stale, so the work under
 * the lock must itself be safe to repeat (write aside, then rename).
 * @template T
 * @param {string} path the lock file
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void, staleMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(path, work, options = {}) {
  await mkdir(dirname(path), { recursive: true });
  const owner = `${process.pid} ${randomUUID()}`;
  let waited = false;
  while (!(await tryTake(path, owner))) {
    if (!waited) options.onWait?.();
    waited = true;
    const dead = await readStale(path, options.staleMs ?? staleMs);
    if (dead === null) await pause(200);
    else await takeAway(path, dead);
  }
  const heartbeat = setInterval(() => {
    utimes(path, new Date(), new Date()).catch(() => undefined);
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    // After a long suspension somebody else may hold it: theirs stays.
    if ((await readFile(path, 'utf8').catch(() => '')) === owner) await rm(path, { force: true });
  }
}

/** @param {string} path @param {string} owner */
async function tryTake(path, owner) {
  try {
    await writeFile(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * What a lock says whose holder is gone; null when there is none, or its holder lives.
 * @param {string} path
 * @param {number} afterMs
 */
async function readStale(path, afterMs) {
  const [info, text] = await Promise.all([stat(path).catch(() => null), readFile(path, 'utf8').catch(() => null)]);
  if (info === null || text === null) return null;
  const pid = Number.parseInt(text, 10);
  return Date.now() - info.mtimeMs > afterMs || (pid > 0 && !isAlive(pid)) ? text : null;
}

/**
 * Removes a dead holder's lock, and only that one: another process may have done the same a moment ago and hold the
 * lock by now, which is then put back.
 * @param {string} path
 * @param {string} expected
 */
async function takeAway(path, expected) {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== expected) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
