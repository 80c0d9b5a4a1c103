import { describe, expect, it } from 'vitest';
import { encodeValue } from '../../../../src/core/data/serialize';
import { JobBoard } from '../../../../src/core/jobs/job-board';
import type { JobOutcome } from '../../../../src/core/jobs/job-life';
import { JobMachine } from '../../../../src/core/jobs/job-machine';
import type { JobPool } from '../../../../src/core/jobs/job-performer';
import { parseRetries } from '../../../../src/core/jobs/retry';
import { newJob } from '../../../../src/core/jobs/server-job';
import { ObjectFiles } from '../../../../src/core/meetings/object-files';
import type { Executor } from '../../../../src/core/pool/executor';
import type { RunRequest } from '../../../../src/shared/worker-protocol';

/** A worker that only notes what it is given. */
function recorder(inbox?: string): { executor: Executor; runs: RunRequest[] } {
  const runs: RunRequest[] = [];
  const nothing = (): void => undefined;
  const executor: Executor = {
    info: { slot: 0, pid: 1, state: 'idle', jobId: null, restarts: 0, rssMiB: null, cpuPercent: null },
    isReady: true,
    isResponding: true,
    isLeaving: false,
    jobId: null,
    inbox,
    departed: nothing,
    run: (request) => void runs.push(request),
    released: nothing,
    watch: nothing,
    cancel: nothing,
    finish: nothing,
    give: nothing,
    reply: nothing,
    setRef: nothing,
    stop: () => Promise.resolve(),
    kill: nothing,
  };
  return { executor, runs };
}

describe('an attempt that reports late', () => {
  it('is dropped when the next one has begun, and the job settles once, with the answer of the last', async () => {
    const { executor, runs } = recorder();
    let free = 1;
    const pool: JobPool = {
      isStarted: true,
      numProcs: 1,
      unavailable: 0,
      get free() {
        return free;
      },
      reserve: () => {
        free -= 1;
        return [executor];
      },
      release: () => {
        free += 1;
      },
    };
    const board = new JobBoard(
      () => pool,
      new ObjectFiles(() => []),
      () => undefined,
      () => undefined,
    );
    const outcomes: JobOutcome[] = [];
    const makeMachine = (total: number): JobMachine => new JobMachine(4, total);
    const settle = (outcome: JobOutcome): void => void outcomes.push(outcome);
    const job = newJob(1, makeMachine(1), [undefined], null, settle, {
      label: 'job',
      remake: makeMachine,
      retries: parseRetries(1),
    });
    board.submit(job, { url: 'builtin:', exportName: 'any', label: 'any' }, []);
    const first = runs[0]?.run;
    if (!first) throw new Error('the probe was not sent');
    board.listener.onEnd(executor, { type: 'probed', run: first, hasCombine: false, notes: 0 });
    const called = runs[1]?.run;
    if (!called) throw new Error('the first attempt was not sent');
    board.listener.onReport(executor, { type: 'progress', run: called, count: 3 });
    board.listener.onLost(executor, called, { name: 'WorkerDiedError', message: 'gone' });
    await expect.poll(() => runs.length).toBe(3);
    const again = runs[2]?.run;
    if (!again) throw new Error('the second attempt was not sent');
    expect([called.attempt, again.attempt]).toEqual([1, 2]);
    expect(again.runId).not.toBe(called.runId);

    const late = { type: 'result', run: called, payload: encodeValue('late', 'result'), count: 4, notes: 0 } as const;
    board.listener.onEnd(executor, late);
    board.listener.onLost(executor, called, { name: 'WorkerDiedError', message: 'gone again' });
    expect(outcomes).toEqual([]);
    expect(board.jobs.map(({ attempt, progress, state }) => [attempt, progress, state])).toEqual([[2, 3, 'running']]);

    const payload = encodeValue('right', 'result');
    board.listener.onEnd(executor, { type: 'result', run: again, payload, count: 4, notes: 0 });
    board.listener.onEnd(executor, late);
    expect(outcomes).toEqual([{ kind: 'results', results: new Map([[0, { ok: true, payload }]]) }]);
    expect(free).toBe(1);
  });
});

describe('the ranks of a job', () => {
  const inboxesOf = (names: readonly (string | undefined)[]): readonly unknown[] => {
    const workers = names.map((name) => recorder(name));
    const pool: JobPool = {
      isStarted: true,
      numProcs: names.length,
      unavailable: 0,
      free: names.length,
      reserve: () => workers.map(({ executor }) => executor),
      release: () => undefined,
    };
    const nothing = (): undefined => undefined;
    const board = new JobBoard(() => pool, new ObjectFiles(() => []), nothing, nothing);
    const machine = new JobMachine(names.length, names.length);
    board.submit(
      newJob(1, machine, [], null, nothing, { label: 'job', isolation: 'process' }),
      { url: 'builtin:', exportName: 'any', label: 'any' },
      [],
    );
    const [first] = workers;
    const probe = first?.runs[0]?.run;
    if (!first || !probe) throw new Error('the probe was not sent');
    expect(first.runs[0]?.inboxes, 'nobody is met while the target is looked for').toBeUndefined();
    board.listener.onEnd(first.executor, { type: 'probed', run: probe, hasCombine: false, notes: 0 });
    expect(board.jobs[0]?.meetings).toBe(workers[0]?.runs.at(-1)?.inboxes ? 'direct' : undefined);
    return workers.map(({ runs }) => runs.at(-1)?.inboxes);
  };

  it('meet directly when each of them has an inbox, and all of them are told of all', () => {
    expect(inboxesOf(['a', 'b', 'c'])).toEqual(Array(3).fill(['a', 'b', 'c']));
  });

  it('meet on the server when one of them has none, when there is one only, or more than can tell each other', () => {
    expect(inboxesOf(['a', undefined, 'c'])).toEqual([undefined, undefined, undefined]);
    expect(inboxesOf(['a'])).toEqual([undefined]);
    expect(inboxesOf(Array<string>(65).fill('a'))).toEqual(Array(65).fill(undefined));
  });
});
