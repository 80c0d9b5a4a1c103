import { describe, expect, it } from 'vitest';
import { endOf, percentOf, RunState, rateOf } from '../../../src/cli/run-state';
import { plan, progress, running } from './fixtures';

function started(): RunState {
  const state = new RunState([plan()]);
  state.bind(0, 7, undefined);
  state.apply(running(), 1000);
  return state;
}

describe('the state of a run', () => {
  it('tells the start once, then progress, then the end', () => {
    const state = new RunState([plan()]);
    const types = [
      ...state.bind(0, 7, running([0, 0, 0, 0]).job),
      ...state.apply(running([1, 0, 0, 0]), 1100),
      ...state.apply(progress([2, 1, 0, 0]), 1200),
      ...state.end(0, { state: 'done', errors: [], startedAt: 1000, endedAt: 1300 }),
      ...state.apply(progress([12, 13, 12, 13]), 1400),
    ].map(({ type }) => type);
    expect(types).toEqual(['job.start', 'job.progress', 'job.end']);
    expect(state.jobs[0]).toMatchObject({
      phase: 'ended',
      progress: 50,
      ranks: [{ start: 0, end: 12, count: 2 }, { start: 12, end: 25, count: 1 }, {}, {}],
    });
  });

  it('knows nothing of jobs that are not of this run', () => {
    const state = started();
    expect(state.apply({ type: 'progress', jobId: 8, progress: 9, counts: [9] }, 1100)).toEqual([]);
    expect(state.apply({ type: 'log', jobId: 8, lines: [] }, 1100)).toEqual([]);
  });

  it('gives the log of combining to its job, but not its progress', () => {
    const state = started();
    state.bindCombine(0, 9);
    const lines = [{ rank: 0, stream: 'log' as const, text: 'note' }];
    expect(state.apply({ type: 'log', jobId: 9, lines }, 1100)).toMatchObject([
      { type: 'log', lines, job: { plan: { id: 'a' } } },
    ]);
    expect(state.apply({ type: 'progress', jobId: 9, progress: 1, counts: [1] }, 1100)).toEqual([]);
  });

  it('does not start a job that is cancelled while it waits', () => {
    const state = new RunState([plan()]);
    state.bind(0, 7, undefined);
    const { startedAt: _never, ...job } = running().job;
    expect(state.apply({ type: 'job', job: { ...job, state: 'cancelled' } }, 1000)).toEqual([]);
    expect(state.jobs[0]?.phase).toBe('waiting');
  });

  it('tells the rate and the end from the last ten seconds only', () => {
    const state = started();
    const job = (): NonNullable<(typeof state.jobs)[0]> => state.jobs[0] ?? expect.unreachable();
    expect(rateOf(job(), 1000)).toBeUndefined();
    state.apply(progress([10, 0, 0, 0]), 2000);
    expect(rateOf(job(), 2000)).toBe(10);
    expect(endOf(job(), 2000)).toBe(6000);
    for (let second = 3; second <= 30; second++) state.apply(progress([10, second / 2, 0, 0]), second * 1000);
    expect(rateOf(job(), 30_000)).toBeCloseTo(0.5, 1);
    expect(job().samples.length).toBeLessThan(15);
  });

  it('keeps few samples however often progress comes', () => {
    const state = started();
    for (let tick = 0; tick < 1000; tick++) state.apply(progress([tick / 100, 0, 0, 0]), 1000 + tick * 10);
    expect(state.jobs[0]?.samples.length).toBeLessThan(50);
  });

  it('floors percentages: 100% is all', () => {
    const state = new RunState([plan({ range: 1000 })]);
    state.bind(0, 7, running([0, 0, 0, 0]).job);
    state.apply({ type: 'progress', jobId: 7, progress: 999, counts: [249, 250, 250, 250] }, 1200);
    expect(state.jobs.map(percentOf)).toEqual([99]);
  });
});
