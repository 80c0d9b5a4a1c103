import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { JobArrays } from '../../../../src/core/data/job-arrays';
import { ArgumentArrays } from '../../../../src/core/data/message-arrays';
import { decodeValue, encodeValue } from '../../../../src/core/data/serialize';
import { SharedArray } from '../../../../src/core/data/shared-array';

const foldersOfThis = (): string[] =>
  ['/dev/shm', tmpdir()].flatMap((parent) =>
    existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith(`procession-${process.pid}-`)) : [],
  );

/** What a rank gets that is given the array. */
function passed(array: SharedArray, isInProcess: boolean): { copy: SharedArray; job: JobArrays; rank: ArgumentArrays } {
  const job = new JobArrays([], 1, isInProcess, false);
  const payload = encodeValue([{ array }], 'arguments', new Set(), job);
  const rank = new ArgumentArrays(job.files, job.memories);
  const [{ array: copy }] = decodeValue(payload, undefined, rank) as [{ array: SharedArray }];
  return { copy, job, rank };
}

describe('a shared array', () => {
  it.each([
    ['between processes', 'machine', false],
    ['within one process', 'process', true],
  ] as const)('is the same for all who have it, %s', (_name, within, isInProcess) => {
    const array = new SharedArray(Float64Array, 10, { within });
    expect(array.read()).toEqual(new Float64Array(10));
    const { copy, job, rank } = passed(array, isInProcess);
    expect(copy).toBeInstanceOf(SharedArray);
    copy.write(3, Float64Array.of(1.5, 2.5));
    array.write(9, [7]);
    expect(array.read(2, 6)).toEqual(Float64Array.of(0, 1.5, 2.5, 0));
    expect(copy.read(9)).toEqual(Float64Array.of(7));
    expect(copy.view?.[3]).toBe(within === 'process' ? 1.5 : undefined);
    rank.close();
    job.end();
    expect(() => copy.read()).toThrow('has been closed');
    array.close();
    expect(() => array.write(0, [1])).toThrow('has been closed');
  });

  it('holds elements of any type, and converts what it is given', () => {
    const clamped = new SharedArray(Uint8ClampedArray, 3);
    clamped.write(0, [300, -5, 1.6]);
    expect([...clamped.read()]).toEqual([255, 0, 2]);
    const large = new SharedArray(BigInt64Array, 2);
    large.write(1, [-3n]);
    expect([...large.read()]).toEqual([0n, -3n]);
    const part = new Uint8ClampedArray([1, 2, 3, 4]).subarray(1, 3);
    clamped.write(1, part);
    expect([...clamped.read()]).toEqual([255, 2, 3]);
    clamped.close();
    large.close();
  });

  it('refuses what is not in it, and what no typed array holds', () => {
    const array = new SharedArray(Int32Array, 4);
    for (const [start, end] of [
      [-1, 2],
      [0, 5],
      [3, 2],
      [0.5, 1],
    ]) {
      expect(() => array.read(start, end)).toThrow(RangeError);
    }
    expect(() => array.write(3, [1, 2])).toThrow('There are no elements 3 to 5 in a SharedArray of 4.');
    expect(array.read()).toEqual(new Int32Array(4));
    array.close();
    expect(() => new SharedArray(Int32Array, -1)).toThrow(RangeError);
    expect(() => new SharedArray(Int32Array, 1e15)).toThrow(
      /^There is no room for a SharedArray of \d+ MiB \(.*are free/,
    );
    expect(() => new SharedArray(Array as never, 1)).toThrow(/such as Float64Array, not Array/);
  });

  it('is there until the last job that has it has ended, and leaves no file', () => {
    const array = new SharedArray(Float64Array, 4);
    expect(foldersOfThis()).not.toEqual([]);
    const first = passed(array, false);
    const second = passed(array, false);
    array.close();
    first.copy.write(0, [4]);
    first.job.end();
    expect(second.copy.read(0, 1)).toEqual(Float64Array.of(4));
    expect(foldersOfThis()).not.toEqual([]);
    for (const { rank } of [first, second]) rank.close();
    second.job.end();
    expect(foldersOfThis()).toEqual([]);
  });

  it('cannot be passed on once it is closed, beyond its process, or in anything but arguments', () => {
    const local = new SharedArray(Float64Array, 1, { within: 'process' });
    expect(() => passed(local, false)).toThrow(/was made for its own process only/);
    local.close();
    expect(() => passed(local, true)).toThrow('A SharedArray among the arguments has been closed.');
    const array = new SharedArray(Float64Array, 1);
    expect(() => encodeValue({ it: array }, 'result')).toThrow(
      /^result\.it is a SharedArray, which only the arguments/,
    );
    array.close();
  });
});
