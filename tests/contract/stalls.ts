import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobInfo, ProcInfo, ServerEvent } from 'procession';
import { assertHealthy, eventually, failure, isAlive, type Scenario, within } from './scenario';

const file = 'ways.mjs';
const isolated = { isolation: 'process' } as const;

/** Work that hangs, does not listen, or does not answer, and a server that is to stop all the same. */
export const stalls: Scenario[] = [
  {
    name: 'stopped processes are shown as not responding: one goes on, one is cancelled, an idle one is replaced',
    async run(context) {
      if (process.platform === 'win32') return;
      const running = context.server({ numProcs: 4, allowOversubscribe: true });
      await running.prepareTarget(context.target(`${file}#workUntil`));
      const shown: ProcInfo[] = [];
      running.onEvent((event) => {
        if (event.type === 'worker') shown.push(event.proc);
      });
      const work = (name: string) =>
        running.callProcessFunc(
          1,
          1,
          null,
          context.target(`${file}#workUntil`),
          [join(context.folder, name)],
          {},
          isolated,
        );
      const [patient, doomed, busy] = [work('a'), work('b'), work('c')];
      const ofJob = (id: number): ProcInfo | undefined => running.procs.find((proc) => proc.jobId === id);
      const infoOf = (id: number): JobInfo | undefined => running.jobs.find((info) => info.id === id);
      const rows = await eventually(running, 'three work and one is idle', () => {
        const found = [patient, doomed].map((job) => ofJob(job.jobId));
        const all = [...found, running.procs.find((proc) => proc.state === 'idle')];
        const are = all.filter((proc) => proc !== undefined);
        return ofJob(busy.jobId) && are.length === 3 && are;
      });
      const [stopped, cancelled, idle] = rows;
      assert.ok(stopped && cancelled && idle);
      for (const { pid } of rows) process.kill(pid ?? 0, 'SIGSTOP');
      await eventually(running, 'they are shown', () =>
        [patient, doomed].every(
          (job) => ofJob(job.jobId)?.state === 'unresponsive' && infoOf(job.jobId)?.ranks[0]?.isUnresponsive === true,
        ),
      );
      await eventually(running, 'the idle one is replaced', () => !isAlive(idle.pid ?? 0));
      for (const slot of [stopped.slot, cancelled.slot, idle.slot])
        assert.ok(shown.some((proc) => proc.slot === slot && proc.state === 'unresponsive'));
      // It holds what it holds, however long it takes, until somebody lets it go on or has enough of it.
      process.kill(stopped.pid ?? 0, 'SIGCONT');
      await eventually(running, 'it answers again', () => ofJob(patient.jobId)?.state === 'busy');
      assert.equal(infoOf(patient.jobId)?.ranks[0]?.isUnresponsive, undefined);
      doomed.cancel();
      assert.equal((await failure(doomed)).name, 'JobCancelledError');
      await eventually(running, 'its process is gone', () => !isAlive(cancelled.pid ?? 0));
      for (const name of ['a', 'c']) writeFileSync(join(context.folder, name), '');
      assert.equal((await patient).get(0), true);
      // Whoever computes all the time without letting anything through is no such case.
      assert.equal((await busy).get(0), true);
      assert.ok(!shown.some((proc) => proc.jobId === busy.jobId && proc.state === 'unresponsive'));
      await assertHealthy(context, running);
      assert.equal(running.procs[stopped.slot]?.pid, stopped.pid);
    },
  },
  ...[1, 2].map(
    (ranks): Scenario => ({
      name: `a target that ignores its signal, catches what is thrown and handles SIGTERM is cancelled ${ranks === 1 ? 'in the process of the server' : 'on workers'}, and other jobs do not notice`,
      async run(context) {
        const running = context.server({ numProcs: 3, allowOversubscribe: true });
        await running.prepareTarget(context.target(`${file}#ignoreEverything`));
        const done = join(context.folder, 'done');
        const other = running.callProcessFunc(1, 1, null, context.target(`${file}#workUntil`), [done], {}, isolated);
        const job = running.callProcessFunc(1000, ranks, null, context.target(`${file}#ignoreEverything`));
        await eventually(
          running,
          'both run',
          () => running.jobs.filter((info) => info.state === 'running').length === 2,
        );
        job.cancel();
        const error = await within(2000, 'the cancel of a target that ignores everything', failure(job));
        assert.equal(error.name, 'JobCancelledError');
        assert.equal(running.jobs.find((info) => info.id === other.jobId)?.state, 'running');
        writeFileSync(done, '');
        assert.equal((await other).get(0), true);
        await assertHealthy(context, running);
      },
    }),
  ),
  {
    name: 'stop asks what runs to end before it ends it, settles running, stuck, waiting and late jobs, and leaves no process',
    async run(context) {
      const { target } = context;
      const running = context.server({ numProcs: 3, allowOversubscribe: true });
      for (const name of ['noteAbort', 'ignoreEverything']) await running.prepareTarget(target(`${file}#${name}`));
      const note = join(context.folder, 'note');
      const states: string[] = [];
      running.onEvent((event: ServerEvent) => {
        if (event.type === 'job') states.push(`${event.job.label} ${event.job.state}`);
      });
      const asked = running.callProcessFunc(
        1,
        1,
        null,
        target(`${file}#noteAbort`),
        [note],
        {},
        { ...isolated, label: 'asked' },
      );
      const stuck = running.callProcessFunc(
        1,
        1,
        null,
        target(`${file}#ignoreEverything`),
        [],
        {},
        { ...isolated, label: 'stuck' },
      );
      const frozen = running.callProcessFunc(
        1,
        1,
        null,
        target('targets.mjs#spinForever'),
        [],
        {},
        { ...isolated, label: 'frozen' },
      );
      const waiting = running.callProcessFunc(3, 3, null, target('targets.mjs#echo'), [1], {}, { label: 'waiting' });
      const pids = await eventually(
        running,
        'three run',
        () => running.procs.every((proc) => proc.state === 'busy') && running.procs.map((proc) => proc.pid ?? 0),
      );
      const frozenPid = running.procs.find((proc) => proc.jobId === frozen.jobId)?.pid ?? 0;
      if (process.platform !== 'win32') process.kill(frozenPid, 'SIGSTOP');
      const stopped = running.stop({ graceMs: 50 });
      const late = running.callProcessFunc(1, 1, null, target('targets.mjs#echo'), [1], {}, { label: 'late' });
      for (const job of [asked, stuck, frozen, waiting, late])
        assert.equal((await failure(job)).name, 'ServerStoppedError');
      await stopped;
      assert.ok(existsSync(note) && readFileSync(note, 'utf8') === 'asked');
      assert.equal(states.filter((state) => state === 'waiting cancelled').length, 1);
      assert.deepEqual(
        states.filter((state) => state.startsWith('late')),
        [],
      );
      await eventually(running, 'no process is left', () => pids.every((pid) => !isAlive(pid)));
    },
  },
];
