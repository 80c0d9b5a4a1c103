import { describe, expect, it } from 'vitest';
import { jobSettings } from '../../../src/main/job-settings';
import { newRun, toDetail } from '../../../src/main/listed-job';
import { plannedCommandJob, plannedJob, plannedMapJob } from '../planned-job';

describe('what a job asks for', () => {
  it('is nothing when all is as usual', () => {
    expect([jobSettings(plannedJob()), jobSettings(plannedMapJob()), jobSettings(plannedCommandJob())]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('is said in words', () => {
    const { retries } = plannedJob();
    const job = plannedMapJob({
      schedule: { kind: 'guided', chunk: 5 },
      needs: [
        { id: 'a', keys: ['a'], when: 'success' },
        { id: 'b', keys: ['b'], when: 'items' },
      ],
      retries: { ...retries, max: 3, backoff: 'exponential', delayMs: 1500, on: ['crash', 'exit:75'] },
      onFailure: { then: 'stop', after: { percent: 3 } },
      timeoutMs: 90_000,
      jobTimeoutMs: 7_200_000,
      memoryMiB: 512,
      recycleAfter: 1,
      priority: 4,
      env: { MODE: 'fast', KEY: { secret: 'API_KEY' } },
      cwd: 'out',
    });
    expect(jobSettings(job)).toEqual([
      ['Schedule', 'guided, 5 in a chunk'],
      ['Needs', 'a, b (items)'],
      ['Retries', '3, exponential pauses from 1500 ms, after crash or exit:75'],
      ['When items fail', 'stop after 3% have failed'],
      ['Time limit', '90 s for each item'],
      ['Limit of the job', '2 h'],
      ['Memory', 'at most 512 MiB for each process'],
      ['Recycle', 'a fresh process after 1 item'],
      ['Priority', '4'],
      ['Environment', 'MODE=fast\nKEY (secret from API_KEY)'],
      ['Folder', 'out'],
    ]);
  });
});

it('arguments are JSON with short lists in one line', () => {
  const args = { bad: [1, 2, 3], 'a[': ['x\n y', ' ]'], long: ['x'.repeat(120)], deep: [[1], { b: [] }] };
  const { args: text } = toDetail({
    key: 1,
    fileKey: 1,
    plan: plannedJob({ args }),
    isOutline: false,
    target: '',
    state: 'ready',
    role: 'job',
    entry: null,
    place: 0,
    ...newRun(0),
  });
  expect(JSON.parse(text)).toEqual(args);
  expect(text.split('\n').slice(0, 4)).toEqual(['{', '  "bad": [1, 2, 3],', '  "a[": [', '    "x\\n y",']);
});
