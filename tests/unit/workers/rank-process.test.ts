import { describe, expect, it, vi } from 'vitest';
import { decodeValue, encodeValue } from '../../../src/core/data/serialize';
import { toErrorInfo } from '../../../src/core/error-info';
import { BarrierBrokenError, JobCancelledError, SerializationError } from '../../../src/core/errors';
import { fakeRank, runId } from './fake-rank';

describe('a rank', () => {
  it('knows its place in the job', () => {
    const { index, total, startVal, endVal, maxVal, jobId } = fakeRank().proc;
    expect({ index, total, startVal, endVal, maxVal, jobId }).toEqual({
      index: 2,
      total: 4,
      startVal: 10,
      endVal: 15,
      maxVal: 20,
      jobId: 3,
    });
  });

  it('logs as console.log writes', () => {
    const { proc, log } = fakeRank();
    proc.log('found %d of', 3, { deep: [1] });
    expect(log.mock.calls).toEqual([['found 3 of { deep: [ 1 ] }']]);
  });
});

describe('emit', () => {
  it('hands the value on, serialised, and asks nobody', () => {
    const { proc, emit, ask } = fakeRank();
    proc.emit({ best: 3n });
    proc.emit(undefined);
    expect(emit.mock.calls.map(([payload]) => decodeValue(payload))).toEqual([{ best: 3n }, undefined]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('names what cannot be copied', () => {
    const { proc, emit } = fakeRank();
    expect(() => proc.emit({ on: () => 1 })).toThrow(SerializationError);
    expect(() => proc.emit({ on: () => 1 })).toThrow(/^emit\(\)\.on is a function/);
    expect(emit).not.toHaveBeenCalled();
  });
});

describe('rng', () => {
  it('gives an item the same numbers on every rank, and others with another seed', () => {
    const [here, there] = [fakeRank().proc, fakeRank({ start: 0, end: 10, total: 2 }).proc];
    const first = here.rng(12).uint32();
    expect(there.rng(12).uint32()).toBe(first);
    expect(here.rng(12, 0).uint32()).toBe(first);
    expect(here.rng(12, 1).uint32()).not.toBe(first);
  });
});

describe('nRange', () => {
  it('goes through the part without counting, as often as asked', () => {
    const { proc, block } = fakeRank();
    expect([...proc.nRange(), ...proc.nRange()]).toEqual([10, 11, 12, 13, 14, 10, 11, 12, 13, 14]);
    expect(block.count).toBe(0);
  });

  it('of an empty part has nothing', () => {
    expect([...fakeRank({ start: 5, end: 5 }).proc.nRange()]).toEqual([]);
  });
});

describe('pRange', () => {
  it('counts each item after its work', () => {
    const { proc, block } = fakeRank();
    const seen: [item: number, count: number][] = [];
    for (const item of proc.pRange()) seen.push([item, block.count]);
    expect(seen).toEqual([
      [10, 0],
      [11, 1],
      [12, 2],
      [13, 3],
      [14, 4],
    ]);
    expect([block.count, proc.count]).toEqual([5, 5]);
  });

  it('does not count the item at which a loop was left', () => {
    const { proc, block } = fakeRank();
    for (const item of proc.pRange()) if (item === 12) break;
    expect(block.count).toBe(2);
  });

  it('does not count the item at which the work failed', () => {
    const { proc, block } = fakeRank();
    expect(() => {
      for (const item of proc.pRange()) if (item === 13) throw new RangeError('far');
    }).toThrow('far');
    expect(block.count).toBe(3);
  });

  it('of an empty part has nothing', () => {
    const { proc, block } = fakeRank({ start: 5, end: 5 });
    expect([...proc.pRange()]).toEqual([]);
    expect(block.count).toBe(0);
  });

  it('ends between two items when the job is cancelled', () => {
    const { proc, block } = fakeRank();
    const seen: number[] = [];
    expect(() => {
      for (const item of proc.pRange()) {
        seen.push(item);
        if (item === 11) block.cancel(runId);
      }
    }).toThrow(JobCancelledError);
    expect(seen).toEqual([10, 11]);
    expect(block.count).toBe(2);
  });

  it('goes on when another run is cancelled', () => {
    const { proc, block } = fakeRank();
    block.cancel(runId + 1);
    expect([...proc.pRange()]).toHaveLength(5);
  });
});

describe('setProgress', () => {
  it('takes whole items and never goes back, unless it is forced to', () => {
    const { proc, block } = fakeRank();
    const counts = [2, 3.7, 1, 5].map((count) => {
      proc.setProgress(count);
      return block.count;
    });
    expect(counts).toEqual([2, 3, 3, 5]);
    proc.setProgress(1, true);
    expect(block.count).toBe(1);
  });

  it.each([-1, 6, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d of a part of 5', (count) => {
    expect(() => fakeRank().proc.setProgress(count)).toThrow(
      new RangeError(`setProgress takes a number from 0 to 5, the items that this rank was given so far, not ${count}`),
    );
  });
});

describe('sync and shareObject', () => {
  it('ask the server and give what it answers', () => {
    const entries = [
      [0, { version: 1, payload: encodeValue({ from: 0 }, 'x') }],
      [3, { version: 2, payload: encodeValue([3n], 'x') }],
    ] as const;
    const { proc, ask } = fakeRank({
      answer: (request) => ({ ok: true, entries: request.op === 'sync' ? [] : entries }),
    });
    proc.sync();
    expect(proc.shareObject<unknown>('x', new Float64Array([1.5]))).toEqual(
      new Map<number, unknown>([
        [0, { from: 0 }],
        [3, [3n]],
      ]),
    );
    expect(proc.shareObject('y', 1, false).size).toBe(2);
    expect(proc.getObjects('z').size).toBe(2);
    expect(
      ask.mock.calls.map(([request]) =>
        'payload' in request && request.payload ? { ...request, payload: decodeValue(request.payload) } : request,
      ),
    ).toEqual([
      { op: 'sync' },
      { op: 'share', name: 'x', payload: new Float64Array([1.5]), exchange: true },
      { op: 'share', name: 'y', payload: 1, exchange: false },
      { op: 'get', name: 'z' },
    ]);
  });

  it('meet the others directly where they can, and ask the server only for what is stored', () => {
    const entries = [[0, { version: 1, payload: encodeValue('theirs', 'x') }]] as const;
    const direct = {
      meet: vi.fn(() => ({ ok: true, entries }) as const),
      nextVersion: vi.fn(() => 7),
      merge: vi.fn(() => ({ ok: true, entries }) as const),
    };
    const { proc, ask } = fakeRank({ direct });
    proc.sync();
    expect(proc.shareObject('x', 'mine')).toEqual(new Map([[0, 'theirs']]));
    expect(direct.meet.mock.calls).toEqual([[], ['x', encodeValue('mine', 'x')]]);
    expect(ask).not.toHaveBeenCalled();
    proc.shareObject('y', 1, false);
    expect(proc.getObjects('x')).toEqual(new Map([[0, 'theirs']]));
    expect(ask.mock.calls).toEqual([
      [{ op: 'share', name: 'y', payload: encodeValue(1, 'y'), exchange: false, version: 7 }],
      [{ op: 'get', name: 'x' }],
    ]);
    expect(direct.merge.mock.calls).toEqual([['x', { ok: true, entries: [] }]]);
  });

  it('ask nobody when there is one rank', () => {
    const { proc, ask } = fakeRank({ total: 1 });
    proc.sync();
    expect([proc.shareObject('x', 1), proc.getObjects('x')]).toEqual([new Map(), new Map()]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('throw the error that they are answered', () => {
    const error = toErrorInfo(new BarrierBrokenError('Rank 1 has returned'));
    const { proc } = fakeRank({ answer: () => ({ ok: false, error }) });
    expect(() => proc.sync()).toThrow(BarrierBrokenError);
    expect(() => proc.shareObject('x', 1)).toThrow('Rank 1 has returned');
  });

  it('throw when the job is cancelled, before they ask and while they wait', () => {
    const { proc } = fakeRank({ answer: () => undefined });
    expect(() => proc.sync()).toThrow(JobCancelledError);
    const cancelled = fakeRank();
    cancelled.block.cancel(runId);
    const attempts = [
      () => cancelled.proc.sync(),
      () => cancelled.proc.shareObject('x', 1),
      () => cancelled.proc.getObjects('x'),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(JobCancelledError);
    expect(cancelled.ask).not.toHaveBeenCalled();
  });

  it.each([1, 4])('name what cannot be shared, with %d ranks', (total) => {
    const { proc, ask } = fakeRank({ total });
    expect(() => proc.shareObject('mesh', { on: () => 1 })).toThrow(SerializationError);
    expect(() => proc.shareObject('mesh', { on: () => 1 })).toThrow(/^shareObject\("mesh"\)\.on is a function/);
    expect(ask).not.toHaveBeenCalled();
  });
});

describe('signal', () => {
  it('is aborted as soon as the job is cancelled, also in a loop that lets no event through', () => {
    const { proc, block } = fakeRank();
    expect([proc.signal.aborted, proc.signal.reason]).toEqual([false, undefined]);
    expect(() => proc.signal.throwIfAborted()).not.toThrow();
    block.cancel(runId);
    expect(proc.signal.aborted).toBe(true);
    expect(proc.signal.reason).toBeInstanceOf(JobCancelledError);
    expect(() => proc.signal.throwIfAborted()).toThrow(JobCancelledError);
  });

  it('tells its listeners once, when events come through', () => {
    const { proc, block } = fakeRank();
    const listener = vi.fn();
    proc.signal.addEventListener('abort', listener);
    block.cancel(runId);
    proc.abort();
    proc.abort();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(proc.signal.reason).toBeInstanceOf(JobCancelledError);
  });
});
