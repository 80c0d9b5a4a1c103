import { describe, expect, it } from 'vitest';
import { JobCancelledError, SiblingError, TargetLoadError } from '../../../src/core/errors';
import { type JobServer, runJob } from '../../../src/jobs/run-job';
import { plannedJob } from '../planned-job';

const job = plannedJob({
  label: 'A',
  target: '/t.mjs#go',
  file: '/j.yaml',
  range: 6,
  numProcs: 2,
  args: { k: 1 },
  priority: 3,
});

type Call = Parameters<JobServer['callProcessFunc']>;

/** A server that answers each call with the next of the results and writes down what it was asked. */
function fakeServer(
  results: readonly (Map<number, unknown> | Error)[],
  hasCombine = false,
): JobServer & { readonly calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    jobs: [],
    onEvent: () => () => undefined,
    prepareTarget: async () => ({ hasCombine }),
    callProcessFunc: (...call) => {
      const result = results[calls.length];
      calls.push(call);
      const answer =
        result instanceof Error ? Promise.reject(result) : Promise.resolve(result ?? new Map<number, unknown>());
      return Object.assign(answer, { jobId: calls.length });
    },
  };
}

describe('a job of a job file', () => {
  it('is called with its args as one object, in processes of its own', async () => {
    const server = fakeServer([
      new Map([
        [1, 'b'],
        [0, 'a'],
      ]),
    ]);
    const started: number[] = [];
    const outcome = await runJob(server, job, { onStart: (id) => started.push(id) });
    expect(outcome).toMatchObject({ state: 'done', result: ['a', 'b'], errors: [] });
    expect(server.calls).toEqual([
      [6, 2, null, '/t.mjs#go', [{ k: 1 }], {}, { label: 'A', priority: 3, isolation: 'process' }],
    ]);
    expect(started).toEqual([1]);
  });

  it('gets its items and the args that are to be cut by name', async () => {
    const server = fakeServer([new Map([[0, 'only']])]);
    const outcome = await runJob(server, {
      ...job,
      items: { kind: 'values', values: ['x', 'y'] },
      range: 2,
      args: { names: [1, 2], k: 1 },
      partitionArgs: ['names'],
      timeoutMs: 50,
    });
    expect(outcome.result).toBe('only');
    expect(server.calls[0]?.slice(4)).toEqual([
      [],
      { names: [1, 2], k: 1, items: ['x', 'y'], partitionArgs: ['items', 'names'] },
      { label: 'A', priority: 3, isolation: 'process', timeoutMs: 50 },
    ]);
  });

  it('combines the ranks in order, ahead of every job that waits', async () => {
    const server = fakeServer(
      [
        new Map([
          [1, 2],
          [0, 1],
        ]),
        new Map([[0, 3]]),
      ],
      true,
    );
    const combining: number[] = [];
    expect(await runJob(server, job, { onCombine: (id) => combining.push(id) })).toMatchObject({
      state: 'done',
      result: 3,
    });
    expect(server.calls[1]).toEqual([
      1,
      1,
      null,
      '/t.mjs#go.combine',
      [[1, 2], { k: 1 }],
      {},
      { label: 'A: combine', priority: Number.MAX_SAFE_INTEGER, isolation: 'process' },
    ]);
    expect(combining).toEqual([2]);
  });

  it('fails with its root failure first and does not combine', async () => {
    const server = fakeServer(
      [
        new Map<number, unknown>([
          [0, new SiblingError('echo')],
          [1, new TypeError('root')],
          [2, 'fine'],
        ]),
      ],
      true,
    );
    const outcome = await runJob(server, job);
    expect(outcome.state).toBe('failed');
    expect(outcome.errors.map(({ rank, error }) => [rank, error.name, error.message])).toEqual([
      [1, 'TypeError', 'root'],
      [0, 'SiblingError', 'echo'],
    ]);
    expect(server.calls).toHaveLength(1);
  });

  it.each<[string, Error, string, string]>([
    ['its target cannot be loaded', new TargetLoadError('broken'), 'failed', 'ERR_TARGET_LOAD'],
    ['it is cancelled', new JobCancelledError('enough'), 'cancelled', 'ERR_JOB_CANCELLED'],
  ])('settles and never rejects when %s', async (_name, error, state, code) => {
    expect(await runJob(fakeServer([error]), job)).toMatchObject({ state, errors: [{ rank: null, error: { code } }] });
  });

  it('fails when its result cannot be written as asked', async () => {
    const server = fakeServer([new Map([[0, 'text']])]);
    const outcome = await runJob(server, { ...job, output: { path: 'x.png', format: 'png', perItem: false } });
    expect(outcome).toMatchObject({ state: 'failed', errors: [{ rank: null, error: { code: 'ERR_OUTPUT' } }] });
    expect(outcome.output).toBeUndefined();
  });
});
