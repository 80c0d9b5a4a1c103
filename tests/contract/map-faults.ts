import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isReady, mapOnFreshProcesses, mapUnderKills, mapWhileResizing } from '../soak/map-faults.mjs';
import { assertHealthy, assertTook, eventually, type Scenario } from './scenario';

/** Map jobs while everything around them goes wrong; `npm run soak` does some of it for longer. */
export const mapFaults: Scenario[] = [
  {
    name: 'random kills of workers during thousands of items with retries lose and repeat no result',
    async run(context) {
      const running = context.server({ numProcs: 4, allowOversubscribe: true });
      await eventually(running, 'all processes are ready', () => running.procs.every(isReady));
      await running.prepareTarget(context.target('items.mjs#linger'));
      await running.prepareTarget(context.target('targets.mjs#describeRank'));
      const slowestMs = await mapUnderKills(running, context.target('items.mjs#linger'), { items: 1500, kills: 30 });
      assertTook('the slowest replacement of a killed process', slowestMs, 2000);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'item 500 of a thousand that never returns fails when its two seconds are over, which count from when it began',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = join(context.folder, 'began');
      // It waits for longer than its limit for its turn: the time does not count from the submit.
      const before = running.map(2, context.target('items.mjs#linger'), { args: { ms: 2200 } });
      let endedAt = 0;
      const results = await running.map<number>(1000, context.target('items.mjs#neverReturns'), {
        args: { item: 500, file },
        itemTimeoutMs: 2000,
        onItems: (items) => {
          if (items.some((item) => item.index === 500)) endedAt = Date.now();
        },
      });
      assert.equal((await before).length, 2);
      assert.equal(results.filter((result) => result.state === 'done').length, 999);
      const stuck = results[500];
      assert.ok(stuck?.state === 'failed');
      assert.deepEqual([stuck.error.name, stuck.attempts], ['JobTimeoutError', 1]);
      const took = endedAt - Number(readFileSync(file, 'utf8'));
      assert.ok(took >= 2000, `it was ended after ${took} ms`);
      assertTook('the end of an item past its limit', took - 2000, 1000);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a pool of one, eight and two processes in turns strands no item and calls none twice',
    async run(context) {
      const running = context.server({ numProcs: 1, allowOversubscribe: true });
      const file = join(context.folder, 'calls');
      // A machine that is slow to start processes would do nothing else if it went on.
      const sizes = { items: 5000, turns: 6 };
      const turns = await mapWhileResizing(running, context.target('items.mjs#note'), file, sizes);
      assert.ok(turns >= 3, `the pool was resized ${turns} times`);
      running.resize(2);
      await eventually(running, 'two are left', () => running.procs.length === 2 && running.procs.every(isReady));
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a worker that grows too large in the middle of a map job is replaced between two items',
    async run(context) {
      const running = context.server({ numProcs: 1, recycleAboveMiB: 300 });
      const results = await running.map<number>(40, context.target('items.mjs#hoard'), {
        args: { mib: 16, ms: 50, most: 400 },
        schedule: { kind: 'dynamic', chunk: 1 },
      });
      assert.ok(results.every((result) => result.ok && result.attempts === 1));
      const pids = new Set(results.map((result) => (result.ok ? result.value : 0)));
      assert.ok(pids.size >= 2, 'all items were called in one process');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'with a fresh process for every item none is stranded and none called twice',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      await mapOnFreshProcesses(running, context.target('items.mjs#note'), join(context.folder, 'calls'), 8);
      await assertHealthy(context, running);
    },
  },
];
