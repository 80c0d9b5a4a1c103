import { afterAll, describe, expect, it } from 'vitest';
import { ProcessServer } from '../../../../src/core/process-server';

const server = new ProcessServer({ numProcs: 1 });
const target = '/nowhere/work.mjs#go';

afterAll(() => server.stop());

/** Callers in plain JavaScript have no types to hold them. */
const priorities: readonly unknown[] = [Number.NaN, 'high', '5', null, {}];

describe('a job that makes no sense is refused when it is submitted, and nothing of it is left', () => {
  it.each(priorities)('with the priority %j', (priority) => {
    const options = { priority: priority as number };
    expect(() => server.callProcessFunc(2, 1, null, target, [], {}, options)).toThrow(
      /^priority must be a number, not /,
    );
    expect(() => server.map(2, target, options)).toThrow(/^priority must be a number, not /);
    expect(() => server.run(2, { argv: ['true'] }, options)).toThrow(/^priority must be a number, not /);
    expect(server.jobs).toEqual([]);
  });

  it('with something to cut that is not an argument', () => {
    const list = [1, 2];
    const submit = (partitionArgs: unknown): unknown =>
      server.callProcessFunc(2, 1, null, target, [list], { partitionArgs });
    expect(() => submit([[1, 2]])).toThrow(/^partitionArgs names an array of 2, which is not one of the arguments/);
    expect(() => submit(['list'])).toThrow(/^partitionArgs names "list", which is not one of the arguments/);
    expect(() => submit('list')).toThrow(/^partitionArgs must be an array of the arguments/);
    expect(server.jobs).toEqual([]);
  });

  it('but any number is a priority, however high or low', () => {
    const futures = [-5, 0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((priority) =>
      server.callProcessFunc(1, 1, null, 'builtin:arguments', [], {}, { priority }),
    );
    expect([...server.jobQueue].map((job) => job.priority)).toEqual([
      Number.POSITIVE_INFINITY,
      0.5,
      -5,
      Number.NEGATIVE_INFINITY,
    ]);
    for (const future of futures) future.cancel();
    expect(server.jobs).toEqual([]);
  });
});
