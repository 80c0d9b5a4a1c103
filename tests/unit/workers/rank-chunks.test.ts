import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../src/core/error-info';
import { JobCancelledError, ServerStoppedError } from '../../../src/core/errors';
import type { CallRequest } from '../../../src/shared/worker-protocol';
import { fakeRank, runId } from './fake-rank';

type Chunk = readonly [start: number, end: number];

/** A rank that begins with `[0, 2)` and is given these chunks afterwards, then nothing. */
function chunkedRank(...later: readonly Chunk[]) {
  const left = [...later];
  return fakeRank({
    start: 0,
    end: 2,
    isChunked: true,
    answer: (request) => ({ ok: true, entries: [], ...(request.op === 'chunk' ? { chunk: left.shift() } : {}) }),
  });
}

const ask = (count: number): CallRequest => ({ op: 'chunk', count });

describe('a rank that works in chunks', () => {
  it('goes from one to the next, counts across them, and moves startVal and endVal along', () => {
    const { proc, block } = chunkedRank([7, 10], [13, 14]);
    expect([proc.startVal, proc.endVal]).toEqual([0, 2]);
    const seen: [item: number, count: number, start: number, end: number][] = [];
    for (const item of proc.pRange()) seen.push([item, block.count, proc.startVal, proc.endVal]);
    expect(seen).toEqual([
      [0, 0, 0, 2],
      [1, 1, 0, 2],
      [7, 2, 7, 10],
      [8, 3, 7, 10],
      [9, 4, 7, 10],
      [13, 5, 13, 14],
    ]);
    expect([block.count, proc.count]).toEqual([6, 6]);
    expect([proc.startVal, proc.endVal]).toEqual([14, 14]);
  });

  it('goes through them with nRange too, without counting', () => {
    const { proc, block } = chunkedRank([7, 10]);
    expect([...proc.nRange()]).toEqual([0, 1, 7, 8, 9]);
    expect(block.count).toBe(0);
  });

  it.each(['pRange', 'nRange'] as const)('has nothing left for a second pass over %s', (range) => {
    const { proc, block } = chunkedRank([7, 10]);
    expect([...proc.pRange()]).toHaveLength(5);
    expect([...proc[range]()]).toEqual([]);
    expect(block.count).toBe(5);
  });

  it('has nothing at all when the range ran out before it began', () => {
    const { proc, block } = fakeRank({ start: 0, end: 0, isChunked: true });
    expect([...proc.pRange()]).toEqual([]);
    expect(block.count).toBe(0);
  });

  it('asks for one chunk ahead, with what it has finished, before the first item of the chunk before', () => {
    const { proc, ask: asked } = chunkedRank([7, 10], [13, 14]);
    expect(asked).not.toHaveBeenCalled();
    const seen: [item: number, calls: number][] = [];
    for (const item of proc.pRange()) seen.push([item, asked.mock.calls.length]);
    expect(seen).toEqual([
      [0, 1],
      [1, 1],
      [7, 2],
      [8, 2],
      [9, 2],
      [13, 3],
    ]);
    expect(asked.mock.calls).toEqual([[ask(0)], [ask(2)], [ask(5)]]);
  });

  it('takes the chunk that it has asked for when a loop was left and another one begins', () => {
    const { proc, block, ask: asked } = chunkedRank([7, 10]);
    for (const item of proc.pRange()) if (item === 1) break;
    expect(block.count).toBe(1);
    expect([...proc.pRange()]).toEqual([0, 1, 7, 8, 9]);
    expect(block.count).toBe(5);
    expect(asked.mock.calls).toEqual([[ask(0)], [ask(2)]]);
  });

  it('takes setProgress up to the items that it was given so far', () => {
    const { proc, block } = chunkedRank([7, 10]);
    expect(() => proc.setProgress(3)).toThrow(RangeError);
    for (const item of proc.nRange()) if (item === 7) break;
    proc.setProgress(5);
    expect(block.count).toBe(5);
    expect(() => proc.setProgress(6)).toThrow(
      new RangeError('setProgress takes a number from 0 to 5, the items that this rank was given so far, not 6'),
    );
  });

  it('ends between two chunks when the job is cancelled', () => {
    const { proc, block } = chunkedRank([7, 10]);
    const seen: number[] = [];
    expect(() => {
      for (const item of proc.pRange()) {
        seen.push(item);
        if (item === 1) block.cancel(runId);
      }
    }).toThrow(JobCancelledError);
    expect([seen, block.count]).toEqual([[0, 1], 2]);
  });

  it('ends when the job is cancelled while it waits for a chunk', () => {
    const { proc, block } = fakeRank({ start: 0, end: 1, isChunked: true, answer: () => undefined });
    expect(() => [...proc.pRange()]).toThrow(JobCancelledError);
    expect(block.count).toBe(1);
  });

  it('throws the error that it is answered instead of a chunk', () => {
    const error = toErrorInfo(new ServerStoppedError('The server has stopped.'));
    const { proc } = fakeRank({ start: 0, end: 1, isChunked: true, answer: () => ({ ok: false, error }) });
    expect(() => [...proc.pRange()]).toThrow('The server has stopped.');
  });

  it('asks for none with a static schedule', () => {
    const { proc, ask: asked } = fakeRank();
    expect([...proc.pRange()]).toEqual([10, 11, 12, 13, 14]);
    expect(asked).not.toHaveBeenCalled();
  });
});
