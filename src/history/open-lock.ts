import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { HistoryError } from './history-error';
import { judge, ownIdentity, type ProcessIdentity } from './process-identity';

const waitMs = 10_000;
const pauseMs = 20;

/**
 * Does something while no other process does, and waits for it: making the database, or replacing one. Takes a moment,
 * and only happens then; what goes on every day is held together by SQLite's own locks.
 *
 * @param path a lock file. That of a holder that is gone is taken over
 * @throws HistoryError `ERR_HISTORY_BUSY` when another process has held it for too long
 */
export function withOpenLock<T>(path: string, work: () => T): T {
  const until = performance.now() + waitMs;
  while (!tryTake(path)) {
    removeDead(path);
    if (performance.now() > until)
      throw new HistoryError(
        'ERR_HISTORY_BUSY',
        `Another process has been busy with the history for ${waitMs / 1000} s. If there is none, remove ${path}.`,
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** The lock appears with its whole text, or not at all: it is written beside and then linked. */
function tryTake(path: string): boolean {
  const beside = `${path}.${randomUUID()}`;
  writeFileSync(beside, JSON.stringify(ownIdentity()), { flag: 'wx', mode: 0o600 });
  try {
    linkSync(beside, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

function removeDead(path: string): void {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
    const holder = JSON.parse(text) as ProcessIdentity;
    if (judge(holder, ownIdentity()) === 'dead' && readFileSync(path, 'utf8') === text) rmSync(path, { force: true });
  } catch {
    // It is gone, or cannot be read: the time limit says what to do.
  }
}
