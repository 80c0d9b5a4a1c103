import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTimer } from '../../../src/core/timers';

const then = vi.fn();

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  vi.useRealTimers();
  then.mockReset();
});

describe('a timer', () => {
  it('calls once, when its time is over and not before', () => {
    startTimer(250, then);
    vi.advanceTimersByTime(249);
    expect(then).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(then).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10_000);
    expect(then).toHaveBeenCalledOnce();
  });

  it('of no time at all calls soon, but not at once', () => {
    startTimer(0, then);
    expect(then).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(then).toHaveBeenCalledOnce();
  });

  it('never calls once it is cleared', () => {
    clearTimeout(startTimer(250, then));
    vi.advanceTimersByTime(1000);
    expect(then).not.toHaveBeenCalled();
  });

  it('can wait 2,147,483,647 ms, which is as long as a timer can', () => {
    startTimer(2_147_483_647, then);
    vi.advanceTimersByTime(2_147_483_646);
    expect(then).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(then).toHaveBeenCalledOnce();
  });

  it.each([2_147_483_648, 2 ** 32, 2 ** 32 + 10, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
    'of %d ms, longer than one can wait, is none, and does not call at once',
    (ms) => {
      expect(startTimer(ms, then)).toBeUndefined();
      expect(vi.getTimerCount()).toBe(0);
      vi.advanceTimersByTime(60_000);
      expect(then).not.toHaveBeenCalled();
    },
  );
});
