import assert from 'node:assert/strict';
import { assertHealthy, errorOf, type Scenario } from './scenario';

/** Barriers and shared objects, in plain synchronous code. */
export const meetings: Scenario[] = [
  {
    name: 'objects shared in a loop never mix rounds',
    async run({ server, target, engine }) {
      const results = await server({ numProcs: 4, allowOversubscribe: true }).callProcessFunc(
        4,
        4,
        null,
        target('targets.mjs#exchange'),
        [100],
      );
      assert.deepEqual(engine.listResults(results), [300, 300, 300, 300]);
    },
  },
  {
    name: 'an object stored without an exchange is there after a barrier',
    async run({ server, target, engine }) {
      const results = await server({ numProcs: 3, allowOversubscribe: true }).callProcessFunc(
        3,
        3,
        null,
        target('targets.mjs#storeAndGet'),
      );
      assert.deepEqual(engine.listResults(results), [
        [
          [1, 1],
          [2, 4],
        ],
        [
          [0, 0],
          [2, 4],
        ],
        [
          [0, 0],
          [1, 1],
        ],
      ]);
    },
  },
  {
    name: 'with one rank a barrier returns at once and nothing is exchanged',
    async run({ server, target }) {
      const results = await server({ numProcs: 2 }).callProcessFunc(1, 1, null, target('targets.mjs#exchange'), [3]);
      assert.equal(results.get(0), 0);
    },
  },
  {
    name: 'ranks that wait for one that has returned are told which',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      const results = await running.callProcessFunc(3, 3, null, context.target('targets.mjs#failOn'), [1, 'leave']);
      assert.equal(results.get(1), 'left');
      for (const rank of [0, 2]) {
        assert.equal(errorOf(results, rank).name, 'BarrierBrokenError');
        assert.match(errorOf(results, rank).message, /Rank 1 has returned/);
      }
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a job on some of the workers with an odd number of barriers leaves no trace for the next',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      for (let i = 0; i < 5; i += 1) {
        const some = await running.callProcessFunc(2, 2, null, context.target('targets.mjs#exchange'), [1]);
        assert.deepEqual(context.engine.listResults(some), [1, 1]);
        const all = await running.callProcessFunc(3, 3, null, context.target('targets.mjs#exchange'), [2]);
        assert.deepEqual(context.engine.listResults(all), [4, 4, 4]);
      }
      await assertHealthy(context, running);
    },
  },
];
