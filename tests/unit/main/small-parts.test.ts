import { describe, expect, it } from 'vitest';
import { requestSchemas } from '../../../src/main/ipc-schemas';
import { jobFilesOf } from '../../../src/main/job-files-of';
import { RateMeter } from '../../../src/runner/tracking/rate';
import { requestNames } from '../../../src/shared/ipc';

describe('the rate of a running job', () => {
  it('is unknown in the first half second and then near the true one', () => {
    const meter = new RateMeter(0);
    meter.sample(10, 100);
    expect(meter.rate).toBeNull();
    for (let now = 200; now <= 5000; now += 100) meter.sample(now / 10, now);
    expect(meter.rate).toBeCloseTo(100, 5);
  });

  it('follows a change of speed without jumping', () => {
    const meter = new RateMeter(0);
    for (let now = 100; now <= 5000; now += 100) meter.sample(now / 10, now);
    meter.sample(500, 7500);
    expect(meter.rate).toBeGreaterThan(30);
    expect(meter.rate).toBeLessThan(50);
  });
});

it('job files on a command line are told from switches and from the app', () => {
  const argv = [
    '/opt/electron',
    '--no-sandbox',
    '--user-data-dir=/tmp/x.json',
    '/home/me/procession',
    'a.yaml',
    '/b/C.YML',
    'notes.txt',
    'd.json',
  ];
  expect(jobFilesOf(argv)).toEqual(['a.yaml', '/b/C.YML', 'd.json']);
});

describe('requests of the window', () => {
  it('each have a schema', () => {
    expect(Object.keys(requestSchemas).toSorted()).toEqual([...requestNames].toSorted());
  });

  it('are refused with too many, too few or other arguments', () => {
    expect(requestSchemas.runJobs.safeParse([[1, 2]]).success).toBe(true);
    for (const bad of [[], [1], [[-1]], [[0.5]], [['1']], [[1], 2], [null], [{ length: 1, 0: 1 }]])
      expect(requestSchemas.runJobs.safeParse(bad).success).toBe(false);
    expect(requestSchemas.watchJob.safeParse([null]).success).toBe(true);
    expect(requestSchemas.copyText.safeParse(['x'.repeat(64_000_001)]).success).toBe(false);
  });
});
