import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/*
 * Faults of map jobs that take long at full size: `npm run soak -- kills` and `npm run soak -- recycle` run them in full,
 * the contract tests for fewer items.
 */

/** @param {number} length */
const upTo = (length) => Array.from({ length }, (_, i) => i);

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a worker slot has a living process that has work or could take some.
 *
 * @param {import('procession').ProcInfo} proc
 */
export function isReady({ pid, state }) {
  return pid !== null && isAlive(pid) && (state === 'idle' || state === 'busy');
}

/**
 * Waits for something that the server tells of.
 *
 * @template T
 * @param {import('procession').ProcessServer} server
 * @param {() => T | undefined} find
 * @returns {Promise<T>}
 */
function whenFound(server, find) {
  return new Promise((resolve) => {
    const look = () => {
      const found = find();
      if (found === undefined) return;
      stop();
      clearInterval(again);
      resolve(found);
    };
    const stop = server.onEvent(look);
    const again = setInterval(look, 20);
    look();
  });
}

/**
 * Kills workers at random while items are mapped that are tried again, and checks that each item is settled once, with
 * its own value.
 *
 * @param {import('procession').ProcessServer} server
 * @param {string} target gives its item back after some milliseconds
 * @param {{ items: number, kills: number }} sizes
 * @returns how long it took at most until a killed process was replaced, in milliseconds
 */
export async function mapUnderKills(server, target, { items, kills }) {
  /** @type {number[]} */
  const told = [];
  const gate = Math.floor(items * 0.9);
  const job = server.map(items, target, {
    args: { ms: 3 },
    retries: 1000,
    // The last ones wait until the last kill, so that all of them come in time.
    blocked: [[gate, items]],
    onItems: (settled) => void told.push(...settled.map((item) => item.index)),
  });
  let slowestMs = 0;
  /** @type {Promise<unknown>[]} */
  const recoveries = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const { slot, pid } = await whenFound(server, () => {
      const ready = server.procs.filter(isReady);
      return ready[Math.floor(Math.random() * ready.length)];
    });
    process.kill(pid ?? 0, 'SIGKILL');
    const killedAt = performance.now();
    const isNew = (/** @type {import('procession').ProcInfo} */ proc) =>
      proc.slot === slot && proc.pid !== pid && isReady(proc);
    const replaced = whenFound(server, () => server.procs.find(isNew)).then(() => {
      slowestMs = Math.max(slowestMs, performance.now() - killedAt);
    });
    recoveries.push(replaced);
    // Often others are killed before this one is replaced.
    await Promise.race([replaced, new Promise((resolve) => setTimeout(resolve, 50 * Math.random()))]);
  }
  await Promise.all(recoveries);
  job.release(gate, items);
  const results = await job;
  assert.deepEqual(
    results.map((result) => result.ok && result.value),
    upTo(items),
  );
  assert.deepEqual(
    told.sort((a, b) => a - b),
    upTo(items),
  );
  return slowestMs;
}

/**
 * Maps items with a fresh process for each of them, and checks that each is called once.
 *
 * @param {import('procession').ProcessServer} server
 * @param {string} target gives its item back, and leaves a line in the file `args.file`
 * @param {string} file
 * @param {number} items
 * @returns how many processes there were
 */
export async function mapOnFreshProcesses(server, target, file, items) {
  const pids = new Set();
  const stop = server.onEvent((event) => {
    if (event.type === 'worker' && event.proc.pid !== null) pids.add(event.proc.pid);
  });
  const results = await server.map(items, target, { args: { file }, recycleAfter: 1 });
  stop();
  assert.deepEqual(
    results.map((result) => result.ok && result.value),
    upTo(items),
  );
  const called = readFileSync(file, 'utf8').trim().split('\n');
  assert.deepEqual([called.length, new Set(called).size], [items, items]);
  assert.ok(pids.size >= items, `${pids.size} processes for ${items} items`);
  return pids.size;
}
