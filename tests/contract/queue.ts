import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobFuture, JobOptions, ProcessServer } from 'procession';
import { assertHealthy, type ContractContext, errorOf, eventually, failure, isAlive, type Scenario } from './scenario';

/** Fills all processes of a server until it is cancelled; resolves when it runs. */
async function occupy(context: ContractContext, server: ProcessServer): Promise<{ busy: JobFuture<unknown> }> {
  const total = server.realNumProcs;
  const target = context.target('targets.mjs#spinForever');
  const busy = server.callProcessFunc(total, total, null, target, [], {}, { isolation: 'process' });
  await eventually(server, 'the server is busy', () =>
    server.jobs.some((info) => info.id === busy.jobId && info.state === 'running'),
  );
  // A Future in an object is not waited for.
  return { busy };
}

/** Submits a job that notes its label in `order` when it is done. */
function submit(context: ContractContext, server: ProcessServer, order: string[], options: JobOptions): number {
  const total = server.realNumProcs;
  const job = server.callProcessFunc(total, total, null, context.target('targets.mjs#echo'), [1], {}, options);
  job.then(
    () => order.push(options.label ?? ''),
    (error: unknown) => order.push(`${options.label} ${error instanceof Error ? error.name : 'failed'}`),
  );
  return job.jobId;
}

const steering: Scenario[] = [
  {
    name: 'a paused queue lets running jobs go on and starts none until it is resumed',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const events: [paused: boolean, waiting: readonly number[]][] = [];
      running.onEvent((event) => {
        if (event.type === 'queue') events.push([event.paused, event.waiting]);
      });
      const busy = running.callProcessFunc(2, 2, null, context.target('targets.mjs#spinItems'), [1e7]);
      await eventually(running, 'it runs', () => running.jobs.some((info) => info.state === 'running'));
      running.jobQueue.pause();
      assert.equal(running.jobQueue.isPaused, true);
      const order: string[] = [];
      const first = submit(context, running, order, { label: 'first' });
      const second = submit(context, running, order, { label: 'second' });
      assert.equal(running.jobQueue.length, 2);
      assert.deepEqual(
        [...running.jobQueue].map((info) => [info.id, info.label, info.state]),
        [
          [first, 'first', 'queued'],
          [second, 'second', 'queued'],
        ],
      );
      await busy;
      // Whether a target is there can be asked all the same.
      await running.prepareTarget(context.target('targets.mjs#countRange'));
      assert.deepEqual(order, []);
      running.jobQueue.resume();
      await eventually(running, 'both are done', () => order.length === 2);
      assert.deepEqual(order, ['first', 'second']);
      assert.ok(events.some(([paused, waiting]) => paused && waiting.join() === `${first},${second}`));
      assert.deepEqual(events.at(-1), [false, []]);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'waiting jobs are moved, given another priority, held, released and cancelled',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const { busy } = await occupy(context, running);
      const order: string[] = [];
      const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((label) => submit(context, running, order, { label }));
      assert.ok(a && b && c && d && e);
      const { jobQueue } = running;
      assert.equal(jobQueue.moveToFront(c), true);
      assert.equal(jobQueue.move(a, 99), true);
      assert.equal(jobQueue.setPriority(e, 5), true);
      assert.equal(jobQueue.cancel(d, 'not needed'), true);
      assert.equal(jobQueue.hold(b), true);
      assert.deepEqual(
        [...jobQueue].map((info) => [info.label, info.priority, info.isHeld ?? false]),
        [
          ['e', 5, false],
          ['c', 0, false],
          ['b', 0, true],
          ['a', 0, false],
        ],
      );
      for (const stranger of [busy.jobId, d, 4711]) {
        assert.equal(jobQueue.move(stranger, 0), false);
        assert.equal(jobQueue.setPriority(stranger, 1), false);
        assert.equal(jobQueue.hold(stranger), false);
        assert.equal(jobQueue.cancel(stranger), false);
      }
      assert.throws(() => jobQueue.setPriority(a, Number.NaN), /priority must be a number, not NaN/);
      assert.throws(() => jobQueue.move(a, 0.5), /an integer of at least 0, not 0\.5/);
      busy.cancel();
      await failure(busy);
      await eventually(running, 'all but the held one are done', () => order.length === 4);
      assert.deepEqual(order, ['d JobCancelledError', 'e', 'c', 'a']);
      assert.deepEqual(
        [...jobQueue].map((info) => info.label),
        ['b'],
      );
      jobQueue.release(b);
      await eventually(running, 'the held one is done', () => order.at(-1) === 'b');
      await assertHealthy(context, running);
    },
  },
];

const sizes: Scenario[] = [
  {
    name: 'a server that grows and shrinks starts workers at once, and ends busy ones when their rank ends',
    async run(context) {
      const running = context.server({ numProcs: 1, allowOversubscribe: true });
      assert.equal(running.resize(3), 3);
      assert.equal(running.realNumProcs, 3);
      await assertHealthy(context, running);
      const busy = running.callProcessFunc(2, 2, null, context.target('targets.mjs#spinItems'), [1e8]);
      await eventually(running, 'it runs', () => running.jobs.some((info) => info.state === 'running'));
      const pids = running.procs.map((proc) => proc.pid ?? 0);
      running.resize(1);
      assert.equal(running.realNumProcs, 1);
      const next = running.callProcessFunc(3, 0, null, context.target('targets.mjs#describeJob'));
      assert.deepEqual(
        await busy,
        new Map([
          [0, 5e7],
          [1, 5e7],
        ]),
      );
      assert.equal((await next).size, 1);
      await eventually(running, 'one process is left', () => pids.filter((pid) => isAlive(pid)).length === 1);
      assert.equal(running.procs.length, 1);
      await assertHealthy(context, running);
      assert.throws(() => running.resize(1.5), RangeError);
      assert.equal(running.resize(-3), 1);
    },
  },
  {
    name: 'a job that waits for more ranks than are left gets fewer, or fails when its arguments were cut',
    async run(context) {
      const { engine } = context;
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      const { busy } = await occupy(context, running);
      const whole = running.callProcessFunc(10, 3, null, context.target('targets.mjs#describeRank'));
      const list = engine.partitioned([1, 2, 3]);
      const cut = running.callProcessFunc(3, 3, null, context.target('targets.mjs#returnArguments'), [list]);
      running.resize(2);
      const error = await failure(cut);
      assert.equal(error.name, 'PoolTooSmallError');
      assert.match(error.message, /was cut for 3 ranks, and there are only 2 processes now/);
      busy.cancel();
      await failure(busy);
      assert.deepEqual(engine.listResults(await whole), [
        [0, 0, 5],
        [1, 5, 10],
      ]);
      await eventually(running, 'the third process is gone', () => running.procs.length === 2);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'hundreds of jobs survive a pool that is resized to 1, 8 and 2 while they run, none stranded and none twice',
    async run(context) {
      const { engine } = context;
      const running = context.server({ numProcs: 2, allowOversubscribe: true });
      const steps = [1, 8, 2];
      let step = 0;
      const timer = setInterval(() => {
        running.resize(steps[step++ % steps.length] ?? 2);
        // A machine that is slow to start processes would do nothing else.
        if (step === 6) clearInterval(timer);
      }, 100);
      const settled = new Map<number, number>();
      try {
        for (let round = 0; round < 10; round += 1) {
          const jobs = Array.from({ length: 30 }, (_, i) => {
            const value = round * 30 + i;
            const job = running.callProcessFunc(
              8,
              i % 9,
              null,
              context.target('targets.mjs#spinThenEcho'),
              [200_000, value],
              {},
              { isolation: i % 3 === 0 ? 'auto' : 'process' },
            );
            return job.then((results) => {
              settled.set(value, (settled.get(value) ?? 0) + 1);
              for (const got of engine.listResults(results)) assert.equal(got, value);
            });
          });
          await Promise.all(jobs);
        }
      } finally {
        clearInterval(timer);
      }
      assert.equal(settled.size, 300);
      assert.ok([...settled.values()].every((times) => times === 1));
      running.resize(2);
      await eventually(running, 'two workers are left', () => running.procs.length === 2);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a worker is replaced after so many runs, and no job notices',
    async run(context) {
      const { engine } = context;
      const running = context.server({ numProcs: 2, recycleAfter: 1 });
      const seen = new Set<number>();
      const jobs = Array.from({ length: 4 }, async (_, i) => {
        await running.prepareTarget(context.target('targets.mjs#echo'));
        const results = await running.callProcessFunc<{ pid: number; value: number }>(
          2,
          (i % 2) + 1,
          null,
          context.target('targets.mjs#pidAndValue'),
          [i],
          {},
          { isolation: 'process' },
        );
        for (const result of engine.listResults(results)) {
          if (result instanceof Error) throw result;
          const { pid, value } = result;
          assert.equal(value, i);
          assert.ok(!seen.has(pid), `process ${pid} was used twice`);
          seen.add(pid);
        }
      });
      await Promise.all(jobs);
      assert.equal(seen.size, 6);
      assert.ok(running.procs.reduce((sum, proc) => sum + proc.restarts, 0) >= 4);
    },
  },
  {
    name: 'a job can have its processes replaced after it, or after so many ranks',
    async run(context) {
      const running = context.server({ numProcs: 1 });
      const pidAfter = async (recycleAfter?: number): Promise<number | null | undefined> => {
        const options = { isolation: 'process', ...(recycleAfter && { recycleAfter }) } as const;
        await running.callProcessFunc(1, 1, null, context.target('targets.mjs#echo'), [1], {}, options);
        await eventually(running, 'a process is idle', () => running.procs[0]?.state === 'idle');
        return running.procs[0]?.pid;
      };
      const first = await pidAfter();
      const second = await pidAfter(1);
      assert.notEqual(first, second);
      assert.equal(await pidAfter(2), second);
      assert.equal(await pidAfter(), second);
      assert.notEqual(await pidAfter(2), second);
      const bad = { recycleAfter: 0 };
      assert.throws(
        () => running.callProcessFunc(1, 1, null, context.target('targets.mjs#echo'), [1], {}, bad),
        /recycleAfter must be an integer of at least 1/,
      );
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a worker that has grown above the limit is replaced between two jobs',
    async run(context) {
      const running = context.server({ numProcs: 1, recycleAboveMiB: 300 });
      const options: JobOptions = { isolation: 'process' };
      const pidOf = async (name: string, ...args: unknown[]): Promise<number> => {
        const results = await running.callProcessFunc<{ pid: number }>(
          1,
          1,
          null,
          context.target(name),
          args,
          {},
          options,
        );
        const result = results.get(0);
        assert.ok(result && !(result instanceof Error));
        return result.pid;
      };
      const first = await pidOf('targets.mjs#pidAndValue', 0);
      assert.equal(await pidOf('targets.mjs#pidAndValue', 0), first, 'a small one stays');
      assert.equal(await pidOf('targets.mjs#hoard', 400), first);
      await eventually(running, 'it has been replaced', () => {
        const [proc] = running.procs;
        return proc?.state === 'idle' && proc.pid !== first;
      });
      assert.notEqual(await pidOf('targets.mjs#pidAndValue', 0), first);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'how long workers may be idle, and how much memory jobs get, can be changed while it works',
    async run(context) {
      const running = context.server({ numProcs: 2, allowOversubscribe: true });
      await eventually(running, 'both are ready', () => running.procs.every((proc) => proc.state === 'idle'));
      running.configure({ idleTimeoutMs: 1 });
      await eventually(running, 'both have ended', () => running.procs.every((proc) => proc.state === 'stopped'));
      running.configure({ idleTimeoutMs: null, memoryMiB: 48 });
      const options: JobOptions = { isolation: 'process' };
      const hungry = running.callProcessFunc(
        1,
        1,
        null,
        context.target('targets.mjs#failOn'),
        [0, 'heap'],
        {},
        options,
      );
      assert.equal(errorOf(await hungry, 0).code, 'ERR_OUT_OF_MEMORY');
      running.configure({ memoryMiB: null });
      assert.throws(() => running.configure({ memoryMiB: -1 }), RangeError);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'idle workers end down to the minimum, and are started again when a job needs them',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true, idleTimeoutMs: 150, minProcs: 1 });
      // The first may have been idle for long enough before the last is ready.
      const pids = new Set<number>();
      await eventually(running, 'all have been started', () => {
        for (const { pid } of running.procs) if (pid !== null) pids.add(pid);
        return pids.size === 3;
      });
      const states = (): string => String(running.procs.map((proc) => proc.state).sort());
      await eventually(running, 'one is left', () => states() === 'idle,stopped,stopped');
      // Electron tells of an end a moment before the system does.
      await eventually(running, 'one lives', () => [...pids].filter((pid) => isAlive(pid)).length === 1);
      assert.equal(running.realNumProcs, 3);
      const options: JobOptions = { isolation: 'process' };
      const results = await running.callProcessFunc(
        6,
        0,
        null,
        context.target('targets.mjs#describeRank'),
        [],
        {},
        options,
      );
      assert.deepEqual(context.engine.listResults(results), [
        [0, 0, 2],
        [1, 2, 4],
        [2, 4, 6],
      ]);
      await eventually(
        running,
        'one is left again',
        () => running.procs.filter((proc) => proc.state === 'stopped').length === 2,
      );
    },
  },
];

const retries: Scenario[] = [
  {
    name: 'a job whose rank dies is run again as a whole, and the task never goes back',
    async run(context) {
      const { engine } = context;
      const running = context.server({ numProcs: 2 });
      const file = join(context.folder, 'attempts');
      const task = new engine.Task('with retries');
      const shown: number[] = [];
      task.onChange(({ curProgress }) => shown.push(curProgress));
      const attempts = new Set<number>();
      running.onEvent((event) => {
        if (event.type === 'job') attempts.add(event.job.attempt ?? 1);
      });
      const options: JobOptions = { retries: { max: 3, backoff: 'exponential', delayMs: 10 } };
      const results = await running.callProcessFunc(
        20,
        2,
        task,
        context.target('targets.mjs#succeedAfter'),
        [file, 2, 'kill'],
        {},
        options,
      );
      assert.deepEqual(engine.listResults(results), ['worked', 'worked']);
      assert.equal(readFileSync(file, 'utf8'), 'xxx');
      assert.deepEqual([...attempts], [1, 2, 3]);
      assert.deepEqual([task.state, task.curProgress, task.maxProgress], ['done', 20, 20]);
      assert.deepEqual(
        shown,
        [...shown].sort((a, b) => a - b),
      );
      await assertHealthy(context, running);
    },
  },
  {
    name: 'the last attempt gives the outcome when all of them fail, and only what retries.on names is tried again',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = join(context.folder, 'attempts');
      const run = (how: string, options: JobOptions): JobFuture<unknown> =>
        running.callProcessFunc(4, 2, null, context.target('targets.mjs#succeedAfter'), [file, 99, how], {}, options);
      assert.equal(errorOf(await run('throw', { retries: 2 }), 0).name, 'CustomError');
      assert.equal(readFileSync(file, 'utf8'), 'xxx');
      assert.equal(
        errorOf(await run('throw', { retries: { max: 2, on: ['crash', 'exit:75'] } }), 0).name,
        'CustomError',
      );
      assert.equal(readFileSync(file, 'utf8'), 'xxxx');
      assert.equal(errorOf(await run('exit', { retries: { max: 1, on: ['exit:75', 'error'] } }), 0).exitCode, 7);
      assert.equal(readFileSync(file, 'utf8'), 'xxxxx');
      assert.equal(errorOf(await run('exit', { retries: { max: 1, on: ['exit:7'] } }), 0).exitCode, 7);
      assert.equal(readFileSync(file, 'utf8'), 'xxxxxxx');
      const late = run('hang', { retries: 1, timeoutMs: 1500 });
      assert.equal((await failure(late)).name, 'JobTimeoutError');
      assert.equal(readFileSync(file, 'utf8'), 'xxxxxxxxx');
      const waiting = run('throw', { retries: { max: 5, delayMs: 60_000 } });
      await eventually(running, 'it waits for its second attempt', () =>
        [...running.jobQueue].some((info) => info.attempt === 2),
      );
      waiting.cancel('no more');
      assert.equal((await failure(waiting)).message, 'no more');
      assert.throws(() => run('throw', { retries: -1 }), /retries must be an integer of at least 0/);
      assert.ok(existsSync(file));
      await assertHealthy(context, running);
    },
  },
];

export const queue: Scenario[] = [...steering, ...sizes, ...retries];
