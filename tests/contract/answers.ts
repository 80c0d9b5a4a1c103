import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkResultMap } from 'procession';
import { assertHealthy, eventually, failure, type Scenario } from './scenario';

/** What jobs answer, and what they are told. */
export const answers: Scenario[] = [
  {
    name: '50 over 4 ranks is cut into 12, 13, 12 and 13',
    async run({ server, target, engine }) {
      const results = await server({ numProcs: 4, allowOversubscribe: true }).callProcessFunc(
        50,
        4,
        null,
        target('targets.mjs#describeRank'),
      );
      assert.deepEqual(engine.listResults(results), [
        [0, 0, 12],
        [1, 12, 25],
        [2, 25, 37],
        [3, 37, 50],
      ]);
    },
  },
  {
    name: 'ten values over 3 ranks arrive as 3, 3 and 4 values',
    async run({ server, target, engine }) {
      const values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
      const results = await server({ numProcs: 3, allowOversubscribe: true }).callProcessFunc(
        3,
        3,
        null,
        target('targets.mjs#returnArguments'),
        [values],
        {
          partitionArgs: [values],
        },
      );
      assert.deepEqual(engine.listResults(results), [
        [0, [0, 1, 2]],
        [1, [3, 4, 5]],
        [2, [6, 7, 8, 9]],
      ]);
    },
  },
  {
    name: 'arguments, named arguments and the whole range reach every rank',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 2 });
      const results = await running.callProcessFunc(
        7,
        2,
        null,
        target('targets.mjs#returnArguments'),
        ['a', new Map([[1, 2n]])],
        { depth: 3 },
      );
      assert.deepEqual(engine.listResults(results), [
        [0, 'a', new Map([[1, 2n]]), { depth: 3 }],
        [1, 'a', new Map([[1, 2n]]), { depth: 3 }],
      ]);
      const ranges = await running.callProcessFunc<number[]>(7, 2, null, target('targets.mjs#listRange'));
      checkResultMap(ranges);
      assert.deepEqual(engine.sumResultMap(ranges), [0, 1, 2, 3, 4, 5, 6]);
    },
  },
  {
    name: 'a job of one rank runs in the process of the server, with isolation in another',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const here = await running.callProcessFunc<{ pid: number; total: number }>(
        10,
        1,
        null,
        target('targets.mjs#describeJob'),
      );
      assert.deepEqual(here.get(0), { total: 1, maxVal: 10, pid: process.pid });
      const there = await running.callProcessFunc<{ pid: number }>(
        10,
        1,
        null,
        target('targets.mjs#describeJob'),
        [],
        {},
        { isolation: 'process' },
      );
      const value = there.get(0);
      assert.ok(value && !(value instanceof Error));
      assert.ok(running.procs.some((proc) => proc.pid === value.pid));
    },
  },
  {
    name: 'an empty range settles with an empty map, a senseless one throws',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      assert.equal((await running.callProcessFunc(0, 2, null, target('targets.mjs#describeRank'))).size, 0);
      for (const bad of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        assert.throws(() => running.callProcessFunc(bad, 2, null, target('targets.mjs#describeRank')), RangeError);
      }
    },
  },
  {
    name: 'values that structured clone knows survive both ways',
    async run({ server, target }) {
      const circular: { self?: unknown; name: string } = { name: 'loop' };
      circular.self = circular;
      const value = {
        big: 2n ** 70n,
        nan: Number.NaN,
        when: new Date(0),
        map: new Map([['k', new Set([1])]]),
        floats: Float64Array.of(1.5, -0),
        circular,
      };
      const results = await server({ numProcs: 2 }).callProcessFunc(2, 2, null, target('targets.mjs#laterEcho'), [
        value,
      ]);
      assert.deepEqual(results.get(0), value);
      assert.deepEqual(results.get(1), value);
    },
  },
  {
    name: 'a large typed array comes back whole and owns its buffer',
    async run({ server, target }) {
      const values = Float64Array.from({ length: 400_000 }, (_, i) => i / 3);
      const results = await server({ numProcs: 2 }).callProcessFunc<Float64Array>(
        2,
        2,
        null,
        target('targets.mjs#echo'),
        [values],
        { partitionArgs: [values] },
      );
      const second = results.get(1);
      assert.ok(second instanceof Float64Array);
      assert.deepEqual(second, values.slice(200_000));
      assert.equal(second.buffer.byteLength, 200_000 * 8);
    },
  },
  {
    name: 'TypeScript targets run, and are built again when they change',
    async run({ server, target, folder, engine }) {
      const running = server({ numProcs: 2 });
      const results = await running.callProcessFunc(5, 2, null, target('typed.ts#span'), ['x']);
      assert.deepEqual(engine.listResults(results), [
        { rank: 0, items: 2, label: 'x' },
        { rank: 1, items: 3, label: 'x' },
      ]);
      const file = `${folder}/changing.ts`;
      writeFileSync(file, 'export const answer = (): number => 1;\n');
      assert.equal((await running.callProcessFunc(1, 1, null, `${file}#answer`)).get(0), 1);
      writeFileSync(file, 'export const answer = (): number => 1000 + 1;\n');
      assert.equal((await running.callProcessFunc(1, 1, null, `${file}#answer`)).get(0), 1001);
    },
  },
  {
    name: 'a JavaScript target that has changed is loaded again, as a module and as CommonJS',
    async run({ server, folder }) {
      const running = server({ numProcs: 2 });
      for (const [name, text] of [
        ['changing.mjs', 'export const answer = () => '],
        ['changing.cjs', 'exports.answer = () => '],
      ] as const) {
        for (const value of [1, 20, 300]) {
          writeFileSync(join(folder, name), `${text}${value};\n`);
          const results = await running.callProcessFunc(2, 2, null, `${join(folder, name)}#answer`);
          assert.deepEqual(
            results,
            new Map([
              [0, value],
              [1, value],
            ]),
          );
        }
      }
    },
  },
  {
    name: 'progress of a tight synchronous loop is told while it runs, never goes back and ends complete',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 2 });
      const task = new engine.Task('spin');
      const seen: number[] = [];
      task.onChange(({ curProgress }) => void seen.push(curProgress));
      const results = await running.callProcessFunc(200, 2, task, target('targets.mjs#spinItems'), [4_000_000]);
      checkResultMap(results);
      assert.equal(task.maxProgress, 200);
      assert.equal(task.curProgress, 200);
      assert.equal(task.state, 'done');
      assert.ok(
        seen.some((count) => count > 0 && count < 200),
        `something between: ${seen.join()}`,
      );
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => a - b),
      );
    },
  },
  {
    name: 'what a rank logs and prints arrives with its rank',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const lines: string[] = [];
      running.onEvent((event) => {
        if (event.type === 'log')
          for (const line of event.lines) lines.push(`${line.rank} ${line.stream} ${line.text}`);
      });
      checkResultMap(
        await running.callProcessFunc(2, 2, null, target('targets.mjs#log'), ['value %d of', 3, { a: 1 }]),
      );
      checkResultMap(await running.callProcessFunc(1, 1, null, target('targets.mjs#print')));
      await eventually(running, 'four log lines', () => lines.length >= 4);
      assert.deepEqual(lines.sort(), [
        '0 log value 3 of { a: 1 }',
        '0 stderr to stderr',
        '0 stdout to stdout',
        '1 log value 3 of { a: 1 }',
      ]);
    },
  },
  {
    name: 'a target that is not there is told before anything starts',
    async run(context) {
      const { target } = context;
      const running = context.server({ numProcs: 2 });
      const call = (spec: string): Promise<Error & { code?: string }> =>
        failure(running.callProcessFunc(2, 2, null, spec));
      const noFile = await call(target('nowhere.mjs#x'));
      assert.equal(noFile.code, 'ERR_TARGET_NOT_FOUND');
      assert.match(noFile.message, /nowhere\.mjs/);
      const noExport = await call(target('targets.mjs#nothing'));
      assert.equal(noExport.code, 'ERR_TARGET_NOT_FOUND');
      assert.match(noExport.message, /no export "nothing".*It exports: .*describeRank/);
      assert.match((await call(target('targets.mjs#notAFunction'))).message, /not a function/);
      assert.match((await call('builtin:nothing')).message, /no built-in target "nothing"/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'prepareTarget tells whether a target has a combine function, which can be called',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      assert.deepEqual(await running.prepareTarget(target('targets.mjs#sum')), { hasCombine: true });
      assert.deepEqual(await running.prepareTarget(target('targets.mjs#echo')), { hasCombine: false });
      assert.equal((await failure(running.prepareTarget(target('targets.mjs#nothing')))).name, 'TargetNotFoundError');
      const results = await running.callProcessFunc(1, 1, null, target('targets.mjs#sum.combine'), [[1, 2, 39]]);
      assert.equal(results.get(0), 42);
    },
  },
  {
    name: 'a worker sees an allow-list of the environment',
    async run({ server, target }) {
      process.env.CONTRACT_SECRET = 'hidden';
      const running = server({ numProcs: 2 });
      const results = await running.callProcessFunc<string[]>(2, 2, null, target('targets.mjs#environment'));
      const names = results.get(0);
      assert.ok(Array.isArray(names));
      assert.ok(names.includes('PATH'));
      assert.ok(!names.includes('CONTRACT_SECRET') && !names.includes('NODE_OPTIONS'), names.join());
    },
  },
];
