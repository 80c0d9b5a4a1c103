import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobFuture, JobInfo, ProcessServer } from 'procession';
import { assertHealthy, type ContractContext, errorOf, eventually, failure, type Scenario, within } from './scenario';

const file = 'ways.mjs';

/** What is said of each way to end: by the rank's error, once it had begun. */
const ways: Readonly<Record<string, RegExp>> = {
  exit0: /called process\.exit\(0\)/,
  exit7: /called process\.exit\(7\)/,
  abort: /its process (was ended by SIGABRT|ended)/,
  segv: /its process (was ended by SIGSEGV|ended)/,
  kill: /its process (was ended by SIGKILL|ended)/,
  throw: /thrown on purpose/,
  reject: /rejected on purpose/,
};
const throwing = new Set(['throw', 'reject']);

/** A module that does the bad thing while it is loaded. */
function badModule(context: ContractContext, how: string): string {
  const path = join(context.folder, `${how}.mjs`);
  const text = `import { ways } from ${JSON.stringify(context.target(file))};\nways.${how}();\n`;
  writeFileSync(path, `${text}export const never = () => new Promise(() => setInterval(() => undefined, 1000));\n`);
  return `${path}#never`;
}

/** The state of a job in its last event. */
function lastOf(server: ProcessServer): Map<number, JobInfo> {
  const jobs = new Map<number, JobInfo>();
  server.onEvent((event) => {
    if (event.type === 'job') jobs.set(event.job.id, event.job);
  });
  return jobs;
}

const phases: Scenario[] = [
  {
    name: 'every way to end while a module is loaded fails the job, which says so, and the next job works',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      for (const [how, says] of Object.entries(ways)) {
        const job = running.callProcessFunc(2, 2, null, badModule(context, how));
        const outcome = await within(
          1000,
          `${how} while a module is loaded`,
          job.then(
            (results) => errorOf(results, 0),
            (error: unknown) => error,
          ),
        );
        assert.ok(outcome instanceof Error);
        assert.match(outcome.message, says);
        // A promise that nobody handles is noticed only when the module has been loaded.
        if (how !== 'reject') {
          assert.equal(outcome.name, 'TargetLoadError', how);
          assert.match(outcome.message, /while (it was loading|its module was being loaded)|cannot be loaded/);
        }
        await assertHealthy(context, running);
      }
    },
  },
  {
    name: 'every way to end while arguments are read fails the rank, which says so, and the next job works',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const values = [new Float64Array(8)];
      for (const [how, says] of Object.entries(ways)) {
        // A rejection comes to light only after the arguments have been read, when the target runs or has ended.
        if (how === 'reject') continue;
        await running.callProcessFunc(2, 2, null, context.target(`${file}#trapDecoding`), [how]);
        const results = await within(
          1000,
          `${how} while arguments are read`,
          running.callProcessFunc(2, 2, null, context.target(`${file}#takeArray`), values),
        );
        for (const rank of [0, 1]) {
          assert.match(errorOf(results, rank).message, says);
          assert.match(errorOf(results, rank).message, /arguments (were being|cannot be) read/);
        }
        // The thread lives on where it only threw, and would go on doing so.
        if (how === 'throw')
          await running.callProcessFunc(2, 2, null, context.target(`${file}#trapDecoding`), ['kill']);
        if (how === 'throw') await running.callProcessFunc(2, 2, null, context.target(`${file}#takeArray`), values);
        await assertHealthy(context, running);
      }
    },
  },
  ...(
    [
      ['whileRunning', 'running', 'while a target runs'],
      ['whileEncoding', 'encoding', 'while a result is encoded'],
    ] as const
  ).map(
    ([target, phase, when]): Scenario => ({
      name: `every way to end ${when} fails its rank alone, which says so, and the next job works`,
      async run(context) {
        const running = context.server({ numProcs: 2 });
        const last = lastOf(running);
        for (const [how, says] of Object.entries(ways)) {
          // What a getter leaves behind comes to light only after its result has been sent.
          if (phase === 'encoding' && how === 'reject') continue;
          const job = running.callProcessFunc(2, 2, null, context.target(`${file}#${target}`), [1, how]);
          const results = await within(1000, `${how} ${when}`, job);
          assert.equal(results.get(0), 0);
          const error = errorOf(results, 1);
          assert.match(error.message, says);
          if (!throwing.has(how)) {
            assert.equal(error.name, 'WorkerDiedError');
            assert.match(
              error.message,
              phase === 'running' ? /while its target ran/ : /while its result was being encoded/,
            );
          } else assert.equal(error.name, phase === 'running' ? 'RangeError' : 'SerializationError');
          const info = last.get(job.jobId);
          assert.equal(info?.ranks[1]?.error?.phase, phase);
          assert.equal(info.state, 'failed');
          await assertHealthy(context, running);
        }
      },
    }),
  ),
];

const loops: Scenario[] = [
  {
    name: 'a target that always kills its process, while it is loaded or while it runs, is given up after five deaths in a row',
    async run(context) {
      const running = context.server({ numProcs: 1 });
      const options = { retries: 1000, isolation: 'process' } as const;
      const last = lastOf(running);
      let restarts = running.procs[0]?.restarts ?? 0;
      for (const [target, args, says] of [
        [badModule(context, 'kill'), [], /while it was loading/],
        [context.target(`${file}#whileRunning`), [0, 'kill'], /while its target ran/],
      ] as const) {
        const job: JobFuture<unknown> = running.callProcessFunc(1, 1, null, target, args, {}, options);
        const error = await failure(job);
        assert.equal(error.name, 'WorkerDiedError');
        const [, deaths] =
          /keeps crashing: it died in (\d+) attempts, five of them within 10 s/.exec(error.message) ?? [];
        // Five, unless the machine takes seconds to start a process: then the first ones lie too far back.
        assert.ok(Number(deaths) >= 5 && Number(deaths) <= 15, error.message);
        assert.match(error.message, says);
        assert.match(last.get(job.jobId)?.error?.message ?? '', /keeps crashing/);
        await assertHealthy(context, running);
        const now = running.procs[0]?.restarts ?? 0;
        assert.equal(now - restarts, Number(deaths));
        restarts = now;
      }
    },
  },
];

const siblings: Scenario[] = [
  {
    name: 'of 2, 5 and 13 ranks that meet, some die at the same moment: the others are let go at once, with one root error',
    async run(context) {
      const running = context.server({ numProcs: 13, allowOversubscribe: true });
      await running.prepareTarget(context.target(`${file}#meetLate`));
      for (const [total, killed] of [
        [2, 1],
        [5, 2],
        [13, 5],
      ] as const) {
        const late = join(context.folder, `${total}-${killed}`);
        let waiting = 0;
        const stop = running.onEvent((event) => {
          if (event.type === 'log') waiting += event.lines.filter((line) => line.text === 'waits').length;
        });
        const job = running.callProcessFunc(total, total, null, context.target(`${file}#meetLate`), [late]);
        await eventually(running, 'all but rank 0 wait', () => waiting === total - 1);
        const ranks = (): JobInfo['ranks'] => running.jobs.find((info) => info.id === job.jobId)?.ranks ?? [];
        for (const rank of ranks().slice(1, killed + 1)) process.kill(rank.pid ?? 0, 'SIGKILL');
        // Rank 0 works on, and nobody waits for it.
        await eventually(running, 'all others have ended', () =>
          ranks()
            .slice(1)
            .every((rank) => rank.state !== 'running'),
        );
        assert.equal(ranks()[0]?.state, 'running');
        writeFileSync(late, '');
        const results = await job;
        stop();
        const names = Array.from({ length: total }, (_, rank) => errorOf(results, rank).name);
        const expected = names.map((_, rank) => (rank > 0 && rank <= killed ? 'WorkerDiedError' : 'SiblingError'));
        assert.deepEqual(names, expected);
        assert.throws(() => context.engine.checkResultMap(results), { name: 'WorkerDiedError', rank: 1 });
      }
      // The same by their own doing, and with nobody left.
      for (const dying of [2, 5]) {
        const results = await running.callProcessFunc(5, 5, null, context.target(`${file}#dieTogether`), [dying]);
        const names = [0, 1, 2, 3, 4].map((rank) => errorOf(results, rank).name);
        // Who has not left the first barrier yet when another dies hears of that, and does not come to its own death.
        assert.ok(names.slice(0, dying).every((name) => name === 'WorkerDiedError' || name === 'SiblingError'));
        assert.deepEqual(new Set(names.slice(dying)), new Set(names.slice(dying).map(() => 'SiblingError')));
        const root = names.indexOf('WorkerDiedError');
        assert.throws(() => context.engine.checkResultMap(results), { name: 'WorkerDiedError', rank: root });
      }
      await assertHealthy(context, running);
    },
  },
  {
    name: 'with onRankFailure: cancel the other ranks are ended at once, also one in an endless loop',
    async run(context) {
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      const options = { onRankFailure: 'cancel' } as const;
      const never = join(context.folder, 'never');
      const code = `if (proc.index === 1) throw new RangeError('root'); const { existsSync } = require('node:fs'); while (!existsSync(never)); const result = 1;`;
      const job = running.concurrentExec(3, 3, null, code, { locals: { never }, ...options });
      const results = await within(1000, 'the end of the others', job);
      assert.deepEqual(
        [0, 1, 2].map((rank) => errorOf(results, rank).name),
        ['SiblingError', 'RangeError', 'SiblingError'],
      );
      assert.match(
        errorOf(results, 0).message,
        /^Rank 1 of this job failed \(RangeError: root\), so this rank was ended/,
      );
      assert.throws(() => context.engine.checkResultMap(results), { name: 'RangeError', rank: 1 });
      await assertHealthy(context, running);
    },
  },
];

/** Deaths at every moment of a rank's life, and what they mean for the ranks beside it. */
export const deaths: Scenario[] = [...phases, ...loops, ...siblings];
