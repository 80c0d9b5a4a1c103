import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jobKinds } from './kinds.mjs';
import { MemoryTrend } from './memory.mjs';
import { pickFrom, seeded } from './random.mjs';

const targets = fileURLToPath(new URL('./targets.mjs', import.meta.url));
/** Errors that a job may fail with when its worker is killed from outside at some moment of its life. */
const fatal = new Set(['WorkerDiedError', 'SiblingError', 'TargetLoadError']);
/** How many jobs are under way at a time, besides those that do harm. */
const width = 12;
/** How often everything comes to rest, to see how much memory is taken up. */
const mostRounds = 20;
const mix = [
  'token',
  'token',
  'token',
  'meet',
  'map',
  'map',
  'commands',
  'array',
  'shared',
  'retried',
  'local',
  'cancelled',
];

/**
 * Runs many jobs of all kinds while harm is done at random: a worker is killed, or a job throws, exits, aborts or
 * hangs. Each job must settle once, with its own answer or with an error that its fate explains. What each job is and
 * what harm is done when follows from the seed alone; in what order they meet is up to the machine.
 *
 * @param {typeof import('procession')} engine
 * @param {{ seed: number, jobs: number, seconds: number, harmEveryMs: number }} options at least so many jobs besides
 *   the harmful ones, and harm for so long
 */
export async function soak(engine, { seed, jobs, seconds, harmEveryMs }) {
  const server = new engine.ProcessServer({ numProcs: 4, allowOversubscribe: true }).start();
  const kinds = jobKinds(engine, server, (name) => `${targets}#${name}`, fatal);
  const tally = { submitted: 0, settled: 0, answered: 0, failed: 0, cancelled: 0, kills: 0 };
  /** @type {Record<string, number>} */
  const harm = {};
  const memory = new MemoryTrend();

  /** @param {string} kind @param {string} value @param {() => number} random */
  const runOne = async (kind, value, random) => {
    tally.submitted += 1;
    try {
      await kinds[kind]?.(value, random);
      tally.answered += 1;
    } catch (error) {
      assert.ok(error instanceof Error);
      if (error instanceof assert.AssertionError)
        throw Object.assign(error, { message: `${kind}, ${value}: ${error.message}` });
      if (error.name === 'JobCancelledError') tally.cancelled += 1;
      else if (fatal.has(error.name) || (error.name === 'RangeError' && error.message === value)) tally.failed += 1;
      else throw Object.assign(error, { message: `${kind}, ${value}: ${error.message}` });
    }
    tally.settled += 1;
  };

  let next = 0;
  /** @param {number} untilJob @param {() => boolean} isQuiet */
  const work = async (untilJob, isQuiet) => {
    while (next < untilJob || !isQuiet()) {
      const number = next++;
      const random = seeded(seed, number);
      await runOne(pickFrom(random, mix), `job ${number} of seed ${seed}`, random);
    }
  };

  let harms = 0;
  /** @param {() => boolean} isQuiet */
  const doHarm = async (isQuiet) => {
    /** @type {Promise<void>[]} */
    const harmful = [];
    while (!isQuiet()) {
      const number = harms++;
      const random = seeded(seed + 1, number);
      const what = pickFrom(random, ['kill', 'throw', 'exit', 'abort', 'hang']);
      harm[what] = (harm[what] ?? 0) + 1;
      if (what !== 'kill') harmful.push(runOne(what, `harm ${number} of seed ${seed}`, random));
      else if (killOne(server, random)) tally.kills += 1;
      await pause(harmEveryMs);
    }
    await Promise.all(harmful);
  };

  const rounds = Math.max(2, Math.min(mostRounds, Math.floor(seconds / 3)));
  for (let round = 1; round <= rounds; round += 1) {
    const quietAt = performance.now() + (seconds * 1000) / rounds;
    const isQuiet = () => performance.now() > quietAt;
    const workers = Array.from({ length: width }, () => work((jobs * round) / rounds, isQuiet));
    await Promise.all([doHarm(isQuiet), ...workers]);
    memory.sample();
  }
  await checkWhole(engine, server);
  const pids = server.procs.map((proc) => proc.pid);
  await server.stop();
  assert.equal(tally.settled, tally.submitted);
  assert.deepEqual(foldersLeft(), []);
  return { ...tally, harm, pids, slopes: memory.slopes };
}

/**
 * @param {import('procession').ProcessServer} server
 * @param {() => number} random
 */
function killOne(server, random) {
  const victims = server.procs.flatMap((proc) => (proc.pid === null ? [] : [proc.pid]));
  const victim = victims[Math.floor(random() * victims.length)];
  if (victim === undefined) return false;
  try {
    return process.kill(victim, 'SIGKILL');
  } catch {
    // It was just ending.
    return false;
  }
}

/**
 * No job is left over, and all workers answer. The last kill may still be on its way.
 *
 * @param {typeof import('procession')} engine
 * @param {import('procession').ProcessServer} server
 */
async function checkWhole(engine, server) {
  assert.deepEqual([...server.jobs], []);
  const results = await server.callProcessFunc(4, 4, null, `${targets}#token`, ['healthy'], {}, { retries: 4 });
  engine.checkResultMap(results);
  assert.equal(results.size, 4);
  assert.equal(new Set(server.procs.map((proc) => proc.pid)).size, 4);
  assert.equal(server.objServer.size, 0);
}

function foldersLeft() {
  return [tmpdir(), '/dev/shm'].flatMap((parent) =>
    existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith(`procession-${process.pid}-`)) : [],
  );
}
