import assert from 'node:assert/strict';
import { checkResultMap } from 'procession';
import { Door } from './door';
import { assertHealthy, errorOf, eventually, failure, type Scenario } from './scenario';

class Counter {
  sum = 0;
  add(value: number): number {
    this.sum += value;
    return this.sum;
  }
}

class Doubler {
  readonly factor = 2;
  double(value: number): number {
    return value * this.factor;
  }
  get secret(): number {
    throw new Error('an accessor was run');
  }
}

class LookupError extends Error {
  override readonly name = 'LookupError';
  readonly code = 'E_LOOKUP';
}

/** Counts how many calls run at once. */
class Slow {
  running = 0;
  most = 0;
  calls = 0;
  async append(_item: number): Promise<void> {
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    await new Promise((resolve) => setImmediate(resolve));
    this.running -= 1;
    this.calls += 1;
  }
}

const file = 'object-targets.mjs';

/** Objects of the server that targets call, and what the ranks share as the server sees it. */
export const objects: Scenario[] = [
  {
    name: 'ranks on workers and in the process of the server call methods of one object',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const counter = new Counter();
      const proxy = running.objServer.getProxy(counter);
      assert.equal(running.objServer.getProxy(counter), proxy);
      const jobs = [2, 1, 2, 1].map((ranks) =>
        running.callProcessFunc(100, ranks, null, target(`${file}#addEach`), [proxy]),
      );
      for (const job of jobs) checkResultMap(await job);
      assert.equal(counter.sum, 4 * 4950);
      assert.equal(running.objServer.size, 0);
    },
  },
  {
    name: 'calls of one object run one at a time, promises are awaited',
    async run({ server, target }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      const slow = new Slow();
      const results = await running.callProcessFunc(30, 3, null, target(`${file}#appendAll`), [
        running.objServer.getProxy(slow),
      ]);
      checkResultMap(results);
      assert.deepEqual([slow.calls, slow.most], [30, 1]);
    },
  },
  {
    name: 'a proxy arrives at any depth of the arguments, in an array, a Map and a named argument, also cut for ranks',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 2 });
      const doubler = running.objServer.getProxy(new Doubler());
      const results = await running.callProcessFunc(
        2,
        2,
        null,
        target(`${file}#deep`),
        [{ inside: [new Map([['name', doubler]])] }],
        { doubler },
      );
      assert.deepEqual(engine.listResults(results), [
        [42, 8],
        [42, 8],
      ]);
      const parts = [doubler, doubler];
      const cut = await running.callProcessFunc(2, 2, null, target(`${file}#asynchronous`), [doubler]);
      assert.deepEqual(engine.listResults(cut), [6, 6]);
      const sent = await running.callProcessFunc(2, 2, null, target(`${file}#keep`), [engine.partitioned(parts)]);
      checkResultMap(sent);
    },
  },
  {
    name: 'an exception of a method arrives with its class, message, code and cause, and the object goes on',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const object = {
        fail: () => {
          throw new LookupError('nothing there', { cause: new Error('the shelf is empty') });
        },
        failLater: () => Promise.reject(new RangeError('too far')),
        functionInside: () => ({ cb: () => 1 }),
        double: (value: number) => value * 2,
      };
      const proxy = running.objServer.getProxy(object);
      const told = async (method: string): Promise<unknown> =>
        (await running.callProcessFunc(1, 1, null, context.target(`${file}#describeFailure`), [proxy, method])).get(0);
      assert.deepEqual(await told('fail'), {
        name: 'LookupError',
        message: 'nothing there',
        code: 'E_LOOKUP',
        cause: 'the shelf is empty',
        isError: true,
      });
      assert.deepEqual(await told('failLater'), {
        name: 'RangeError',
        message: 'too far',
        code: undefined,
        cause: undefined,
        isError: true,
      });
      const unsent = (await told('functionInside')) as Error;
      assert.match(unsent.message, /^the result of functionInside\(\)\.cb is a function/);
      const failed = await running.callProcessFunc(2, 2, null, context.target(`${file}#call`), [proxy, 'fail']);
      assert.equal(errorOf(failed, 1).name, 'LookupError');
      assert.equal((errorOf(failed, 1).cause as Error).message, 'the shelf is empty');
      const works = await running.callProcessFunc(1, 1, null, context.target(`${file}#call`), [proxy, 'double', 4]);
      assert.equal(works.get(0), 8);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'only methods can be called: no properties, no accessors, nothing of Object.prototype',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const proxy = running.objServer.getProxy(new Doubler());
      const refused = [
        'constructor',
        '__proto__',
        'toString',
        'hasOwnProperty',
        'valueOf',
        'factor',
        'secret',
        'nothing',
      ];
      const results = await running.callProcessFunc(2, 2, null, target(`${file}#callAll`), [proxy, refused]);
      for (const rank of [0, 1]) {
        assert.deepEqual(
          results.get(rank),
          refused.map(() => ['ObjectProxyError', 'ERR_OBJECT_PROXY']),
        );
      }
    },
  },
  {
    name: 'what cannot be sent in a call or a result is named, and a proxy of another server is refused at once',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const proxy = running.objServer.getProxy(new Doubler());
      const call = (name: string): PromiseLike<Map<number, unknown>> =>
        running.callProcessFunc(1, 1, null, context.target(`${file}#${name}`), [proxy]);
      assert.match(errorOf(await call('giveFunction'), 0).message, /^double\(…\)\[0\] is a function/);
      assert.match(errorOf(await call('returnProxy'), 0).message, /^result\.it is a Proxy/);
      const other = context.server({ numProcs: 1 });
      assert.throws(() => other.callProcessFunc(1, 1, null, context.target(`${file}#keep`), [proxy]), /another server/);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a proxy that a target keeps is of no use in the next job',
    async run(context) {
      const running = context.server({ numProcs: 1 });
      const proxy = running.objServer.getProxy(new Doubler());
      const { target } = context;
      const options = { isolation: 'process' } as const;
      checkResultMap(await running.callProcessFunc(1, 1, null, target(`${file}#keep`), [proxy], {}, options));
      const results = await running.callProcessFunc(1, 1, null, target(`${file}#useKept`), [], {}, options);
      assert.equal(errorOf(results, 0).name, 'JobEndedError');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'a caller that is cancelled or dies while its call runs harms nobody',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      const door = new Door();
      const proxy = running.objServer.getProxy(door);
      const { target } = context;
      const cancelled = running.callProcessFunc(1, 1, null, target(`${file}#call`), [proxy, 'wait']);
      await eventually(running, 'the first call runs', () => door.waiting === 1);
      const dying = running.callProcessFunc(2, 2, null, target(`${file}#call`), [proxy, 'wait']);
      await eventually(running, 'it runs', () => running.procs.filter((proc) => proc.state === 'busy').length === 2);
      cancelled.cancel();
      assert.equal((await failure(cancelled)).name, 'JobCancelledError');
      for (const proc of running.procs)
        if (proc.state === 'busy' && proc.pid !== null) process.kill(proc.pid, 'SIGKILL');
      const results = await dying;
      assert.deepEqual(
        [0, 1].map((rank) => errorOf(results, rank).name),
        ['WorkerDiedError', 'WorkerDiedError'],
      );
      const patient = running.callProcessFunc(1, 1, null, target(`${file}#call`), [proxy, 'wait']);
      await eventually(running, 'the last one runs', () => running.jobs.some((job) => job.state === 'running'));
      await door.openUntil(patient);
      assert.equal((await patient).get(0), undefined);
      assert.ok(door.waiting <= 4, 'calls of the dead are not run twice');
      assert.equal(running.objServer.size, 0);
      await assertHealthy(context, running);
    },
  },
  {
    name: 'an object that is released while jobs use it fails their calls, and nothing else',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const door = new Door();
      const proxy = running.objServer.getProxy(door);
      const job = running.callProcessFunc(2, 2, null, context.target(`${file}#call`), [proxy, 'wait']);
      await eventually(running, 'a call runs', () => door.waiting === 1);
      await eventually(running, 'both ranks run', () => running.procs.every((proc) => proc.state === 'busy'));
      assert.equal(running.objServer.size, 1);
      assert.equal(running.objServer.release(door), true);
      assert.equal(running.objServer.release(proxy), false);
      door.open();
      const results = await job;
      const failed = [0, 1].filter((rank) => results.get(rank) instanceof Error);
      assert.equal(failed.length, 1, 'the call that ran is answered, the other one is refused');
      assert.equal(errorOf(results, failed[0] ?? 0).name, 'ObjectProxyError');
      assert.throws(
        () => running.callProcessFunc(1, 1, null, context.target(`${file}#keep`), [proxy]),
        /has been released/,
      );
      assert.equal(running.objServer.size, 0);
      await assertHealthy(context, running);
    },
  },
  {
    meets: true,
    name: 'the server sees what ranks of a running job have shared',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const door = new Door();
      const job = running.callProcessFunc(2, 2, null, target(`${file}#storeAndWait`), [
        running.objServer.getProxy(door),
      ]);
      await eventually(running, 'both have stored', () => door.waiting === 1);
      assert.deepEqual(running.sharer.names(job.jobId), ['square']);
      assert.deepEqual(
        running.sharer.getObjects(job.jobId, 'square'),
        new Map([
          [0, 0],
          [1, 1],
        ]),
      );
      await door.openUntil(job);
      checkResultMap(await job);
      assert.deepEqual(running.sharer.names(job.jobId), []);
      assert.equal(running.sharer.getObjects(job.jobId, 'square').size, 0);
    },
  },
];
