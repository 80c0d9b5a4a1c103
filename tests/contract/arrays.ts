import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessServer } from 'procession';
import { assertHealthy, errorOf, eventually, failure, type Scenario } from './scenario';

const file = 'array-targets.mjs';

/** The files of large arrays that there are, of all servers of this process. */
function arrayFiles(): string[] {
  const folders = ['/dev/shm', tmpdir()].flatMap((parent) =>
    existsSync(parent)
      ? readdirSync(parent)
          .filter((name) => name.startsWith(`procession-${process.pid}-`))
          .map((name) => join(parent, name))
      : [],
  );
  return folders.flatMap((folder) => readdirSync(folder).filter((name) => /^(arrays|shared)-/.test(name)));
}

/** How often the event loop of the server came round from the next end of a job on, and its longest stall. */
function watchReading(server: ProcessServer): () => { turns: number; longestMs: number } {
  let [turns, last, longestMs] = [0, 0, 0];
  const look = (): void => {
    turns += 1;
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  };
  let timer: NodeJS.Timeout | undefined;
  const stop = server.onEvent((event) => {
    if (event.type !== 'job' || event.job.state !== 'done' || timer) return;
    last = performance.now();
    timer = setInterval(look, 1);
  });
  return () => {
    look();
    stop();
    clearInterval(timer);
    return { turns, longestMs };
  };
}

/** Large typed arrays in arguments and results, and arrays that ranks share. */
export const arrays: Scenario[] = [
  {
    name: 'results of 200 MB and of 1 GiB arrive when they are typed arrays and are refused by their size when not, and the server is not held up',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      await running.prepareTarget(context.target(`${file}#fill`));
      for (const bytes of [200_000_000, 2 ** 30]) {
        const stop = watchReading(running);
        const target = context.target(`${file}#fill`);
        // Of the larger one only one rank: what a machine has to have for it is enough as it is.
        const ranks = bytes > 1e9 ? 1 : 2;
        const results = await running.callProcessFunc<Float64Array>(
          ranks,
          ranks,
          null,
          target,
          [bytes],
          {},
          { isolation: 'process' },
        );
        const { turns, longestMs } = stop();
        for (let rank = 0; rank < ranks; rank += 1) {
          const values = results.get(rank);
          assert.ok(values instanceof Float64Array);
          assert.deepEqual([values.byteLength, values[0], values.at(-1)], [bytes, rank + 1, rank + 1]);
        }
        process.stderr.write(
          `figure: longest stall while ${bytes} bytes are read: ${longestMs.toFixed(0)} ms, promised within 50 ms\n`,
        );
        // Read in one piece, it would hold the server up for all of that time.
        if (bytes > 1e9) assert.ok(turns > 10, `its event loop came round ${turns} times`);
        await eventually(running, 'no file is left', () => arrayFiles().length === 0);
      }
      for (const bytes of [200_000_000, 500_000_000]) {
        const results = await running.callProcessFunc(2, 2, null, context.target(`${file}#fillText`), [bytes]);
        const error = errorOf(results, 1);
        assert.equal(error.name, 'ResultTooLargeError');
        assert.match(
          error.message,
          /^The result has (191|477) MiB, more than the 64 MiB that it may have \(maxResultMiB\)/,
        );
      }
      const raised = { maxResultMiB: 1 };
      const emitted = await running.callProcessFunc(2, 2, null, context.target(`${file}#emitText`), [2e6], {}, raised);
      assert.match(errorOf(emitted, 0).message, /^What is emitted has 1\.9 MiB, more than the 1\.0 MiB/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'each rank gets its own part of a large array and all of another one, also with one rank, and nothing is left of them',
    async run(context) {
      const { engine } = context;
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      const target = context.target(`${file}#describe`);
      const values = Float64Array.from({ length: 600_000 }, (_, i) => i);
      const cut = await running.callProcessFunc(3, 3, null, target, [engine.partitioned(values)]);
      assert.deepEqual(engine.listResults(cut), [
        [0, 200_000, 0, 199_999, 1_600_000],
        [1, 200_000, 200_000, 399_999, 1_600_000],
        [2, 200_000, 400_000, 599_999, 1_600_000],
      ]);
      for (const ranks of [1, 2]) {
        const whole = await running.callProcessFunc(3, ranks, null, target, [values]);
        assert.deepEqual(whole.get(ranks - 1), [ranks - 1, 600_000, 0, 599_999, 4_800_000]);
        const mixed = { big: Buffer.alloc(300_000, 7), small: Float32Array.of(1.5), text: 'between' };
        const echo = await running.callProcessFunc(3, ranks, null, context.target(`${file}#echoAll`), [mixed, values]);
        assert.deepEqual(echo.get(0), [mixed, values]);
      }
      await eventually(running, 'no file is left', () => arrayFiles().length === 0);
      assert.throws(() => running.callProcessFunc(3, 3, null, target, [values, () => 1]), /args\[1\] is a function/);
      await eventually(running, 'no file is left', () => arrayFiles().length === 0);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'nothing is left of large arrays when a rank fails or dies, or a job is cancelled, and with the server all are gone',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const target = context.target(`${file}#spoil`);
      const large = new Float64Array(100_000);
      for (const [how, name] of [
        ['function', 'SerializationError'],
        ['kill', 'WorkerDiedError'],
      ] as const) {
        const results = await running.callProcessFunc(2, 2, null, target, [how, large], {}, { retries: 1 });
        assert.ok(results.get(0) instanceof Float64Array);
        assert.equal(errorOf(results, 1).name, name);
        await eventually(running, 'no file is left', () => arrayFiles().length === 0);
      }
      const door = join(context.folder, 'door');
      const job = running.callProcessFunc(2, 2, null, target, ['wait', door, large]);
      await eventually(running, 'rank 0 has given its array', () =>
        running.jobs.some((info) => info.ranks[0]?.state === 'done'),
      );
      assert.deepEqual(arrayFiles(), [`arrays-${job.jobId}`]);
      job.cancel();
      await failure(job);
      await eventually(running, 'no file is left', () => arrayFiles().length === 0);
      await assertHealthy(context, running);
      const last = running.callProcessFunc(2, 2, null, target, ['wait', door, large]);
      writeFileSync(door, '');
      await Promise.all([last, running.stop({ graceMs: 60_000 })]);
      assert.deepEqual(arrayFiles(), []);
    },
  },
  {
    name: 'ranks read and write their parts of a shared array, between processes and in one, and see what others wrote',
    async run(context) {
      const { engine } = context;
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      const target = context.target(`${file}#fillShared`);
      const shared = new engine.SharedArray(Float64Array, 30_000);
      shared.write(0, new Float64Array(30_000).fill(1));
      const sum = (29_999 * 30_000) / 2;
      for (const [ranks, expected] of [
        [3, sum + 30_000],
        [1, 2 * sum + 30_000],
      ] as const) {
        const results = await running.callProcessFunc(30_000, ranks, null, target, [shared]);
        assert.deepEqual(
          engine.listResults(results),
          Array.from({ length: ranks }, () => expected),
        );
      }
      assert.deepEqual([...shared.read(10, 12)], [21, 23]);
      const returned = await running.callProcessFunc(2, 2, null, context.target(`${file}#keepShared`), [shared]);
      assert.match(errorOf(returned, 0).message, /^result is a SharedArray/);
      const local = new engine.SharedArray(Int32Array, 100, { within: 'process' });
      const added = await running.callProcessFunc(100, 1, null, context.target(`${file}#addToView`), [local]);
      assert.equal(added.get(0), true);
      assert.equal(local.view?.[99], 99);
      assert.throws(() => running.callProcessFunc(100, 2, null, target, [local]), /for its own process only/);
      shared.close();
      assert.deepEqual(arrayFiles(), []);
      assert.throws(() => running.callProcessFunc(2, 2, null, target, [shared]), /has been closed/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'the items of a map job get large arrays and write to a shared one, also on processes that take the place of others',
    async run(context) {
      const { engine } = context;
      const running = context.server({ numProcs: 2 });
      const factors = Float64Array.from({ length: 100_000 }, (_, i) => i / 2);
      const squares = new engine.SharedArray(Float64Array, 200);
      const results = await running.map<number>(200, context.target(`${file}#scaleInto`), {
        args: { factors, squares, deadly: 57 },
        retries: 1,
      });
      assert.deepEqual(
        results.map((result) => result.ok && result.value),
        Array.from({ length: 200 }, (_, i) => i / 2),
      );
      assert.deepEqual(
        [...squares.read()],
        Array.from({ length: 200 }, (_, i) => i * i),
      );
      squares.close();
      await eventually(running, 'no file is left', () => arrayFiles().length === 0);
      assert.throws(
        () => running.map(2, context.target(`${file}#scaleInto`), { args: { factors, bad: () => 1 } }),
        /bad is a function/,
      );
      await eventually(running, 'no file is left', () => arrayFiles().length === 0);
      await assertHealthy(context, running);
    },
  },
];
