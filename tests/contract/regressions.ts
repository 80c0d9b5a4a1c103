import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { assertHealthy, errorOf, type Scenario } from './scenario';

const file = 'object-targets.mjs';

/** Faults of the original that must not come back; those that stand under another heading are not repeated here. */
export const regressions: Scenario[] = [
  {
    meets: true,
    name: 'after a rank that failed without a barrier, a hundred clean jobs with barriers work, every time',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      for (let i = 0; i < 100; i += 1) {
        const bad = running.callProcessFunc(3, 3, null, target('targets.mjs#failOn'), [i % 3, 'throw']);
        const good = running.callProcessFunc(3, 3, null, target(`${file}#syncThenRank`));
        assert.equal(errorOf(await bad, i % 3).name, 'CustomError');
        assert.deepEqual(engine.listResults(await good), [0, 1, 2]);
      }
    },
  },
  ...(
    [
      ['constructor', 'NeedsMuch', 'CANNOT BE MADE AGAIN'],
      ['uncloneable', 'Error', 'carries what cannot be sent'],
      ['getters', 'Error', 'has a getter that throws'],
      ['circular', 'Error', 'is its own cause'],
    ] as const
  ).map(
    ([how, name, message]): Scenario => ({
      name: `an error that is hard to send (${how}) arrives by name and message, and later jobs get their own answers`,
      async run(context) {
        const running = context.server({ numProcs: 2 });
        for (const ranks of [1, 2]) {
          const results = await running.callProcessFunc(2, ranks, null, context.target(`${file}#failStrangely`), [how]);
          assert.deepEqual([errorOf(results, 0).name, errorOf(results, 0).message], [name, message]);
          if (ranks === 2) assert.equal(results.get(1), 1);
          const next = await running.callProcessFunc(4, 2, null, context.target('targets.mjs#listRange'));
          assert.deepEqual(context.engine.listResults(next), [
            [0, 1],
            [2, 3],
          ]);
        }
        await assertHealthy(context, running);
      },
    }),
  ),
  {
    name: 'of two equal lists only the one that is named is cut, and a list shorter than the ranks loses nothing',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      const cut = [1, 2];
      const whole = [1, 2];
      const results = await running.callProcessFunc(3, 3, null, target('targets.mjs#returnArguments'), [cut, whole], {
        partitionArgs: [cut],
      });
      assert.deepEqual(engine.listResults(results), [
        [0, [], [1, 2]],
        [1, [1], [1, 2]],
        [2, [2], [1, 2]],
      ]);
    },
  },
  {
    meets: true,
    name: 'ranks that meet an unequal number of times are told who left, as in the test of the original on 3 processes',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      const results = await running.callProcessFunc(100, 3, null, context.target(`${file}#syncOften`));
      assert.equal((results.get(0) as number[]).length, 33);
      assert.equal((results.get(1) as number[]).length, 33);
      assert.equal(errorOf(results, 2).name, 'BarrierBrokenError');
      assert.match(errorOf(results, 2).message, /Rank [01] has returned/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'idle workers use no processor time to speak of',
    async run(context) {
      if (process.platform !== 'linux') return;
      const running = context.server({ numProcs: 2 });
      await assertHealthy(context, running);
      const pids = running.procs.map((proc) => proc.pid ?? 0);
      let used: number[] = [];
      // What the job has left to do (garbage, code to compile) may come late on a busy machine; polling would never end.
      for (let window = 0; window < 5; window += 1) {
        const before = pids.map(ticks);
        // The time that is measured, not a wait for something.
        await new Promise((resolve) => setTimeout(resolve, 2000));
        used = pids.map((pid, i) => ticks(pid) - (before[i] ?? 0));
        // A tick is 10 ms: the original used 9 of them in this time.
        if (used.every((count) => count <= 4)) return;
      }
      assert.fail(`${used.join()} ticks in 2 s`);
    },
  },
  {
    name: 'an idle server stops, also one that has never run a job',
    async run({ server, target }) {
      const fresh = server({ numProcs: 2 });
      await fresh.stop();
      const used = server({ numProcs: 2 });
      await used.callProcessFunc(2, 2, null, target('targets.mjs#echo'), [1]);
      await used.stop();
      assert.deepEqual(
        [...fresh.procs, ...used.procs].map((proc) => proc.state),
        ['stopped', 'stopped', 'stopped', 'stopped'],
      );
    },
  },
];

/** Processor time that a process has used, in clock ticks. */
function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
