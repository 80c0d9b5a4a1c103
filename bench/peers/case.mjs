/*
 * One case on one pool, in a process of its own, which may hang or die: `node case.mjs POOL CASE`. Prints what came of
 * it as one line of JSON: `ms` for what is measured, `end` for what is tried.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { pools } from './pools.mjs';

const [, , name = '', which = ''] = process.argv;
/** How long something may take that should come at once, in milliseconds. */
const patienceMs = 10_000;

/** @param {PromiseLike<unknown>} promise @returns {Promise<{ kind: string, value?: unknown, ms: number }>} */
async function outcome(promise) {
  const began = performance.now();
  const told = Promise.resolve(promise).then(
    (value) => ({ kind: 'answered', value }),
    (value) => ({ kind: 'failed', value }),
  );
  const { kind, value } = await Promise.race([told, delay(patienceMs, { kind: 'hangs', value: undefined })]);
  return { kind, value, ms: performance.now() - began };
}

/** @param {unknown} value */
const textOf = (value) => (value instanceof Error ? `${value.name}: ${value.message}` : String(value)).split('\n')[0];

/** What came of a task that cannot go well, and whether the pool works afterwards. */
async function faulty(/** @type {import('./pools.mjs').Pool} */ pool, /** @type {string} */ task) {
  const others = Array.from({ length: 10 }, (_, i) => pool.run('square', i));
  const { kind, value, ms } = await outcome(pool.run(task, 0));
  const settled = await outcome(Promise.allSettled(others));
  const wrong = settled.kind === 'answered' ? await wrongOf(others) : others.length;
  const next = await outcome(pool.run('square', 12));
  const works = next.kind === 'answered' && next.value === 144;
  const what =
    kind === 'answered'
      ? `answered ${JSON.stringify(value)}`
      : kind === 'failed'
        ? `fails: ${textOf(value)}`
        : 'never settles';
  return { end: what, ms, lost: wrong, works };
}

async function wrongOf(/** @type {PromiseLike<unknown>[]} */ others) {
  const results = await Promise.allSettled(others);
  return results.filter((result, i) => result.status !== 'fulfilled' || result.value !== i * i).length;
}

/** @type {Readonly<Record<string, { workers: number, run: (pool: import('./pools.mjs').Pool) => Promise<object> }>>} */
const cases = {
  small: {
    workers: 2,
    run: async (pool) => {
      const count = 10_000;
      const began = performance.now();
      const values = await Promise.all(Array.from({ length: count }, (_, i) => pool.run('square', i)));
      if (!values.every((value, i) => value === i * i)) throw new Error('wrong answers');
      return { ms: performance.now() - began };
    },
  },
  single: {
    workers: 2,
    run: async (pool) => {
      const began = performance.now();
      for (let i = 0; i < 1000; i += 1) await pool.run('square', i);
      return { ms: performance.now() - began };
    },
  },
  map: {
    workers: 2,
    run: async (pool) => {
      const count = 1_000_000;
      const began = performance.now();
      if (pool.map) await pool.map(count);
      else {
        // Peers have no map: chunks of a thousand by hand. One task per item takes them a hundred times as long.
        const chunks = Array.from({ length: count / 1000 }, (_, i) => ({ start: i * 1000, end: (i + 1) * 1000 }));
        const parts = await Promise.all(chunks.map((chunk) => pool.run('squares', chunk)));
        if (parts.flat().length !== count) throw new Error('items are missing');
      }
      return { ms: performance.now() - began };
    },
  },
  array: {
    workers: 2,
    run: async (pool) => {
      const values = new Float64Array(100e6 / 8).fill(1);
      const began = performance.now();
      const sums = await Promise.all([pool.run('sum', values), pool.run('sum', values)]);
      if (sums.some((sum) => sum !== values.length)) throw new Error(`wrong sums: ${sums.join()}`);
      return { ms: performance.now() - began };
    },
  },
  exit: { workers: 2, run: (pool) => faulty(pool, 'exit') },
  undefined: { workers: 2, run: (pool) => faulty(pool, 'throwUndefined') },
  uncloneable: { workers: 2, run: (pool) => faulty(pool, 'uncloneable') },
  cancel: {
    workers: 1,
    run: async (pool) => {
      const controller = new AbortController();
      const task = pool.run('busy', 0, controller.signal);
      await delay(300);
      controller.abort();
      const { kind, ms } = await outcome(task);
      const next = await outcome(pool.run('square', 12));
      const end = kind === 'failed' ? 'fails' : kind === 'hangs' ? 'never settles' : kind;
      return { end, ms: ms + next.ms, lost: 0, works: next.value === 144 };
    },
  },
};

const chosen = cases[which];
const make = pools[name];
if (!chosen || !make) throw new Error(`There is no ${name} or no ${which}.`);
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', (error) => {
  process.stdout.write(`${JSON.stringify({ end: `ends the program: ${textOf(error)}`, works: false })}\n`);
  process.exit(0);
});
const pool = await make(chosen.workers);
await Promise.all(Array.from({ length: 50 }, (_, i) => pool.run('square', i)));
process.stdout.write(`${JSON.stringify(await chosen.run(pool))}\n`);
// Some never end by themselves once something went wrong.
await Promise.race([pool.stop(), delay(1000)]);
process.exit(0);
