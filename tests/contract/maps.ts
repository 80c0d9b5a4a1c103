import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MapResult } from 'procession';
import { assertHealthy, eventually, failure, type Scenario } from './scenario';

const numbers = Array.from({ length: 1000 }, (_, i) => i);

function valuesOf<T>(results: readonly MapResult<T>[]): (T | undefined)[] {
  return results.map((result) => (result.ok ? result.value : undefined));
}

interface Spoil {
  readonly how: string;
  readonly name: string;
  readonly says: RegExp;
  readonly itemTimeoutMs?: number;
}

const spoils: readonly Spoil[] = [
  { how: 'throw', name: 'TypeError', says: /^bad item$/ },
  { how: 'kill', name: 'WorkerDiedError', says: /its process/ },
  { how: 'exit', name: 'WorkerDiedError', says: /process\.exit\(3\)/ },
  { how: 'return a function', name: 'SerializationError', says: /^result of item 500 is a function/ },
  { how: 'spin', name: 'JobTimeoutError', says: /time limit of 500 ms/, itemTimeoutMs: 500 },
  { how: 'wait', name: 'JobTimeoutError', says: /time limit of 500 ms/, itemTimeoutMs: 500 },
];

/** Map jobs: one call per item, and what becomes of items whatever their processes do. */
export const maps: Scenario[] = [
  {
    name: 'each item is mapped once, in the order of the items, for every schedule',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      for (const target of ['square', 'laterSquare']) {
        for (const schedule of ['dynamic', 'guided', 'static', { kind: 'dynamic', chunk: 7 }] as const) {
          const results = await running.map<number>(1000, context.target(`items.mjs#${target}`), { schedule });
          assert.deepEqual(
            results,
            numbers.map((index) => ({ index, ok: true, state: 'done', value: index * index, attempts: 1 })),
          );
        }
      }
      await assertHealthy(context, running);
    },
  },
  {
    name: 'items are what was given, with their index and the arguments of the job',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      assert.deepEqual(
        valuesOf(await running.map(['a', 'b', 'c'], target('items.mjs#shout'), { args: { mark: '!' } })),
        ['0:A!', '1:B!', '2:C!'],
      );
      assert.deepEqual(valuesOf(await running.map(['z'], target('items.mjs#shout'))), ['0:Z']);
      assert.deepEqual(await running.map([], target('items.mjs#shout')), []);
      assert.deepEqual(await running.map(0, target('items.mjs#square')), []);
    },
  },
  {
    name: 'random numbers of items do not depend on the number of ranks',
    async run({ server, target }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      const draw = async (numProcs: number): Promise<unknown> =>
        valuesOf(await running.map(100, target('items.mjs#draw'), { numProcs }));
      const expected = await draw(1);
      assert.deepEqual(await draw(2), expected);
      assert.deepEqual(await draw(3), expected);
    },
  },
  ...spoils.map(
    ({ how, name, says, itemTimeoutMs }): Scenario => ({
      name: `one item of a thousand that does "${how}" fails alone`,
      async run(context) {
        const running = context.server({ numProcs: 2 });
        const limit = itemTimeoutMs === undefined ? {} : { itemTimeoutMs };
        const results = await running.map<number>(numbers, context.target('items.mjs#spoil'), {
          args: { item: 500, how },
          ...limit,
        });
        assert.equal(results.length, 1000);
        for (const result of results) {
          if (result.index !== 500)
            assert.deepEqual(result, {
              index: result.index,
              ok: true,
              state: 'done',
              value: result.index,
              attempts: 1,
            });
        }
        const spoiled = results[500];
        assert.ok(spoiled && !spoiled.ok);
        assert.equal(spoiled.error.name, name);
        assert.match(spoiled.error.message, says);
        assert.equal(spoiled.attempts, 1);
        await assertHealthy(context, running);
      },
    }),
  ),
  {
    name: 'an item that always kills its process fails after its retries, and the others are done',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const results = await running.map<number>(numbers, context.target('items.mjs#spoil'), {
        args: { item: 123, how: 'kill' },
        retries: 2,
      });
      assert.equal(results.filter((result) => result.ok).length, 999);
      const spoiled = results[123];
      assert.ok(spoiled && !spoiled.ok && spoiled.attempts === 3);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'only items that failed are tried again',
    async run({ server, target, folder }) {
      const running = server({ numProcs: 1 });
      const results = await running.map<number>(20, target('items.mjs#failAtFirst'), {
        args: { folder, times: 1 },
        retries: 3,
      });
      assert.deepEqual(
        results.map((result) => [result.ok, result.attempts]),
        numbers.slice(0, 20).map(() => [true, 2]),
      );
      assert.deepEqual(
        readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
        numbers.slice(0, 20).map(() => 'xx'),
      );
    },
  },
  {
    name: 'what a dead worker had delivered is kept while processes die at random',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = join(context.folder, 'calls');
      const results = await running.map<number>(numbers, context.target('items.mjs#countAndDie'), {
        args: { file, every: 100 },
        retries: 30,
      });
      assert.deepEqual(valuesOf(results), numbers);
      const calls = readFileSync(file, 'utf8').trim().split('\n').length;
      assert.ok(calls >= 1000 && calls < 6000, `${calls} calls for 1000 items`);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'workers killed from outside lose no item',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      // A late kill may not meet the health check's target while it is being looked for.
      await running.prepareTarget(context.target('targets.mjs#describeRank'));
      let kills = 0;
      const task = new context.engine.Task('map');
      task.onChange(({ curProgress }) => {
        if (curProgress === 0 || kills >= 6) return;
        const pid = running.procs[kills % 2]?.pid;
        kills += 1;
        if (pid) process.kill(pid, 'SIGKILL');
      });
      const results = await running.map<number>(4000, context.target('items.mjs#laterSquare'), { task, retries: 20 });
      assert.deepEqual(
        valuesOf(results),
        Array.from({ length: 4000 }, (_, i) => i * i),
      );
      assert.equal(task.curProgress, 4000);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a map job is cancelled, and one whose target is not there fails as a whole',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      await running.prepareTarget(context.target('items.mjs#spoil'));
      const job = running.map(1000, context.target('items.mjs#spoil'), { args: { item: 0, how: 'spin' } });
      await eventually(running, 'it runs', () => running.jobs.some((info) => info.state === 'running'));
      job.cancel();
      assert.equal((await failure(job)).name, 'JobCancelledError');
      assert.equal((await failure(running.map(10, context.target('items.mjs#nothing')))).name, 'TargetNotFoundError');
      await assertHealthy(context, running);
    },
  },
];
