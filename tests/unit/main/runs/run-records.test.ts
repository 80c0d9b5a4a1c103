import { describe, expect, it } from 'vitest';
import { type ListedRun, RunRecords } from '../../../../src/main/runs/run-records';
import type { ServerEvent } from '../../../../src/shared/engine-info';
import { plannedJob, plannedMapJob } from '../../planned-job';

const partial = (jobId: number): ServerEvent => ({
  type: 'partial',
  jobId,
  rank: 0,
  value: { kind: 'procession.patch', view: 'figure', label: 'n', value: 1 },
});

const listed = (key: number, run: number, isActive = true): ListedRun => ({ key, run, plan: plannedJob(), isActive });

describe('the records of runs', () => {
  it('take what concerns them, and say of which job there is news', () => {
    const records = new RunRecords({
      byEngineId: (engineId) => (engineId === 5 ? listed(1, 2) : undefined),
      byKey: () => undefined,
    });
    expect(records.onServerEvent(partial(4))).toBeNull();
    expect(records.onServerEvent({ type: 'partial', jobId: 5, rank: 0, value: 'nothing to show' })).toBeNull();
    expect(records.onServerEvent(partial(5))).toBe(1);
    expect(records.pulse(1)).toMatchObject({ key: 1, run: 2, live: 1 });
    expect(records.find({ key: 1, run: 2 })?.live.isEmpty).toBe(false);
    expect([records.find({ key: 1, run: 1 }), records.pulse(2)]).toEqual([undefined, null]);
  });

  it('begin anew with each run', () => {
    let run = 1;
    const records = new RunRecords({ byEngineId: () => listed(1, run), byKey: () => undefined });
    records.onServerEvent(partial(1));
    records.onServerEvent(partial(1));
    run = 2;
    records.onServerEvent(partial(2));
    expect(records.pulse(1)).toMatchObject({ run: 2, live: 1 });
    expect(records.find({ key: 1, run: 1 })).toBeUndefined();
  });

  it('are kept of so many jobs, the oldest that have ended go first', () => {
    const records = new RunRecords({
      byEngineId: (engineId) => listed(engineId, 1),
      byKey: (key) => listed(key, 1, key < 3),
    });
    for (let key = 1; key <= 70; key += 1) records.onServerEvent(partial(key));
    const kept = Array.from({ length: 70 }, (_, index) => index + 1).filter((key) => records.pulse(key) !== null);
    expect(kept).toHaveLength(64);
    expect(kept.slice(0, 4)).toEqual([1, 2, 9, 10]);
  });

  it('go when those of many items take up too much', () => {
    const plan = plannedMapJob({ range: 10_000_000 });
    const records = new RunRecords({
      byEngineId: (engineId) => ({ key: engineId, run: 1, plan, isActive: false }),
      byKey: (key) => ({ key, run: 1, plan, isActive: key === 1 }),
    });
    for (let key = 1; key <= 12; key += 1) records.onServerEvent(partial(key));
    const kept = Array.from({ length: 12 }, (_, index) => index + 1).filter((key) => records.pulse(key) !== null);
    // 60 MB each: eight of them are within 512 MiB.
    expect(kept).toEqual([1, 6, 7, 8, 9, 10, 11, 12]);
  });
});
