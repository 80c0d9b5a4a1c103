import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../../src/core/error-info';
import { BarrierBrokenError, JobCancelledError, SiblingError, TargetNotFoundError } from '../../../../src/core/errors';
import type { JobAction } from '../../../../src/core/jobs/job-life';
import { JobMachine } from '../../../../src/core/jobs/job-machine';
import type { Departure } from '../../../../src/shared/worker-protocol';

const bytes = (text: string) => Buffer.from(text);
const root = toErrorInfo(new RangeError('root'));
const free = (rank: number): JobAction => ({ type: 'free-rank', rank });
const gone = (rank: number, departure: Departure): JobAction => ({ type: 'departed', rank, departure });
const returned = { kind: 'returned' } as const;
const byRoot = (kind: 'failed' | 'lost'): Departure => ({ kind, error: { name: 'RangeError', message: 'root' } });
const started = (valRange: number, total: number): JobMachine => {
  const machine = new JobMachine(valRange, total);
  machine.start([], false, 0);
  return machine;
};

/** The errors of a job that settled with results: rank to message. */
function settledErrors(actions: readonly JobAction[]): Record<number, string> {
  for (const action of actions) {
    if (action.type !== 'settle' || action.outcome.kind !== 'results') continue;
    return Object.fromEntries(
      [...action.outcome.results].flatMap(([rank, outcome]) => (outcome.ok ? [] : [[rank, outcome.error.message]])),
    );
  }
  throw new Error('The job did not settle with results.');
}

describe('a job', () => {
  it('cuts its range for its ranks', () => {
    const machine = new JobMachine(50, 4);
    expect([0, 1, 2, 3].map((rank) => machine.part(rank))).toEqual([
      [0, 12],
      [12, 25],
      [25, 37],
      [37, 50],
    ]);
    expect(() => machine.part(4)).toThrow('This job has 4 ranks; there is no rank 4.');
  });

  it('looks for its target on one rank, then runs on all, then settles with all their values', () => {
    const machine = new JobMachine(10, 2);
    expect(machine.state).toBe('queued');
    expect(machine.start([11, 12], true, 0)).toEqual([{ type: 'probe', rank: 0 }]);
    expect([machine.state, machine.activeRanks]).toEqual(['running', [0]]);
    expect(machine.probed(0)).toEqual([
      { type: 'dispatch', rank: 0 },
      { type: 'dispatch', rank: 1 },
    ]);
    expect(machine.rankDone(1, bytes('b'), 5)).toEqual([free(1), gone(1, returned)]);
    expect(machine.rankDone(0, bytes('a'), 5)).toEqual([
      free(0),
      {
        type: 'settle',
        outcome: {
          kind: 'results',
          results: new Map([
            [0, { ok: true, payload: bytes('a') }],
            [1, { ok: true, payload: bytes('b') }],
          ]),
        },
      },
    ]);
    expect([machine.state, machine.hasEnded, machine.progress, machine.error]).toEqual(['done', true, 10, undefined]);
    expect(machine.ranks.map(({ pid, state }) => [pid, state])).toEqual([
      [11, 'done'],
      [12, 'done'],
    ]);
  });

  it('that knows its target runs at once', () => {
    expect(new JobMachine(2, 2).start([], false, 0).map((action) => action.type)).toEqual(['dispatch', 'dispatch']);
  });

  it('fails as a whole, and frees all its workers, when its target is not there', () => {
    const machine = new JobMachine(10, 2);
    machine.start([], true, 0);
    const actions = machine.rankFailed(0, toErrorInfo(new TargetNotFoundError('no such export')), 'failed');
    expect(actions).toEqual([
      free(0),
      free(1),
      { type: 'settle', outcome: { kind: 'rejected', error: new TargetNotFoundError('no such export') } },
    ]);
    expect([machine.state, machine.error?.message]).toEqual(['failed', 'no such export']);
    expect(machine.ranks.map(({ state, error }) => [state, error])).toEqual([
      ['cancelled', undefined],
      ['cancelled', undefined],
    ]);
    expect(machine.activeRanks).toEqual([]);
  });

  it('that only looks for its target ends when it is found', () => {
    const machine = new JobMachine(1, 1, { onlyProbe: true });
    machine.start([], true, 0);
    expect(machine.probed(0)).toEqual([free(0), { type: 'settle', outcome: { kind: 'results', results: new Map() } }]);
    expect(machine.state).toBe('done');
  });

  it('lets the other ranks finish when one fails, and gives their values beside the error', () => {
    const machine = started(9, 3);
    expect(machine.rankFailed(1, root, 'failed', 2)).toEqual([free(1), gone(1, byRoot('failed'))]);
    machine.rankDone(0, bytes('a'), 3);
    expect(settledErrors(machine.rankDone(2, bytes('c'), 3))).toEqual({ 1: 'root' });
    expect(machine.ranks.map(({ state, count }) => [state, count])).toEqual([
      ['done', 3],
      ['failed', 2],
      ['done', 3],
    ]);
    expect([machine.state, machine.error]).toEqual(['failed', root]);
  });

  it('tells a rank whose process died from one that threw', () => {
    const machine = started(2, 2);
    machine.rankFailed(0, root, 'lost');
    machine.rankFailed(1, root, 'failed');
    expect(machine.ranks.map((rank) => rank.state)).toEqual(['lost', 'failed']);
  });

  it('has the root failure as its error, not the echo in the ranks that waited for it', () => {
    const machine = started(3, 3);
    machine.rankFailed(0, toErrorInfo(new SiblingError('echo')), 'failed');
    machine.rankFailed(1, toErrorInfo(new BarrierBrokenError('echo')), 'failed');
    expect(settledErrors(machine.rankFailed(2, root, 'failed'))).toEqual({ 0: 'echo', 1: 'echo', 2: 'root' });
    expect(machine.error).toEqual(root);
  });

  it('releases the ranks that wait at the moment in which another one fails', () => {
    const machine = started(3, 3);
    expect(machine.call(0, 1, { op: 'sync' }, 0)).toEqual([]);
    expect(machine.rankFailed(2, root, 'lost')).toMatchObject([
      { type: 'release', release: { rank: 0, call: 1, reply: { ok: false, error: { name: 'SiblingError' } } } },
      free(2),
      gone(2, byRoot('lost')),
    ]);
  });

  it('cannot be run with a target that does not compile, and says so once', () => {
    const machine = new JobMachine(10, 2);
    const error = new Error('does not compile');
    expect(machine.reject(error)).toEqual([{ type: 'settle', outcome: { kind: 'rejected', error } }]);
    expect([machine.state, machine.ranks.map((rank) => rank.state)]).toEqual(['failed', ['cancelled', 'cancelled']]);
    expect([machine.reject(error), machine.start([], false, 0), machine.cancel(error)]).toEqual([[], [], []]);
  });

  it('that has started is not rejected under its ranks', () => {
    const machine = started(2, 2);
    expect(machine.reject(new Error('too late'))).toEqual([]);
    machine.rankDone(0, bytes('a'), 1);
    expect(settledErrors(machine.rankDone(1, bytes('b'), 1))).toEqual({});
  });
});

describe('cancelling a job', () => {
  const reason = new JobCancelledError('enough');
  const settled: JobAction = { type: 'settle', outcome: { kind: 'rejected', error: reason } };

  it('that waits ends it at once', () => {
    const machine = new JobMachine(10, 2);
    expect(machine.cancel(reason)).toEqual([settled]);
    expect([machine.state, machine.ranks.map((rank) => rank.state)]).toEqual(['cancelled', ['cancelled', 'cancelled']]);
  });

  it('that runs ends when its last rank has really stopped, also when that one was faster', () => {
    const machine = started(10, 2);
    expect(machine.cancel(reason)).toEqual([
      { type: 'cancel-rank', rank: 0 },
      { type: 'cancel-rank', rank: 1 },
    ]);
    expect(machine.state).toBe('cancelling');
    expect(machine.rankFailed(1, root, 'lost')).toEqual([free(1), gone(1, byRoot('lost'))]);
    expect(machine.rankDone(0, bytes('late'), 5)).toEqual([free(0), settled]);
    expect(machine.state).toBe('cancelled');
    expect(machine.ranks.map((rank) => rank.state)).toEqual(['done', 'cancelled']);
  });

  it('asks only the ranks that still run', () => {
    const machine = started(10, 2);
    machine.rankDone(0, bytes('a'), 5);
    expect(machine.cancel(reason)).toEqual([{ type: 'cancel-rank', rank: 1 }]);
  });

  it('twice is the same as once', () => {
    const machine = started(10, 2);
    machine.cancel(reason);
    expect(machine.cancel(new Error('other'))).toEqual([]);
    machine.rankFailed(0, root, 'failed');
    expect(machine.rankFailed(1, root, 'failed')).toEqual([free(1), settled]);
  });

  it.each([
    ['is found', (machine: JobMachine) => machine.probed(0)],
    ['is not found', (machine: JobMachine) => machine.rankFailed(0, root, 'failed')],
  ])('that looks for its target frees all its workers when the target %s', (_, answer) => {
    const machine = new JobMachine(10, 2);
    machine.start([], true, 0);
    expect(machine.cancel(reason)).toEqual([{ type: 'cancel-rank', rank: 0 }]);
    expect(answer(machine)).toEqual([free(0), free(1), settled]);
    expect([machine.state, machine.ranks.map((rank) => rank.state)]).toEqual(['cancelled', ['cancelled', 'cancelled']]);
  });
});

describe('the progress of a job', () => {
  it('is the sum over its ranks, and news only when it grows', () => {
    const machine = started(10, 2);
    expect([
      machine.rankProgress(0, 2),
      machine.rankProgress(1, 3),
      machine.rankProgress(0, 2),
      machine.rankProgress(0, 1),
    ]).toEqual([true, true, false, false]);
    expect([machine.progress, machine.counts]).toEqual([5, [2, 3]]);
  });

  it('never passes the part of a rank', () => {
    const machine = started(10, 2);
    machine.rankProgress(0, 1000);
    expect([machine.counts, machine.rankProgress(0, 2000)]).toEqual([[5, 0], false]);
  });

  it('does not move before a rank runs or after it ended', () => {
    const machine = new JobMachine(10, 2);
    expect(machine.rankProgress(0, 1)).toBe(false);
    machine.start([], false, 0);
    machine.rankDone(0, bytes('a'), 2);
    expect(machine.rankProgress(0, 4)).toBe(false);
    expect(machine.counts).toEqual([2, 0]);
  });
});

describe('a job whose ranks are ended when one fails', () => {
  const cancelling = (total: number): JobMachine => {
    const machine = new JobMachine(40, total, { onRankFailure: 'cancel' });
    machine.start([], false, 0);
    return machine;
  };
  const stopped = toErrorInfo(new JobCancelledError('The job was cancelled.'));

  it('asks each of the others to stop once, and blames the one that failed', () => {
    const machine = cancelling(3);
    expect(machine.rankFailed(1, root, 'failed')).toEqual([
      free(1),
      gone(1, byRoot('failed')),
      { type: 'cancel-rank', rank: 0 },
      { type: 'cancel-rank', rank: 2 },
    ]);
    expect(machine.rankFailed(0, stopped, 'failed')[0]).toEqual(free(0));
    const why = 'Rank 1 of this job failed (RangeError: root), so this rank was ended.';
    expect(settledErrors(machine.rankFailed(2, stopped, 'lost'))).toEqual({ 0: why, 1: 'root', 2: why });
    expect([machine.state, machine.error?.message]).toEqual(['failed', 'root']);
    expect(machine.ranks.map(({ state }) => state)).toEqual(['cancelled', 'failed', 'cancelled']);
  });

  it('keeps what a rank gave, or failed with by itself, before it was stopped', () => {
    const machine = cancelling(3);
    machine.rankFailed(1, root, 'lost');
    machine.rankDone(0, bytes('value'), 13);
    const own = toErrorInfo(new TypeError('mine'));
    const last = machine.rankFailed(2, own, 'failed');
    expect(settledErrors(last)).toEqual({ 1: 'root', 2: 'mine' });
    expect(machine.ranks.map(({ state }) => state)).toEqual(['done', 'lost', 'failed']);
  });

  it('is cancelled as a whole when somebody cancels it meanwhile', () => {
    const machine = cancelling(2);
    machine.rankFailed(0, root, 'failed');
    expect(machine.cancel(new JobCancelledError('enough'))).toEqual([{ type: 'cancel-rank', rank: 1 }]);
    expect(machine.rankFailed(1, stopped, 'failed').at(-1)).toMatchObject({
      type: 'settle',
      outcome: { kind: 'rejected', error: { message: 'enough' } },
    });
  });
});
