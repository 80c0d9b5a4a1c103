import { afterEach, describe, expect, it, vi } from 'vitest';
import { ControlBlock } from '../../../../src/core/pool/control-block';

/** The compute thread's and the control thread's view of one block. */
function views(): { compute: ControlBlock; control: ControlBlock } {
  const compute = new ControlBlock();
  return { compute, control: new ControlBlock(compute.buffer) };
}

/** Puts a function in the place of one of Atomics. */
const replaceAtomic = (name: 'store' | 'wait', value: (array: Int32Array, index: number, value: number) => unknown) =>
  vi.stubGlobal('Atomics', Object.create(Atomics, { [name]: { value } }));

afterEach(() => void vi.unstubAllGlobals());

describe('the count of a control block', () => {
  it.each([0, 1, 2 ** 30 - 1, 2 ** 30, 2 ** 30 + 1, 2 ** 31, 2 ** 32 + 5, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER])(
    'is read on the other side as it was set: %d',
    (count) => {
      const { compute, control } = views();
      compute.setCount(count);
      expect(control.count).toBe(count);
    },
  );

  it('goes up and down across 2^30', () => {
    const { compute, control } = views();
    const counts = [2 ** 30 - 1, 2 ** 30, 3, 2 ** 33, 2 ** 30 - 1, 0, 5];
    expect(
      counts.map((count) => {
        compute.setCount(count);
        return control.count;
      }),
    ).toEqual(counts);
  });

  it('begins at 0 for each run', () => {
    const { compute, control } = views();
    compute.setCount(2 ** 35);
    compute.beginRun(2);
    expect(control.count).toBe(0);
    compute.setCount(4);
    expect(control.count).toBe(4);
  });

  it('begins at 0 for the first run of a fresh thread, however far the one before it had come', () => {
    const { compute, control } = views();
    compute.setCount(2 ** 35 + 9);
    const fresh = new ControlBlock(compute.buffer);
    fresh.beginRun(3);
    fresh.setCount(1);
    expect(control.count).toBe(1);
  });

  it('is never read too high by who reads between two stores', () => {
    const { compute, control } = views();
    const store = Atomics.store;
    const seen: number[] = [];
    replaceAtomic('store', (array, index, value) => {
      const stored = store(array, index, value);
      seen.push(control.count);
      return stored;
    });
    let highest = 0;
    for (const count of [2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1]) {
      compute.setCount(count);
      highest = count;
      expect(Math.max(...seen.splice(0))).toBe(highest);
    }
  });
});

describe('the run of a control block', () => {
  it('is known to both sides from its beginning to its end', () => {
    const { compute, control } = views();
    expect(control.currentRun).toBe(0);
    compute.beginRun(0x7fffffff);
    expect(control.currentRun).toBe(0x7fffffff);
    compute.endRun();
    expect(control.currentRun).toBe(0);
  });

  it('keeps its count after its end', () => {
    const { compute, control } = views();
    compute.beginRun(1);
    compute.setCount(12);
    compute.endRun();
    expect(control.count).toBe(12);
  });

  it('stays the one that was begun last when it has ended, until the next begins', () => {
    const { compute, control } = views();
    const seen = [control.begunRun];
    compute.beginRun(4);
    seen.push(control.begunRun);
    compute.endRun();
    seen.push(control.begunRun);
    compute.beginRun(0x7fffffff);
    seen.push(control.begunRun);
    expect(seen).toEqual([0, 4, 4, 0x7fffffff]);
  });

  it('is known as begun before anybody can see it run', () => {
    const { compute, control } = views();
    const store = Atomics.store;
    const seen: (readonly [current: number, begun: number])[] = [];
    replaceAtomic('store', (array, index, value) => {
      const stored = store(array, index, value);
      seen.push([control.currentRun, control.begunRun]);
      return stored;
    });
    compute.beginRun(5);
    expect(seen.filter(([current, begun]) => current !== 0 && begun !== current)).toEqual([]);
    expect(seen.at(-1)).toEqual([5, 5]);
  });

  it.each([
    ['worked', () => undefined],
    ['had ended its run', (compute: ControlBlock) => compute.endRun()],
  ])('is none after a reset, for a fresh thread in the place of one that %s', (_, last) => {
    const { compute, control } = views();
    compute.beginRun(4);
    last(compute);
    control.reset();
    expect([compute.currentRun, compute.begunRun]).toEqual([0, 0]);
    const fresh = new ControlBlock(compute.buffer);
    fresh.beginRun(5);
    expect([control.currentRun, control.begunRun]).toEqual([5, 5]);
  });

  it('that was cancelled before it began stays cancelled for a fresh thread', () => {
    const { compute, control } = views();
    control.cancel(7);
    control.reset();
    expect([compute.isCancelled(7), compute.isCancelled(0)]).toEqual([true, false]);
  });

  it('is cancelled by its number, before or while it runs, and no other run is', () => {
    const { compute, control } = views();
    control.cancel(7);
    expect([6, 7, 8].map((run) => compute.isCancelled(run))).toEqual([false, true, false]);
    compute.beginRun(8);
    expect(compute.isCancelled(8)).toBe(false);
  });

  it('is not cancelled in a new block', () => {
    const { compute } = views();
    expect([1, 2, 0x7fffffff].some((run) => compute.isCancelled(run))).toBe(false);
  });
});

describe('a blocked rank', () => {
  /** Whether a wait would sleep, without sleeping. */
  function wouldSleep(block: ControlBlock, seen: number): boolean {
    let sleeps = false;
    replaceAtomic('wait', (array, index, value) => {
      sleeps = Atomics.load(array, index) === value;
      return sleeps ? 'timed-out' : 'not-equal';
    });
    block.waitForReply(seen);
    return sleeps;
  }

  it('sleeps while nothing has come since it looked', () => {
    const { compute } = views();
    expect(wouldSleep(compute, compute.replies)).toBe(true);
  });

  it('misses no reply that came after it looked', () => {
    const { compute, control } = views();
    const seen = compute.replies;
    control.announceReply();
    expect(wouldSleep(compute, seen)).toBe(false);
    expect(wouldSleep(compute, compute.replies)).toBe(true);
  });

  it('misses no cancel', () => {
    const { compute, control } = views();
    const seen = compute.replies;
    control.cancel(1);
    expect(wouldSleep(compute, seen)).toBe(false);
  });

  it('misses no reply when their number passes what a word can hold', () => {
    const { compute, control } = views();
    control.announceReply();
    const words = new Int32Array(compute.buffer);
    words[words.indexOf(1)] = 0x7fffffff;
    const seen = compute.replies;
    control.announceReply();
    expect(compute.replies).toBe(-0x80000000);
    expect(wouldSleep(compute, seen)).toBe(false);
  });
});
