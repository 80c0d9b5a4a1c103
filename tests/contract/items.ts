import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobInfo, MapResult, SettledItem } from 'procession';
import { assertHealthy, type ContractContext, eventually, failure, type Scenario } from './scenario';

/** The items that were called, each as often as it was. */
function called(file: string): number[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => Number(line.split(':')[0])).sort((a, b) => a - b);
}

const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);
const statesOf = <T>(results: readonly MapResult<T>[]): string[] => results.map((result) => result.state);
const calls = (context: ContractContext): string => join(context.folder, 'calls');

const retries: Scenario[] = [
  {
    name: 'an item that waits for its next attempt holds no worker, and is tried again when its pause is over',
    async run(context) {
      const running = context.server({ numProcs: 1 });
      await running.prepareTarget(context.target('items.mjs#square'));
      const waiting = running.map<string>(1, context.target('items.mjs#failEarly'), {
        args: { from: 0, times: 1 },
        retries: { max: 1, delayMs: 1500, jitter: 0.2 },
      });
      await eventually(running, 'it waits', () =>
        running.jobs.some((job) => job.retried === 1 && running.procs.every((proc) => proc.jobId === null)),
      );
      const other = running.map<number>(100, context.target('items.mjs#square'));
      assert.equal(running.procs[0]?.jobId, other.jobId, 'the only worker works for the other at once');
      assert.equal((await other).length, 100);
      assert.deepEqual(await waiting, [{ index: 0, ok: true, state: 'done', value: '0/2', attempts: 2 }]);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'an item is tried again only after what its retries name, exit codes among them',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const run = async (how: string, on: ('crash' | 'error' | `exit:${number}`)[]): Promise<unknown[]> => {
        const args = { from: 3, times: 1, how, code: 75 };
        const results = await running.map(4, context.target('items.mjs#failEarly'), { args, retries: { max: 3, on } });
        return results.map((result) => [result.state, result.attempts]);
      };
      const rest = upTo(3).map(() => ['done', 1]);
      assert.deepEqual(await run('throw', ['error']), [...rest, ['done', 2]]);
      assert.deepEqual(await run('throw', ['crash']), [...rest, ['failed', 1]]);
      assert.deepEqual(await run('exit', ['exit:75']), [...rest, ['done', 2]]);
      assert.deepEqual(await run('exit', ['exit:7', 'error']), [...rest, ['failed', 1]]);
      assert.throws(
        () => running.map(4, context.target('items.mjs#failEarly'), { retries: { max: 1, jitter: 2 } }),
        /retries\.jitter must be a number from 0 to 1, not 2/,
      );
      await assertHealthy(context, running);
    },
  },
];

const gates: Scenario[] = [
  {
    name: 'items that were done in an earlier run are not called, and count as progress',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = calls(context);
      const task = new context.engine.Task('resumed');
      const options = {
        args: { file },
        task,
        done: [
          [0, 10],
          [12, 30],
        ] as const,
      };
      const results = await running.map<number>(32, context.target('items.mjs#note'), options);
      assert.deepEqual(called(file), [10, 11, 30, 31]);
      assert.equal(statesOf(results).filter((state) => state === 'earlier').length, 28);
      assert.deepEqual(results[5], { index: 5, ok: true, state: 'earlier', value: undefined, attempts: 0 });
      assert.deepEqual(results[11], { index: 11, ok: true, state: 'done', value: 11, attempts: 1 });
      assert.deepEqual([task.state, task.curProgress], ['done', 32]);
      const all = await running.map(3, context.target('items.mjs#note'), { args: { file }, done: [[0, 3]] });
      assert.deepEqual(statesOf(all), ['earlier', 'earlier', 'earlier']);
      assert.equal(called(file).length, 4);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a job whose items are blocked holds no worker and nobody up, and works on what is released',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = calls(context);
      const gated = running.map<number>(20, context.target('items.mjs#note'), { args: { file }, blocked: 'all' });
      // It stands in front of this one in the queue, which needs all workers.
      await assertOthersWork(context, running);
      assert.equal(gated.release(4, 6), 2);
      await eventually(running, 'two are done', () => running.jobs[0]?.progress === 2);
      await eventually(running, 'its workers are free', () => running.procs.every((proc) => proc.jobId === null));
      assert.deepEqual([called(file), running.jobs[0]?.blocked], [[4, 5], 18]);
      // Now it runs, and waits again.
      await assertOthersWork(context, running);
      assert.equal(gated.skip(0, 5, 'not this time'), 4);
      assert.equal(gated.release(0, 20), 14);
      const results = await gated;
      assert.deepEqual(called(file), upTo(20).slice(4));
      const [first] = results;
      assert.ok(first && !first.ok && first.state === 'skipped' && first.attempts === 0);
      assert.deepEqual([first.error.name, first.error.message], ['ItemSkippedError', 'not this time']);
      assert.equal(statesOf(results).filter((state) => state === 'done').length, 16);
      assert.equal(gated.release(0, 20), 0);
      assert.throws(() => gated.release(0, 21), /release takes ranges .* within the 20 items, not \[0, 21\]/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'items of one job wait for the same items of another',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = calls(context);
      const settled = new Set<number>();
      const early: number[] = [];
      const second = running.map<number>(200, context.target('items.mjs#note'), { args: { file }, blocked: 'all' });
      const first = running.map<number>(200, context.target('items.mjs#laterSquare'), {
        schedule: { kind: 'dynamic', chunk: 7 },
        onItems: (items) => {
          for (const { index } of items) {
            // What is thrown here would be a warning only.
            if (called(file).includes(index)) early.push(index);
            settled.add(index);
            second.release(index, index + 1);
          }
        },
      });
      assert.equal((await first).length, 200);
      assert.deepEqual(
        statesOf(await second),
        upTo(200).map(() => 'done'),
      );
      assert.deepEqual([early, settled.size, called(file)], [[], 200, upTo(200)]);
      await assertHealthy(context, running);
    },
  },
];

async function assertOthersWork(
  context: ContractContext,
  running: ReturnType<ContractContext['server']>,
): Promise<void> {
  const others = await running.callProcessFunc(2, 2, null, context.target('targets.mjs#describeRank'));
  assert.equal(context.engine.listResults(others).length, 2);
}

const finishing: Scenario[] = [
  {
    name: 'finish lets the items that are worked on end, calls no other, and gives the results',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = calls(context);
      const job = running.map<number>(1000, context.target('items.mjs#note'), {
        args: { file, ms: 40 },
        schedule: { kind: 'dynamic', chunk: 100 },
      });
      await eventually(running, 'some are done', () => (running.jobs[0]?.progress ?? 0) >= 4);
      job.finish('that is enough');
      job.finish('once more');
      const results = await job;
      const done = results.filter((result) => result.state === 'done').map((result) => result.index);
      assert.deepEqual(called(file), done);
      assert.ok(done.length >= 4 && done.length < 200, `${done.length} items were called of two chunks of 100`);
      const skipped = results.find((result) => !result.ok);
      assert.ok(skipped?.state === 'skipped');
      assert.deepEqual([skipped.error.message, skipped.attempts], ['that is enough', 0]);
      assert.equal(results.length, 1000);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a finished job that waits in the queue, or for its items, settles at once; a cancel after finish ends it now',
    async run(context) {
      const running = context.server({ numProcs: 1 });
      const blocked = running.map(3, context.target('items.mjs#square'), { blocked: 'all' });
      blocked.finish();
      assert.deepEqual(statesOf(await blocked), ['skipped', 'skipped', 'skipped']);
      await running.prepareTarget(context.target('items.mjs#spoil'));
      const stuck = running.map(10, context.target('items.mjs#spoil'), { args: { item: 0, how: 'spin' } });
      await eventually(running, 'it runs', () => running.procs.some((proc) => proc.jobId === stuck.jobId));
      const queued = running.map(3, context.target('items.mjs#square'));
      queued.finish('never mind');
      assert.deepEqual(statesOf(await queued), ['skipped', 'skipped', 'skipped']);
      stuck.finish();
      assert.equal(stuck.isSet, false);
      stuck.cancel('now');
      assert.equal((await failure(stuck)).message, 'now');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a paused map job ends the items that it is at, leaves its workers to others, and goes on where it was',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = calls(context);
      const job = running.map<number>(400, context.target('items.mjs#note'), {
        args: { file, ms: 10 },
        schedule: { kind: 'dynamic', chunk: 200 },
      });
      await eventually(running, 'some are done', () => (running.jobs[0]?.progress ?? 0) >= 4);
      job.pause();
      await eventually(running, 'its workers are free', () =>
        running.jobs.some(({ isHeld, ranks }) => isHeld === true && ranks.every(({ state }) => state !== 'running')),
      );
      const before = called(file);
      await assertOthersWork(context, running);
      assert.deepEqual(called(file), before);
      assert.ok(before.length < 400, 'all items of two chunks of 200 were called');
      job.resume();
      assert.deepEqual(statesOf(await job), Array(400).fill('done'));
      assert.deepEqual(called(file), upTo(400));

      running.jobQueue.pause();
      const waiting = running.map<number>(3, context.target('items.mjs#square'));
      waiting.pause();
      running.jobQueue.resume();
      await assertOthersWork(context, running);
      assert.equal(running.jobs[0]?.startedAt, undefined);
      waiting.resume();
      assert.deepEqual(statesOf(await waiting), ['done', 'done', 'done']);
      await assertHealthy(context, running);
    },
  },
];

const telling: Scenario[] = [
  {
    name: 'each item is told once, with its value as it came or its error, before the Future is set',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const told: SettledItem[] = [];
      let isOver = false;
      let late = 0;
      const seen: JobInfo[] = [];
      running.onEvent((event) => event.type === 'job' && seen.push(event.job));
      const args = { from: 1990, times: 2 };
      const job = running.map<string>(2000, context.target('items.mjs#failEarly'), {
        args,
        retries: 1,
        keepResults: false,
        onItems: (items) => {
          told.push(...items);
          if (isOver) late += items.length;
        },
      });
      const failed = await job.finally(() => {
        isOver = true;
      });
      assert.equal(told.length, 2000);
      assert.deepEqual(
        failed.map((result) => [result.index, result.state, result.attempts, !result.ok && result.error.message]),
        upTo(10).map((i) => [1990 + i, 'failed', 2, 'attempt 2']),
      );
      const sorted = [...told].sort((a, b) => a.index - b.index);
      assert.deepEqual(
        sorted.map((item) => item.index),
        upTo(2000),
      );
      for (const item of sorted) {
        if (item.state === 'done') {
          assert.equal(context.engine.decodeItem(item.payload), `${item.index}/1`);
          assert.ok(item.durationMs >= 0 && item.attempts === 1);
        } else assert.deepEqual([item.error.name, item.error.message, item.attempts], ['RangeError', 'attempt 2', 2]);
      }
      assert.equal(late, 0);
      const last = seen.at(-1);
      assert.deepEqual(
        [last?.state, last?.progress, last?.failed, last?.skipped, last?.retried],
        ['failed', 2000, 10, 0, 10],
      );
      await assertHealthy(context, running);
    },
  },
  {
    name: 'an onItems that throws or rejects is shown as a warning and harms neither the job nor the server',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const warnings: string[] = [];
      const note = (warning: Error): void => void warnings.push(warning.message);
      process.on('warning', note);
      try {
        const listeners = [
          (): never => {
            throw new Error('thrown by the listener');
          },
          (): Promise<never> => Promise.reject(new Error('rejected by the listener')),
        ];
        for (const onItems of listeners) {
          const results = await running.map<number>(500, context.target('items.mjs#square'), { onItems });
          assert.deepEqual(
            results.map((result) => result.ok && result.value),
            upTo(500).map((i) => i * i),
          );
        }
        await eventually(running, 'both are warned of', () => warnings.length >= 2);
      } finally {
        process.off('warning', note);
      }
      assert.equal(warnings.length, 2);
      assert.match(warnings[0] ?? '', /^onItems of job \d+ .* threw, .* thrown by the listener/s);
      assert.match(warnings[1] ?? '', /rejected by the listener/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'lists and ranges that cannot be kept, and options that make no sense, are refused at once',
    async run({ server, target }) {
      const running = server({ numProcs: 1 });
      const map = (items: number | readonly unknown[], options = {}) =>
        running.map(items, target('items.mjs#square'), options);
      assert.throws(() => map(20_000_000), /results of 20000000 items cannot be kept.*keepResults: false/);
      assert.throws(() => map(2e9, { keepResults: false }), /at most 1073741824 items, not 2000000000/);
      assert.throws(() => map([1, { deep: [() => 1] }]), /^SerializationError: items\[1\]\.deep\[0\] is a function/);
      assert.throws(() => map(5, { done: [[3, 6]] }), /done takes ranges .* within the 5 items, not \[3, 6\]/);
      assert.throws(() => map(5, { blocked: [[2, 1]] }), /blocked takes ranges/);
      assert.throws(() => map(5, { recycleAfter: 0 }), /recycleAfter must be an integer of at least 1/);
      assert.equal((await map(5)).length, 5);
    },
  },
];

/** What job files need of map jobs: items that wait, are left out, tried again, and told as they are settled. */
export const items: Scenario[] = [...retries, ...gates, ...finishing, ...telling];
