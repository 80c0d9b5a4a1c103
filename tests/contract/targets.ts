import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type * as Engine from 'procession';
import { assertHealthy, errorOf, eventually, failure, type Scenario } from './scenario';

/** What the fixture offers here, where it is loaded as by a program. */
interface ConcurrentFixture {
  readonly lengths: Engine.ConcurrentFunction<[words: readonly string[]], string[]>;
  readonly fails: Engine.ConcurrentFunction<[], void>;
  readonly makeClosure: (secret: number) => Engine.ConcurrentFunction<[], number>;
}

const load = (path: string): ConcurrentFixture => createRequire(pathToFileURL(path))(path) as ConcurrentFixture;

/** How targets are named, what becomes of their tasks, and who is blamed. */
export const targets: Scenario[] = [
  {
    name: 'a target is named by path, URL, package, in two parts or relative to a file, and is plain or async',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 2 });
      const path = target('forms.js');
      const named: [Engine.TargetSpec, string?][] = [
        [`${path}#place`],
        [`${pathToFileURL(path).href}#place`],
        [{ module: path, export: 'placeLater' }],
        [{ module: './forms.js', export: 'placeLater' }, path],
        ['./forms.js#place', pathToFileURL(path).href],
      ];
      for (const [spec, from] of named) {
        const results = await running.callProcessFunc(2, 2, null, spec, ['x'], { y: 1 }, from ? { from } : {});
        assert.deepEqual(engine.listResults(results), [
          [0, 'x', { y: 1 }],
          [1, 'x', { y: 1 }],
        ]);
      }
      const cut = await running.callProcessFunc(1, 1, null, 'procession#partitionSequence', [], {}, { from: path });
      assert.match(
        errorOf(cut, 0).message,
        /^maxVal must be an integer/,
        'the package was found and its export called',
      );
    },
  },
  {
    name: 'a concurrent function runs on the ranks of the global server, with its arguments cut where it says so',
    async run({ engine, target }) {
      const { lengths, fails } = load(target('concurrent-targets.cjs'));
      const words = ['moth', 'ant', 'beetle', 'bee'];
      assert.throws(() => lengths(4, 0, null, words), { code: 'ERR_NO_SERVER' });
      const server = engine.ProcessServer.createGlobalServer(2, { allowOversubscribe: true });
      try {
        const task = new engine.Task('lengths');
        const cut = await lengths(4, 0, task, words, { partitionArgs: [words] });
        assert.deepEqual(engine.listResults(cut), [
          ['0/2 4', '0/2 3'],
          ['1/2 6', '1/2 3'],
        ]);
        assert.equal(task.state, 'done');
        const whole = await lengths(4, 1, null, words.slice(2));
        assert.deepEqual(whole, new Map([[0, ['0/1 6', '0/1 3']]]));
        // What fails is in the map; to throw it is left to the caller.
        const failed = await fails(2, 2, null);
        assert.throws(() => engine.checkResultMap(failed), { name: 'RangeError', message: 'rank 1 fails', rank: 1 });
        const direct = await server.callProcessFunc(4, 2, null, lengths, [words], { partitionArgs: [words] });
        assert.deepEqual(direct, cut);
      } finally {
        await server.stop();
      }
    },
  },
  {
    name: 'a closure made concurrent is refused, and told why',
    async run(context) {
      const { makeClosure } = load(context.target('concurrent-targets.cjs'));
      const running = context.server({ numProcs: 2 });
      for (const ranks of [1, 2]) {
        const error = await failure(running.callProcessFunc(2, ranks, null, makeClosure(42)));
        assert.equal(error.code, 'ERR_TARGET_NOT_FOUND');
        assert.match(
          error.message,
          /has no export "closure".*one inside another function cannot be run elsewhere, since/,
        );
      }
      await assertHealthy(context, running);
    },
  },
  {
    name: 'the task of a job without a range is done, that of one that is refused has failed, a cancelled one cancels',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 2 });
      const spec = target('targets.mjs#echo');
      const empty = [new engine.Task('none'), new engine.Task('no items')] as const;
      await running.callProcessFunc(0, 2, empty[0], spec);
      assert.deepEqual(await running.map([], spec, { task: empty[1] }), []);
      for (const task of empty) assert.deepEqual([task.state, task.maxProgress], ['done', 0]);

      const cancelled = new engine.Task('cancelled before');
      cancelled.cancel('changed my mind');
      const job = running.callProcessFunc(2, 2, cancelled, spec);
      assert.deepEqual([(await failure(job)).name, cancelled.state], ['JobCancelledError', 'cancelled']);

      const outer = new engine.Task('has more to do', async () => {
        await running.callProcessFunc(0, 2, engine.Task.current, spec);
        assert.equal(engine.Task.current?.state, 'running');
      });
      await outer.start();

      await running.stop();
      const late = [new engine.Task('late'), new engine.Task('late items')] as const;
      assert.equal((await failure(running.callProcessFunc(2, 2, late[0], spec))).name, 'ServerStoppedError');
      assert.equal((await failure(running.map(2, spec, { task: late[1] }))).name, 'ServerStoppedError');
      for (const task of late)
        assert.deepEqual([task.state, (task.error as Error).name], ['failed', 'ServerStoppedError']);
    },
  },
  {
    name: 'the worker slots tell which rank they work on, with its range and count, and nothing when they are idle',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const job = running.callProcessFunc(100, 2, null, target('targets.mjs#spinItems'), [2e8]);
      const slots = await eventually(running, 'both ranks have counted', () => {
        const { procs } = running;
        return procs.every((proc) => (proc.rank?.count ?? 0) > 0) && procs;
      });
      const ranks = slots.map(({ rank }) => rank).sort((a, b) => (a?.index ?? 0) - (b?.index ?? 0));
      assert.deepEqual(
        ranks.map((rank) => [rank?.index, rank?.start, rank?.end, rank?.state]),
        [
          [0, 0, 50, 'running'],
          [1, 50, 100, 'running'],
        ],
      );
      for (const proc of slots) assert.deepEqual([proc.jobId, proc.rank?.pid], [job.jobId, proc.pid]);
      assert.deepEqual([...running.progress.keys()], [job.jobId]);
      job.cancel();
      await failure(job);
      await eventually(running, 'both are idle', () => running.procs.every((proc) => proc.state === 'idle'));
      assert.ok(running.procs.every((proc) => proc.jobId === null && proc.rank === undefined));
    },
  },
  {
    name: 'of ranks that wait for each other in a chain the one at its end is blamed, though another wraps what it is told',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      let ended: Engine.JobInfo | undefined;
      running.onEvent((event) => {
        if (event.type === 'job' && event.job.state === 'failed') ended = event.job;
      });
      const results = await running.callProcessFunc(3, 3, null, context.target('forms.js#chain'));
      assert.deepEqual(
        [errorOf(results, 0).name, errorOf(results, 1).message],
        ['SiblingError', 'rank 1 has no neighbour'],
      );
      assert.throws(() => context.engine.checkResultMap(results), { message: 'the root of it', rank: 2 });
      assert.equal(ended?.error?.message, 'the root of it');
      await assertHealthy(context, running);
    },
  },
];
