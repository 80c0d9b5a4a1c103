import { expect, it } from 'vitest';
import { inseparable, isolate } from '../../../../src/main/queue/split-run';
import { newRun, planOf } from '../../../../src/runner/stored-runs';
import { type PlannedJob, type PlannedRun, planVersion } from '../../../../src/shared/plan';
import { openHistory } from '../../history/helpers';
import { plannedJob } from '../../planned-job';

const needs = (...keys: string[]) => [{ id: keys[0] ?? '', keys, when: 'success' as const }];
const run = (jobs: readonly PlannedJob[], maxProcs: number | null = null): PlannedRun => ({
  version: planVersion,
  file: '/jobs.yaml',
  name: null,
  description: null,
  maxProcs,
  jobs,
  disabled: [],
});
const jobs = [
  plannedJob({ id: 'a', file: '/jobs.yaml' }),
  plannedJob({ id: 'b', file: '/jobs.yaml', needs: needs('a') }),
  plannedJob({ id: 'c', file: '/jobs.yaml' }),
  plannedJob({ id: 'd', file: '/jobs.yaml', needs: needs('b') }),
];

it('jobs that need each other stay together, also over others', () => {
  expect(inseparable(run(jobs), ['d'])).toEqual(new Set(['d', 'b', 'a']));
  expect(inseparable(run(jobs), ['c'])).toEqual(new Set(['c']));
  expect(inseparable(run(jobs, 2), ['c'])).toEqual(new Set(['a', 'b', 'c', 'd']));
  expect(inseparable(run(jobs), ['z'])).toEqual(new Set());
});

it('a job that can be parted gets a run of its own, with its plan', async () => {
  const history = await openHistory();
  const [id = 0] = await history.enqueue([await newRun(run(jobs), { args: {}, version: '1' })]);
  const part = await isolate(history, { run: id, jobs: ['c'] });
  expect(part.jobs).toEqual(['c']);
  expect(part.run).not.toBe(id);
  const [old, own] = [await history.get(id), await history.get(part.run)];
  if (!old || !own) throw new Error('A run is missing.');
  expect(planOf(own).jobs.map(({ key }) => key)).toEqual(['c']);
  expect(planOf(old).jobs.map(({ key }) => key)).toEqual(['a', 'b', 'd']);
  expect(own.hash).toBe(jobs[2]?.hash);
  // What is left cannot be parted.
  expect(await isolate(history, { run: id, jobs: ['b'] })).toEqual({ run: id, jobs: ['a', 'b', 'd'] });
  const claim = await history.claim(part.run);
  expect(claim.ok).toBe(true);
});
