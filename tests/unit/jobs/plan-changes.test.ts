import { describe, expect, it } from 'vitest';
import type { PlannedJob, PlannedRun } from '../../../src/jobs/plan';
import { planChanges } from '../../../src/jobs/plan-changes';
import { hashJob } from '../../../src/jobs/plan-hash';
import { PlanFormatError, planFromJson, planToJson } from '../../../src/jobs/plan-json';
import { plannedJob } from '../planned-job';

const run = (...jobs: PlannedJob[]): PlannedRun => ({
  version: 1,
  file: '/w/jobs.yaml',
  name: null,
  description: null,
  maxProcs: null,
  jobs: jobs.map((job) => ({ ...job, hash: hashJob(job) })),
  disabled: [],
});
const { partitionArgs: _, ...base } = plannedJob({ target: '/w/a.mjs#go' });
const map: PlannedJob = { ...base, kind: 'map', args: { size: 100, deep: { list: [1, 2] } }, env: { MODE: 'fast' } };
const texts = (before: PlannedJob, after: PlannedJob) => planChanges(run(before), run(after)).map(({ text }) => text);
const files = (...paths: string[]) => ({ items: { kind: 'files', paths }, range: paths.length }) as const;

describe('what changed between two plans', () => {
  it('is nothing for two readings of one file, wherever its folder lies', () => {
    expect(planChanges(run(map), run(map))).toEqual([]);
    expect(texts(map, { ...map, file: '/elsewhere/jobs.yaml', target: '/elsewhere/a.mjs#go' })).toEqual([]);
  });

  it('spoils nothing when only how it is run is another, and is told in the words of a job file', () => {
    const other: PlannedJob = {
      ...map,
      label: 'B',
      priority: 9,
      numProcs: 2,
      schedule: { kind: 'guided', chunk: null },
      timeoutMs: 90_000,
      jobTimeoutMs: 500,
      memoryMiB: 100,
      recycleAfter: 7,
      retries: { ...map.retries, max: 2 },
      onFailure: { then: 'stop', after: { items: 1 } },
      needs: [{ id: 'b', keys: ['b'], when: 'always' }],
    };
    const changes = planChanges(run(map), { ...run(other), maxProcs: 4 });
    expect(changes.map(({ text }) => text)).toEqual([
      'maxProcs is 4, and was not there.',
      'Job "a": priority is 9, and was 0.',
      'Job "a": retries.max is 2, and was 0.',
      'Job "a": onFailure.then is "stop", and was "continue".',
      'Job "a": onFailure.after is {"items":1}, and was not there.',
      'Job "a": needs is [{"job":"b","when":"always"}], and was [].',
      'Job "a": timeout is "90s", and was not there.',
      'Job "a": jobTimeout is "500ms", and was not there.',
      'Job "a": memory is "100MiB", and was not there.',
      'Job "a": recycleAfter is 7, and was not there.',
      'Job "a": numProcs is 2, and was "auto".',
      'Job "a": schedule.kind is "guided", and was "static".',
    ]);
    expect(changes.some(({ spoilsResults }) => spoilsResults)).toBe(false);
    expect(texts(other, map)).toContain('Job "a": timeout is no longer there.');
  });

  it('spoils a target when its processes or its schedule are others, since they decide what each rank works on', () => {
    const target = plannedJob({});
    const other: PlannedJob = { ...target, numProcs: 3, schedule: { kind: 'dynamic', chunk: 5 } };
    expect(planChanges(run(target), run(other)).map(({ text, spoilsResults }) => [text, spoilsResults])).toEqual([
      ['Job "a": numProcs is 3, and was 0.', true],
      ['Job "a": schedule.chunk is 5, and was not there.', true],
      ['Job "a": schedule.kind is "dynamic", and was "static".', true],
    ]);
  });

  it('is told value by value, and never the value of a variable', () => {
    const after: PlannedJob = {
      ...map,
      target: '/w/b.mjs#go',
      args: { size: 200, deep: { list: [1, 3] }, fresh: true },
      env: { MODE: 'secretly slow', NEW: 'x' },
    };
    expect(texts(map, after)).toEqual([
      'Job "a": args.size is 200, and was 100.',
      'Job "a": args.deep.list is [1,3], and was [1,2].',
      'Job "a": args.fresh is true, and was not there.',
      'Job "a": env.MODE has another value.',
      'Job "a": env.NEW is new.',
      'Job "a": target is "b.mjs#go", and was "a.mjs#go".',
    ]);
    expect(planChanges(run(map), run(after)).every(({ spoilsResults }) => spoilsResults)).toBe(true);
  });

  it('does not spoil results of map when items come and go, but does those of target', () => {
    const before = { ...map, ...files('a.png', 'b.png') };
    const after = { ...map, ...files('b.png', 'c.png', 'd.png') };
    expect(planChanges(run(before), run(after))).toEqual([
      { job: 'a', text: 'Job "a" has 3 items, and had 2: 2 new, 1 gone.', spoilsResults: false },
    ]);
    const target = plannedJob(files('a.png'));
    expect(planChanges(run(target), run({ ...target, ...files('b.png') }))).toEqual([
      { job: 'a', text: 'Job "a" has 1 item, and had 1: 1 new, 1 gone.', spoilsResults: true },
    ]);
  });

  it('names jobs that came, went, or became of another kind', () => {
    const changes = planChanges(
      run(map, plannedJob({ id: 'old' }), plannedJob({ id: 'turned' })),
      run(map, plannedJob({ id: 'new' }), { ...map, id: 'turned', key: 'turned' }),
    );
    expect(changes.map(({ text }) => text)).toEqual([
      'Job "old" is no longer there.',
      'Job "new" is new.',
      'Job "turned" is a map now, and was a target.',
    ]);
  });
});

describe('a stored plan', () => {
  const items = { kind: 'files', paths: Array.from({ length: 1000 }, (_, index) => `scans/${index}.dcm`) } as const;
  const keys = ['a[n=1]', 'a[n=2]'];
  const combinations = [1, 2, 3, 4].map((n) => ({
    ...map,
    key: `b[n=${n}]`,
    items,
    needs: [{ id: 'a', keys, when: 'success' as const }],
  }));

  it('comes back as it was, and holds shared lists once', () => {
    const plan = run(...combinations);
    const json = planToJson(plan);
    expect(planFromJson(json)).toEqual(plan);
    expect(json.match(/scans\/999\.dcm/g)).toHaveLength(1);
    expect(planToJson(planFromJson(json))).toBe(json);
  });

  it('of another version, or damaged, is refused', () => {
    expect(() => planFromJson('{"version":7}')).toThrow(/has version 7; this Procession reads version 1/);
    for (const text of ['', '[]', '{"version":1,"jobs":[{"items":3,"needs":[]}],"items":[],"keys":[]}'])
      expect(() => planFromJson(text)).toThrow(PlanFormatError);
  });
});
