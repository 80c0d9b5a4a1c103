import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Engine from 'procession';
import { checkResultMap } from 'procession';
import { Door } from './door';
import { assertHealthy, errorOf, eventually, failure, isAlive, type Scenario, within } from './scenario';

const file = 'meeting-targets.mjs';

/** What servers of this process have in their folders, in the temporary folder and in memory. */
function filesOfServers(): string[] {
  return [tmpdir(), '/dev/shm'].flatMap((parent) =>
    foldersIn(parent).flatMap((folder) => readdirSync(join(parent, folder), { recursive: true }).map(String)),
  );
}

function foldersIn(parent: string): string[] {
  try {
    return readdirSync(parent).filter((name) => name.startsWith(`procession-${process.pid}-`));
  } catch {
    return [];
  }
}

/** How the ranks of a job meet, once they run. */
function meetingsOf(running: Engine.ProcessServer, jobId: number): Promise<'direct' | 'server'> {
  return eventually(running, 'the ranks run', () => {
    const job = running.jobs.find(({ id }) => id === jobId);
    return job?.ranks.every(({ state }) => state === 'running') && (job.meetings ?? 'server');
  });
}

/** Barriers and shared objects, in plain synchronous code. */
export const meetings: Scenario[] = [
  {
    meets: true,
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
    meets: true,
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
    meets: true,
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
    meets: true,
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
  {
    name: 'ranks meet over pipes of their own on Linux, and on the server when that is asked for',
    async run({ server, target }) {
      for (const [options, expected] of [
        [{}, process.platform === 'linux' ? 'direct' : 'server'],
        [{ meetings: 'direct' }, process.platform === 'win32' ? 'server' : 'direct'],
        [{ meetings: 'server' }, 'server'],
      ] as const) {
        const running = server({ numProcs: 2, ...options });
        const job = running.callProcessFunc(2, 2, null, target('targets.mjs#syncForever'));
        assert.equal(await meetingsOf(running, job.jobId), expected);
        job.cancel();
        await failure(job);
      }
    },
  },
  {
    meets: true,
    name: 'in 2,000 barriers of ranks that dawdle nobody goes on before all have come',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 4, allowOversubscribe: true });
      const results = await running.callProcessFunc<[number, number][]>(
        4,
        4,
        null,
        target(`${file}#timeBarriers`),
        [2000],
      );
      checkResultMap(results);
      const ranks = engine.listResults(results) as [number, number][][];
      for (let round = 0; round < 2000; round += 1) {
        const came = ranks.map((times) => times[round]?.[0] ?? Number.NaN);
        const left = ranks.map((times) => times[round]?.[1] ?? Number.NaN);
        assert.ok(
          Math.max(...came) <= Math.min(...left),
          `round ${round}: came ${came.join()}, went on ${left.join()}`,
        );
      }
    },
  },
  {
    meets: true,
    name: 'in 2,000 exchanges of ranks that dawdle no round and no name is mixed up',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 4, allowOversubscribe: true });
      const results = await running.callProcessFunc(4, 4, null, target(`${file}#exchangeOften`), [2000]);
      assert.deepEqual(engine.listResults(results), [6000, 6000, 6000, 6000]);
    },
  },
  {
    meets: true,
    name: 'large objects and objects with long names are exchanged whole, and leave no file',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      for (const [bytes, name] of [
        [300_000, 'mesh'],
        [5, `a name of 5,000 letters: ${'x'.repeat(5000)}`],
        [2000, 'of middle size'],
      ] as const) {
        const results = await running.callProcessFunc(3, 3, null, target(`${file}#exchangeLarge`), [20, bytes, name]);
        assert.deepEqual(engine.listResults(results), Array(3).fill(2 * 20 * bytes));
      }
      await eventually(running, 'no file of an object is left', () =>
        filesOfServers().every((name) => !name.includes('objects')),
      );
    },
  },
  {
    meets: true,
    name: 'what was exchanged or stored is there for getObjects at once, the later of the two',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      for (const padding of ['', 'x'.repeat(10_000)]) {
        const results = await running.callProcessFunc(3, 3, null, target(`${file}#lookAfter`), [50, padding]);
        assert.deepEqual(engine.listResults(results), Array(3).fill('all there'));
      }
    },
  },
  {
    meets: true,
    name: 'the server sees what ranks have exchanged last, also large objects, until the job ends',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      for (const bytes of [10, 100_000]) {
        const door = new Door();
        const proxy = running.objServer.getProxy(door);
        const job = running.callProcessFunc(2, 2, null, target(`${file}#exchangeAndWait`), [proxy, bytes]);
        const seen = await eventually(running, 'both objects', () => {
          const objects = running.sharer.getObjects<Uint8Array>(job.jobId, 'mesh');
          return objects.get(0)?.[0] === 11 && objects.get(1)?.[0] === 12 && objects;
        });
        assert.deepEqual(
          [...seen.values()].map((object) => object.length),
          [bytes, bytes],
        );
        await door.openUntil(job);
        checkResultMap(await job);
        assert.deepEqual(running.sharer.names(job.jobId), []);
      }
    },
  },
  {
    meets: true,
    name: 'what a rank has exchanged just before its end stays to be seen while the others go on',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 2 });
      for (let i = 0; i < 20; i += 1) {
        const door = new Door();
        const proxy = running.objServer.getProxy(door);
        const job = running.callProcessFunc(2, 2, null, target(`${file}#shareAndLeave`), [proxy]);
        await eventually(running, 'rank 1 has left, rank 0 waits', () => {
          const ranks = running.jobs.find(({ id }) => id === job.jobId)?.ranks;
          return door.waiting === 1 && ranks?.[1]?.state === 'done';
        });
        assert.deepEqual(
          [...running.sharer.getObjects(job.jobId, 'last')],
          [
            [0, 0],
            [1, 1],
          ],
        );
        await door.openUntil(job);
        assert.deepEqual(engine.listResults(await job), ['stayed', 'left']);
      }
    },
  },
  {
    meets: true,
    name: 'ranks that wait for different things are all told so, each time, and meet after that as if nothing had been',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      const text =
        'The ranks wait for different things and would wait for ever: rank 0 in shareObject("x") round 1, rank 1 in sync(), rank 2 in sync(). Let every rank make the same calls in the same order.';
      const results = await running.callProcessFunc(3, 3, null, target(`${file}#mismatchThenMeet`));
      const given = [0, 1, 2].map((rank): [number, string] => [rank, `given by ${rank}`]);
      assert.deepEqual(
        engine.listResults(results),
        [0, 1, 2].map((rank) => [[text, text, text], given.filter(([other]) => other !== rank)]),
      );
    },
  },
  {
    meets: true,
    name: 'ranks that wait for one that works for ever are released when it dies, and when another one dies that waited',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      for (const victim of [0, 1]) {
        const log = join(context.folder, `pids-${victim}`);
        const job = running.callProcessFunc(3, 3, null, context.target(`${file}#waitForFirst`), [log]);
        await eventually(running, 'all run', () => lines(log).length === 3);
        const ranks = running.jobs.find(({ id }) => id === job.jobId)?.ranks ?? [];
        process.kill(ranks[victim]?.pid ?? 0, 'SIGKILL');
        const others = [1, 2].filter((rank) => rank !== victim);
        if (victim === 1) {
          await eventually(running, 'rank 2 is told', () =>
            running.jobs.some(({ ranks: [, , last] }) => last?.state === 'failed'),
          );
          job.cancel();
          await failure(job);
        } else {
          const results = await job;
          for (const rank of others)
            assert.match(errorOf(results, rank).message, /^Rank 0 of this job failed \(WorkerDied/);
        }
        await assertHealthy(context, running);
      }
    },
  },
  {
    meets: true,
    name: 'ranks that wait for ever at a barrier are cancelled within a second, and their processes live on',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      await assertHealthy(context, running);
      const before = running.procs.map((proc) => proc.pid);
      for (let i = 0; i < 3; i += 1) {
        const log = join(context.folder, `pids-${i}`);
        const job = running.callProcessFunc(2, 2, null, context.target(`${file}#waitForFirst`), [log]);
        await eventually(running, 'both run', () => lines(log).length === 2);
        job.cancel();
        const error = await within(1000, 'the cancel of ranks that wait', failure(job));
        assert.equal(error.name, 'JobCancelledError');
      }
      await assertHealthy(context, running);
      assert.deepEqual(
        running.procs.map((proc) => proc.pid),
        before,
      );
    },
  },
  {
    meets: true,
    name: 'a server that is stopped while ranks wait at a barrier leaves no process and no file',
    needsFresh: true,
    async run({ server, target, folder }) {
      const others = filesOfServers();
      const running = server({ numProcs: 2 });
      const log = join(folder, 'pids');
      const job = running.callProcessFunc(2, 2, null, target(`${file}#waitForFirst`), [log]);
      await eventually(running, 'both run', () => lines(log).length === 2);
      const stopped = running.stop();
      assert.equal((await failure(job)).name, 'ServerStoppedError');
      await stopped;
      assert.deepEqual(filesOfServers(), others);
      await eventually(running, 'no process is left', () => lines(log).every((pid) => !isAlive(Number(pid))));
    },
  },
  {
    meets: true,
    name: 'what is sent to ranks that never look at it does not pile up over many jobs',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      for (let i = 0; i < 150; i += 1) {
        const results = await running.callProcessFunc(3, 3, null, target(`${file}#leaveFirst`), [1200]);
        assert.deepEqual(engine.listResults(results), ['left', 'BarrierBrokenError', 'BarrierBrokenError']);
      }
    },
  },
];

function lines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
