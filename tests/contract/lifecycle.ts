import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, failure, isAlive, type Scenario } from './scenario';

/** Start, queue, stop. */
export const lifecycle: Scenario[] = [
  {
    name: 'hundreds of jobs at once each get their own answer',
    async run({ engine, target, server }) {
      const running = server({ numProcs: 2 });
      const jobs = Array.from({ length: 300 }, (_, i) =>
        running.callProcessFunc(2, (i % 2) + 1, null, target('targets.mjs#echo'), [i]),
      );
      const results = await Promise.all(jobs);
      results.forEach((result, i) => assert.deepEqual(engine.listResults(result), i % 2 === 0 ? [i] : [i, i]));
    },
  },
  {
    name: 'a job of higher priority goes first',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const order: string[] = [];
      const first = running.callProcessFunc(2, 2, null, target('targets.mjs#spinItems'), [5e7]);
      const submit = (label: string, priority: number): PromiseLike<unknown> =>
        running
          .callProcessFunc(2, 2, null, target('targets.mjs#echo'), [1], {}, { label, priority })
          .then(() => order.push(label));
      await Promise.all([first, submit('low', -1), submit('normal', 0), submit('high', 5), submit('also normal', 0)]);
      assert.deepEqual(order, ['high', 'normal', 'also normal', 'low']);
    },
  },
  {
    name: 'of four jobs of two ranks on four workers two run at a time, and all four end',
    async run({ server, target, folder }) {
      const running = server({ numProcs: 4, allowOversubscribe: true });
      await running.prepareTarget(target('ways.mjs#workUntil'));
      let most = 0;
      running.onEvent(() => {
        most = Math.max(most, running.jobs.filter((job) => job.state === 'running').length);
      });
      const door = (i: number): string => join(folder, `door ${i}`);
      const jobs = [0, 1, 2, 3].map((i) =>
        running.callProcessFunc(2, 2, null, target('ways.mjs#workUntil'), [door(i)]),
      );
      await eventually(
        running,
        'two run and two wait',
        () => running.jobs.filter((job) => job.state === 'running').length === 2 && running.jobQueue.length === 2,
      );
      for (const [i, job] of jobs.entries()) {
        writeFileSync(door(i), '');
        assert.deepEqual(
          await job,
          new Map([
            [0, true],
            [1, true],
          ]),
        );
      }
      assert.equal(most, 2);
    },
  },
  {
    name: 'stop settles running and waiting jobs and leaves no process and no file',
    needsFresh: true,
    async run({ server, target }) {
      const folders = (): string[] =>
        readdirSync(tmpdir()).filter((name) => name.startsWith(`procession-${process.pid}-`));
      const others = folders();
      const running = server({ numProcs: 2 });
      const busy = running.callProcessFunc(2, 2, null, target('targets.mjs#spinForever'));
      const local = running.callProcessFunc(1, 1, null, target('targets.mjs#spinForever'));
      const waiting = running.callProcessFunc(2, 2, null, target('targets.mjs#echo'), [1]);
      const pids = await eventually(
        running,
        'the workers run',
        () => running.procs.every((proc) => proc.state === 'busy') && running.procs.map((proc) => proc.pid ?? 0),
      );
      assert.equal(folders().length, others.length + 1);
      const stopped = running.stop();
      for (const job of [busy, local, waiting]) assert.equal((await failure(job)).name, 'ServerStoppedError');
      await stopped;
      await running.stop();
      assert.deepEqual(folders(), others);
      // Electron tells of an end a moment before the system has cleared the process away.
      await eventually(running, 'no process is left', () => pids.every((pid) => !isAlive(pid)));
      assert.equal(
        (await failure(running.callProcessFunc(1, 1, null, target('targets.mjs#echo')))).name,
        'ServerStoppedError',
      );
      assert.ok(running.stopSignal.aborted);
    },
  },
  {
    name: 'stop with a grace lets a running job finish',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const job = running.callProcessFunc(2, 2, null, target('targets.mjs#spinItems'), [1e8]);
      await eventually(running, 'it runs', () => running.jobs.some((info) => info.state === 'running'));
      await running.stop({ graceMs: 60_000 });
      assert.deepEqual(
        await job,
        new Map([
          [0, 5e7],
          [1, 5e7],
        ]),
      );
    },
  },
  {
    name: 'the global server is replaced, and the one before is stopped',
    async run({ engine, target }) {
      const first = engine.ProcessServer.createGlobalServer(1);
      const second = engine.ProcessServer.createGlobalServer(2);
      assert.equal(engine.ProcessServer.globalServer, second);
      assert.equal(
        (await failure(first.callProcessFunc(1, 1, null, target('targets.mjs#echo')))).name,
        'ServerStoppedError',
      );
      assert.equal((await second.callProcessFunc(1, 1, null, target('targets.mjs#echo'), [5])).get(0), 5);
      await second.stop();
      assert.equal(engine.ProcessServer.globalServer, null);
    },
  },
];
