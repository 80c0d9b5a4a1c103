import assert from 'node:assert/strict';
import type { ScheduleSpec, ServerEvent } from 'procession';
import { assertHealthy, eventually, failure, type Scenario } from './scenario';

const specs: readonly ScheduleSpec[] = [
  'dynamic',
  'guided',
  { kind: 'dynamic', chunk: 7 },
  { kind: 'guided', chunk: 5 },
];

/** Dynamic and guided schedules, partial results, and random numbers that depend on neither. */
export const schedules: Scenario[] = [
  ...specs.flatMap((schedule) =>
    ['collect', 'collectLater'].map(
      (target): Scenario => ({
        name: `each index is worked on exactly once by ${target} with the schedule ${JSON.stringify(schedule)}`,
        async run(context) {
          const running = context.server({ numProcs: 3, allowOversubscribe: true });
          const results = await running.callProcessFunc<number[]>(
            500,
            3,
            null,
            context.target(`targets.mjs#${target}`),
            [],
            {},
            { schedule },
          );
          const all = context.engine.sumResultMap<number>(results as ReadonlyMap<number, number[]>);
          assert.deepEqual(
            all.sort((a, b) => a - b),
            Array.from({ length: 500 }, (_, i) => i),
          );
          await assertHealthy(context, running);
        },
      }),
    ),
  ),
  {
    name: 'a dynamic schedule gives a rank that is held up less to do',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 2 });
      const task = new engine.Task('uneven');
      const results = await running.callProcessFunc<number[]>(
        2000,
        2,
        task,
        target('targets.mjs#collect'),
        [600],
        {},
        { schedule: { kind: 'dynamic', chunk: 20 } },
      );
      const sizes = engine.listResults(results).map((indices) => (indices instanceof Error ? -1 : indices.length));
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        2000,
      );
      assert.ok(
        sizes.every((size) => size > 0),
        `both worked: ${sizes.join()}`,
      );
      assert.equal(task.curProgress, 2000);
    },
  },
  {
    name: 'progress of chunks is told while they run, with the chunk that each rank works on',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const counts: number[] = [];
      const chunks = new Set<string>();
      running.onEvent((event) => {
        if (event.type === 'progress') counts.push(event.progress);
        if (event.type === 'job') for (const rank of event.job.ranks) chunks.add(`${rank.start}-${rank.end}`);
      });
      await running.callProcessFunc(
        400,
        2,
        null,
        target('targets.mjs#spinItems'),
        [2_000_000],
        {},
        { schedule: { kind: 'dynamic', chunk: 10 } },
      );
      assert.ok(counts.some((count) => count > 0 && count < 400));
      assert.deepEqual(
        counts,
        [...counts].sort((a, b) => a - b),
      );
      assert.ok(chunks.size > 4, [...chunks].join());
    },
  },
  {
    name: 'a chunked job is cancelled in the middle of a chunk, and a killed rank fails it',
    async run(context) {
      const running = context.server({ numProcs: 2 });
      const target = context.target('targets.mjs#spinItems');
      await running.prepareTarget(target);
      const job = running.callProcessFunc(1000, 2, null, target, [2e9], {}, { schedule: 'dynamic' });
      await eventually(running, 'both ranks run', () => running.procs.every((proc) => proc.state === 'busy'));
      job.cancel();
      assert.equal((await failure(job)).name, 'JobCancelledError');
      const next = running.callProcessFunc(1000, 2, null, target, [2e9], {}, { schedule: 'dynamic' });
      const pids = await eventually(
        running,
        'both ranks run',
        () => running.procs.every((proc) => proc.state === 'busy') && running.procs.map((proc) => proc.pid),
      );
      for (const pid of pids) if (pid !== null) process.kill(pid, 'SIGKILL');
      const results = await next;
      for (const value of results.values()) assert.ok(value instanceof Error && value.name === 'WorkerDiedError');
      await assertHealthy(context, running);
    },
  },
  {
    name: 'an unknown schedule is refused before anything starts',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      const call = (schedule: unknown) => (): unknown =>
        running.callProcessFunc(
          10,
          2,
          null,
          target('targets.mjs#collect'),
          [],
          {},
          { schedule: schedule as ScheduleSpec },
        );
      assert.throws(call('dynamc'), /^TypeError: schedule must be one of static, dynamic, guided, not "dynamc"\.$/);
      assert.throws(call({ kind: 'dynamic', chunk: 0 }), RangeError);
      assert.throws(call({ kind: 'static', chunk: 5 }), TypeError);
      assert.deepEqual(running.jobs, []);
    },
  },
  {
    name: 'partial results arrive in order and before the end',
    async run({ server, target }) {
      const running = server({ numProcs: 2 });
      for (const ranks of [1, 2]) {
        const seen: ServerEvent[] = [];
        const stop = running.onEvent((event) => void seen.push(event));
        await running.callProcessFunc(6, ranks, null, target('targets.mjs#emitSquares'));
        stop();
        const partials = seen.flatMap((event) => (event.type === 'partial' ? [event.value] : []));
        const byIndex = (a: unknown, b: unknown): number => (a as { i: number }).i - (b as { i: number }).i;
        assert.deepEqual(
          partials.sort(byIndex),
          [0, 1, 2, 3, 4, 5].map((i) => ({ i, square: i * i })),
        );
        const last = seen.at(-1);
        assert.ok(last?.type === 'job' && last.job.state === 'done');
      }
    },
  },
  {
    name: 'random numbers of an item are the same for every number of ranks and every schedule',
    async run({ server, target, engine }) {
      const running = server({ numProcs: 3, allowOversubscribe: true });
      const draw = async (ranks: number, schedule: ScheduleSpec): Promise<number[]> => {
        const results = await running.callProcessFunc<number[]>(
          40,
          ranks,
          null,
          target('targets.mjs#randomSum'),
          [],
          {},
          { schedule },
        );
        return engine.sumResultMap<number>(results as ReadonlyMap<number, number[]>).sort((a, b) => a - b);
      };
      const expected = await draw(1, 'static');
      assert.equal(new Set(expected).size, 40);
      for (const ranks of [2, 3])
        for (const schedule of ['static', 'dynamic', 'guided'] as const)
          assert.deepEqual(await draw(ranks, schedule), expected);
    },
  },
];
