import assert from 'node:assert/strict';
import { checkResultMap } from 'procession';
import { assertHealthy, errorOf, type Scenario } from './scenario';

/** Code that is run as it is given, and jobs that want to start jobs. */
export const code: Scenario[] = [
  {
    name: 'a piece of code runs on the ranks with its locals and gives the variable that is asked for',
    async run({ server, engine }) {
      const running = server({ numProcs: 2 });
      const list = await running.concurrentExec<number[]>(7, 2, null, 'const result = [...proc.nRange()]');
      checkResultMap(list);
      assert.deepEqual(engine.sumResultMap(list), [0, 1, 2, 3, 4, 5, 6]);
      const named = await running.concurrentExec(
        2,
        2,
        null,
        `const { basename } = require('node:path');
         const half = await Promise.resolve(values.map((value) => value * scale));
         proc.sync();
         found = [basename('/a/b'), ...half]; // a comment at the end`,
        { locals: { values: [1, 2, 3, 4], scale: 10, partitionArgs: ['values'] }, returnName: 'found' },
      );
      assert.deepEqual(engine.listResults(named), [
        ['b', 10, 20],
        ['b', 30, 40],
      ]);
      const local = await running.concurrentExec(1, 1, null, 'count += 1', {
        locals: { count: 1 },
        returnName: 'count',
      });
      assert.equal(local.get(0), 2);
    },
  },
  {
    name: 'the stack of an error in a piece of code names the code and the line',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const results = await running.concurrentExec(2, 2, null, "const a = 1;\n\n  throw new RangeError('here');");
      assert.equal(errorOf(results, 1).name, 'RangeError');
      assert.match(errorOf(results, 1).stack ?? '', /concurrentExec:3:9/);
      const undeclared = await running.concurrentExec(1, 1, null, '\nleak = 1');
      assert.equal(errorOf(undeclared, 0).name, 'ReferenceError');
      assert.match(errorOf(undeclared, 0).stack ?? '', /concurrentExec:2/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'code that cannot be parsed and names that are none are refused at once',
    async run({ server }) {
      const running = server({ numProcs: 2 });
      const exec =
        (text: string, options = {}): (() => unknown) =>
        () =>
          running.concurrentExec(2, 2, null, text, options);
      assert.throws(exec('const a = ;'), { name: 'SyntaxError' });
      assert.throws(exec('', { returnName: 'not a name' }), /"not a name" cannot be the name of a variable/);
      assert.throws(exec('', { locals: { class: 1 } }), /"class" cannot be the name of a variable/);
      assert.throws(exec('', { locals: { proc: 1 } }), /cannot have the name "proc"/);
      // What the library exports by that name is no way to it.
      const named = await running.callProcessFunc(1, 1, null, 'procession#concurrentExec', ['process.exit()', 'x']);
      assert.equal(errorOf(named, 0).code, 'ERR_NESTED_CALL');
      assert.deepEqual([...running.jobs], []);
    },
  },
  {
    name: 'concurrentExec without a server of its own uses the global server, and says when there is none',
    async run({ engine }) {
      assert.throws(() => engine.concurrentExec(2, 2, null, 'const result = 1'), { code: 'ERR_NO_SERVER' });
      const server = engine.ProcessServer.createGlobalServer(2);
      try {
        const results = await engine.concurrentExec(2, 0, null, 'const result = proc.total');
        assert.equal(results.get(0), server.realNumProcs);
      } finally {
        await server.stop();
      }
    },
  },
  {
    name: 'a target that wants to start a job of its own is told that it cannot, and does not hang',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      for (const ranks of [1, 2]) {
        for (const way of ['global', 'create', 'new', 'exec']) {
          const results = await running.callProcessFunc(2, ranks, null, context.target('object-targets.mjs#nested'), [
            way,
          ]);
          assert.equal(errorOf(results, 0).code, 'ERR_NESTED_CALL', `${way} on ${ranks}`);
        }
      }
      await assertHealthy(context, running);
    },
  },
  {
    name: 'the server chooses the number of ranks from the work there is',
    run({ server }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      assert.deepEqual(
        [running.chooseProcCount(10, 0, 20), running.chooseProcCount(3, 9, 20), running.chooseProcCount(30, 0, 20)],
        [1, 3, 0],
      );
      return Promise.resolve();
    },
  },
];
