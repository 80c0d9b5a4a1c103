import assert from 'node:assert/strict';
import type { JobFuture, ServerEvent } from 'procession';
import { assertHealthy, errorOf, failure, type Scenario } from './scenario';

const file = 'ways.mjs';
const shapes = ['function', 'symbol', 'promise', 'weakMap', 'getter'];
const says: Readonly<Record<string, RegExp>> = {
  function: /^result\.items\[3\]\.cb is a function/,
  symbol: /^result\.items\[3\]\.cb is a symbol \(Symbol\(s\)\)/,
  promise: /^result\.items\[3\]\.cb is a promise/,
  weakMap: /^result\.items\[3\]\.cb is a WeakMap/,
  getter: /^result\.items\[3\]\.cb has a getter that throws \(no access\)/,
};

/** What is too much, too often, or cannot be sent. */
export const limits: Scenario[] = [
  {
    name: 'a rank that fills 512 MiB with buffers, or with objects, is ended for it, and the server does not grow',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const options = { memoryMiB: 512 };
      await running.prepareTarget(context.target(`${file}#hoardBuffers`));
      const before = process.memoryUsage.rss();
      for (const [name, message] of [
        [
          'hoardBuffers',
          /^Rank 0 ran out of memory: its process grew by \d+ MiB with all its buffers, past its limit of 512 MiB\. Raise/,
        ],
        ['hoardHeap', /^Rank 0 ran out of memory: .*limit of 512 MiB/],
      ] as const) {
        const [pid] = running.procs.map((proc) => proc.pid);
        const results = await running.callProcessFunc(2e6, 2, null, context.target(`${file}#${name}`), [], {}, options);
        const error = errorOf(results, 0);
        assert.equal(error.name, 'OutOfMemoryError');
        assert.match(error.message, message);
        assert.equal(results.get(1), 'small');
        const grown = Number(/grew by (\d+)/.exec(error.message)?.[1] ?? 0);
        // What two seconds would allow for is far more.
        assert.ok(grown < 3000, `${grown} MiB`);
        await assertHealthy(context, running);
        if (name === 'hoardBuffers')
          assert.ok(!running.procs.some((proc) => proc.pid === pid), 'its process is replaced');
      }
      const growth = (process.memoryUsage.rss() - before) / 2 ** 20;
      // The promise is 50 MiB. What the garbage collector has not looked at yet counts too; what a rank fills is 512.
      process.stderr.write(`figure: the server's growth beside ranks that fill 512 MiB: ${growth.toFixed(0)} MiB\n`);
      assert.ok(growth < 250, `the server grew by ${growth} MiB`);
    },
  },
  {
    name: 'progress that is set a million times is told at most twenty times a second',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const target = context.target(`${file}#countFast`);
      await running.prepareTarget(target);
      for (const ranks of [1, 2]) {
        const seen: ServerEvent[] = [];
        const task = new context.engine.Task('count');
        let changes = 0;
        task.onChange(() => {
          changes += 1;
        });
        const stop = running.onEvent((event) => {
          if (event.type !== 'worker') seen.push(event);
        });
        const began = performance.now();
        const results = await running.callProcessFunc(2000 * ranks, ranks, task, target, [1e6]);
        assert.equal(results.size, ranks);
        const most = ((performance.now() - began) / 1000) * 20 + 20;
        stop();
        assert.ok(seen.length <= most, `${seen.length} events, at most ${most}`);
        assert.ok(changes <= most, `${changes} changes of the task, at most ${most}`);
        assert.equal(task.curProgress, 1000 * ranks);
      }
    },
  },
  {
    name: 'what cannot be sent is named by its path, in a result and in that of an item',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      for (const shape of shapes) {
        const results = await running.callProcessFunc(2, 2, null, context.target(`${file}#giveShape`), [shape]);
        const error = errorOf(results, 1);
        assert.equal(error.name, 'SerializationError');
        assert.match(error.message, says[shape] ?? /never/);
        const items = await running.map(20, context.target(`${file}#giveShapeOfItem`), {
          args: { item: 7, name: shape },
        });
        assert.equal(items.filter((item) => item.ok).length, 19);
        assert.ok(items[7] && !items[7].ok);
        assert.match(items[7].error.message, /^result of item 7\.items\[3\]\.cb (is|has) a/);
      }
      await assertHealthy(context, running);
    },
  },
  {
    name: 'of a hundred jobs that cannot be sent, a hundred whose results cannot, and a hundred good ones, only the good succeed',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const good: JobFuture<unknown>[] = [];
      const bad: JobFuture<unknown>[] = [];
      for (let i = 0; i < 100; i += 1) {
        assert.throws(
          () => running.callProcessFunc(2, 2, null, context.target('targets.mjs#echo'), [{ i, cb: () => i }]),
          { name: 'SerializationError', message: /^args\[0\]\.cb is a function/ },
        );
        bad.push(running.callProcessFunc(2, 2, null, context.target(`${file}#giveShape`), [shapes[i % shapes.length]]));
        good.push(running.callProcessFunc(2, 2, null, context.target('targets.mjs#echo'), [i]));
      }
      for (const results of await Promise.all(bad)) {
        assert.equal(errorOf(results, 0).name, 'SerializationError');
        assert.equal(errorOf(results, 1).name, 'SerializationError');
      }
      (await Promise.all(good)).forEach((results, i) => {
        assert.deepEqual(context.engine.listResults(results), [i, i]);
      });
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a custom error arrives with its class, message, code, cause and the stack of its place; undefined and 42 are told',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      for (const ranks of [1, 2]) {
        const run = async (how: string): Promise<Error & { code?: string; cause?: unknown }> =>
          errorOf(await running.callProcessFunc(2, ranks, null, context.target(`${file}#failAs`), [how]), 0);
        const custom = await run('custom');
        assert.equal(custom.name, 'TwoArguments');
        assert.equal(custom.message, 'two arguments, says the constructor');
        assert.equal(custom.code, 'E_TWO');
        assert.ok(custom.cause instanceof TypeError && custom.cause.message === 'the root of it');
        assert.match(custom.stack ?? '', /at .*custom.*ways\.mjs\S*:\d+:\d+/);
        assert.match((await run('undefined')).message, /^undefined was thrown, which is not an Error/);
        assert.match((await run('number')).message, /^42 was thrown, which is not an Error/);
      }
      assert.equal(
        (await failure(running.callProcessFunc(2, 2, null, context.target(`${file}#nothing`)))).name,
        'TargetNotFoundError',
      );
      await assertHealthy(context, running);
    },
  },
];
