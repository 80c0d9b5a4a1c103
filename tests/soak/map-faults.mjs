import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/*
 * Faults of map jobs that take long at full size: `npm run soak` runs them in full, the contract tests for fewer items or
 * for a shorter time.
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

/**
 * Maps items while the pool has eight, two and one processes in turns, and checks that each is called once.
 *
 * @param {import('procession').ProcessServer} server
 * @param {string} target gives its item back, and leaves a line in the file `args.file`
 * @param {string} file
 * @param {{ items: number, turns: number }} sizes the pool is resized every 100 ms until it had so many sizes
 * @returns how many sizes it had
 */
export async function mapWhileResizing(server, target, file, { items, turns }) {
  const sizes = [8, 2, 1];
  let turn = 0;
  const timer = setInterval(() => {
    if (turn < turns) server.resize(sizes[turn++ % 3] ?? 1);
  }, 100);
  try {
    const results = await server.map(items, target, { args: { file, ms: 0.5 } });
    assert.deepEqual(
      results.map((result) => result.ok && result.value),
      upTo(items),
    );
  } finally {
    clearInterval(timer);
  }
  const called = readFileSync(file, 'utf8').trim().split('\n');
  assert.deepEqual([called.length, new Set(called).size], [items, items]);
  return turn;
}

/**
 * Maps very many items again and again, none of which is kept, while a worker is killed now and then, and checks that
 * each is told of once.
 *
 * @param {import('procession').ProcessServer} server
 * @param {string} target gives its item back
 * @param {{ items: number, seconds: number, killEveryMs: number, sample: () => void }} options `sample` is called when
 *   nothing is under way
 */
export async function mapMillions(server, target, { items, seconds, killEveryMs, sample }) {
  let [kills, rounds] = [0, 0];
  const killer = setInterval(() => {
    const victims = server.procs.filter(isReady);
    const victim = victims[kills % victims.length];
    if (victim?.pid && process.kill(victim.pid, 'SIGKILL')) kills += 1;
  }, killEveryMs);
  try {
    for (const until = performance.now() + seconds * 1000; performance.now() < until; rounds += 1) {
      const seen = new Uint8Array(items);
      const failed = await server.map(items, target, {
        retries: 1000,
        keepResults: false,
        onItems: (settled) => {
          for (const { index } of settled) seen[index] = (seen[index] ?? 0) + 1;
        },
      });
      assert.deepEqual(failed, []);
      assert.ok(
        seen.every((times) => times === 1),
        'an item was told of twice, or never',
      );
      sample();
    }
  } finally {
    clearInterval(killer);
  }
  return { kills, rounds };
}
