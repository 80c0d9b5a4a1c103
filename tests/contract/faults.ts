import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertHealthy, errorOf, eventually, failure, isAlive, mostLines, type Scenario, within } from './scenario';

interface FaultCase {
  readonly how: string;
  readonly says: RegExp;
  readonly name: string;
  readonly code?: string;
  /** Not in the process of the server, which it would end. */
  readonly workersOnly?: boolean;
  readonly memoryMiB?: number;
}

const faultCases: readonly FaultCase[] = [
  {
    how: 'kill',
    name: 'WorkerDiedError',
    code: 'ERR_WORKER_DIED',
    says: /Rank 1 ended before it gave a result: its process/,
    workersOnly: true,
  },
  {
    how: 'terminate',
    name: 'WorkerDiedError',
    code: 'ERR_WORKER_DIED',
    says: /Rank 1 ended before it gave a result: its process/,
    workersOnly: true,
  },
  { how: 'exit', name: 'WorkerDiedError', code: 'ERR_WORKER_DIED', says: /called process\.exit\(7\)/ },
  { how: 'exit0', name: 'WorkerDiedError', code: 'ERR_WORKER_DIED', says: /called process\.exit\(0\)/ },
  { how: 'throw', name: 'CustomError', code: 'E_CUSTOM', says: /^thrown on purpose$/ },
  { how: 'throwUndefined', name: 'NonError', says: /^undefined was thrown/ },
  { how: 'throw42', name: 'NonError', says: /^42 was thrown/ },
  { how: 'unhandledRejection', name: 'Error', says: /^nobody handles this$/ },
  {
    how: 'functionInResult',
    name: 'SerializationError',
    code: 'ERR_NOT_SERIALIZABLE',
    says: /^result\.items\[3\]\.cb is a function/,
  },
  {
    how: 'getterInResult',
    name: 'SerializationError',
    code: 'ERR_NOT_SERIALIZABLE',
    says: /^result\.bad has a getter that throws \(no access\)/,
  },
  {
    how: 'promiseInResult',
    name: 'SerializationError',
    code: 'ERR_NOT_SERIALIZABLE',
    says: /^result\.later is a promise/,
  },
  { how: 'heap', name: 'OutOfMemoryError', code: 'ERR_OUT_OF_MEMORY', says: /limit of 64 MiB/, memoryMiB: 64 },
];

function onWorkers(fault: FaultCase): Scenario {
  return {
    meets: true,
    name: `${fault.how} on a worker fails its rank alone with the cause, releases the siblings, and the next job works`,
    async run(context) {
      const { engine } = context;
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      const options = fault.memoryMiB === undefined ? {} : { memoryMiB: fault.memoryMiB };
      const results = await running.callProcessFunc(
        3,
        3,
        null,
        context.target('targets.mjs#failOn'),
        [1, fault.how],
        {},
        options,
      );
      const error = errorOf(results, 1);
      assert.equal(error.name, fault.name);
      assert.equal(error.code, fault.code);
      assert.match(error.message, fault.says);
      for (const rank of [0, 2]) assert.equal(errorOf(results, rank).name, 'SiblingError');
      assert.throws(
        () => engine.checkResultMap(results),
        (thrown: Error & { siblings?: Map<number, Error> }) => thrown === error && thrown.siblings?.size === 2,
      );
      await assertHealthy(context, running);
    },
  };
}

function locally(fault: FaultCase): Scenario {
  return {
    name: `${fault.how} in the process of the server fails the job with the cause, and the next job works`,
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const options = fault.memoryMiB === undefined ? {} : { memoryMiB: fault.memoryMiB };
      const results = await running.callProcessFunc(
        1,
        1,
        null,
        context.target('targets.mjs#failOn'),
        [0, fault.how],
        {},
        options,
      );
      assert.equal(errorOf(results, 0).name, fault.name);
      assert.match(errorOf(results, 0).message, fault.says);
      const next = await running.callProcessFunc(4, 1, null, context.target('targets.mjs#listRange'));
      assert.deepEqual(next.get(0), [0, 1, 2, 3]);
      await assertHealthy(context, running);
    },
  };
}

const loadFailures: Scenario[] = (
  [
    ['broken-syntax.mjs#broken', 'TargetLoadError', /broken-syntax\.mjs.*SyntaxError/s],
    ['throws-at-load.mjs#never', 'TargetLoadError', /not today/],
    ['missing-import.mjs#never', 'TargetLoadError', /a-package-that-is-not-there/],
    ['dies-at-load.mjs#never', 'TargetLoadError', /ended its process while it was loading/],
  ] as const
).map(([file, name, says]) => ({
  name: `${file} fails its job each time it is called, and the next job works`,
  async run(context) {
    const running = context.server({ numProcs: 2 });
    for (let i = 0; i < 2; i += 1) {
      const error = await failure(running.callProcessFunc(2, 2, null, context.target(file)));
      assert.equal(error.name, name);
      assert.match(error.message, says);
    }
    await assertHealthy(context, running);
  },
}));

const cancels: Scenario[] = (
  [
    ['spinForever', 'an endless loop'],
    ['spinUntilAborted', 'a loop that watches signal.aborted'],
    ['waitForAbortEvent', 'an asynchronous target that listens for abort'],
    ['syncForever', 'ranks that meet for ever'],
  ] as const
).flatMap(([name, what]) =>
  [1, 2].map((ranks) => ({
    meets: name === 'syncForever' && ranks > 1,
    name: `${what} is cancelled within a second ${ranks === 1 ? 'in the process of the server' : 'on workers, which live on'}`,
    async run(context) {
      const running = context.server({ numProcs: 2 });
      await running.prepareTarget(context.target(`targets.mjs#${name}`));
      const before = running.procs.map((proc) => proc.pid);
      const job = running.callProcessFunc(2, ranks, null, context.target(`targets.mjs#${name}`));
      await eventually(running, 'the job runs', () => running.jobs.some((info) => info.state === 'running'));
      job.cancel('enough of this');
      const error = await within(1000, `the cancel of ${what}`, failure(job));
      assert.equal(error.name, 'JobCancelledError');
      assert.equal(error.message, 'enough of this');
      await assertHealthy(context, running);
      assert.deepEqual(
        running.procs.map((proc) => proc.pid),
        before,
      );
    },
  })),
);

export const faults: Scenario[] = [
  ...faultCases.map(onWorkers),
  ...faultCases.filter((fault) => !fault.workersOnly).map(locally),
  ...loadFailures,
  ...cancels,
  {
    name: 'a loop over two thousand million shows moving progress and is cancelled while a job on the other worker goes on',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const counts: number[] = [];
      const spinning = running.callProcessFunc(
        1000,
        1,
        null,
        context.target('targets.mjs#spinItems'),
        [2e7],
        {},
        { isolation: 'process' },
      );
      const door = join(context.folder, 'door');
      const neighbour = running.callProcessFunc(
        1,
        1,
        null,
        context.target('ways.mjs#workUntil'),
        [door],
        {},
        { isolation: 'process' },
      );
      running.onEvent((event) => {
        if (event.type === 'progress' && event.jobId === spinning.jobId) counts.push(event.progress);
      });
      await eventually(running, 'progress that moves', () => counts.length >= 3);
      spinning.cancel();
      assert.equal((await failure(spinning)).name, 'JobCancelledError');
      assert.ok(
        running.jobs.some((info) => info.id === neighbour.jobId && info.state === 'running'),
        'the other job still runs',
      );
      writeFileSync(door, '');
      assert.equal((await neighbour).get(0), true);
      assert.ok(counts.every((count, i) => count > (counts[i - 1] ?? 0)));
      await assertHealthy(context, running);
    },
  },
  {
    name: 'an item that never ends is cancelled in its middle',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const job = running.callProcessFunc(2, 2, null, context.target('targets.mjs#spinItems'), [2e12]);
      await eventually(running, 'both ranks run', () => running.procs.every((proc) => proc.state === 'busy'));
      job.cancel();
      assert.equal((await failure(job)).name, 'JobCancelledError');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a waiting job is cancelled at once, and a signal that is aborted cancels too',
    async run(context) {
      const running = context.server({ numProcs: 1 });
      const first = running.callProcessFunc(1, 1, null, context.target('targets.mjs#spinForever'));
      const waiting = running.callProcessFunc(1, 1, null, context.target('targets.mjs#echo'), [1]);
      waiting.cancel();
      assert.equal((await failure(waiting)).name, 'JobCancelledError');
      const controller = new AbortController();
      const third = running.callProcessFunc(
        1,
        1,
        null,
        context.target('targets.mjs#echo'),
        [1],
        {},
        { signal: controller.signal },
      );
      controller.abort();
      assert.equal((await failure(third)).name, 'JobCancelledError');
      first.cancel();
      assert.equal((await failure(first)).name, 'JobCancelledError');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a job that takes longer than its time limit fails with JobTimeoutError',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const error = await failure(
        running.callProcessFunc(2, 2, null, context.target('targets.mjs#spinForever'), [], {}, { timeoutMs: 200 }),
      );
      assert.equal(error.name, 'JobTimeoutError');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a worker killed from outside while it works fails its rank and is replaced',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      await running.prepareTarget(context.target('targets.mjs#spinForever'));
      const job = running.callProcessFunc(2, 2, null, context.target('targets.mjs#spinForever'));
      const pids = await eventually(
        running,
        'both ranks run',
        () => running.procs.every((proc) => proc.state === 'busy') && running.procs.map((proc) => proc.pid ?? 0),
      );
      const before = running.procs.map((proc) => proc.restarts);
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      const results = await job;
      assert.deepEqual(
        [0, 1].map((rank) => errorOf(results, rank).name),
        ['WorkerDiedError', 'WorkerDiedError'],
      );
      await assertHealthy(context, running);
      await eventually(running, 'both are gone', () => pids.every((pid) => !isAlive(pid)));
      assert.deepEqual(
        running.procs.map((proc) => proc.restarts),
        before.map((restarts) => restarts + 1),
      );
    },
  },
  {
    name: 'a thread that dies while idle takes no later job with it',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      for (let i = 0; i < 5; i += 1) {
        await running.callProcessFunc(2, 2, null, context.target('targets.mjs#dieLater'));
        const results = await running.callProcessFunc(4, 2, null, context.target('targets.mjs#listRange'));
        assert.deepEqual(context.engine.listResults(results), [
          [0, 1],
          [2, 3],
        ]);
      }
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a target whose thread ends while its result is being sent is never called again',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const file = join(context.folder, 'calls');
      const results = await running.callProcessFunc(2, 2, null, context.target('targets.mjs#exitWhileSending'), [file]);
      assert.equal(results.size, 2);
      assert.deepEqual(readFileSync(file, 'utf8').trim().split('\n').sort(), ['rank 0', 'rank 1']);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'an argument that cannot be sent throws at once and names itself',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      assert.throws(
        () => running.callProcessFunc(2, 2, null, context.target('targets.mjs#echo'), [1, { deep: [() => 1] }]),
        (error: Error) =>
          error.name === 'SerializationError' && error.message.startsWith('args[1].deep[0] is a function'),
      );
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a flood of log lines is bounded and counted, and its job is done',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      let shown = 0;
      let leftOut = 0;
      running.onEvent((event) => {
        if (event.type !== 'log') return;
        for (const line of event.lines) {
          const dropped = /^… (\d+) lines were left out/.exec(line.text);
          if (dropped) leftOut += Number(dropped[1]);
          else shown += 1;
        }
      });
      const began = performance.now();
      await running.callProcessFunc(200_000, 2, null, context.target('targets.mjs#flood'));
      const most = mostLines(2, performance.now() - began);
      await eventually(running, 'all lines accounted for', () => shown + leftOut === 200_000);
      assert.ok(shown < Math.min(most, 200_000), `${shown} lines were sent, at most ${most}`);
    },
  },
];
