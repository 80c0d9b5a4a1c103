import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

const targets = fileURLToPath(new URL('./targets.mjs', import.meta.url));
/** Errors that a job may fail with when its worker is killed from outside at some moment of its life. */
const fatal = new Set(['WorkerDiedError', 'SiblingError', 'TargetLoadError']);
/** How many jobs are under way at a time. */
const width = 12;

/** A generator of numbers in [0, 1) that a seed replays (mulberry32, by Tommy Ettinger). @param {number} seed */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs many jobs of all kinds while workers are killed at random, and checks that each settles once, with its own
 * answer or with an error that its fate explains. The same seed asks for the same jobs and the same kills.
 *
 * @param {typeof import('procession')} engine
 * @param {{ seed: number, jobs: number, seconds: number, killEveryMs: number }} options it ends when either is reached
 */
export async function soak(engine, { seed, jobs, seconds, killEveryMs }) {
  const random = seeded(seed);
  const killRandom = seeded(seed + 1);
  const server = new engine.ProcessServer({ numProcs: 4, allowOversubscribe: true }).start();
  const call = (name) => `${targets}#${name}`;
  const pick = (/** @type {readonly any[]} */ list) => list[Math.floor(random() * list.length)];
  const ends = performance.now() + seconds * 1000;
  const tally = { submitted: 0, settled: 0, answered: 0, failed: 0, cancelled: 0, kills: 0 };
  const before = process.memoryUsage().rss;

  /** @type {Record<string, (value: string) => Promise<void>>} */
  const kinds = {
    async token(value) {
      const ranks = 1 + Math.floor(random() * 4);
      const length = ranks + Math.floor(random() * 1000);
      const schedule = pick(['static', 'dynamic', 'guided']);
      const results = await server.callProcessFunc(
        length,
        ranks,
        null,
        call('token'),
        [value],
        {},
        { schedule, isolation: 'process' },
      );
      let turns = 0;
      for (const [rank, answer] of results) {
        if (answer instanceof Error) assert.ok(fatal.has(answer.name), answer.stack);
        else {
          assert.ok(answer.startsWith(`${value}/${rank}/${ranks}/`), `${answer} is not for ${value}, rank ${rank}`);
          turns += Number(answer.split('/')[3]);
        }
      }
      engine.checkResultMap(results);
      assert.equal(turns, (length * (length - 1)) / 2);
    },
    async meet(value) {
      const ranks = 2 + Math.floor(random() * 3);
      const results = await server.callProcessFunc(ranks, ranks, null, call('meet'), [value]);
      for (const [rank, answer] of results) {
        if (answer instanceof Error) assert.ok(fatal.has(answer.name), answer.stack);
        else assert.equal(answer, `${value}/${rank}`);
      }
      engine.checkResultMap(results);
    },
    async fail(value) {
      const how = pick(['throw', 'exit', 'kill']);
      const results = await server.callProcessFunc(2, 2, null, call('fail'), [value, how]);
      const error = results.get(0);
      assert.ok(error instanceof Error);
      assert.ok(
        fatal.has(error.name) || (how === 'throw' && error.name === 'RangeError' && error.message === value),
        error.stack,
      );
      engine.checkResultMap(results);
    },
    async hang(value) {
      const job = server.callProcessFunc(2, 2, null, call('fail'), [value, 'hang']);
      setTimeout(() => job.cancel(value), 20 + random() * 200);
      // A worker that was killed first makes it fail on its own.
      engine.checkResultMap(await job);
    },
    async map(value) {
      const count = 1 + Math.floor(random() * 60);
      const items = Array.from({ length: count }, (_, i) => i * 3);
      const results = await server.map(items, call('item'), {
        args: { token: value },
        retries: 1000,
        numProcs: 1 + Math.floor(random() * 4),
      });
      results.forEach((result, i) => {
        assert.ok(result.ok, result.ok ? '' : result.error.stack);
        assert.equal(result.value, `${value}/${i}/${i * 3}`);
      });
    },
  };

  const killer = setInterval(() => {
    if (performance.now() > ends) clearInterval(killer);
    const victims = server.procs.flatMap((proc) => (proc.pid === null ? [] : [proc.pid]));
    const victim = victims[Math.floor(killRandom() * victims.length)];
    if (victim === undefined) return;
    tally.kills += 1;
    try {
      process.kill(victim, 'SIGKILL');
    } catch {
      // It was just ending.
    }
  }, killEveryMs);

  const work = async () => {
    while (tally.submitted < jobs && performance.now() < ends) {
      const value = `job ${tally.submitted++} of seed ${seed}`;
      const kind = pick(['token', 'token', 'token', 'meet', 'map', 'map', 'fail', 'hang']);
      try {
        await kinds[kind](value);
        tally.answered += 1;
      } catch (error) {
        if (error instanceof assert.AssertionError)
          throw Object.assign(error, { message: `${kind}, ${value}: ${error.message}` });
        if (error.name === 'JobCancelledError') tally.cancelled += 1;
        else if (fatal.has(error.name) || error.name === 'RangeError') tally.failed += 1;
        else throw error;
      }
      tally.settled += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: width }, work));
  } finally {
    clearInterval(killer);
  }
  const results = await server.callProcessFunc(4, 4, null, call('token'), ['healthy']);
  engine.checkResultMap(results);
  assert.deepEqual([...server.jobs], []);
  const pids = server.procs.map((proc) => proc.pid);
  await server.stop();
  assert.equal(tally.settled, tally.submitted);
  return { ...tally, pids, grownMiB: (process.memoryUsage().rss - before) / 2 ** 20 };
}
