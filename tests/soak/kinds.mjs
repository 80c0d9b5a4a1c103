import assert from 'node:assert/strict';
import { pickFrom } from './random.mjs';

/**
 * The kinds of jobs of the soak, by name: each runs one, and checks that what it answers is its own. It throws what the
 * job failed with.
 *
 * @param {typeof import('procession')} engine
 * @param {import('procession').ProcessServer} server
 * @param {(name: string) => string} call target of that name
 * @param {ReadonlySet<string>} fatal names of errors that a killed worker explains
 * @returns {Record<string, (value: string, random: () => number) => Promise<void>>}
 */
export function jobKinds(engine, server, call, fatal) {
  const schedules = /** @type {const} */ (['static', 'dynamic', 'guided']);

  /**
   * @param {string} value @param {() => number} random @param {number} ranks
   * @param {import('procession').JobOptions} options
   */
  const token = async (value, random, ranks, options) => {
    const length = ranks + Math.floor(random() * 1000);
    const schedule = schedules[Math.floor(random() * 3)] ?? 'static';
    const results = await server.callProcessFunc(
      length,
      ranks,
      null,
      call('token'),
      [value],
      {},
      { schedule, ...options },
    );
    let turns = 0;
    for (const [rank, answer] of results) {
      if (answer instanceof Error) assert.ok(fatal.has(answer.name), answer.stack);
      else {
        assert.ok(
          String(answer).startsWith(`${value}/${rank}/${ranks}/`),
          `${String(answer)} is not for ${value}, rank ${rank}`,
        );
        turns += Number(String(answer).split('/')[3]);
      }
    }
    engine.checkResultMap(results);
    assert.equal(turns, (length * (length - 1)) / 2);
  };

  /** @param {string} how */
  const harmful = (how) => async (/** @type {string} */ value) => {
    const results = await server.callProcessFunc(2, 2, null, call('fail'), [value, how]);
    const error = results.get(0);
    assert.ok(error instanceof Error, `rank 0 of ${value} gave ${String(error)}`);
    const isOwn = how === 'throw' && error.name === 'RangeError' && error.message === value;
    assert.ok(isOwn || fatal.has(error.name), error.stack);
    engine.checkResultMap(results);
  };

  /** @param {string} value @param {() => number} random @param {string} how */
  const cancelled = async (value, random, how) => {
    const job = server.callProcessFunc(2, 2, null, call('fail'), [value, how]);
    setTimeout(() => job.cancel(value), 20 + random() * 200);
    try {
      // A worker that was killed first makes it fail on its own.
      engine.checkResultMap(await job);
    } catch (error) {
      if (error instanceof engine.JobCancelledError) assert.equal(error.message, value);
      throw error;
    }
  };

  return {
    token: (value, random) => token(value, random, 1 + Math.floor(random() * 4), { isolation: 'process' }),
    retried: (value, random) =>
      token(value, random, 1 + Math.floor(random() * 4), { isolation: 'process', retries: 3 }),
    async local(value, random) {
      try {
        await token(value, random, 1, {});
      } catch (error) {
        // Its target is looked for on a worker, which may be killed. Nothing else can happen to it.
        assert.ok(error instanceof engine.TargetLoadError, String(error));
        throw error;
      }
    },
    async meet(value, random) {
      const ranks = 2 + Math.floor(random() * 3);
      const results = await server.callProcessFunc(ranks, ranks, null, call('meet'), [value]);
      for (const [rank, answer] of results) {
        if (answer instanceof Error) assert.ok(fatal.has(answer.name), answer.stack);
        else assert.equal(answer, `${value}/${rank}`);
      }
      engine.checkResultMap(results);
    },
    async map(value, random) {
      const count = 1 + Math.floor(random() * 60);
      const items = Array.from({ length: count }, (_, i) => i * 3);
      const results = await server.map(items, call('item'), {
        args: { token: value },
        retries: 1000,
        numProcs: 1 + Math.floor(random() * 4),
      });
      assert.equal(results.length, count);
      results.forEach((result, i) => {
        assert.ok(result.ok, result.ok ? '' : result.error.stack);
        assert.equal(result.value, `${value}/${i}/${i * 3}`);
      });
    },
    async commands(value, random) {
      const count = 1 + Math.floor(random() * 12);
      // Every third item starts a process of its own, which must not outlive it.
      const script = 'test $(($1 % 3)) -ne 0 || sleep 0.02 & wait; echo "$0/$1"; exit $(($1 % 5))';
      const argv = ['sh', '-c', script, value, '{index}'];
      const results = await server.run(count, { argv }, { retries: { max: 1000, on: ['crash'] }, numProcs: 2 });
      assert.equal(results.length, count);
      results.forEach((result, i) => {
        if (result.ok) assert.equal(result.value.stdout.text, `${value}/${i}\n`);
        else assert.equal(result.error.name, 'CommandFailedError', result.error.stack);
        assert.equal(result.ok, i % 5 === 0, `${value}: item ${i}`);
      });
    },
    async array(value, random) {
      const ranks = 1 + Math.floor(random() * 3);
      const first = Math.floor(random() * 1e6);
      const values = new Float64Array(150_000).fill(first);
      const results = await server.callProcessFunc(ranks, ranks, null, call('raise'), [engine.partitioned(values)]);
      for (const [rank, answer] of results) {
        if (answer instanceof Error) assert.ok(fatal.has(answer.name), answer.stack);
        else {
          const given = /** @type {{ rank: number, values: Float64Array }} */ (answer);
          assert.equal(given.rank, rank);
          assert.ok(
            given.values.every((each) => each === first + rank),
            `${value}: numbers of another job`,
          );
        }
      }
      engine.checkResultMap(results);
    },
    async shared(value, random) {
      const first = Math.floor(random() * 1000);
      const shared = new engine.SharedArray(Int32Array, 1000);
      shared.write(0, new Int32Array(1000).fill(first));
      try {
        const results = await server.callProcessFunc(1000, 1 + Math.floor(random() * 3), null, call('raiseShared'), [
          shared,
        ]);
        engine.checkResultMap(results);
        assert.ok(
          shared.read().every((each) => each === first + 1),
          `${value}: not all raised once`,
        );
      } finally {
        shared.close();
      }
    },
    cancelled: (value, random) => cancelled(value, random, pickFrom(random, ['hang', 'hang', 'exit', 'throw'])),
    throw: harmful('throw'),
    exit: harmful('exit'),
    abort: harmful('abort'),
    hang: (value, random) => cancelled(value, random, 'hang'),
  };
}
